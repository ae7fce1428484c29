"""How one cell of a table is read: text, a day, a whole number, a word of a closed list; pure.

Must never mend a cell silently: a day in a spreadsheet's own form is refused with the ISO form it probably means.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from states.outcomes.tables import CellError

Word = TypeVar("Word", bound=StrEnum)
FIRST_DAY = date(1990, 1, 1)
LARGEST = 1_000_000_000
_SERIAL_ZERO = date(1899, 12, 30)
_VIETNAMESE_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T].*)?")
_ISO_WITH_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]\d.*")
_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]0+)?")
_POWERS = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
YES_NO: Mapping[str, bool] = {"yes": True, "no": False, "có": True, "không": False}


def text(longest: int) -> Callable[[str], str]:
    """Text of at most so many characters, single spaces."""

    def read(cell: str) -> str:
        clean = " ".join(cell.split())
        if len(clean) > longest:
            raise CellError("cell_too_long", longest=longest)
        return clean

    return read


def code(longest: int) -> Callable[[str], str]:
    """A number or code kept as text: leading zeros matter, and one turned into powers of ten is lost."""
    as_text = text(longest)

    def read(cell: str) -> str:
        if _POWERS.fullmatch(cell):
            raise CellError("cell_powers")
        return as_text(cell)

    return read


def day(cell: str) -> date:
    """A day as YYYY-MM-DD."""
    found = _iso(cell)
    if found is None:
        likely = _likely_day(cell)
        raise CellError("cell_excel_day", suggestion=likely.isoformat()) if likely else CellError("cell_day")
    if found < FIRST_DAY:
        raise CellError("cell_day")
    return found


def _iso(cell: str) -> date | None:
    try:
        found = date.fromisoformat(cell)
    except ValueError:
        return None
    return found if found.isoformat() == cell else None


def _likely_day(cell: str) -> date | None:
    """The day that a spreadsheet's own form means: day/month/year, a day with a time, or a count of days."""
    if written := _VIETNAMESE_DAY.fullmatch(cell):
        return _iso(f"{written[3]}-{int(written[2]):02d}-{int(written[1]):02d}")
    if timed := _ISO_WITH_TIME.fullmatch(cell):
        return _iso(timed[1])
    return _SERIAL_ZERO + timedelta(days=int(cell[:5])) if _SERIAL.fullmatch(cell) else None


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number without signs that group its digits."""

    def read(cell: str) -> int:
        if not (cell.isascii() and cell.removeprefix("-").isdecimal()) or not least <= int(cell) <= most:
            raise CellError("cell_whole", least=least, most=most)
        return int(cell)

    return read


def word(members: type[Word]) -> Callable[[str], Word]:
    """A word of a closed list, as the table of columns names them."""

    def read(cell: str) -> Word:
        known = {each.value: each for each in members}
        if cell not in known:
            raise CellError("cell_choice", allowed=", ".join(known))
        return known[cell]

    return read


def yes_no(cell: str) -> bool:
    """`yes` or `no`, `có` or `không`."""
    found = YES_NO.get(cell.casefold())
    if found is None:
        raise CellError("cell_choice", allowed=", ".join(YES_NO))
    return found
