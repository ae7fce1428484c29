"""What moves when dates of a plan are moved: the dates before and after, and why each one changed.

It compares two computed schedules; it computes no date itself.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from states.cycle.plan import Plan
from states.cycle.plan_dates import OPENS
from states.cycle.schedule import Schedule

MOVED, HANGS, FOLLOWS = "moved", "hangs", "follows"
_PREFIX = {"province": "BATCH", "central": "CENTRAL"}


@dataclass(frozen=True, slots=True)
class Moved:
    """One date that is another one now. `why`: it was moved, it hangs on one that was, or it follows from one."""

    key: str
    title: str | None
    was: date | None
    becomes: date | None
    why: str

    def to_json(self) -> dict[str, object]:
        return {
            "key": self.key, "title": self.title, "was": self.was and self.was.isoformat(),
            "becomes": self.becomes and self.becomes.isoformat(), "why": self.why,
        }  # fmt: skip


def what_moved(before: Schedule, after: Schedule, plan: Plan, moves: Collection[str]) -> tuple[Moved, ...]:
    """Every date that differs, in the order of the new dates; `plan` is the plan with its moves."""
    hanging = {plan.keys[each.path] for each in plan.hanging if each.path in plan.keys}
    old, new = dict(_dates(before)), dict(_dates(after))
    titles = {due.key: due.title for due in (*before.deadlines, *after.deadlines)}
    found = [
        Moved(key, titles.get(key), old.get(key), new.get(key), _why(key, moves, hanging))
        for key in old.keys() | new.keys()
        if old.get(key) != new.get(key)
    ]
    return tuple(sorted(found, key=lambda each: (each.becomes or each.was or date.min, each.key)))


def _why(key: str, moves: Collection[str], hanging: Collection[str]) -> str:
    return MOVED if key in moves else HANGS if key in hanging else FOLLOWS


def _dates(schedule: Schedule) -> Iterator[tuple[str, date]]:
    """Stated dates by their keys, with the first days of windows and of intakes."""
    for due in schedule.deadlines:
        yield due.key, due.stated
    for window in schedule.windows:
        yield window.key + OPENS, window.opens_on
    for batch in schedule.batches:
        yield f"{_PREFIX[batch.level]}{batch.number}{OPENS}", batch.opens_on
