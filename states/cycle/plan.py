"""A province's plan as a value: parsed from its file with the place of every mistake, and back to plain JSON.

It knows no database and no clock; what depends on law or registry is checked by the preview.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any, TypeVar, cast

from core.errors import BadInput, FieldError
from core.positions import position_after
from states.cycle import plan_dates
from states.cycle.plan_checks import DATED, check
from states.cycle.plan_dates import Values
from states.cycle.plan_format import PLAN, plan_schema
from states.cycle.plan_text import SIZE_LIMIT, PlanTextError, compose
from states.cycle.plan_values import (
    Accepted,
    AreaMinimum,
    Baseline,
    BatchStep,
    CalendarEntry,
    Council,
    Document,
    Event,
    Hanging,
    Held,
    Partner,
    PlanBatch,
    PlanWindow,
    Survey,
    Target,
    Task,
    YearBudget,
    YearTheme,
)
from states.cycle.shapes import Param, PlanFault, Reading

__all__ = ["Plan", "parse", "plan_of", "plan_schema", "text_of"]

SHOWN_FAULTS = 50
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan file. `places` says where each value stands, `keys` by which key each date is moved.

    `hanging` keeps what a date that hangs on another was written as.
    """

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
    budget_note: str | None
    budgets: tuple[YearBudget, ...]
    lead: str | None
    programme: str | None
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
    events: tuple[Event, ...]
    baseline: tuple[Baseline, ...]
    surveys: tuple[Survey, ...]
    partners: tuple[Partner, ...]
    local_brand: str | None
    key_products: tuple[str, ...]
    national_candidates: tuple[str, ...]
    potential_products: tuple[str, ...]
    accepted: tuple[Accepted, ...]
    hanging: tuple[Hanging, ...]
    filename: str = field(default="plan.yaml", compare=False)
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)
    keys: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    written: Values = field(default_factory=dict, compare=False, repr=False)

    def to_json(self) -> dict[str, object]:
        """Plain values in the order of the format; the file's name and places are no part of the plan."""
        return cast("dict[str, object]", plain(self))

    def theme_of(self, year: int) -> str | None:
        return next((each.theme for each in self.themes if each.year == year), self.theme)

    def budget_of(self, year: int) -> int | None:
        """Million đồng of one year: the sum of its budgets; of a plan of that year alone its own figure."""
        mine = [each.million_vnd for each in self.budgets if each.year == year]
        alone = self.first_year == self.last_year
        return sum(mine) if mine else self.budget_million_vnd if alone else None

    def place_of(self, path: str) -> tuple[int, int]:
        """Line and column of a path, or of the nearest part of it that stands in the file."""
        return Reading(places=dict(self.places)).place(path)

    def refuse(self, code: str, path: str, /, **params: Param) -> BadInput:
        """A mistake found after parsing, at its place in the file."""
        return self.refuse_all([(code, path, params)])

    def refuse_all(self, faults: Iterable[tuple[str, str, Mapping[str, Param]]]) -> BadInput:
        """Mistakes found after parsing, each a code, a path and its values."""
        reading = Reading(places=dict(self.places))
        for code, path, params in faults:
            reading.fault(code, path, **params)
        return bad_plan(self.filename, reading.faults)

    def moved(self, moves: Mapping[str, date], lawful: Mapping[str, Values]) -> "Plan":
        """The plan with other dates, and what hangs on them; `lawful`: batches only the law fixes, by the key of a move.

        Raises:
            BadInput: `plan_move_unknown`, `plan_move_outside`; `plan_invalid` where the dates no longer fit together.
        """
        values = plan_dates.moved(self.written, moves, lawful)
        return _settled(values, self.filename, Reading(places=dict(self.places)))


_OF_THE_FILE = frozenset({"filename", "places", "keys", "written"})


def parse(text: str, filename: str = "plan.yaml") -> Plan:
    """Read a plan file.

    Raises:
        BadInput: `plan_invalid`; every mistake with its line and column in `fields`.
    """
    reading = Reading()
    try:
        node = compose(text)
    except PlanTextError as error:
        raise _no_plan(filename, error) from error
    reading.stand("", node)
    return _settled(cast("Values", PLAN.read(node, reading, "")), filename, reading)


