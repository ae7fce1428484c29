"""Periods of time as the Civil Code counts them: the day of the event is out, the last day is in.

Days here are days in Vietnam; instants are aware UTC. Nothing reads a clock.
Source: BLDS 2015 Điều 145 to 148.
"""

import calendar as month_lengths
from datetime import UTC, date, datetime, time, timedelta, timezone

from regulations.errors import RegulationError
from regulations.settings import Settings
from regulations.vocabulary import Bound, Unit
from regulations.working_calendar import WorkingCalendar

VIETNAM = timezone(
    timedelta(hours=7), "Asia/Ho_Chi_Minh"
)  # no daylight saving and no change of offset since 1975


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, the last day of that month where it is shorter.

    Source: BLDS 2015 Điều 148.3.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, month_lengths.monthrange(year, month)[1]))


def period_end(
    start: date, amount: int, unit: Unit | str, calendar: WorkingCalendar, settings: Settings
) -> date:
    """Return the last day of a period that begins with an event on `start`; the day of the event is not counted.

    `unit` is days, working_days or months. Counted forward in days or months, an end on a day off moves to
    the next working day (setting `period_roll`); counted back it never moves.

    Raises:
        RegulationError: `period_unit`; `calendar_year_missing` where the calendar is needed.
    Source: BLDS 2015 Điều 147.3, 148.1, 148.3, 148.5; process.md 11.5.
    """
    if unit == Unit.WORKING_DAYS:
        return calendar.add_working_days(start, amount)
    end = plain_end(start, amount, unit)
    rolls = amount > 0 and settings["period_roll"] == "next_working_day"
    return calendar.next_working_day(end) if rolls else end


def plain_end(start: date, amount: int, unit: Unit | str) -> date:
    """Return start plus days or months, never moved off a day off (windows, terms of certificates).

    Raises:
        RegulationError: `period_unit`.
    """
    if unit == Unit.DAYS:
        return start + timedelta(days=amount)
    if unit == Unit.MONTHS:
        return add_months(start, amount)
    raise RegulationError(
        "period_unit", f"a period is not counted in {unit!r}", mend="use days, working_days or months"
    )


def closes_at(last_day: date, settings: Settings) -> datetime:
    """Return the first instant too late, aware UTC: 24:00 Asia/Ho_Chi_Minh of the last day unless set to 17:00.

    Source: BLDS 2015 Điều 148.6; process.md 11.4 (setting `day_closes`).
    """
    if settings["day_closes"] == "24:00":
        local = datetime.combine(last_day + timedelta(days=1), time(), VIETNAM)
    else:
        local = datetime.combine(last_day, time.fromisoformat(settings.text("day_closes")), VIETNAM)
    return local.astimezone(UTC)


def in_time(at: datetime, last_day: date, settings: Settings) -> bool:
    """Say whether an instant lies before the close of the last day; the close itself is too late.

    Raises:
        RegulationError: `instant_naive`, the instant carries no offset.
    """
    if at.tzinfo is None:
        raise RegulationError(
            "instant_naive", f"{at.isoformat()} has no offset", mend="give an aware instant"
        )
    return at < closes_at(last_day, settings)


def day_in_vietnam(at: datetime) -> date:
    """Return the day in Vietnam an aware instant falls on."""
    if at.tzinfo is None:
        raise RegulationError(
            "instant_naive", f"{at.isoformat()} has no offset", mend="give an aware instant"
        )
    return at.astimezone(VIETNAM).date()


def last_day_of(
    stated: date, bound: Bound, settings: Settings, calendar: WorkingCalendar | None = None
) -> date:
    """Return the last good day of a limit fixed by a date.

    "Before" leaves the stated day out (setting `before_date`); the day does not move off a weekend unless
    `fixed_date_roll` says so, and only then a calendar is needed.

    Raises:
        RegulationError: `calendar_needed`.
    Source: QĐ 26/2026/QĐ-TTg Điều 5; process.md 11.5.
    """
    exclusive = bound is Bound.BEFORE and settings["before_date"] == "exclusive"
    day = stated - timedelta(days=1) if exclusive else stated
    if settings["fixed_date_roll"] == "none" or bound is Bound.ON:
        return day
    if calendar is None:
        raise RegulationError("calendar_needed", "fixed_date_roll moves dates, but no calendar was given")
    return calendar.next_working_day(day)
