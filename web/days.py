"""Dates as people read them: weekday, date, days left. Never a naked date, never another zone than Vietnam's.

It computes no deadline; it only words one.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.clock import VIETNAM
from core.columns import parse_instant

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
SOON_FOR_PRODUCERS, SOON_FOR_STAFF = 14, 3  # days; look.md §5
_SPACE = "\u00a0"
_TYPED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_HOUR = re.compile(r"(\d{1,2})[:hg](\d{2})?")


def short(day: date | str | None) -> str:
    """`03/07/2026`; nothing for no day."""
    if not day:
        return ""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    return value.strftime("%d/%m/%Y")


def long(day: date | str) -> str:
    """`thứ Sáu, 03/07/2026`."""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{WEEKDAYS[value.weekday()]}, {short(value)}"


def local(instant: datetime | str) -> datetime:
    """The instant in Vietnam."""
    value = parse_instant(instant) if isinstance(instant, str) else instant
    return value.astimezone(VIETNAM)


def moment(instant: datetime | str) -> str:
    """`15:20 thứ Hai, 11/01/2027`."""
    here = local(instant)
    return f"{here:%H:%M} {long(here.date())}"


def moment_short(instant: datetime | str) -> str:
    """`15:20 11/01/2027`."""
    here = local(instant)
    return f"{here:%H:%M} {short(here.date())}"


def capital(text: str) -> str:
    """The text with its first letter large, for the start of a sentence."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Chip:
    """A deadline as it is shown: `tone` is do, late or empty; `iso` is for the time element."""

    tone: str
    icon: str
    when: str
    left: str
    iso: str


def days_left(last_day: date, today: date) -> str:
    """`còn 14 ngày`, held together with no-break spaces."""
    days = (last_day - today).days
    if days > 0:
        words = f"còn {days} ngày"
    else:
        words = "hôm nay là hạn cuối" if days == 0 else f"quá hạn {-days} ngày"
    return words.replace(" ", _SPACE)


def chip(due_at: str, now: datetime, *, staff: bool) -> Chip:
    """The chip of a deadline whose first instant too late is `due_at`; ends of days are shown as `hết ngày`."""
    late_from = local(due_at)
    if late_from.time() == time(0):
        last_day = late_from.date() - timedelta(days=1)
        when, iso = f"hết ngày {long(last_day)}", last_day.isoformat()
    else:
        last_day = late_from.date()
        when, iso = f"{late_from:%H:%M} {long(last_day)}", late_from.isoformat(timespec="minutes")
    today = local(now).date()
    days = (last_day - today).days
    soon = SOON_FOR_STAFF if staff else SOON_FOR_PRODUCERS
    tone = "late" if now >= late_from else "do" if days <= soon else ""
    return Chip(tone, "alert" if tone == "late" else "clock", when, days_left(last_day, today), iso)


def read_day(text: str) -> date | None:
    """A typed day: day/month/year, or year-month-day; None where it is neither."""
    typed = text.strip()
    match = _TYPED.fullmatch(typed)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
        return date.fromisoformat(typed)
    except ValueError:
        return None


def read_moment(text: str) -> datetime | None:
    """A typed day and hour in Vietnam, such as 20/11/2027 08:00 or 20/11/2027 8h; None where it is neither."""
    day_text, _, hour_text = text.strip().partition(" ")
    day, hour = read_day(day_text), read_hour(hour_text)
    return datetime.combine(day, hour, VIETNAM) if day and hour else None


def read_hour(text: str) -> time | None:
    """A typed hour such as 17:00, 9h or 9h30; None where it is none."""
    match = _HOUR.fullmatch(text.strip())
    try:
        return time(int(match[1]), int(match[2] or 0)) if match else None
    except ValueError:
        return None