def _no_plan(filename: str, error: PlanTextError) -> BadInput:
    return bad_plan(filename, [PlanFault(error.code, error.line, error.column, "", error.params)])


def text_of(data: bytes, filename: str) -> str:
    """The text of a plan file from its bytes.

    Raises:
        BadInput: `plan_too_large`; `plan_invalid` with the place from which on it is not UTF-8.
    """
    if len(data) > SIZE_LIMIT:
        raise BadInput("plan_too_large", file=filename, limit=SIZE_LIMIT // 1024)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        broken = PlanTextError("plan_not_utf8", *position_after(before), file=filename)
        raise _no_plan(filename, broken) from error


def plan_of(values: Values) -> Plan:
    """The plan these values of a file make.

    Raises:
        BadInput: `plan_invalid`; without places, as there is no file.
    """
    return _settled(values, "plan.yaml", Reading())


def _settled(written: Values, filename: str, reading: Reading) -> Plan:
    """The plan of these values once its dates are settled and checked against each other.

    What is well written is checked even where something else is not, so that all mistakes are told at once.
    """
    values = deepcopy(written)
    hanging = plan_dates.settle(values, reading) if reading.clean(*DATED) else ()
    check(values, reading)
    if reading.faults:
        raise bad_plan(filename, reading.faults)
    keys = {each.path: each.key for each in plan_dates.dated(values)}
    return _plan(values, hanging, filename=filename, places=reading.places, keys=keys, written=written)


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
        left_out = _OF_THE_FILE if isinstance(value, Plan) else frozenset()
        shown = (each.name for each in fields(value) if each.name not in left_out)
        return {name.rstrip("_"): plain(getattr(value, name)) for name in shown}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    return value.isoformat() if isinstance(value, date) else value


_SINGLE = (
    "format",
    "province",
    "province_name",
    "title",
    "theme",
    "budget_million_vnd",
    "budget_note",
    "lead",
    "programme",
    "ruleset",
    "local_brand",
)
_LISTS = ("sources", "key_products", "national_candidates", "potential_products")
_VALUES: Mapping[str, type[Any]] = {
    "themes": YearTheme,
    "budgets": YearBudget,
    "documents": Document,
    "windows": PlanWindow,
    "batches": PlanBatch,
    "targets": Target,
    "tasks": Task,
    "calendar": CalendarEntry,
    "councils": Council,
    "events": Event,
    "baseline": Baseline,
    "surveys": Survey,
    "partners": Partner,
    "accepted": Accepted,
}
_INNER: Mapping[str, type[Any]] = {"steps": BatchStep, "areas": AreaMinimum, "held": Held}
_DEFAULTS: Mapping[str, object] = {"bound": "by", "code": "CALENDAR_ENTRY"}
_PLAIN_LISTS = frozenset({"after", "audience"})


def _plan(values: Values, hanging: tuple[Hanging, ...], **of_the_file: Any) -> Plan:
    first, last = values["years"] or (values["year"], values["year"])
    return Plan(
        first_year=first,
        last_year=last,
        illustrative=bool(values["illustrative"]),
        audience=tuple(values["audience"] or ("commune", "producer")),
        hanging=hanging,
        **cast("Any", {name: _all(kind, values[name]) for name, kind in _VALUES.items()}),
        **cast("Any", {name: tuple(values[name] or ()) for name in _LISTS}),
        **cast("Any", {name: values[name] for name in _SINGLE}),
        **of_the_file,
    )


def _all(kind: type[T], values: Sequence[Values] | None) -> tuple[T, ...]:
    return tuple(_one(kind, each) for each in values or ())


def _one(kind: type[T], values: Values) -> T:
    names = [each.name for each in fields(cast("Any", kind))]
    return kind(**{name: _value(kind, name, values.get(name.rstrip("_"))) for name in names})


def _value(kind: type[Any], name: str, given: Any) -> object:
    """What stands in a field: lists as tuples of their own values, defaults where the file says nothing."""
    if name in _INNER:
        return _all(_INNER[name], given)
    if name in _PLAIN_LISTS:
        return tuple(given or ())
    if kind is CalendarEntry and name == "kind":
        return given or "planned"
    return _DEFAULTS.get(name) if given is None else given
