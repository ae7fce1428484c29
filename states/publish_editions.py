"""Writes the current rule tables as editions: ``python -m states.publish_editions``.

An edition that stands in the folder is never overwritten with another text: a changed table gets the next number. Only
before a first release may ``--replace`` be given.
"""

import sys
from pathlib import Path

from states.engine import editions
from states.moves import MACHINES

FOLDER = Path(editions.__file__).parent


def main(arguments: list[str]) -> int:
    """Write what is missing; 1 where a table differs from its published edition."""
    differing = 0
    for machine in MACHINES.values():
        path, text = (
            FOLDER / editions.file_name(machine.spec.edition),
            editions.to_bytes(editions.export(machine.spec)),
        )
        if not path.exists() or "--replace" in arguments:
            path.write_bytes(text)
        elif path.read_bytes() != text:
            sys.stderr.write(
                f"{machine.spec.edition}: the table differs from its published edition; give it the next number\n"
            )
            differing = 1
    return differing


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
