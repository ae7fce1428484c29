"""Where the deadlines of a year come from: the law, then the windows, batches, calendar, events and tasks of a plan.

Pure: it asks no database; a date keeps what was stated and says by which key of the plan it can be moved.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from core.columns import instant_text
from regulations.batches import BatchLimit
from states.cycle.calendar_marks import PlanMark
from states.cycle.dating import Calendar
from states.cycle.plan import Plan
from states.cycle.plan_format import STEP_CODES, WINDOW_CODES
from states.deadlines.codes import CODES

CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline of a preview; `key` is what it is moved by, `path` its place in the plan, empty where the law gives it."""

    code: str
    key: str
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
            "code": self.code, "key": self.key, "applies_to": self.applies_to, "title": self.title,
            "owner_role": self.owner_role, "stated": {"date": self.stated.isoformat(), "bound": self.bound},
            "last_day": self.last_day.isoformat(), "due_at": instant_text(self.due_at), "rule": self.rule,
            "basis": self.basis, "marks": [str(mark) for mark in self.marks],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sources:
    """One year of a plan with what its dates are read by."""

    plan: Plan
    year: int
    calendar: Calendar
    batches: frozenset[tuple[str, int]]
    """Level and number of every batch of the year, those of the law included."""

    def all(self, limits: Iterable[BatchLimit]) -> list[Due]:
        """Every deadline of the year, the earliest first; `limits` are those of the law that the plan leaves to it."""
        found = (*self._of_law(limits), *self._of_windows(), *self._of_batches(), *self._of_calendar(),
                 *self._of_events(), *self._of_tasks())  # fmt: skip
        return sorted(found, key=lambda due: (due.due_at, due.code, due.applies_to, due.path))

    def _of_law(self, limits: Iterable[BatchLimit]) -> Iterator[Due]:
        for limit in limits:
            code = code_of(limit)
            yield self._due(
                code, limit.stated_on, limit.bound, applies_to=f"batch/{limit.level}/{limit.number}",
                rule=f"law:{limit.code}", basis="; ".join(limit.source),
            )  # fmt: skip

    def _of_windows(self) -> Iterator[Due]:
        for index, window in enumerate(self.plan.windows):
            yield self._due(
                WINDOW_CODES[window.step], window.closes, window.bound, applies_to=self._of_batch(window.batch),
                title=window.note, rule=f"plan:window:{window.step}", path=f"windows[{index}].closes",
            )  # fmt: skip

    def _of_batches(self) -> Iterator[Due]:
        for index, batch in enumerate(self.plan.batches):
            for place, step in enumerate(batch.steps):
                yield self._due(
                    STEP_CODES[batch.level, step.step].format(batch.number), step.date, step.bound,
                    applies_to=f"batch/{batch.level}/{batch.number}", title=step.title,
                    rule=f"plan:batch:{step.step}", path=f"batches[{index}].steps[{place}].date",
                )  # fmt: skip

    def _of_calendar(self) -> Iterator[Due]:
        for index, entry in enumerate(self.plan.calendar):
            if entry.stated and entry.kind == "planned" and self._is_mine(entry.stated):
                yield self._due(
                    entry.code, entry.stated, entry.bound, applies_to=self._of_batch(entry.round), title=entry.title,
                    rule="plan:calendar:month" if entry.month else "plan:calendar", basis=entry.document,
                    path=f"calendar[{index}].{'to' if entry.to else 'date'}",
                )  # fmt: skip

    def _of_events(self) -> Iterator[Due]:
        for index, event in enumerate(self.plan.events):
            if event.stated and self._is_mine(event.stated):
                yield self._due(
                    "EVENT", event.stated, "by", title=event.title, owner=event.owner,
                    rule="plan:calendar:month" if event.month else "plan:event",
                    path=f"events[{index}].{'to' if event.to else 'date'}",
                )  # fmt: skip

    def _of_tasks(self) -> Iterator[Due]:
        for index, task in enumerate(self.plan.tasks):
            if task.due and self._is_mine(task.due):
                yield self._due(
                    "TASK", task.due, task.bound, title=task.title, rule="plan:task", path=f"tasks[{index}].due",
                    owner=task.owner,
                )  # fmt: skip

    def _is_mine(self, day: date) -> bool:
        """A plan of one year takes what it dates after its end too; of a programme each year takes its own."""
        return self.plan.first_year == self.plan.last_year or day.year == self.year

    def _of_batch(self, number: int | None) -> str:
        """The batch a number of the plan means, the cycle where it names none."""
        return f"batch/province/{number}" if ("province", number) in self.batches else CYCLE

    def _due(
        self, code: str, stated: date, bound: str, *, applies_to: str = CYCLE, title: str | None = None, rule: str,
        basis: str | None = None, path: str = "", owner: str | None = None,
    ) -> Due:  # fmt: skip
        last = self.calendar.last_day(stated, bound)
        hangs = next((each.offset for each in self.plan.hanging if each.path == path), None)
        return Due(
            code=code, key=self.plan.keys.get(path, code), applies_to=applies_to, title=title,
            owner_role=owner or CODES[code].owner.value, stated=stated, bound=str(bound), last_day=last,
            due_at=self.calendar.closing(last), rule=f"plan:offset:{hangs}" if hangs else rule,
            basis=basis or basis_of(self.plan), marks=self.calendar.marks(last), path=path,
        )  # fmt: skip


def code_of(limit: BatchLimit) -> str:
    """The code of the deadline a limit of the law becomes."""
    return STEP_CODES[str(limit.level), limit.step].format(limit.number)


def basis_of(plan: Plan) -> str:
    """The plan's own document, as the basis of its dates."""
    return plan.documents[0].number if plan.documents else plan.title
