"""What opening a plan would do: every date with how it was computed, who is told, and what to be warned of.

It writes nothing, and given the same plan, law, settings, calendar and audience it gives the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from core.db import ReadTx
from core.errors import BadInput
from core.lines import canonical
from registry import calendar_days, units
from registry import settings as choices
from regulations import rulesets
from regulations.errors import RegulationError
from regulations.rulesets import Ruleset
from states.cycle.audience import Told, audience
from states.cycle.calendar_marks import PlanMark, PlanWarning, warnings_of
from states.cycle.plan import Plan
from states.cycle.schedule import Calendar, Schedule, schedule

FORMAT = "ocop-preview/1"
HISTORIC = "x-"


@dataclass(frozen=True)
class Preview:
    """The whole of what opening would commit, and its digest."""

    plan: Plan
    year: int
    province_name: str
    calendar: Calendar
    schedule: Schedule
    notices: tuple[Told, ...]
    warnings: tuple[PlanWarning, ...]
    digest: str = field(default="", compare=False)

    @property
    def ruleset(self) -> Ruleset | None:
        return self.calendar.ruleset

    @property
    def open_warnings(self) -> tuple[PlanWarning, ...]:
        """Warnings nobody has accepted with a reason."""
        return tuple(each for each in self.warnings if each.reason is None)

    @property
    def open_calendar_warnings(self) -> int:
        return sum(each.mark != PlanMark.TET_QUIET for each in self.open_warnings)

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
            "notices": [each.to_json() for each in self.notices],
            "warnings": [each.to_json() for each in self.warnings],
            "plan": self.plan.to_json(),
        }

    def to_json(self) -> dict[str, object]:
        """The content with its digest first and what is accepted of the warnings, for pages, API and `--json`."""
        warnings = [
            {**each.to_json(), "accepted": each.reason is not None, "reason": each.reason}
            for each in self.warnings
        ]
        return {"digest": self.digest, **self.content(), "warnings": warnings}


def preview(
    rtx: ReadTx, plan: Plan, *, year: int | None = None, accepted: Mapping[str, str] | None = None
) -> Preview:
    """Compute what opening this plan now would do. A programme over several years needs the year.

    `accepted` adds to the warnings the plan itself accepts: id of the warning to the reason.

    Raises:
        BadInput: an unknown province, area or ruleset, a batch after its limit; with line and column.
    """
    of_year = _year(plan, year)
    name = _province_name(rtx, plan, of_year)
    calendar = Calendar(
        calendar_days.calendar(rtx), choices.resolved(rtx, plan.province), _ruleset(plan, of_year)
    )
    _check_areas(rtx, plan, of_year)
    dates = _schedule(plan, of_year, calendar)
    given = {each.warning: each.reason for each in plan.accepted} | dict(accepted or {})
    warnings = warnings_of(((due.last_day, due.marks) for due in dates.deadlines), given)
    shown = Preview(
        plan, of_year, name, calendar, dates, audience(rtx, plan.audience, plan.province, of_year), warnings
    )
    digest = sha256(canonical(shown.content())).hexdigest()
    return Preview(plan, of_year, name, calendar, dates, shown.notices, warnings, digest)


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


def _province_name(rtx: ReadTx, plan: Plan, year: int) -> str:
    """The province's name; a historic one that the registry does not know keeps the name of the plan."""
    unit = units.find(rtx, plan.province)
    if unit is None:
        if plan.province.startswith(HISTORIC) and plan.province_name:
            return plan.province_name
        raise plan.refuse("plan_province_unknown", "province", province=plan.province)
    if unit.kind is units.UnitKind.PROVINCE and not unit.in_force(date(year, 1, 1)):
        raise plan.refuse("plan_province_not_then", "province", name=unit.name_vi, year=year)
    return unit.name_vi


def _ruleset(plan: Plan, year: int) -> Ruleset | None:
    """The ruleset the plan names, else the one in force on the first day of its year; none before 21 August 2019."""
    if plan.ruleset is None:
        return rulesets.in_force(date(year, 1, 1))
    try:
        ruleset = rulesets.get(plan.ruleset)
    except RegulationError as error:
        known = ", ".join(each.id for each in rulesets.all_rulesets())
        raise plan.refuse("plan_not_one_of", "ruleset", value=plan.ruleset, allowed=known) from error
    if ruleset.valid_from.year > year or (ruleset.valid_to and ruleset.valid_to.year < year):
        raise plan.refuse("plan_ruleset_not_then", "ruleset", ruleset=ruleset.id, year=year)
    return ruleset


def _check_areas(rtx: ReadTx, plan: Plan, year: int) -> None:
    """Every area of a target must be a unit of the province on the first day of the year."""
    for index, target in enumerate(plan.targets):
        for place, area in enumerate(target.areas):
            unit = units.find(rtx, area.unit)
            if (
                unit is None
                or not unit.in_force(date(year, 1, 1))
                or units.province_of(rtx, unit.code) != plan.province
            ):
                raise plan.refuse(
                    "plan_area_unknown", f"targets[{index}].areas[{place}].unit", unit=area.unit, year=year
                )
