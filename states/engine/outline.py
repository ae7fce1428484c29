"""A lifecycle's table arranged for reading: phases, the states in them, and what may be done in each.

Decides nothing and holds no words: the drawing and the terminal form put a language on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from registry.roles import Role
from states.engine.rules import NEW, Branch, MachineSpec, StateInfo, TransitionRule

MANY = 5
"""From so many states on, a move that leads to one place (or nowhere) is told once for all of them."""


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a state; rules that differ only in their branch are one way with several ``branches``."""

    trigger: str
    dest: str
    roles: tuple[Role, ...]
    guards: tuple[str, ...]
    requires: tuple[str, ...]
    branches: tuple[Branch, ...]
    note: bool

    @property
    def condition(self) -> str:
        """Features and branch facts in the table's own words, such as ``stars=3|4``; empty where there are none."""
        values: dict[str, list[str]] = {}
        for name, value in (pair for branch in self.branches for pair in branch):
            shown = "none" if value is None else str(value).lower()
            if shown not in values.setdefault(name, []):
                values[name].append(shown)
        return " ".join([*self.requires, *(f"{name}={'|'.join(found)}" for name, found in values.items())])


@dataclass(frozen=True, slots=True)
class Shared:
    """A move open in many states: where it leads (None: it moves nothing) and from where."""

    exit: Exit
    dest: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One state with its own ways out, its notes, and the numbers of the shared moves: open in it, leading to it."""

    state: str
    info: StateInfo
    exits: tuple[Exit, ...]
    notes: tuple[Exit, ...]
    shared: tuple[int, ...]
    reached_by: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole table: every rule stands in exactly one exit, note or shared move."""

    lanes: tuple[tuple[str | None, tuple[Place, ...]], ...]
    shared: tuple[Shared, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(place for _, places in self.lanes for place in places)


def outline(spec: MachineSpec) -> Outline:
    """Arrange a table by phase; states without a phase come last, the beginning stands in the first lane."""
    exits = {str(state): _exits(spec, str(state)) for state in spec.states}
    gathered = {key: ways for key, ways in _gathered(exits).items() if len(ways) >= MANY}
    shared = tuple(
        Shared(ways[0][1], key[1], tuple(source for source, _ in ways)) for key, ways in gathered.items()
    )
    numbers = {way: number for number, ways in enumerate(gathered.values(), 1) for way in ways}
    lanes: dict[str | None, list[Place]] = {}
    for state, info in spec.states.items():
        reached_by = tuple(number for number, one in enumerate(shared, 1) if one.dest == state)
        place = _place(str(state), info, exits[str(state)], numbers, reached_by)
        lanes.setdefault(_lane(spec, state), []).append(place)
    ordered = sorted(lanes.items(), key=lambda lane: lane[0] is None)
    return Outline(tuple((name, tuple(places)) for name, places in ordered), shared)


def _lane(spec: MachineSpec, state: StrEnum) -> str | None:
    states = [one for one in spec.states if one != NEW]
    phase = spec.states[states[0] if state == NEW else state].phase
    return str(phase) if phase else None


def _exits(spec: MachineSpec, state: str) -> tuple[Exit, ...]:
    rules = [rule for rule in spec.rules if rule.source == state]
    keys = dict.fromkeys(_alike(rule) for rule in rules)
    return tuple(_exit([rule for rule in rules if _alike(rule) == key]) for key in keys)


def _alike(rule: TransitionRule) -> tuple[object, ...]:
    """What rules must have in common to be told as one."""
    codes = tuple(guard.code for guard in rule.guards)
    return rule.trigger, rule.dest, rule.roles, codes, rule.requires, rule.note


def _exit(rules: list[TransitionRule]) -> Exit:
    one = rules[0]
    branches = tuple(dict.fromkeys(rule.when for rule in rules if rule.when))
    return Exit(
        one.trigger, str(one.dest), tuple(role for role in Role if role in one.roles),
        tuple(guard.code for guard in one.guards), tuple(sorted(one.requires)), branches, one.note,
    )  # fmt: skip


Key: TypeAlias = tuple[
    str, str | None, tuple[Role, ...], tuple[str, ...], tuple[str, ...], tuple[Branch, ...]
]


def _gathered(exits: Mapping[str, tuple[Exit, ...]]) -> dict[Key, list[tuple[str, Exit]]]:
    """The same trigger by the same roles on the same terms to one place, or to nowhere, with every state it starts in."""
    found: dict[Key, list[tuple[str, Exit]]] = {}
    for source, ways in exits.items():
        for way in ways:
            dest = None if way.note else way.dest
            key = (way.trigger, dest, way.roles, way.guards, way.requires, way.branches)
            found.setdefault(key, []).append((source, way))
    return found


def _place(
    state: str,
    info: StateInfo,
    ways: tuple[Exit, ...],
    numbers: Mapping[tuple[str, Exit], int],
    reached_by: tuple[int, ...],
) -> Place:
    own = [way for way in ways if (state, way) not in numbers]
    return Place(
        state,
        info,
        exits=tuple(way for way in own if not way.note),
        notes=tuple(way for way in own if way.note),
        shared=tuple(sorted(numbers[state, way] for way in ways if (state, way) in numbers)),
        reached_by=reached_by,
    )


def ranges(numbers: Iterable[int]) -> str:
    """Rising numbers as people write them: ``1-4, 7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def noted(place: Place) -> dict[str, tuple[Role, ...]]:
    """What may only be noted in a state, and by whom."""
    found: dict[str, set[Role]] = {}
    for way in place.notes:
        found.setdefault(way.trigger, set()).update(way.roles)
    return {trigger: tuple(role for role in Role if role in roles) for trigger, roles in found.items()}
