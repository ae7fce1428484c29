"""A province's plan as a value: parsed from its file with the place of every mistake, and back to plain JSON.

It knows no database and no clock; what depends on law or registry is checked by the preview.
"""

import calendar as month_lengths
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any, TypeAlias, TypeVar, cast

from core.errors import BadInput, FieldError
from states.cycle.plan_checks import check
from states.cycle.plan_format import PLAN, plan_schema
from states.cycle.plan_text import PlanTextError, compose
from states.cycle.shapes import Param, PlanFault, Reading

__all__ = ["Plan", "parse", "plan_schema"]

SHOWN_FAULTS = 50
OnDay: TypeAlias = date  # fields are called `date`, as in the file
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Document:
    """A document the plan rests on."""

    number: str
    date: OnDay | None
    what: str | None


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
    """A task of the plan: who owes what until when."""

    title: str
    owner: str | None
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
        """The day that counts: the date, the end of the span, the last day of the month."""
        if self.date or self.to:
            return self.date or self.to
        if self.month is None:
            return None
        year, month = (int(part) for part in self.month.split("-"))
        return OnDay(year, month, month_lengths.monthrange(year, month)[1])


@dataclass(frozen=True, slots=True)
class Council:
    """Council days planned, with the load they are made for."""

    level: str
    batch: int | None
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
class Plan:
    """One plan file; `places` says where each value stands, for mistakes found later."""

    format: str
    province: str
    province_name: str | None
    first_year: int
    last_year: int
    title: str
    illustrative: bool
    theme: str | None
    themes: tuple[YearTheme, ...]
    budget_million_vnd: int | None
    ruleset: str | None
    documents: tuple[Document, ...]
    sources: tuple[str, ...]
    audience: tuple[str, ...]
    windows: tuple[PlanWindow, ...]
    batches: tuple[PlanBatch, ...]
    targets: tuple[Target, ...]
    tasks: tuple[Task, ...]
    calendar: tuple[CalendarEntry, ...]
    councils: tuple[Council, ...]
    local_brand: str | None
    key_products: tuple[str, ...]
    national_candidates: tuple[str, ...]
    potential_products: tuple[str, ...]
    accepted: tuple[Accepted, ...]
    filename: str = field(default="plan.yaml", compare=False)
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)

    def to_json(self) -> dict[str, object]:
        """Plain values in the order of the format; the file's name and places are no part of the plan."""
        whole = cast("dict[str, object]", plain(self))
        return {name: value for name, value in whole.items() if name not in ("filename", "places")}

    def theme_of(self, year: int) -> str | None:
        return next((each.theme for each in self.themes if each.year == year), self.theme)

    def refuse(self, code: str, path: str, /, **params: Param) -> BadInput:
        """A mistake found after parsing, at its place in the file."""
        reading = Reading(places=dict(self.places))
        reading.fault(code, path, **params)
        return bad_plan(self.filename, reading.faults)


def parse(text: str, filename: str = "plan.yaml") -> Plan:
    """Read a plan file.

    Raises:
        BadInput: `plan_invalid`; every mistake with its line and column in `fields`.
    """
    reading = Reading()
    try:
        node = compose(text)
    except PlanTextError as error:
        raise bad_plan(
            filename, [PlanFault(error.code, error.line, error.column, "", error.params)]
        ) from error
    reading.stand("", node)
    values = cast("dict[str, Any]", PLAN.read(node, reading, ""))
    if not reading.faults:
        check(values, reading)
    if reading.faults:
        raise bad_plan(filename, reading.faults)
    return _plan(values, filename, reading.places)


def bad_plan(filename: str, faults: Sequence[PlanFault]) -> BadInput:
    """All mistakes in the order of the file, the first one in the message itself."""
    ordered = sorted(faults, key=lambda fault: (fault.line, fault.column))
    first = ordered[0]
    entries = [
        FieldError(fault.path, fault.code, {"line": fault.line, "column": fault.column, **fault.params})
        for fault in ordered[:SHOWN_FAULTS]
    ]
    return BadInput(
        "plan_invalid",
        fields=entries,
        file=filename,
        line=first.line,
        column=first.column,
        count=len(ordered),
    )


def plain(value: object) -> object:
    """Dataclasses, tuples and days as plain JSON values; a trailing underscore of a name is dropped."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name.rstrip("_"): plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def _plan(values: dict[str, Any], filename: str, places: Mapping[str, tuple[int, int]]) -> Plan:
    first, last = values["years"] or (values["year"], values["year"])
    lists = {"sources", "key_products", "national_candidates", "potential_products"}
    return Plan(
        first_year=first,
        last_year=last,
        illustrative=bool(values["illustrative"]),
        themes=_all(YearTheme, values["themes"]),
        documents=_all(Document, values["documents"]),
        audience=tuple(values["audience"] or ("commune", "producer")),
        windows=_all(PlanWindow, values["windows"]),
        batches=tuple(_batch(each) for each in values["batches"] or ()),
        targets=tuple(_target(each) for each in values["targets"] or ()),
        tasks=_all(Task, values["tasks"]),
        calendar=tuple(_entry(each) for each in values["calendar"] or ()),
        councils=_all(Council, values["councils"]),
        accepted=_all(Accepted, values["accepted"]),
        filename=filename,
        places=places,
        **cast("Any", {name: tuple(values[name] or ()) for name in lists}),
        **cast("Any", {name: values[name] for name in _SINGLE}),
    )


_SINGLE = (
    "format",
    "province",
    "province_name",
    "title",
    "theme",
    "budget_million_vnd",
    "ruleset",
    "local_brand",
)


def _all(kind: type[T], values: Sequence[Mapping[str, Any]] | None) -> tuple[T, ...]:
    return tuple(_one(kind, each) for each in values or ())


def _one(kind: type[T], values: Mapping[str, Any]) -> T:
    names = [each.name for each in fields(cast("Any", kind))]
    given = {name: values.get(name.rstrip("_")) for name in names}
    if "bound" in given:
        given["bound"] = given["bound"] or "by"
    return kind(**given)


def _batch(values: Mapping[str, Any]) -> PlanBatch:
    return _one(PlanBatch, {**values, "steps": _all(BatchStep, values["steps"])})


def _target(values: Mapping[str, Any]) -> Target:
    return _one(Target, {**values, "areas": _all(AreaMinimum, values["areas"])})


def _entry(values: Mapping[str, Any]) -> CalendarEntry:
    code, kind = values["code"] or "CALENDAR_ENTRY", values["kind"] or "planned"
    return _one(CalendarEntry, {**values, "code": code, "kind": kind})
