"""Reminder ladders: which days before a deadline somebody is told, at 08:00 in Vietnam.

A reminder that would fall on a closed day moves earlier, never later; a notice about one very day never moves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.clock import VIETNAM, as_utc
from regulations.renewal_notices import Notice, NoticeKind
from regulations.working_calendar import WorkingCalendar

HOUR = time(8)
ORDINARY = (14, 7, 3, 1)  # days before the last good day
OVERDUE = "overdue"
SPEAK_OF_TODAY = frozenset(
    {
        NoticeKind.RENEW_OPEN,
        NoticeKind.RENEW_LAST,
        NoticeKind.RENEW_TODAY,
        NoticeKind.RENEW_MISSED,
        NoticeKind.EXPIRED,
    }
)
"""Notices that say "from today", "tomorrow", "today": on any other day they would be untrue, so they never move."""
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Rung:
    """One reminder: its kind, the day it is about to be sent on, and the instant."""

    kind: str
    day: date
    due_at: datetime


def at_eight(day: date) -> datetime:
    """08:00 of a day in Vietnam, in UTC."""
    return as_utc(datetime.combine(day, HOUR, VIETNAM))


def start_of(day: date) -> datetime:
    """The first instant of a day in Vietnam, in UTC."""
    return as_utc(datetime.combine(day, time(), VIETNAM))


def open_day(day: date, calendar: WorkingCalendar) -> date:
    """The day itself if offices work, else the last working day before it.

    Where the calendar has no rows for a year, Monday to Friday count as worked.
    """
    while not _works(day, calendar):
        day -= _DAY
    return day


def _works(day: date, calendar: WorkingCalendar) -> bool:
    return calendar.is_working(day) if day.year in calendar.years else day.weekday() < _SATURDAY


def ordinary(last_day: date, due_at: datetime, calendar: WorkingCalendar) -> tuple[Rung, ...]:
    """-14, -7, -3, -1 days before the last good day, and `overdue` at the first instant too late.

    Two reminders that move onto one day become the later of the two.
    """
    return (*climb(((f"due_{n}", last_day - n * _DAY) for n in ORDINARY), calendar), overdue(due_at))


def overdue(due_at: datetime) -> Rung:
    return Rung(OVERDUE, due_at.astimezone(VIETNAM).date(), due_at)


def climb(
    steps: Iterable[tuple[str, date]], calendar: WorkingCalendar, *, fixed: frozenset[str] = frozenset()
) -> tuple[Rung, ...]:
    """Rungs in order of time; kinds in `fixed` speak of their very day and stay on it."""
    by_day: dict[date, str] = {}
    for kind, day in sorted(steps, key=lambda step: step[1]):
        by_day[day if kind in fixed else open_day(day, calendar)] = kind
    return tuple(Rung(kind, day, at_eight(day)) for day, kind in sorted(by_day.items()))


def renewal(
    notices: Iterable[Notice], calendar: WorkingCalendar
) -> tuple[tuple[Rung, ...], tuple[Rung, ...]]:
    """The notices of one certificate as two ladders: those that end with filing (RENEW_CLOSE), those that do not (EXPIRY).

    Source: process.md 11.2; `regulations.renewal_notices.notice_ladder` gives the nominal days.
    """
    window: list[tuple[str, date]] = []
    end: list[tuple[str, date]] = []
    for notice in notices:
        (window if notice.kind.startswith("renew_") else end).append((notice.kind.value, notice.day))
    return climb(window, calendar, fixed=SPEAK_OF_TODAY), climb(end, calendar, fixed=SPEAK_OF_TODAY)


def still_ahead(rungs: Sequence[Rung], now: datetime) -> tuple[Rung, ...]:
    """Rungs whose instant has not come; what is past when a deadline is set is never told."""
    return tuple(rung for rung in rungs if rung.due_at > now)
