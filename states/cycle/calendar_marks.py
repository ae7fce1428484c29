"""Marks on the days of a plan: closed, swapped, in the quiet days of Tết, or in a year whose calendar is not decided.

A mark changes no date; warnings must be accepted one by one, with a reason, before a plan is published.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from regulations.working_calendar import Mark, WorkingCalendar


class PlanMark(StrEnum):
    """What is special about a day of a plan, or about what the plan asks of people."""

    DAY_OFF = "day_off"
    SWAPPED_DAY = "swapped_day"
    TET_QUIET = "tet_quiet"
    CALENDAR_PROVISIONAL = "calendar_provisional"
    CALENDAR_MISSING = "calendar_missing"
    COUNCIL_OVERLOAD = "council_overload"
    COUNCIL_DAY_OFF = "council_day_off"
    OFFICES_MISSING = "offices_missing"


_SATURDAY = 5
OF_CALENDAR = frozenset({PlanMark.CALENDAR_PROVISIONAL, PlanMark.CALENDAR_MISSING})
WARNINGS = OF_CALENDAR | {PlanMark.TET_QUIET}
"""Marks of a date somebody must accept with a reason; the others only inform, since fixed dates do not move
(process.md 11.5)."""
_OF_DAY = {
    Mark.DAY_OFF: PlanMark.DAY_OFF,
    Mark.WORKED_SWAP: PlanMark.SWAPPED_DAY,
    Mark.TET_QUIET: PlanMark.TET_QUIET,
}


class Warned(NamedTuple):
    """One cause of a warning: its mark, what it is about (a day, a year, a key), and its place in the plan, if it has one."""

    mark: PlanMark
    about: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """A warning by its id: `calendar_provisional:2027`, `tet_quiet:2028-01-29`, `council_overload:COUNCIL/1`.

    `paths` are the places of the plan it comes from; what only the law dates has none.
    """

    id: str
    mark: PlanMark
    reason: str | None
    paths: tuple[str, ...] = ()

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


def of_day(day: date, marks: Iterable[PlanMark], path: str = "") -> list[Warned]:
    """The warnings of one marked day: of Tết by the day, of an undecided calendar by the year."""
    return [
        Warned(mark, day.isoformat() if mark is PlanMark.TET_QUIET else str(day.year), path)
        for mark in WARNINGS.intersection(marks)
    ]


def warnings_of(causes: Iterable[Warned], accepted: Mapping[str, str]) -> tuple[PlanWarning, ...]:
    """The warnings of many causes, each once, with every place it comes from."""
    found: dict[str, tuple[PlanMark, dict[str, None]]] = {}
    for cause in causes:
        places = found.setdefault(f"{cause.mark}:{cause.about}", (cause.mark, {}))[1]
        if cause.path:
            places[cause.path] = None
    return tuple(
        PlanWarning(each, mark, accepted.get(each), tuple(paths))
        for each, (mark, paths) in sorted(found.items())
    )
