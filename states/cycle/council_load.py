"""How many products each day of a planned council would hear, against the most it should.

Pure arithmetic over the plan's own figures: products are spread evenly over the days offices work.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from states.cycle.calendar_marks import PlanMark
from states.cycle.dating import Calendar
from states.cycle.plan import Plan
from states.cycle.plan_values import Council

_DAY = timedelta(days=1)
LONGEST_DAYS = 62  # a council that is planned for longer is a window, no session; its days are not listed
_REST = frozenset({PlanMark.DAY_OFF})


@dataclass(frozen=True, slots=True)
class CouncilDay:
    """One day: the products it would hear; `most` is what the plan allows for a day, None where it says nothing."""

    day: date
    products: int | None
    most: int | None
    marks: tuple[PlanMark, ...]

    @property
    def over(self) -> bool:
        return self.products is not None and self.most is not None and self.products > self.most

    def to_json(self) -> dict[str, object]:
        return {
            "day": self.day.isoformat(), "products": self.products, "most": self.most, "over": self.over,
            "marks": [str(mark) for mark in self.marks],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class CouncilLoad:
    """One planned council with its days; `key` is what its dates are moved by."""

    key: str
    path: str
    level: str
    batch: int | None
    round: int | None
    title: str | None
    products: int | None
    days: tuple[CouncilDay, ...]

    @property
    def over(self) -> bool:
        return any(each.over for each in self.days)

    @property
    def rests(self) -> bool:
        """Whether it would sit on days off only."""
        return bool(self.days) and all(PlanMark.DAY_OFF in each.marks for each in self.days)

    def to_json(self) -> dict[str, object]:
        return {
            "key": self.key, "level": self.level, "batch": self.batch, "round": self.round, "title": self.title,
            "products": self.products, "over": self.over, "days": [each.to_json() for each in self.days],
        }  # fmt: skip


def council_loads(plan: Plan, calendar: Calendar) -> tuple[CouncilLoad, ...]:
    """Every planned council with what each of its days would hear."""
    return tuple(_load(plan, index, council, calendar) for index, council in enumerate(plan.councils))


def _load(plan: Plan, index: int, council: Council, calendar: Calendar) -> CouncilLoad:
    products = council.products if council.products is not None else _expected(plan, council)
    return CouncilLoad(
        f"COUNCIL/{index + 1}", f"councils[{index}]", council.level, council.batch, council.round, council.title,
        products, tuple(_days(council, products, calendar)),
    )  # fmt: skip


def _expected(plan: Plan, council: Council) -> int | None:
    """What the batch of a council expects, where the council itself says nothing."""
    return next(
        (
            each.products
            for each in plan.batches
            if (each.level, each.number) == (council.level, council.batch)
        ),
        None,
    )


def _days(council: Council, products: int | None, calendar: Calendar) -> Iterator[CouncilDay]:
    if council.from_ is None or council.to is None or (council.to - council.from_).days >= LONGEST_DAYS:
        return
    span = [council.from_ + n * _DAY for n in range((council.to - council.from_).days + 1)]
    marked = [(day, calendar.marks(day)) for day in span]
    sitting = [each for each in marked if _REST.isdisjoint(each[1])] or marked
    most = council.per_day * (council.sessions or 1) if council.per_day else None
    whole, rest = divmod(products, len(sitting)) if products is not None else (None, 0)
    for place, (day, marks) in enumerate(sitting):
        yield CouncilDay(day, None if whole is None else whole + (place < rest), most, marks)
