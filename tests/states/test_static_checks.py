"""What must be true of every lifecycle's table without running it: reachable, free of traps, ends that end, worded.

Walked as a graph of (state, level) for each of the five rulesets and each kind of registration, since a rule may ask
for a feature, a level or a kind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

import pytest

from core import texts
from registry.roles import Role
from regulations.ruleset import Ruleset
from regulations.rulesets import all_rulesets
from regulations.vocabulary import Kind, Level
from states.engine.rules import NEW, MachineSpec, TransitionRule
from states.moves import MACHINES
from tests.expected import expected_moves

SPECS = {kind: machine.spec for kind, machine in MACHINES.items()}
Node = tuple[str, str]
LIVES_ON: Mapping[str, frozenset[str]] = {
    "dossier": frozenset(
        {"promotion.active", "review.in_progress", "review.reported", "review.inspected", "review.closed"}
    )
}
"""The one loop that is meant to be walked year after year: a recognised product is promoted and reviewed."""


@dataclass(frozen=True)
class World:
    """One ruleset and one kind of registration."""

    ruleset: Ruleset
    kind: Kind

    def __str__(self) -> str:
        return f"{self.ruleset.id}-{self.kind}"

    def open_at(self, rule: TransitionRule, level: str) -> bool:
        """Whether a rule can hold here at all: its features are there, no branch contradicts kind or level."""
        here = {"kind": str(self.kind), "level": level}
        return rule.requires <= frozenset(map(str, self.ruleset.features)) and all(
            here.get(name, value) == value for name, value in rule.when
        )


WORLDS = [World(ruleset, kind) for ruleset, kind in product(all_rulesets(), Kind)]
every_machine = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
every_world = pytest.mark.parametrize("world", WORLDS, ids=str)


def onward(spec: MachineSpec, world: World, node: Node) -> set[Node]:
    state, level = node
    return {
        (str(rule.dest), rule.level_to or level)
        for rule in spec.rules
        if rule.source == state and not rule.note and world.open_at(rule, level)
    }


def reached(spec: MachineSpec, world: World, starts: Iterable[Node]) -> set[Node]:
    found, ahead = set(starts), list(starts)
    while ahead:
        fresh = onward(spec, world, ahead.pop()) - found
        found |= fresh
        ahead += fresh
    return found


def from_new(spec: MachineSpec, world: World) -> set[Node]:
    return reached(spec, world, [(NEW, str(Level.COMMUNE))]) - {(NEW, str(Level.COMMUNE))}


def finals(spec: MachineSpec) -> set[str]:
    return {str(state) for state, info in spec.states.items() if info.final}


@every_machine
def test_every_state_is_reached_from_new_under_some_ruleset_and_kind(spec: MachineSpec) -> None:
    found = {state for world in WORLDS for state, _ in from_new(spec, world)}

    assert found == {str(state) for state in spec.states} - {NEW}


@every_world
@every_machine
def test_no_state_that_can_be_reached_is_a_trap(spec: MachineSpec, world: World) -> None:
    ends = finals(spec) | LIVES_ON.get(spec.kind, frozenset())

    traps = {
        node
        for node in from_new(spec, world)
        if not any(state in ends for state, _ in reached(spec, world, [node]))
    }

    assert traps == set()


@every_world
def test_a_year_after_recognition_leads_round_again(world: World) -> None:
    """From every state of the loop every other one is reached: nothing in it only waits."""
    spec = SPECS["dossier"]
    loop = LIVES_ON["dossier"]

    for node in from_new(spec, world):
        if node[0] in loop:
            assert loop <= {state for state, _ in reached(spec, world, [node])}, node


@every_machine
def test_a_final_state_is_left_by_notes_only(spec: MachineSpec) -> None:
    leaving = {rule.source for rule in spec.rules if not rule.note}

    assert not leaving & {state for state, info in spec.states.items() if info.final}
    assert finals(spec), "a lifecycle without an end"


@every_machine
def test_every_rule_that_is_written_can_hold_under_some_ruleset(spec: MachineSpec) -> None:
    """A rule no ruleset and no kind ever opens is a dead letter."""
    dead = [
        f"{rule.source} --{rule.trigger}--> {rule.dest}"
        for rule in spec.rules
        if not any(
            world.open_at(rule, level)
            for world in WORLDS
            for state, level in {(NEW, str(Level.COMMUNE))} | from_new(spec, world)
            if state == rule.source
        )
    ]

    assert dead == []


@every_machine
def test_every_trigger_has_a_role_a_text_and_a_reason_to_exist(spec: MachineSpec) -> None:
    """The reason is a row of the table copied by hand from the process document, with its source."""
    reasons = {move.event for move in expected_moves() if move.machine == spec.kind}
    catalogue = texts.catalogue()

    for trigger in spec.triggers:
        rules = [rule for rule in spec.rules if rule.trigger == trigger]
        assert all(rule.roles and rule.roles <= set(Role) for rule in rules), trigger
        assert catalogue.has(f"trigger.{spec.kind}.{trigger}", "vi"), trigger
        assert trigger in reasons, trigger


@every_machine
def test_every_state_has_a_label(spec: MachineSpec) -> None:
    named = {str(state) for state in spec.states if texts.catalogue().has(f"state.{spec.kind}.{state}", "vi")}

    assert named >= {str(state) for state in spec.states} - {NEW}


@every_machine
def test_whoever_a_state_waits_for_can_do_something_there(spec: MachineSpec) -> None:
    idle = {
        (str(state), str(role))
        for state, info in spec.states.items()
        for role in info.waits_for
        if not any(rule.source is state and role in rule.roles for rule in spec.rules)
    }

    assert idle == WORK_BESIDE.get(spec.kind, set())


WORK_BESIDE: Mapping[str, set[tuple[str, str]]] = {
    "dossier": {("council.scoring", "council_member"), ("certificate.revocation_proposed", "province_chair")},
    "session": {("scoring", "council_member")},
}
"""Who works on another subject meanwhile: members lock ballots, the chair of the province decides on the certificate."""


@every_machine
def test_no_move_is_written_twice(spec: MachineSpec) -> None:
    seen = [(rule.source, rule.trigger, rule.when, rule.requires) for rule in spec.rules]

    assert len(seen) == len(set(seen))
