"""``python -m bench [ROW ...]``: measure, print, and end with 1 where a required row misses its slack."""

import gc
import sys

from bench import moving, opening, starting, sweeping
from bench.measuring import Report
from bench.place import folder, place

ROWS = ("1", "3", "4", "7")


def main(wanted: list[str]) -> int:
    rows = wanted or list(ROWS)
    if unknown := [row for row in rows if row not in ROWS]:
        print(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}", file=sys.stderr)
        return 2
    report = Report()
    gc.freeze()  # as the command line does once it has loaded; both sides run in this process
    with folder() as path:
        for row, measure in (("1", moving.measure), ("3", opening.measure), ("4", sweeping.measure)):
            if row in rows:
                print(f"row {row}", flush=True)
                with place(path / row) as here:
                    measure(report, here, path / row)
    if "7" in rows:
        print("row 7", flush=True)
        starting.measure(report)
    print(f"\n{report.summary()}")
    for figure in report.failed:
        print(f"required and missed: {figure.row} {figure.name}", file=sys.stderr)
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
