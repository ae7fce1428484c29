"""The tables every lifecycle is declared in, and the checks a table must pass.

Rules are data: nothing here knows a database, a clock or the `transitions` library.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from registry.roles import Role
from states.engine.facts import Condition, FactValue
from states.engine.forms import Form

NEW = "new"  # where a subject comes from before its first line
Branch: TypeAlias = tuple[tuple[str, FactValue], ...]


class RuleTableError(ValueError):
    """A lifecycle table contradicts itself; raised when the table is built, never at run time."""


class Phase(StrEnum):
    """The six phases of a product (chu trình OCOP thường niên), steps 2 to 6 of Decision 490/QĐ-TTg and the review."""

    IDEA = "idea"
    PLAN = "plan"
    PRODUCTION = "production"
    EVALUATION = "evaluation"
    PROMOTION = "promotion"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class StateInfo:
    """What a state means to people.

    ``waits_for``: the roles whose turn it is; ``silence_days``: calendar days without a move after which somebody
    should ask; ``portal_state``: the national portal's dossier state 1..10, None where it has no counterpart.
    """

    phase: Phase | None = None
    final: bool = False
    waits_for: frozenset[Role] = frozenset()
    silence_days: int | None = None
    portal_state: int | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition that must hold; ``code`` names the refusal. An attested guard cannot be run again from a file."""

    code: str
    condition: Condition
    attested: bool = False


@dataclass(frozen=True, slots=True)
class TransitionRule:
    """One declared move.

    ``guards`` run in order, the first that fails gives the reason. ``when`` names the branch facts that select this
    rule among those of one trigger and source. ``level_to`` is the level after the move, None keeps it. A ``note``
    moves nothing: dest equals source, the line's kind is ``fact_noted``.
    """

    trigger: str
    source: StrEnum
    dest: StrEnum
    roles: frozenset[Role]
    guards: tuple[Guard, ...] = ()
    requires: frozenset[str] = frozenset()
    when: Branch = ()
    level_to: str | None = None
    note: bool = False

    def fact_names(self) -> frozenset[str]:
        """Every fact that decides this rule: its branch facts and those its guards read."""
        guarded = (name for guard in self.guards for name in guard.condition.fact_names())
        return frozenset((*(name for name, _ in self.when), *guarded))


def each(sources: Iterable[StrEnum], rule: TransitionRule) -> tuple[TransitionRule, ...]:
    """The same rule from each of several states; a note stays where it is."""
    return tuple(replace(rule, source=source, dest=source if rule.note else rule.dest) for source in sources)


@dataclass(frozen=True)
class MachineSpec:
    """A lifecycle: its edition, its states, its rules and what may be sent with each trigger."""

    kind: str
    edition: str
    states: Mapping[StrEnum, StateInfo]
    rules: tuple[TransitionRule, ...]
    forms: Mapping[str, Form] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = [*_faults(self)]
        if faults:
            raise RuleTableError(f"{self.kind}: " + "; ".join(faults))

    @cached_property
    def triggers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(rule.trigger for rule in self.rules))

    @cached_property
    def by_move(self) -> Mapping[tuple[StrEnum, str], tuple[TransitionRule, ...]]:
        found: dict[tuple[StrEnum, str], tuple[TransitionRule, ...]] = {}
        for rule in self.rules:
            found[rule.source, rule.trigger] = (*found.get((rule.source, rule.trigger), ()), rule)
        return found

    @cached_property
    def state_of(self) -> Mapping[str, StrEnum]:
        """The enum member of a stored state."""
        return {str(state): state for state in self.states}

    @cached_property
    def facts_of(self) -> Mapping[tuple[StrEnum, str], frozenset[str]]:
        """The facts that must be gathered to decide a trigger in a state."""
        return {
            key: frozenset().union(*(r.fact_names() for r in rules)) for key, rules in self.by_move.items()
        }

    def triggers_from(self, state: StrEnum) -> tuple[str, ...]:
        return tuple(dict.fromkeys(rule.trigger for rule in self.rules if rule.source is state))

    @property
    def non_final(self) -> tuple[StrEnum, ...]:
        return tuple(state for state, info in self.states.items() if not info.final and str(state) != NEW)


def _faults(spec: MachineSpec) -> Iterable[str]:
    for rule in spec.rules:
        where = f"{rule.source} --{rule.trigger}--> {rule.dest}"
        if rule.source not in spec.states or rule.dest not in spec.states:
            yield f"{where}: a state that is not declared"
        elif spec.states[rule.source].final and not rule.note:
            yield f"{where}: leaves a final state"
        if rule.note and rule.source is not rule.dest:
            yield f"{where}: a note must stay where it is"
        if not rule.roles:
            yield f"{where}: nobody may do it"
    yield from _ambiguous(spec)
    yield from _unreachable(spec)


def _ambiguous(spec: MachineSpec) -> Iterable[str]:
    for (source, trigger), rules in spec.by_move.items():
        for index, one in enumerate(rules):
            for other in rules[index + 1 :]:
                if not _disjoint(one, other):
                    yield f"{source} --{trigger}: two rules can hold at once"


def _disjoint(one: TransitionRule, other: TransitionRule) -> bool:
    wanted = dict(one.when)
    return any(name in wanted and wanted[name] != value for name, value in other.when)


def _unreachable(spec: MachineSpec) -> Iterable[str]:
    reached = {rule.dest for rule in spec.rules}
    for state in spec.states:
        if state not in reached and str(state) != NEW:
            yield f"{state}: no rule leads there"
