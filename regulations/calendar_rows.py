"""Rows of the working calendar: the packaged ones, and for other years those of the `holidays` package.

Only reads and marks rows; what a row means for a period is the matter of `working_calendar`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib.metadata import version
from typing import Literal

from pydantic import Field

from regulations import law_files
from regulations.errors import RegulationError
from regulations.law_files import Strict

_PACKAGE_FIRST, _PACKAGE_LAST = 2000, 2099  # years the lunar tables of the package cover


class DayKind(StrEnum):
    """What a row says of its day: off (nghỉ) or worked (làm việc, làm bù)."""

    OFF = "off"
    WORK = "work"


class Sure(StrEnum):
    """How sure a row is, from the Labour Code down to a guess that waits for the Government."""

    STATUTORY = "statutory"
    DECREED = "decreed"
    REPORTED = "reported"
    PROVISIONAL = "provisional"

    @property
    def decided(self) -> bool:
        """Return False for rows a later document may still change.

        Source: process.md 11.13 (24/11 and Tết 2027 are provisional until decided).
        """
        return self in (Sure.STATUTORY, Sure.DECREED)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One row: what the day is, the document that says so, how sure, and the name of the day."""

    kind: DayKind
    basis: str
    sure: Sure
    what: str = ""
    what_vi: str = ""


@dataclass(frozen=True, slots=True)
class QuietZone:
    """The days around one Tết, from 20 of the last lunar month to 10 of the first, both included."""

    first_day: date
    last_day: date
    new_year: date


class _Row(Strict):
    day: date
    kind: DayKind
    sure: Sure
    source: str
    vi: str
    en: str


class _Zone(Strict):
    new_year: date
    first_day: date
    last_day: date


class _File(Strict):
    schema_: Literal["ocop-working-calendar/1"] = Field(alias="schema")
    timezone: Literal["Asia/Ho_Chi_Minh"]
    sources: Mapping[str, str]
    rows: tuple[_Row, ...]
    quiet_zones: tuple[_Zone, ...]


@lru_cache(maxsize=1)
def packaged_rows() -> Mapping[date, CalendarDay]:
    """Return the packaged rows by day.

    Raises:
        RegulationError: `law_file_invalid`, a day stands twice or a row names no source of the file.
    """
    content = _packaged()
    rows: dict[date, CalendarDay] = {}
    for index, row in enumerate(content.rows):
        if row.day in rows or row.source not in content.sources:
            raise RegulationError(
                "law_file_invalid",
                f"{row.day} stands twice or its source {row.source!r} is not listed",
                file="calendar.yaml",
                place=f"rows.{index}",
                mend="keep one row a day and list its source",
            )
        rows[row.day] = CalendarDay(row.kind, content.sources[row.source], row.sure, row.en, row.vi)
    return rows


def quiet_zones() -> tuple[QuietZone, ...]:
    """Return the quiet days around each Tết the file knows (2019 to 2040)."""
    return tuple(QuietZone(each.first_day, each.last_day, each.new_year) for each in _packaged().quiet_zones)


def package_rows(years: Iterable[int]) -> Mapping[date, CalendarDay]:
    """Return rows of the `holidays` package for these years, all provisional: swaps are decided year by year.

    Weekends that are holidays get no row: they are off anyway.

    Raises:
        RegulationError: `calendar_year_missing`, a year the package does not know.
    """
    wanted = sorted(years)
    if not wanted:
        return {}
    if wanted[0] < _PACKAGE_FIRST or wanted[-1] > _PACKAGE_LAST:
        raise RegulationError(
            "calendar_year_missing",
            f"no lunar dates for {wanted[0]}-{wanted[-1]}",
            mend="enter the rows by hand",
        )
    import holidays  # costs a tenth of a second, and few years need it

    basis = f"default of the Python package holidays {version('holidays')}; not decided when seeded"
    days_off = holidays.country_holidays("VN", years=wanted, language="en_US")
    names = holidays.country_holidays("VN", years=wanted, language="vi")
    rows = {
        day: CalendarDay(DayKind.OFF, basis, Sure.PROVISIONAL, str(name), str(names.get(day, "")))
        for day, name in days_off.items()
        if day.weekday() < 5 and day.year in wanted
    }
    for day in getattr(days_off, "weekend_workdays", ()):
        if day.year in wanted:
            rows[day] = CalendarDay(
                DayKind.WORK, basis, Sure.PROVISIONAL, "worked in place of a day off", "Làm bù"
            )
    return rows


@lru_cache(maxsize=1)
def _packaged() -> _File:
    text = (law_files.DATA / "calendar.yaml").read_text(encoding="utf-8")
    data = law_files.canonical(law_files.read_yaml(text, "calendar.yaml"))
    return law_files.parse(_File, data, "calendar.yaml")
