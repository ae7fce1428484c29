"""Days as people read them: weekday and full date, and the lawful closing of a day in words.

It never reads a clock; days come in as ISO text, the way the tables keep them.
"""

from datetime import date
from functools import lru_cache

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@lru_cache(maxsize=4096)
def short_day(day: str) -> str:
    """Return an ISO day as `dd/mm/yyyy`."""
    return date.fromisoformat(day).strftime("%d/%m/%Y")


@lru_cache(maxsize=4096)
def long_day(day: str) -> str:
    """Return an ISO day as `thứ Sáu, 03/07/2026`."""
    return f"{_WEEKDAYS[date.fromisoformat(day).weekday()]}, {short_day(day)}"
