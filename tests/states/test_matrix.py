"""The machines against the hand-copied table, walked state by trigger by role without a database."""

from collections import Counter
from enum import StrEnum
from itertools import product

import pytest

from registry.roles import Role
from regulations.vocabulary import Feature
from states.engine.decide import Move, Refusal, decide
from states.engine.rules import NEW, MachineSpec, TransitionRule
from states.moves import MACHINES
from tests.expected import Expected, expected_moves

SPECS = {kind: machine.spec for kind, machine in MACHINES.items()}
FEATURES = frozenset(map(str, Feature))
EXPECTED = expected_moves()


def as_expected(spec: MachineSpec, rule: TransitionRule) -> Expected:
    return Expected(
        spec.kind, str(rule.source), rule.trigger, str(rule.dest), frozenset(map(str, rule.roles)),
        tuple(guard.code for guard in rule.guards),
    )  # fmt: skip


def test_the_machines_are_the_table_copied_by_hand() -> None:
    built = Counter(as_expected(spec, rule) for spec in SPECS.values() for rule in spec.rules)

    assert built == Counter(EXPECTED)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_every_state_trigger_and_role_answers_as_the_table_says(spec: MachineSpec) -> None:
    """Guards hold here; they are tested one by one below."""
    allowed = {
        (one.source, one.event, role): {m.dest for m in EXPECTED if (m.machine, m.source, m.event) == (spec.kind, one.source, one.event) and role in m.roles}
        for one in EXPECTED if one.machine == spec.kind for role in one.roles
    }  # fmt: skip
    for state, trigger, role in product(spec.states, spec.triggers, Role):
        reached = {dest_of(spec, state, trigger, role, rule) for rule in rules_of(spec, state, trigger)} - {
            None
        }
        assert reached == allowed.get((str(state), trigger, str(role)), set()), (state, trigger, role)


def rules_of(spec: MachineSpec, state: StrEnum, trigger: str) -> tuple[TransitionRule, ...]:
    return spec.by_move.get((state, trigger), ())


def dest_of(
    spec: MachineSpec, state: StrEnum, trigger: str, role: Role, branch: TransitionRule
) -> str | None:
    verdict = decide(
        spec,
        state=state,
        trigger=trigger,
        roles={role},
        facts=dict(branch.when),
        features=FEATURES,
        not_given="holds",
    )
    return str(verdict.rule.dest) if isinstance(verdict, Move) else None


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_a_trigger_that_is_not_declared_in_a_state_is_wrong_there_for_everybody(spec: MachineSpec) -> None:
    for state, trigger in product(spec.states, spec.triggers):
        if not rules_of(spec, state, trigger):
            verdict = decide(spec, state=state, trigger=trigger, roles=set(Role), facts={}, features=FEATURES)
            assert verdict == Refusal("wrong_state", "state"), (state, trigger)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_every_state_but_the_first_can_be_reached_from_it(spec: MachineSpec) -> None:
    reached, ahead = set(), [spec.state_of[NEW]]
    while ahead:
        state = ahead.pop()
        reached.add(state)
        ahead += [rule.dest for rule in spec.rules if rule.source is state and rule.dest not in reached]

    assert reached == set(spec.states)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_final_states_end_and_no_other_state_is_a_trap(spec: MachineSpec) -> None:
    leaves = {rule.source for rule in spec.rules if rule.dest is not rule.source}

    assert {state for state in spec.states if state not in leaves} == {
        state for state, info in spec.states.items() if info.final
    }


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_a_guard_whose_fact_is_not_given_refuses_and_names_the_fact(spec: MachineSpec) -> None:
    for rule in spec.rules:
        facts = dict(rule.when)
        for guard in rule.guards[:1]:
            missing = next(name for name in guard.condition.fact_names() if name not in facts)
            verdict = decide(
                spec,
                state=rule.source,
                trigger=rule.trigger,
                roles=rule.roles,
                facts=facts,
                features=FEATURES,
            )
            assert verdict == Refusal(guard.code, "guard", missing), rule


def test_nobody_but_the_system_makes_a_move_of_the_system_alone() -> None:
    alone = [(spec, rule) for spec in SPECS.values() for rule in spec.rules if rule.roles == {Role.SYSTEM}]

    verdicts = {
        decide(spec, state=rule.source, trigger=rule.trigger, roles=set(Role) - {Role.SYSTEM}, facts=dict(rule.when), features=FEATURES)
        for spec, rule in alone
    }  # fmt: skip

    assert verdicts == {Refusal("wrong_actor", "actor")}
