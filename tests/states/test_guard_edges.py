"""Every guard of every machine on both sides of its edge, by facts written by hand; and proof that these facts are the edge.

A guard that is changed a little — an edge moved by one, one of two conditions dropped, a word left out of a list — must be
found out by the facts of ``tests/expected/edges.txt``.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest

from states.engine.facts import Condition, Const, Times, evaluate
from states.engine.rules import Guard
from states.moves import MACHINES
from tests.expected.edges import Edge, Facts, edges

EDGES = edges()
SPECS = {kind: machine.spec for kind, machine in MACHINES.items()}
NEIGHBOUR = {"lt": "le", "le": "lt", "gt": "ge", "ge": "gt"}
SAME_ANSWER = {"dossier-create_idea-certificate_in_force": 1}
"""Changes that change nothing: where the last day of a certificate is not known, "in force" is unknown, which refuses too."""

by_edge = pytest.mark.parametrize("edge", EDGES, ids=str)


def guard_of(edge: Edge) -> Guard:
    """Two guards of one trigger may share a code: the names of the facts tell which one is meant, then the state."""
    named = set(edge.holds[0])
    found = {
        _key(guard.condition): guard
        for rule in SPECS[edge.machine].rules
        if rule.trigger == edge.trigger and edge.state in (None, str(rule.source), str(rule.dest))
        for guard in rule.guards
        if guard.code == edge.code and set(guard.condition.fact_names()) == named
    }
    assert len(found) == 1, f"{edge} names {len(found)} guards"
    return next(iter(found.values()))


def _key(condition: Condition) -> str:
    return json.dumps(condition.to_json())


def holds(condition: Condition, facts: Facts) -> bool:
    """What is not known does not hold: the product refuses."""
    return evaluate(condition, facts) is True


@by_edge
def test_a_guard_holds_on_its_good_side_and_refuses_on_the_other(edge: Edge) -> None:
    condition = guard_of(edge).condition

    assert edge.holds, "one side only"
    assert edge.fails, "one side only"
    assert [facts for facts in edge.holds if not holds(condition, facts)] == []
    assert [facts for facts in edge.fails if holds(condition, facts)] == []


def test_no_guard_is_without_its_edge() -> None:
    """Every condition of every machine stands in the list, under one of the triggers that have it."""
    listed = {(edge.machine, edge.code, _key(guard_of(edge).condition)) for edge in EDGES}
    declared = {
        (kind, guard.code, _key(guard.condition))
        for kind, spec in SPECS.items()
        for rule in spec.rules
        for guard in rule.guards
    }

    assert declared - listed == set()
    assert len(listed) == len(EDGES), "a guard stands twice"


@by_edge
def test_the_facts_of_a_guard_find_out_every_small_change_of_it(edge: Edge) -> None:
    condition = guard_of(edge).condition

    undetected = [
        changed.to_json()
        for changed in mutants(condition)
        if all(holds(changed, facts) for facts in edge.holds)
        and not any(holds(changed, facts) for facts in edge.fails)
    ]

    assert len(undetected) == SAME_ANSWER.get(str(edge), 0), undetected


# ---- small changes


def mutants(condition: Condition) -> Iterator[Condition]:
    yield from _changed(condition)
    for place, argument in enumerate(condition.arguments):
        if isinstance(argument, Condition):
            for inner in mutants(argument):
                arguments = list(condition.arguments)
                arguments[place] = inner
                yield replace(condition, arguments=tuple(arguments))


def _changed(condition: Condition) -> Iterator[Condition]:
    operator, arguments = condition.operator, condition.arguments
    if operator in ("and", "or"):
        yield from _dropped(operator, cast(tuple[Condition, Condition], arguments))
    elif operator == "not":
        yield cast(Condition, arguments[0])
    elif operator in NEIGHBOUR:
        yield replace(condition, operator=NEIGHBOUR[operator])
    if operator in ("lt", "le", "gt", "ge", "eq", "in", "all", "given"):
        yield Condition("not", (condition,))
    if operator in ("in", "all") and isinstance(arguments[1], Const):
        members = list(cast(list[str], arguments[1].constant))
        for member in members:
            rest = [one for one in members if one != member]
            yield replace(condition, arguments=(arguments[0], Const(rest)))  # type: ignore[arg-type]  # words, as before
    for place, term in enumerate(arguments):
        if isinstance(term, Times):
            for factor in (term.factor - 1, term.factor + 1):
                moved = list(arguments)
                moved[place] = replace(term, factor=factor)
                yield replace(condition, arguments=tuple(moved))


def _dropped(operator: str, sides: tuple[Condition, Condition]) -> Iterator[Condition]:
    """One of two conditions left out; not the mere being there of a fact whose comparison asks for it anyway."""
    yield Condition("or" if operator == "and" else "and", sides)
    for left_out, kept in (sides, sides[::-1]):
        asked = set(left_out.fact_names()) <= set(kept.fact_names())
        if not (operator == "and" and left_out.operator == "given" and asked):
            yield kept
