"""From plan, ruleset, settings and calendar to every date of a cycle. Pure: the same input gives the same dates.

It never looks at a database or a clock; a stated date stays as stated and the last good day stands beside it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from regulations.batches import BatchLimit
from states.cycle.dating import Calendar
from states.cycle.dues import Due, Sources, code_of
from states.cycle.plan import Plan
from states.cycle.plan_values import PlanBatch
from states.cycle.shapes import Param

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """Days on which a step is open, first and last day included; `key` is what its last day is moved by."""

    key: str
    step: str
    batch: int | None
    opens_on: date
    closes_on: date
    stated: date
    bound: str

    def to_json(self) -> dict[str, object]:
        return {
            "key": self.key, "step": self.step, "batch": self.batch, "opens_on": self.opens_on.isoformat(),
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
        BadInput: batches after their limit of the law, or a step this ruleset does not know; with line and column.
    """
    faults = faults_of(plan, year, calendar)
    if faults:
        raise plan.refuse_all(faults)
    limits, stated, known = _batches(plan, year, calendar)
    left = [each for each in limits if (str(each.level), each.number) not in stated]
    deadlines = Sources(plan, year, calendar, frozenset(known)).all(left)
    return Schedule(tuple(_windows(plan, calendar)), tuple(_rounds(plan, year, deadlines)), tuple(deadlines))


def faults_of(plan: Plan, year: int, calendar: Calendar) -> list["Fault"]:
    """What does not fit the law of the year: batches after their limit, steps it does not know, batches nobody has."""
    limits, _, known = _batches(plan, year, calendar)
    return [*_batch_faults(plan, limits, calendar), *_unknown_batches(plan, known)]


def _batches(
    plan: Plan, year: int, calendar: Calendar
) -> tuple[tuple[BatchLimit, ...], set[tuple[str, int]], set[tuple[str, int]]]:
    """The limits of the law, and level and number of the batches the plan states and of all there are."""
    limits = calendar.limits(year)
    stated = {(batch.level, batch.number) for batch in plan.batches}
    return limits, stated, stated | {(str(each.level), each.number) for each in limits}


def lawful_batches(year: int, calendar: Calendar) -> dict[str, dict[str, Any]]:
    """The batches of the law as a plan would write them, by the key of each of their dates."""
    found: dict[str, dict[str, Any]] = {}
    for (level, number), steps in groupby(calendar.limits(year), lambda limit: (limit.level, limit.number)):
        limits = list(steps)
        batch = {
            "level": str(level), "number": number, "opens": None, "products": None, "note": None,
            "steps": [
                {"step": each.step, "date": each.stated_on, "bound": str(each.bound), "title": None} for each in limits
            ],
        }  # fmt: skip
        found |= {code_of(each): batch for each in limits}
    return found


Fault = tuple[str, str, Mapping[str, Param]]
"""A mistake found after parsing: its code, its path in the plan, its values."""


def fault(code: str, path: str, /, **params: Param) -> Fault:
    return code, path, params


def _batch_faults(plan: Plan, limits: Iterable[BatchLimit], calendar: Calendar) -> Iterator[Fault]:
    by_step = {(str(limit.level), limit.number, limit.step): limit for limit in limits}
    for index, batch in enumerate(plan.batches):
        for place, step in enumerate(batch.steps):
            path = f"batches[{index}].steps[{place}]"
            limit = by_step.get((batch.level, batch.number, step.step))
            last = calendar.last_day(step.date, step.bound)
            if limit is not None and limit.is_late(last):
                yield fault(
                    "plan_batch_after_limit", f"{path}.date", step=step.step, last=str(last),
                    limit=str(limit.last_day), source="; ".join(limit.source),
                )  # fmt: skip
            if step.step == "district_done" and not calendar.districts:
                ruleset = calendar.ruleset.id if calendar.ruleset else "-"
                yield fault("plan_no_district", f"{path}.step", ruleset=ruleset)


def _unknown_batches(plan: Plan, known: Collection[tuple[str, int]]) -> Iterator[Fault]:
    """Windows, rounds and councils that name a batch which neither the plan nor the law has, though there are batches."""
    named = [
        *((f"windows[{index}].batch", "province", each.batch) for index, each in enumerate(plan.windows)),
        *((f"calendar[{index}].round", "province", each.round) for index, each in enumerate(plan.calendar)),
        *((f"councils[{index}].batch", each.level, each.batch) for index, each in enumerate(plan.councils)),
    ]
    for path, level, number in named:
        there = sorted(each for at, each in known if at == level)
        if number is not None and there and number not in there:
            yield fault("plan_batch_unknown", path, number=number, known=", ".join(map(str, there)))


def _windows(plan: Plan, calendar: Calendar) -> Iterator[OpenWindow]:
    for index, window in enumerate(plan.windows):
        last = calendar.last_day(window.closes, window.bound)
        key = plan.keys[f"windows[{index}].closes"]
        yield OpenWindow(key, window.step, window.batch, window.opens, last, window.closes, window.bound)


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
        opened[level] = propose + _DAY
        evaluate = last_days.get((key, "PROVINCE")) or last_days[key, "DONE"]
        if opens_on > propose:
            raise plan.refuse(
                "plan_batches_disordered", _path_of(plan, key), number=int(number), other=int(number) - 1
            )
        yield Round(level, int(number), opens_on, propose, evaluate)


def _path_of(plan: Plan, key: str) -> str:
    """Where a batch stands in the plan; nowhere where only the law names it."""
    keys = [f"batch/{each.level}/{each.number}" for each in plan.batches]
    return f"batches[{keys.index(key)}]" if key in keys else ""


def _opens(given: PlanBatch | None, after_former: date | None, year: int) -> date:
    if given is not None and given.opens is not None:
        return given.opens
    return after_former or date(year, 1, 1)
