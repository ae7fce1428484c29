"""What opening a plan would do: every date with how it was computed, who is told, what the year begins with, what to be
warned of.

It writes nothing, and given the same plan, law, settings, calendar and audience it gives the same bytes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from core.db import ReadTx
from core.errors import BadInput
from core.lines import canonical
from core.sql import Sql
from registry import calendar_days, offices, units
from registry import settings as choices
from registry.roles import COUNTRY
from regulations import rulesets
from regulations.errors import RegulationError
from regulations.rulesets import Ruleset
from states.cycle.audience import Told, audience
from states.cycle.calendar_marks import OF_CALENDAR, PlanMark, PlanWarning, Warned, of_day, warnings_of
from states.cycle.council_load import CouncilLoad, council_loads
from states.cycle.dating import Calendar
from states.cycle.expected import Carried, Renewal, carried_over, listed, renewals_due
from states.cycle.models import CYCLE_TABLE
from states.cycle.moves_shown import Moved, what_moved
from states.cycle.plan import Plan
from states.cycle.schedule import Fault, Schedule, fault, faults_of, lawful_batches, schedule

FORMAT = "ocop-preview/1"
EXISTS = Sql(
    sa.select(CYCLE_TABLE.c.id).where(
        CYCLE_TABLE.c.province_code == sa.bindparam("code", type_=sa.Text),
        CYCLE_TABLE.c.year == sa.bindparam("year", type_=sa.Integer),
    )
)
"""The cycle of a province and a year."""
HISTORIC = "x-"


@dataclass(frozen=True)
class Preview:
    """The whole of what opening would commit, and its digest. `plan` is the plan with the moved dates in it.

    `accepted_unused` names what was accepted though nothing warns of it: a slip of the pen, or a warning that is gone.
    """

    plan: Plan
    year: int
    province_name: str
    calendar: Calendar
    schedule: Schedule
    moved: tuple[Moved, ...]
    councils: tuple[CouncilLoad, ...]
    notices: tuple[Told, ...]
    renewals: tuple[Renewal, ...]
    carried: tuple[Carried, ...]
    offices_missing: int
    warnings: tuple[PlanWarning, ...]
    accepted_unused: tuple[str, ...] = ()
    exists: bool = False
    moves: Mapping[str, date] = field(default_factory=dict)
    digest: str = field(default="", compare=False)

    @property
    def ruleset(self) -> Ruleset | None:
        return self.calendar.ruleset

    @cached_property
    def to_renew(self) -> tuple[Renewal, ...]:
        """Renewals falling due for which opening makes a dossier."""
        return tuple(each for each in self.renewals if each.why_not is None)

    @property
    def open_warnings(self) -> tuple[PlanWarning, ...]:
        """Warnings nobody has accepted with a reason."""
        return tuple(each for each in self.warnings if each.reason is None)

    @property
    def keeps_shut(self) -> tuple[str, ...]:
        """What opening would be refused with as things stand, by its codes; nothing where it would open."""
        numbered = bool(self.plan.documents and self.plan.documents[0].date)
        found = {
            "cycle_exists": self.exists,
            "no_national_ruleset": self.ruleset is None and bool(self.schedule.batches),
            "guard_plan_number_missing": not numbered,
            "guard_warnings_open": bool(self.open_warnings),
        }
        return tuple(code for code, holds in found.items() if holds)

    @property
    def open_calendar_warnings(self) -> int:
        return sum(each.mark in OF_CALENDAR for each in self.open_warnings)

    def content(self) -> dict[str, object]:
        """Everything the digest is taken over."""
        calendar = self.calendar
        return {
            "format": FORMAT,
            "province": {"code": self.plan.province, "name": self.province_name},
            "year": self.year,
            "title": self.plan.title,
            "illustrative": self.plan.illustrative,
            "ruleset": calendar.ruleset.pin if calendar.ruleset else None,
            "settings": dict(calendar.settings),
            "calendar": calendar.days.version,
            "windows": [each.to_json() for each in self.schedule.windows],
            "batches": [each.to_json() for each in self.schedule.batches],
            "deadlines": [each.to_json() for each in self.schedule.deadlines],
            "moves": [{"key": key, "date": day.isoformat()} for key, day in sorted(self.moves.items())],
            "moved": [each.to_json() for each in self.moved],
            "councils": [each.to_json() for each in self.councils],
            "notices": [each.to_json() for each in self.notices],
            "renewals": listed(self.renewals, to_open=len(self.to_renew)),
            "carried": listed(self.carried),
            "offices_missing": self.offices_missing,
            "warnings": [each.to_json() for each in self.warnings],
            "plan": self.plan.to_json(),
        }

    def to_json(self) -> dict[str, object]:
        """The content with its digest first; of the warnings also where they come from and whether they are accepted.

        Beside them what was accepted in vain, and what would keep the cycle shut.
        """
        warnings = [
            {
                **each.to_json(),
                "places": sorted(
                    map(self._place, each.paths), key=lambda place: (place["line"], place["column"])
                ),
                "accepted": each.reason is not None,
                "reason": each.reason,
            }
            for each in self.warnings
        ]
        more = {
            "warnings": warnings, "accepted_unused": list(self.accepted_unused), "keeps_shut": list(self.keeps_shut),
        }  # fmt: skip
        return {"digest": self.digest, **self.content(), **more}

    def _place(self, path: str) -> dict[str, Any]:
        line, column = self.plan.place_of(path)
        return {"path": path, "line": line, "column": column}


def preview(
    rtx: ReadTx,
    plan: Plan,
    *,
    year: int | None = None,
    accepted: Mapping[str, str] | None = None,
    moves: Mapping[str, date] | None = None,
) -> Preview:
    """Compute what opening this plan now would do. A programme over several years needs the year.

    `accepted` adds to the warnings the plan itself accepts: id of the warning to the reason. `moves` puts other dates
    into the plan, by key (`IDEA_WINDOW`, `TASK/2`, `BATCH2.opens`); what hangs on them moves too.

    Raises:
        BadInput: an unknown province, area or ruleset, a batch after its limit, a date that cannot be moved; mistakes of
            the plan with line and column.
    """
    of_year = _year(plan, year)
    days, settings = calendar_days.calendar(rtx), choices.resolved(rtx, plan.province)
    faults: list[Fault] = [*_province_faults(rtx, plan, of_year), *_area_faults(rtx, plan, of_year)]
    ruleset = _ruleset(plan, of_year, faults)
    calendar = Calendar(days, settings, ruleset)
    if ruleset is not None or plan.ruleset is None:
        faults += faults_of(plan, of_year, calendar)
    if faults:
        raise plan.refuse_all(faults)
    name = _province_name(rtx, plan)
    dates, used = _schedule(plan, of_year, calendar), plan
    if moves:
        used = plan.moved(moves, lawful_batches(of_year, calendar))
    after = _schedule(used, of_year, calendar) if moves else dates
    missing = len(offices.missing(rtx, plan.province, date(of_year, 1, 1)))
    councils = council_loads(used, calendar)
    given = {each.warning: each.reason for each in used.accepted} | dict(accepted or {})
    shown = Preview(
        used, of_year, name, calendar, after, what_moved(dates, after, used, moves or {}), councils,
        audience(rtx, used.audience, after.deadlines, days, province_code=used.province, year=of_year),
        renewals_due(rtx, used.province, of_year), carried_over(rtx, used.province, of_year), missing,
        warnings_of(_causes(after, councils, calendar, province=used.province if missing else None), given),
        moves=dict(moves or {}),
    )  # fmt: skip
    unused = sorted(given.keys() - {each.id for each in shown.warnings})
    exists = rtx.sql.one(EXISTS, code=used.province, year=of_year) is not None
    shown = replace(shown, accepted_unused=tuple(unused), exists=exists)
    return replace(shown, digest=sha256(canonical(shown.content())).hexdigest())


def _causes(
    dates: Schedule, councils: tuple[CouncilLoad, ...], calendar: Calendar, *, province: str | None
) -> Iterator[Warned]:
    """Everything to be warned of; `province` is named where communes of it have no office entered."""
    for due in dates.deadlines:
        yield from of_day(due.last_day, due.marks, due.path)
        for year in calendar.missing_years(due.stated):
            yield Warned(PlanMark.CALENDAR_MISSING, str(year), due.path)
    for council in councils:
        for each in council.days:
            yield from of_day(each.day, each.marks, council.path)
        if council.over:
            yield Warned(PlanMark.COUNCIL_OVERLOAD, council.key, council.path)
        if council.rests:
            yield Warned(PlanMark.COUNCIL_DAY_OFF, council.key, council.path)
    if province is not None:
        yield Warned(PlanMark.OFFICES_MISSING, province)


def _schedule(plan: Plan, year: int, calendar: Calendar) -> Schedule:
    try:
        return schedule(plan, year, calendar)
    except RegulationError as error:
        raise plan.refuse("plan_law", "", message=str(error)) from error


def _year(plan: Plan, year: int | None) -> int:
    if year is None and plan.first_year != plan.last_year:
        raise BadInput("plan_year_needed", first=plan.first_year, last=plan.last_year)
    chosen = plan.first_year if year is None else year
    if not plan.first_year <= chosen <= plan.last_year:
        raise BadInput("plan_year_outside", year=chosen, first=plan.first_year, last=plan.last_year)
    return chosen


def _province_faults(rtx: ReadTx, plan: Plan, year: int) -> Iterator[Fault]:
    """A province must be known and exist on the first day of the year; a former one may be known by the plan alone."""
    unit = units.find(rtx, plan.province)
    if unit is None and not plan.province.startswith(HISTORIC):
        yield fault("plan_province_unknown", "province", province=plan.province)
    if unit and unit.kind is units.UnitKind.PROVINCE and not unit.in_force(date(year, 1, 1)):
        yield fault("plan_province_not_then", "province", name=unit.name_vi, year=year)


def _province_name(rtx: ReadTx, plan: Plan) -> str:
    """The province's name; a historic one that the registry does not know keeps the name of the plan."""
    unit = units.find(rtx, plan.province)
    return unit.name_vi if unit else plan.province_name or plan.province


