"""Conditions over named facts, written as data so that pages, tests and an offline verifier read the same thing.

Must never look anything up: a condition sees only the facts it is handed.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

FactValue: TypeAlias = str | int | bool | list[str] | list[int] | None
Facts: TypeAlias = Mapping[str, FactValue]
Truth: TypeAlias = bool | None  # None: unknown, because a fact was not given
Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

_ORDER = ("lt", "le", "gt", "ge")
_MISSING = object()


class UnknownOperatorError(ValueError):
    """A condition read from a file uses an operator outside the closed set."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison or a combination of them: an operator and its arguments."""

    operator: str
    arguments: tuple["Condition | Term", ...]

    def __and__(self, other: "Condition") -> "Condition":
        return Condition("and", (self, other))

    def __or__(self, other: "Condition") -> "Condition":
        return Condition("or", (self, other))

    def __invert__(self) -> "Condition":
        return Condition("not", (self,))

    def fact_names(self) -> Iterator[str]:
        """Every fact the condition reads, in order, with repeats."""
        for argument in self.arguments:
            yield from argument.fact_names()

    def value(self, facts: "Facts") -> Truth:
        return evaluate(self, facts)

    def to_json(self) -> Json:
        return [self.operator, *(argument.to_json() for argument in self.arguments)]


class Term(ABC):
    """Something with a value: a fact, a constant, or a whole multiple of a fact."""

    __slots__ = ()

    @abstractmethod
    def value(self, facts: Facts) -> object: ...

    def fact_names(self) -> Iterator[str]:
        return iter(())

    @abstractmethod
    def to_json(self) -> Json: ...

    def __lt__(self, other: "Term | FactValue") -> Condition:
        return Condition("lt", (self, as_term(other)))

    def __le__(self, other: "Term | FactValue") -> Condition:
        return Condition("le", (self, as_term(other)))

    def __gt__(self, other: "Term | FactValue") -> Condition:
        return Condition("gt", (self, as_term(other)))

    def __ge__(self, other: "Term | FactValue") -> Condition:
        return Condition("ge", (self, as_term(other)))

    def equals(self, other: "Term | FactValue") -> Condition:
        return Condition("eq", (self, as_term(other)))

    def is_in(self, values: "Term | list[str] | list[int]") -> Condition:
        """The fact is one of these values, or of those another fact lists."""
        return Condition("in", (self, as_term(values)))

    def includes_all(self, values: "Term | list[str]") -> Condition:
        """The fact is a list that holds every one of these values, or of those another fact lists."""
        return Condition("all", (self, as_term(values)))

    def given(self) -> Condition:
        """The fact is there and neither null, nor empty, nor false."""
        return Condition("given", (self,))


@dataclass(frozen=True, slots=True)
class Fact(Term):
    """A fact by its name."""

    name: str

    def value(self, facts: Facts) -> object:
        return facts.get(self.name, _MISSING)

    def fact_names(self) -> Iterator[str]:
        yield self.name

    def to_json(self) -> Json:
        return ["fact", self.name]

    def times(self, factor: int) -> "Times":
        return Times(factor, self)


@dataclass(frozen=True, slots=True)
class Const(Term):
    """A value that stands in the rule itself."""

    constant: FactValue

    def value(self, facts: Facts) -> object:  # noqa: ARG002 -- one signature for every term
        return self.constant

    def to_json(self) -> Json:
        return ["const", cast(Json, self.constant)]


@dataclass(frozen=True, slots=True)
class Times(Term):
    """A whole multiple of a fact, so that a mean is compared without dividing: ``sum >= 90 * count``."""

    factor: int
    fact: Fact

    def value(self, facts: Facts) -> object:
        number = self.fact.value(facts)
        return self.factor * number if isinstance(number, int) else number

    def fact_names(self) -> Iterator[str]:
        yield self.fact.name

    def to_json(self) -> Json:
        return ["times", self.factor, self.fact.name]


def as_term(value: "Term | FactValue") -> Term:
    return value if isinstance(value, Term) else Const(value)


def evaluate(condition: Condition, facts: Facts) -> Truth:
    """Three-valued truth: True, False, or None where a fact that decides is not given.

    "and", "or", "not" follow Kleene: one false settles an "and", one true settles an "or".
    """
    if condition.operator in ("and", "or"):
        return _joined(condition, facts)
    if condition.operator == "not":
        inner = evaluate(cast(Condition, condition.arguments[0]), facts)
        return None if inner is None else not inner
    terms = [argument.value(facts) for argument in condition.arguments]
    if _MISSING in terms:
        return None
    return _compared(condition.operator, terms)


def _joined(condition: Condition, facts: Facts) -> Truth:
    settles = condition.operator == "or"
    unknown = False
    for argument in condition.arguments:
        truth = evaluate(cast(Condition, argument), facts)
        if truth is settles:
            return settles
        unknown = unknown or truth is None
    return None if unknown else not settles


def _compared(operator: str, terms: list[object]) -> Truth:
    left = terms[0]
    if operator == "given":
        return bool(left) or (left == 0 and left is not False)
    right = terms[1]
    if operator == "eq":
        return left == right and isinstance(left, bool) == isinstance(right, bool)
    if operator == "in":
        known = left is not None and right is not None
        return left in cast("list[object]", right) if known else None
    if operator == "all":
        known = left is not None and right is not None
        return set(cast("list[str]", right)) <= set(cast("list[str]", left)) if known else None
    return _ordered(operator, left, right)


def _ordered(operator: str, left: object, right: object) -> Truth:
    if isinstance(left, str) and isinstance(right, str):
        return _holds(operator, (left > right) - (left < right))
    if isinstance(left, int) and isinstance(right, int):
        return _holds(operator, (left > right) - (left < right))
    return None  # null or unlike kinds have no order


def _holds(operator: str, sign: int) -> bool:
    return {"lt": sign < 0, "le": sign <= 0, "gt": sign > 0, "ge": sign >= 0}[operator]


def condition_from_json(node: Json) -> Condition:
    """Read a condition back from an exported edition.

    Raises:
        UnknownOperatorError: the operator is not one of the closed set.
    """
    if not isinstance(node, list) or not node:
        raise UnknownOperatorError(str(node))
    operator, arguments = str(node[0]), node[1:]
    if operator in ("and", "or", "not"):
        return Condition(operator, tuple(condition_from_json(argument) for argument in arguments))
    if operator in (*_ORDER, "eq", "in", "all", "given"):
        return Condition(operator, tuple(_term_from_json(argument) for argument in arguments))
    raise UnknownOperatorError(operator)


def _term_from_json(node: Json) -> Term:
    match node:
        case ["fact", str(name)]:
            return Fact(name)
        case ["const", value]:
            return Const(cast(FactValue, value))
        case ["times", int(factor), str(name)]:
            return Times(factor, Fact(name))
    raise UnknownOperatorError(str(node))
