"""The only place that reads time: business time for the law, wall time for machines.

It must never go backwards, and a rehearsal clock must never be taken for the real one.
"""

import re
import time
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol
from zoneinfo import ZoneInfo

from core.errors import BadInput

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_FORM = re.compile(r"(?P<start>\S+)\s+(?:x(?P<factor>[1-9]\d{0,7})|(?P<step>step))")


class Clock(Protocol):
    """`business_now` dates deadlines and lines; `wall_now` sessions, leases and metrics."""

    @property
    def rehearsal(self) -> bool: ...
    def business_now(self) -> datetime: ...
    def wall_now(self) -> datetime: ...
    def monotonic(self) -> float: ...


def wall_ns() -> int:
    return time.time_ns()


def as_utc(instant: datetime) -> datetime:
    """The same instant in UTC.

    Raises:
        ValueError: the instant has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


class SystemClock:
    """The real clock; business time is wall time."""

    rehearsal = False

    def business_now(self) -> datetime:
        return datetime.now(UTC)

    def wall_now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class StepClock:
    """Stands still until told to move: a drill walks from due instant to due instant."""

    rehearsal = True

    def __init__(self, start: datetime) -> None:
        self._now = as_utc(start)

    def business_now(self) -> datetime:
        return self._now

    def wall_now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def move_to(self, instant: datetime) -> None:
        """Move forward; standing still is allowed.

        Raises:
            BadInput: the instant lies before the clock's own.
        """
        instant = as_utc(instant)
        if instant < self._now:
            raise BadInput("clock_backwards", now=self._now.isoformat(), asked=instant.isoformat())
        self._now = instant

    def resume(self, stored: datetime) -> None:
        """Take up where the folder stopped; the start given is only for a new folder."""
        self._now = max(self._now, as_utc(stored))


class RehearsalClock:
    """Runs `factor` times as fast as the wall, but never past the ceiling while work there is not done."""

    rehearsal = True

    def __init__(self, start: datetime, factor: int = 1) -> None:
        if factor < 1:
            raise BadInput("clock_unreadable", text=f"x{factor}")
        self.factor = factor
        self._lock = Lock()
        self._base = as_utc(start)
        self._since = time.monotonic()
        self._ceiling: datetime | None = None

    def business_now(self) -> datetime:
        with self._lock:
            return self._read()

    def wall_now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def hold_at(self, ceiling: datetime | None) -> None:
        """Do not run past this instant (the next due row); None lets it run. It goes on from where it is held."""
        with self._lock:
            self._rebase(self._read())
            self._ceiling = None if ceiling is None else as_utc(ceiling)

    def move_to(self, instant: datetime) -> None:
        """Jump forward.

        Raises:
            BadInput: the instant lies before the clock's own.
        """
        instant = as_utc(instant)
        with self._lock:
            now = self._read()
            if instant < now:
                raise BadInput("clock_backwards", now=now.isoformat(), asked=instant.isoformat())
            self._rebase(instant)

    def resume(self, stored: datetime) -> None:
        """Take up where the folder stopped; the start given is only for a new folder."""
        with self._lock:
            self._rebase(max(self._read(), as_utc(stored)))

    def _read(self) -> datetime:
        now = self._base + timedelta(seconds=(time.monotonic() - self._since) * self.factor)
        if self._ceiling is not None and now > self._ceiling:
            now = max(self._base, self._ceiling)
            self._rebase(now)
        return now

    def _rebase(self, now: datetime) -> None:
        self._base = now
        self._since = time.monotonic()


def parse_clock(text: str | None) -> Clock:
    """`None` is the real clock; `2027-01-04T08:00+07:00 x3600` and `… step` are rehearsals.

    Raises:
        BadInput: the text is neither.
    """
    if text is None or not text.strip():
        return SystemClock()
    form = _FORM.fullmatch(text.strip())
    if form is None:
        raise BadInput("clock_unreadable", text=text)
    try:
        start = as_utc(datetime.fromisoformat(form["start"]))
    except ValueError:
        raise BadInput("clock_unreadable", text=text) from None
    return StepClock(start) if form["step"] else RehearsalClock(start, int(form["factor"]))