def _ruleset(plan: Plan, year: int, faults: list[Fault]) -> Ruleset | None:
    """The ruleset the plan names, else the one in force on the first day of its year; none before 21 August 2019."""
    if plan.ruleset is None:
        return rulesets.in_force(date(year, 1, 1))
    try:
        ruleset = rulesets.get(plan.ruleset)
    except RegulationError:
        known = ", ".join(each.id for each in rulesets.all_rulesets())
        faults.append(fault("plan_not_one_of", "ruleset", value=plan.ruleset, allowed=known))
        return None
    if ruleset.valid_from.year > year or (ruleset.valid_to and ruleset.valid_to.year < year):
        faults.append(fault("plan_ruleset_not_then", "ruleset", ruleset=ruleset.id, year=year))
        return None
    return ruleset


def _area_faults(rtx: ReadTx, plan: Plan, year: int) -> list[Fault]:
    """Every area of a target must be a unit of the province, for the country a province, on the first day of the year."""
    return [
        fault("plan_area_unknown", f"targets[{index}].areas[{place}].unit", unit=area.unit, year=year)
        for index, target in enumerate(plan.targets)
        for place, area in enumerate(target.areas)
        if not _is_area(rtx, area.unit, plan.province, date(year, 1, 1))
    ]


def _is_area(rtx: ReadTx, code: str, province: str, on: date) -> bool:
    unit = units.find(rtx, code)
    if unit is None or not unit.in_force(on):
        return False
    is_province = unit.kind is units.UnitKind.PROVINCE
    return (
        is_province if province == COUNTRY else not is_province and units.province_of(rtx, code) == province
    )
