"""Quiet hours: when a message may leave the house, in the business time of the people who get it.

It never holds back an inbox entry, a login code or a login link.
"""

from datetime import date, datetime, time, timedelta
from typing import Protocol

from core.clock import VIETNAM
from core.db import ReadTx
from core.errors import NotFound
from registry import calendar_days
from regulations.errors import RegulationError

OPENS = time(7, 30)
CLOSES = time(20, 0)
_WEEKEND = 5


class OpenDays(Protocol):
    """What is asked of the working calendar."""

    def is_working(self, day: date) -> bool:
        """Say whether offices work on this day."""
        ...


class _PlainWeek:
    """Monday to Friday, while nobody has entered a calendar."""

    def is_working(self, day: date) -> bool:
        return day.weekday() < _WEEKEND


def open_days(rtx: ReadTx) -> OpenDays:
    """Return the calendar in force."""
    try:
        return calendar_days.calendar(rtx)
    except NotFound:
        return _PlainWeek()


def is_open_day(day: date, calendar: OpenDays) -> bool:
    """Say whether messages leave on this day; a year nobody has entered falls back to Monday to Friday."""
    try:
        return calendar.is_working(day)
    except RegulationError:
        return day.weekday() < _WEEKEND


def is_quiet(instant: datetime, calendar: OpenDays) -> bool:
    """Say whether messages wait at this instant: 20:00 is quiet, 07:30 is open, closed days are quiet all day."""
    local = instant.astimezone(VIETNAM)
    return not (OPENS <= local.time() < CLOSES and is_open_day(local.date(), calendar))


def next_opening(instant: datetime, calendar: OpenDays) -> datetime:
    """Return the instant itself when open, else the first 07:30 of an open day after it."""
    if not is_quiet(instant, calendar):
        return instant
    local = instant.astimezone(VIETNAM)
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    while not is_open_day(day, calendar):
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, tzinfo=VIETNAM).astimezone(instant.tzinfo)
