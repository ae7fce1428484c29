"""Which recognitions of the published lists are in force on a day: worked out from the CSV files alone.

It imports nothing of the product and shares no line with it, so that the two can be held against each other:
``python independent_in_force.py 2026-11-01 FILE...`` prints JSON with rows as ["file", line].
"""

import csv
import json
import pathlib
import sys
from calendar import monthrange
from datetime import date

TERM_YEARS = 3


def anniversary(day: date, years: int) -> date:
    """The same day of another year; 29 February becomes the 28th where there is none."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def as_day(text: str) -> date | None:
    return date(*map(int, text.split("-"))) if text else None


def term(row: dict[str, str]) -> tuple[date, date] | None:
    """First and last day of the certificate, as far as the row lets one say."""
    decided, ends = as_day(row["decision_date"]), as_day(row["certificate_expires"])
    if decided is None and ends is None:
        return None
    if decided is None:
        return anniversary(ends, -TERM_YEARS), ends
    return decided, ends or anniversary(decided, TERM_YEARS)


def given_way(rows: list[dict[str, str]], index: int, on: date) -> bool:
    """Whether the same producer's same product was recognised again before this term was over, and by that day."""
    mine, first, last = rows[index], *term(rows[index])
    same = [
        term(other)
        for other in rows
        if other is not mine
        and mine["entity_name"]
        and all(other[name] == mine[name] for name in ("province", "entity_name", "product_name"))
    ]
    return any(later and first < later[0] <= min(last, on) for later in same)


def answer(files: list[pathlib.Path], on: date) -> dict[str, list[list[object]]]:
    found: dict[str, list[list[object]]] = {"in_force": [], "term_unknown": [], "stars_unknown": []}
    for path in files:
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        for index, row in enumerate(rows):
            place: list[object] = [path.name, index + 2]
            days = term(row)
            if days is None:
                found["term_unknown"].append(place)
            elif days[0] <= on <= days[1] and not given_way(rows, index, on):
                found["in_force"].append(place)
            if not row["stars"]:
                found["stars_unknown"].append(place)
    return found


if __name__ == "__main__":
    asked = [pathlib.Path(each) for each in sys.argv[2:]]
    sys.stdout.write(json.dumps(answer(asked, date.fromisoformat(sys.argv[1]))))
