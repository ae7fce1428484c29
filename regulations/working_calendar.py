"""Working days of Vietnam: dated rows over a plain Monday-to-Friday week, versioned, each row with its document.

It never guesses: a year without rows is an error, and a row not yet decided says so.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from regulations import law_files
from regulations.calendar_rows import (
    CalendarDay,
    DayKind,
    QuietZone,
    Sure,
    package_rows,
    packaged_rows,
    quiet_zones,
)
from regulations.errors import RegulationError

__all__ = ["CalendarDay", "DayKind", "Mark", "QuietZone", "Sure", "WorkingCalendar", "packaged", "seed"]

_DAY = timedelta(days=1)
_SATURDAY = 5


class Mark(StrEnum):
    """What a person should know of a day before fixing something on it."""

    DAY_OFF = "day_off"
    WORKED_SWAP = "worked_swap"
    PROVISIONAL = "provisional"
    TET_QUIET = "tet_quiet"


@dataclass(frozen=True)
class WorkingCalendar:
    """Rows by day; days without a row are worked from Monday to Friday.

    Source: BLDS 2015 Điều 148.5, BLLĐ 2019 Điều 111.3, 112.
    """

    version: str
    days: Mapping[date, CalendarDay] = field(hash=False)
    quiet: tuple[QuietZone, ...] = ()
    years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Take the years with rows as the years covered, where none are named."""
        if not self.years:
            object.__setattr__(self, "years", frozenset(day.year for day in self.days))

    def is_working(self, day: date) -> bool:
        """Say whether offices work on this day.

        Raises:
            RegulationError: `calendar_year_missing`, the calendar has no rows for that year.
        """
        if day.year not in self.years:
            self._refuse(day.year)
        row = self.days.get(day)
        return day.weekday() < _SATURDAY if row is None else row.kind is DayKind.WORK

    def add_working_days(self, day: date, count: int) -> date:
        """Return the working day `count` working days after `day` (before it where negative).

        The day itself is not counted; zero returns the day itself.

        Raises:
            RegulationError: `calendar_year_missing`.
        Source: BLDS 2015 Điều 147.3.
        """
        step = _DAY if count > 0 else -_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def next_working_day(self, day: date) -> date:
        """Return the day itself if worked, else the first working day after it."""
        while not self.is_working(day):
            day += _DAY
        return day

    def previous_working_day(self, day: date) -> date:
        """Return the day itself if worked, else the last working day before it."""
        while not self.is_working(day):
            day -= _DAY
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Return the working days after `start` up to and including `end`; negative, and counted back, if earlier.

        So `working_days_between(day, add_working_days(day, n)) == n`.
        """
        step = _DAY if end > start else -_DAY
        count = 0
        while start != end:
            start += step
            count += self.is_working(start)
        return count if step > timedelta() else -count

    def marks(self, day: date) -> frozenset[Mark]:
        """Return what is special about a day: off, worked by a swap, not yet decided, in the quiet zone of Tết."""
        found = set()
        row = self.days.get(day)
        if not self.is_working(day):
            found.add(Mark.DAY_OFF)
        elif day.weekday() >= _SATURDAY:
            found.add(Mark.WORKED_SWAP)
        if row is not None and not row.sure.decided:
            found.add(Mark.PROVISIONAL)
        if any(zone.first_day <= day <= zone.last_day for zone in self.quiet):
            found.add(Mark.TET_QUIET)
        return frozenset(found)

    def undecided_days(self, start: date, end: date) -> tuple[date, ...]:
        """Return the days from `start` to `end`, both included, whose row may still change."""
        return tuple(
            sorted(day for day, row in self.days.items() if start <= day <= end and not row.sure.decided)
        )

    def year_is_decided(self, year: int) -> bool:
        """Say whether the year has rows and none of them waits for a decision."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        return year in self.years and not self.undecided_days(first, last)

    def corrected(self, version: str, changes: Mapping[date, CalendarDay | None]) -> "WorkingCalendar":
        """Return a new version with these rows set, or taken out where None; the old one stays as it is.

        Raises:
            RegulationError: `calendar_version`, the version name is not new.
        """
        if version == self.version:
            raise RegulationError(
                "calendar_version", f"version {version} is in use", mend="give the correction a new name"
            )
        rows = {day: row for day, row in {**self.days, **changes}.items() if row is not None}
        return replace(self, version=version, days=rows, years=self.years | {day.year for day in rows})

    def _refuse(self, year: int) -> None:
        covered = f"{min(self.years)}-{max(self.years)}" if self.years else "no year"
        raise RegulationError(
            "calendar_year_missing",
            f"calendar {self.version} covers {covered}, not {year}",
            place=str(year),
            mend="seed the year or enter its days off",
        )


def seed(years: Iterable[int]) -> WorkingCalendar:
    """Return a calendar of these years: packaged rows, and the `holidays` package where there are none.

    The version carries a digest of the rows, so equal versions mean equal days.

    Raises:
        RegulationError: `calendar_year_missing`.
    """
    wanted = frozenset(years)
    rows = {day: row for day, row in packaged_rows().items() if day.year in wanted}
    rows.update(package_rows(wanted - {day.year for day in packaged_rows()}))
    return WorkingCalendar(_seed_version(rows), rows, quiet_zones(), wanted)


@lru_cache(maxsize=1)
def packaged() -> WorkingCalendar:
    """Return the calendar of all packaged years (2019 to 2027), without the `holidays` package."""
    return seed({day.year for day in packaged_rows()})


def _seed_version(rows: Mapping[date, CalendarDay]) -> str:
    stated = {day.isoformat(): [row.kind, row.sure, row.basis] for day, row in rows.items()}
    return f"seed-{hashlib.sha256(law_files.canonical(stated)).hexdigest()[:12]}"
