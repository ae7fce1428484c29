"""From plan, ruleset, settings and calendar to every date of a cycle. Pure: the same input gives the same dates.

It never looks at a database or a clock; a stated date stays as stated and the last good day stands beside it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from core.columns import instant_text
from regulations.batches import BatchLimit, statutory_batches
from regulations.periods import closes_at, last_day_of
from regulations.rulesets import Ruleset
from regulations.settings import Settings
from regulations.vocabulary import Bound, Feature
from regulations.working_calendar import WorkingCalendar
from states.cycle.calendar_marks import PlanMark, marks_of
from states.cycle.plan import Plan, PlanBatch
from states.deadlines.codes import CODES

CYCLE = "cycle"
WINDOW_CODES = {
    "guidance": "GUIDANCE_WINDOW", "idea": "IDEA_WINDOW", "plan": "PLAN_WINDOW", "production": "PRODUCTION_WINDOW",
    "evaluation": "EVALUATION_WINDOW", "promotion": "PROMOTION_WINDOW", "review": "YEAR_REPORT",
}  # fmt: skip
STEP_CODES = {
    ("province", "file"): "BATCH{}_FILE", ("province", "district_done"): "BATCH{}_DISTRICT",
    ("province", "propose"): "BATCH{}_PROPOSE", ("province", "evaluate"): "BATCH{}_PROVINCE",
    ("province", "results"): "BATCH{}_RESULTS", ("central", "propose"): "CENTRAL{}_PROPOSE",
    ("central", "evaluate"): "CENTRAL{}_DONE",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calendar:
    """What dates are computed with."""

    days: WorkingCalendar
    settings: Settings
    ruleset: Ruleset | None


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline of a preview; `path` is its place in the plan, empty where the law gives it."""

    code: str
    applies_to: str
    title: str | None
    owner_role: str
    stated: date
    bound: str
    last_day: date
    due_at: datetime
    rule: str
    basis: str
    marks: tuple[PlanMark, ...]
    path: str = ""

    def to_json(self) -> dict[str, object]:
        return {
            "code": self.code, "applies_to": self.applies_to, "title": self.title, "owner_role": self.owner_role,
            "stated": {"date": self.stated.isoformat(), "bound": self.bound}, "last_day": self.last_day.isoformat(),
            "due_at": instant_text(self.due_at), "rule": self.rule, "basis": self.basis,
            "marks": [str(mark) for mark in self.marks],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """Days on which a step is open, first and last day included."""

    step: str
    batch: int | None
    opens_on: date
    closes_on: date
    stated: date
    bound: str

    def to_json(self) -> dict[str, object]:
        return {
            "step": self.step, "batch": self.batch, "opens_on": self.opens_on.isoformat(),
            "closes_on": self.closes_on.isoformat(), "stated": {"date": self.stated.isoformat(), "bound": self.bound},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Round:
    """One batch of the cycle with its two limits; intake begins on `opens_on`."""

    level: str
    number: int
    opens_on: date
    propose_last_day: date
    evaluate_last_day: date

    @property
    def key(self) -> str:
        return f"batch/{self.level}/{self.number}"

    def to_json(self) -> dict[str, object]:
        return {
            "level": self.level, "number": self.number, "opens_on": self.opens_on.isoformat(),
            "propose_last_day": self.propose_last_day.isoformat(), "evaluate_last_day": self.evaluate_last_day.isoformat(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every date of one year of a plan."""

    windows: tuple[OpenWindow, ...]
    batches: tuple[Round, ...]
    deadlines: tuple[Due, ...]


def schedule(plan: Plan, year: int, calendar: Calendar) -> Schedule:
    """Compute windows, batches and deadlines of one year.

    Raises:
        BadInput: a batch after its limit of the law, or a step this ruleset does not know; with line and column.
    """
    limits = _limits(year, calendar)
    _check_batches(plan, limits, calendar)
    stated = {(batch.level, batch.number) for batch in plan.batches}
    fixed = _statutory([each for each in limits if (str(each.level), each.number) not in stated], calendar)
    planned = (
        *_of_windows(plan, calendar),
        *_of_batches(plan, calendar),
        *_of_calendar(plan, year, calendar),
    )
    deadlines = sorted((*fixed, *planned), key=lambda due: (due.due_at, due.code, due.applies_to, due.path))
    return Schedule(tuple(_windows(plan, calendar)), tuple(_rounds(plan, year, deadlines)), tuple(deadlines))


def _limits(year: int, calendar: Calendar) -> tuple[BatchLimit, ...]:
    ruleset = calendar.ruleset
    if ruleset is None or Feature.STATUTORY_BATCHES not in ruleset.features:
        return ()
    return statutory_batches(ruleset, year, calendar.settings, calendar.days)


def _check_batches(plan: Plan, limits: Iterable[BatchLimit], calendar: Calendar) -> None:
    by_step = {(str(limit.level), limit.number, limit.step): limit for limit in limits}
    districts = calendar.ruleset is None or Feature.DISTRICT_LEVEL in calendar.ruleset.features
    for index, batch in enumerate(plan.batches):
        for place, step in enumerate(batch.steps):
            path = f"batches[{index}].steps[{place}]"
            limit = by_step.get((batch.level, batch.number, step.step))
            last = last_day_of(
                step.date, Bound(step.bound), calendar.settings, _days_for(step.date, calendar)
            )
            if limit is not None and limit.is_late(last):
                raise plan.refuse(
                    "plan_batch_after_limit",
                    f"{path}.date",
                    step=step.step,
                    last=last.isoformat(),
                    limit=limit.last_day.isoformat(),
                    source="; ".join(limit.source),
                )
            if step.step == "district_done" and not districts:
                raise plan.refuse("plan_no_district", f"{path}.step", ruleset=_ruleset_id(calendar))


def _ruleset_id(calendar: Calendar) -> str:
    return calendar.ruleset.id if calendar.ruleset else "-"


def _due(
    calendar: Calendar, code: str, applies_to: str, stated: date, bound: str, *, title: str | None = None,
    rule: str, basis: str, path: str = "", owner: str | None = None,
) -> Due:  # fmt: skip
    last = last_day_of(stated, Bound(bound), calendar.settings, _days_for(stated, calendar))
    return Due(
        code=code, applies_to=applies_to, title=title, owner_role=owner or CODES[code].owner.value, stated=stated,
        bound=bound, last_day=last, due_at=closes_at(last, calendar.settings), rule=rule, basis=basis,
        marks=marks_of(last, calendar.days), path=path,
    )  # fmt: skip


def _days_for(day: date, calendar: Calendar) -> WorkingCalendar | None:
    """The calendar where a setting makes dates roll, none for years it does not cover."""
    return calendar.days if day.year in calendar.days.years else None


def _statutory(limits: Iterable[BatchLimit], calendar: Calendar) -> Iterator[Due]:
    for limit in limits:
        code = STEP_CODES[str(limit.level), limit.step].format(limit.number)
        key = f"batch/{limit.level}/{limit.number}"
        rule = f"law:{limit.code}"
        yield _due(
            calendar, code, key, limit.stated_on, limit.bound, rule=rule, basis="; ".join(limit.source)
        )


def _of_windows(plan: Plan, calendar: Calendar) -> Iterator[Due]:
    for index, window in enumerate(plan.windows):
        target = (
            f"batch/province/{window.batch}" if window.batch and _has_batch(plan, window.batch) else CYCLE
        )
        yield _due(
            calendar, WINDOW_CODES[window.step], target, window.closes, window.bound, title=window.note,
            rule=f"plan:window:{window.step}", basis=basis_of(plan), path=f"windows[{index}]",
        )  # fmt: skip


def _has_batch(plan: Plan, number: int) -> bool:
    return any(batch.level == "province" and batch.number == number for batch in plan.batches)


def _of_batches(plan: Plan, calendar: Calendar) -> Iterator[Due]:
    for index, batch in enumerate(plan.batches):
        for place, step in enumerate(batch.steps):
            yield _due(
                calendar, STEP_CODES[batch.level, step.step].format(batch.number), f"batch/{batch.level}/{batch.number}",
                step.date, step.bound, title=step.title, rule=f"plan:batch:{step.step}", basis=basis_of(plan),
                path=f"batches[{index}].steps[{place}]",
            )  # fmt: skip


def _of_calendar(plan: Plan, year: int, calendar: Calendar) -> Iterator[Due]:
    """Planned entries and dated tasks of this year; a programme of one year takes those after its end too."""
    single = plan.first_year == plan.last_year
    for index, entry in enumerate(plan.calendar):
        if entry.stated and entry.kind == "planned" and (single or entry.stated.year == year):
            target = (
                f"batch/province/{entry.round}" if entry.round and _has_batch(plan, entry.round) else CYCLE
            )
            yield _due(
                calendar, entry.code, target, entry.stated, entry.bound, title=entry.title,
                rule="plan:calendar:month" if entry.month else "plan:calendar", basis=basis_of(plan),
                path=f"calendar[{index}]",
            )  # fmt: skip
    for index, task in enumerate(plan.tasks):
        if task.due and (single or task.due.year == year):
            yield _due(
                calendar, "TASK", CYCLE, task.due, task.bound, title=task.title, rule="plan:task",
                basis=basis_of(plan), path=f"tasks[{index}]", owner=task.owner,
            )  # fmt: skip


def basis_of(plan: Plan) -> str:
    """The plan's own document, as the basis of its dates."""
    return plan.documents[0].number if plan.documents else plan.title


def _windows(plan: Plan, calendar: Calendar) -> Iterator[OpenWindow]:
    for window in plan.windows:
        last = last_day_of(
            window.closes, Bound(window.bound), calendar.settings, _days_for(window.closes, calendar)
        )
        yield OpenWindow(window.step, window.batch, window.opens, last, window.closes, window.bound)


def _rounds(plan: Plan, year: int, deadlines: list[Due]) -> Iterator[Round]:
    """Batches by level and number; one without a stated first day opens after the limit of the one before it."""
    last_days = {(due.applies_to, due.code.partition("_")[2]): due.last_day for due in deadlines}
    keys = sorted({due.applies_to for due in deadlines if due.code.endswith("_PROPOSE")})
    opened: dict[str, date] = {}
    for key in keys:
        _, level, number = key.split("/")
        given = next((each for each in plan.batches if f"batch/{each.level}/{each.number}" == key), None)
        opens_on = _opens(given, opened.get(level), year)
        propose = last_days[key, "PROPOSE"]
        opened[level] = date.fromordinal(propose.toordinal() + 1)
        evaluate = last_days.get((key, "PROVINCE")) or last_days[key, "DONE"]
        yield Round(level, int(number), opens_on, propose, evaluate)


def _opens(given: PlanBatch | None, after_former: date | None, year: int) -> date:
    if given is not None and given.opens is not None:
        return given.opens
    return after_former or date(year, 1, 1)
