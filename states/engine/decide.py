"""The decision: from a table, a state, a trigger, roles and facts to a move or a refusal.

Pure: it reads nothing but its arguments, so a verifier with a file comes to the same answer.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple, TypeAlias

from registry.roles import Role
from states.engine.facts import Facts, FactValue, evaluate
from states.engine.rules import MachineSpec, TransitionRule

RefusalKind: TypeAlias = Literal["unknown", "state", "ruleset", "actor", "branch", "guard"]


class Move(NamedTuple):
    """The rule that holds and the role under which it is done."""

    rule: TransitionRule
    role: Role


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: ``code`` is stable, ``kind`` says what sort of no it is, ``fact`` names what was not known."""

    code: str
    kind: RefusalKind
    fact: str | None = None


def decide(
    spec: MachineSpec,
    *,
    state: StrEnum,
    trigger: str,
    roles: Collection[Role],
    facts: Facts,
    features: Collection[str],
    not_given: Literal["refuses", "holds"] = "refuses",
) -> Move | Refusal:
    """The one rule that applies, or why none does.

    Order of reasons: trigger unknown, not in this state, not in this ruleset, no branch, not this actor, guards in
    their order. A guard whose facts are not given refuses; with ``not_given="holds"`` it is passed over.
    """
    rule = _select(spec, state=state, trigger=trigger, facts=facts, features=features)
    if isinstance(rule, Refusal):
        return rule
    mine = rule.roles.intersection(roles)
    role = next(iter(mine)) if len(mine) == 1 else next((role for role in Role if role in mine), None)
    if role is None:
        return Refusal("wrong_actor", "actor")
    for guard in rule.guards:
        holds = evaluate(guard.condition, facts)
        if holds is False or (holds is None and not_given == "refuses"):
            return Refusal(guard.code, "guard", _first_missing(guard.condition.fact_names(), facts))
    return Move(rule, role)


def _select(
    spec: MachineSpec, *, state: StrEnum, trigger: str, facts: Facts, features: Collection[str]
) -> TransitionRule | Refusal:
    declared = spec.by_move.get((state, trigger), ())
    if len(declared) == 1 and not (declared[0].requires or declared[0].when):
        return declared[0]
    if not declared:
        known = trigger in spec.triggers
        return Refusal("wrong_state", "state") if known else Refusal("unknown_trigger", "unknown")
    in_ruleset = [rule for rule in declared if rule.requires <= frozenset(features)]
    if not in_ruleset:
        return Refusal("not_in_ruleset", "ruleset")
    open_rules = [rule for rule in in_ruleset if not _contradicts(rule, facts)]
    if len(open_rules) == 1 and (len(in_ruleset) == 1 or _settled(open_rules[0], facts)):
        return open_rules[0]
    return Refusal("branch_unknown", "branch", in_ruleset[0].when[0][0] if in_ruleset[0].when else None)


def _contradicts(rule: TransitionRule, facts: Facts) -> bool:
    return any(name in facts and facts[name] != value for name, value in rule.when)


def _settled(rule: TransitionRule, facts: Facts) -> bool:
    return all(name in facts for name, _ in rule.when)


def _first_missing(names: Iterable[str], facts: Facts) -> str | None:
    return next((name for name in names if name not in facts), None)


def branch_values(rules: Collection[TransitionRule]) -> dict[str, list[FactValue]]:
    """What each branch fact may be among these rules, for pages that offer the choice."""
    found: dict[str, list[FactValue]] = {}
    for rule in rules:
        for name, value in rule.when:
            values = found.setdefault(name, [])
            if value not in values:
                values.append(value)
    return found
