"""What a plan consists of, as values: windows, batches, targets, tasks, events, councils and the rest.

It reads no file and checks nothing; `plan.py` builds these from a file that was checked.
"""

import calendar as month_lengths
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

OnDay: TypeAlias = date  # fields are called `date`, as in the file


@dataclass(frozen=True, slots=True)
class Document:
    """A document the plan rests on."""

    number: str
    date: OnDay | None
    what: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class PlanWindow:
    """Days on which one step of the cycle is open; `closes` is the stated day, read with `bound`."""

    step: str
    opens: OnDay
    closes: OnDay
    bound: str
    batch: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class BatchStep:
    """One dated step of a batch as the plan states it."""

    step: str
    date: OnDay
    bound: str
    title: str | None


@dataclass(frozen=True, slots=True)
class PlanBatch:
    """A round of evaluation (đợt đánh giá)."""

    level: str
    number: int
    opens: OnDay | None
    steps: tuple[BatchStep, ...]
    products: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class AreaMinimum:
    """What one unit must reach."""

    unit: str
    at_least: int | None
    exactly: int | None


@dataclass(frozen=True, slots=True)
class Target:
    """A target with its measure; which measure fields stand depends on `kind`."""

    kind: str
    what: str
    year: int | None
    stars: int | None
    of: str | None
    from_stars: int | None
    to_stars: int | None
    basis: str | None
    at_least: int | None
    exactly: int | None
    from_: int | None
    to: int | None
    percent: int | None
    about: int | None
    per_area_from: int | None
    per_area_to: int | None
    areas: tuple[AreaMinimum, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the plan: who owes what until when, after which others; `department` is the body that answers for it."""

    title: str
    ref: str | None
    after: tuple[str, ...]
    year: int | None
    owner: str | None
    department: str | None
    due: OnDay | None
    bound: str
    output: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Anything else with a date: planned entries become deadlines, happened ones are shown only."""

    code: str
    title: str
    date: OnDay | None
    month: str | None
    from_: OnDay | None
    to: OnDay | None
    bound: str
    kind: str
    round: int | None
    document: str | None
    note: str | None

    @property
    def stated(self) -> OnDay | None:
        """The day that counts."""
        return stated_day(self.date, self.to, self.month)


@dataclass(frozen=True, slots=True)
class Event:
    """A training, a fair, a conference: when, for whom, for how many."""

    kind: str
    title: str
    date: OnDay | None
    month: str | None
    from_: OnDay | None
    to: OnDay | None
    audience: tuple[str, ...]
    places: int | None
    owner: str | None
    department: str | None
    note: str | None

    @property
    def stated(self) -> OnDay | None:
        """The day that counts."""
        return stated_day(self.date, self.to, self.month)


@dataclass(frozen=True, slots=True)
class Council:
    """Council days planned, with the load they are made for; `sessions` councils sit at the same time."""

    level: str
    batch: int | None
    round: int | None
    title: str | None
    from_: OnDay | None
    to: OnDay | None
    sessions: int | None
    products: int | None
    per_day: int | None


@dataclass(frozen=True, slots=True)
class YearTheme:
    """The theme of one year of a programme."""

    year: int
    theme: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A warning of the preview the province accepts, with its reason."""

    warning: str
    reason: str


@dataclass(frozen=True, slots=True)
class Hanging:
    """A date that hangs on another one: its place in the plan, and how it was written, `IDEA_WINDOW + 15 days`."""

    path: str
    offset: str


@dataclass(frozen=True, slots=True)
class YearBudget:
    """Money of one year from one source."""

    year: int
    million_vnd: int
    from_: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """How many certificates or marks of one sort products hold."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """Where the province stood on a day: products by stars against what was aimed at, producers by type."""

    at: OnDay
    products: int | None
    three_star: int | None
    four_star: int | None
    five_star: int | None
    target: int | None
    entities: int | None
    enterprises: int | None
    cooperatives: int | None
    groups: int | None
    households: int | None
    held: tuple[Held, ...]
    source: str | None

    @property
    def fulfilment_permille(self) -> int | None:
        """Products in a thousandth of the target, cut; None where either is not stated."""
        return self.products * 1000 // self.target if self.products is not None and self.target else None


@dataclass(frozen=True, slots=True)
class Survey:
    """What recognition brought, asked of a sample of products."""

    at: OnDay | None
    sample: int
    revenue_million_vnd: int | None
    revenue_each_million_vnd: int | None
    profit_each_million_vnd: int | None
    growth_percent: int | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Partner:
    """A body the province works with."""

    name: str
    kind: str
    members: int | None
    note: str | None


def stated_day(day: OnDay | None, end: OnDay | None, month: str | None) -> OnDay | None:
    """The day that counts: the date, the end of the span, the last day of the month."""
    if day or end or month is None:
        return day or end
    year, number = (int(part) for part in month.split("-"))
    return OnDay(year, number, month_lengths.monthrange(year, number)[1])
