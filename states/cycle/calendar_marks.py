"""Marks on the days of a plan: closed, swapped, in the quiet days of Tết, or in a year whose calendar is not decided.

A mark changes no date; warnings must be accepted with a reason before a plan is published.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from regulations.working_calendar import Mark, WorkingCalendar


class PlanMark(StrEnum):
    """What is special about a day of a plan."""

    DAY_OFF = "day_off"
    SWAPPED_DAY = "swapped_day"
    TET_QUIET = "tet_quiet"
    CALENDAR_PROVISIONAL = "calendar_provisional"
    CALENDAR_MISSING = "calendar_missing"


_SATURDAY = 5
WARNINGS = frozenset({PlanMark.TET_QUIET, PlanMark.CALENDAR_PROVISIONAL, PlanMark.CALENDAR_MISSING})
"""Marks somebody must accept with a reason; the others only inform, since fixed dates do not move (process.md 11.5)."""
_OF_DAY = {
    Mark.DAY_OFF: PlanMark.DAY_OFF,
    Mark.WORKED_SWAP: PlanMark.SWAPPED_DAY,
    Mark.TET_QUIET: PlanMark.TET_QUIET,
}


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """A warning by its id: `calendar_provisional:2027`, `tet_quiet:2028-01-29`."""

    id: str
    mark: str
    reason: str | None

    def to_json(self) -> dict[str, object]:
        """The warning itself; whether somebody accepted it is no part of what is warned of."""
        return {"id": self.id, "mark": str(self.mark)}


def marks_of(day: date, calendar: WorkingCalendar) -> tuple[PlanMark, ...]:
    """The marks of one day, sorted. Without rows for its year, weekends are off and the days of Tết still known."""
    if day.year not in calendar.years:
        return _without_rows(day, calendar)
    found = {_OF_DAY[mark] for mark in calendar.marks(day) if mark in _OF_DAY}
    if not calendar.year_is_decided(day.year):
        found.add(PlanMark.CALENDAR_PROVISIONAL)
    return tuple(sorted(found))


def _without_rows(day: date, calendar: WorkingCalendar) -> tuple[PlanMark, ...]:
    found = [PlanMark.CALENDAR_MISSING]
    if day.weekday() >= _SATURDAY:
        found.append(PlanMark.DAY_OFF)
    if any(zone.first_day <= day <= zone.last_day for zone in calendar.quiet):
        found.append(PlanMark.TET_QUIET)
    return tuple(sorted(found))


def warnings_of(
    marked: Iterable[tuple[date, Iterable[PlanMark]]], accepted: Mapping[str, str]
) -> tuple[PlanWarning, ...]:
    """The warnings of many marked days: one per year for the calendar, one per day for Tết."""
    ids: dict[str, str] = {}
    for day, marks in marked:
        for mark in WARNINGS.intersection(marks):
            place = day.isoformat() if mark is PlanMark.TET_QUIET else str(day.year)
            ids[f"{mark}:{place}"] = mark
    return tuple(PlanWarning(each, mark, accepted.get(each)) for each, mark in sorted(ids.items()))
