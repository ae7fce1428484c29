"""Rows 1a and 1b: one durable transition through ``states.moves.fire``, alone and from many callers at once.

Ours: five moves in turn on each of many dossiers, as five people would make them (file, screen, accept with its
appraisal, note the training, start the plan), each with its rights, its rules, the facts its guards read from other
tables, its line, and its place in the queue of the log.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import raw
from bench.measuring import Figure, Report, in_turns, median_ratio, percentile
from bench.place import Place, dossiers
from registry.actors import Actor
from registry.roles import Role
from states import moves

MOVES: tuple[tuple[str, Role, Mapping[str, object]], ...] = (
    ("submit_idea", Role.PRODUCER, {}),
    ("commune_screen_ok", Role.COMMUNE, {}),
    ("accept_idea", Role.PROVINCE_UNIT, {"appraisal": "Đạt yêu cầu"}),
    ("record_training", Role.COMMUNE, {"trained_on": "2027-02-19"}),
    ("start_plan", Role.PRODUCER, {}),
)
ROUNDS, A_ROUND, CALLERS = 7, 200, 32
ROUNDS_OF_CROWDS, A_CROWD = 5, 640


@dataclass(frozen=True)
class Ours:
    """Fires the same five moves on dossiers nobody has moved yet."""

    here: Place
    people: Mapping[Role, Actor]

    @classmethod
    def of(cls, here: Place) -> "Ours":
        return cls(here, {role: here.actor(role) for _, role, _ in MOVES})

    def one(self, dossier_id: str, step: int) -> None:
        trigger, role, data = MOVES[step]
        actor = self.people[role]
        self.here.db.write_now(
            lambda tx: moves.fire(tx, "dossier", dossier_id, trigger, actor=actor, data=data).version
        )

    def alone(self, ids: list[str]) -> float:
        begun = time.perf_counter()
        for step in range(len(MOVES)):
            for dossier_id in ids:
                self.one(dossier_id, step)
        return time.perf_counter() - begun

    def crowd(self, ids: list[str]) -> tuple[float, list[float]]:
        return asyncio.run(self._crowd(ids))

    async def _crowd(self, ids: list[str]) -> tuple[float, list[float]]:
        waits: list[float] = []
        write = self.here.db.write

        async def caller(share: list[str]) -> None:
            for step, (trigger, role, data) in enumerate(MOVES):
                actor = self.people[role]
                for dossier_id in share:
                    begun = time.perf_counter()
                    await write(
                        lambda tx, i=dossier_id, t=trigger, a=actor, d=data: moves.fire(  # type: ignore[misc]
                            tx, "dossier", i, t, actor=a, data=d
                        ).version
                    )
                    waits.append(time.perf_counter() - begun)
                del step

        begun = time.perf_counter()
        await asyncio.gather(*(caller(ids[place::CALLERS]) for place in range(CALLERS)))
        return time.perf_counter() - begun, waits


def measure(report: Report, here: Place, folder: Path) -> None:
    """Both rows, ours and raw in turns."""
    ours = Ours.of(here)
    _alone(report, ours, folder)
    _together(report, ours, folder)


def _alone(report: Report, ours: Ours, folder: Path) -> None:
    each = len(MOVES)
    mine = iter(dossiers(ours.here, A_ROUND * (ROUNDS + 1)))
    theirs = raw.database(folder / "raw-alone.db", A_ROUND * each)

    def our_round() -> float:
        return A_ROUND * each / ours.alone([next(mine) for _ in range(A_ROUND)])

    def raw_round() -> float:
        return len(theirs) / raw.alone(folder / "raw-alone.db", theirs)

    our_round(), raw_round()
    rates = in_turns(ROUNDS, (our_round, raw_round))
    report.say(f"transitions a second, alone: ours {_range(rates[0])}, raw {_range(rates[1])}")
    report.add(
        Figure("1a", "one transition, commit each: ours against raw sqlite3", median_ratio(*rates), 0.65, 0.5, required=True)
    )


def _together(report: Report, ours: Ours, folder: Path) -> None:
    each = len(MOVES)
    mine = iter(dossiers(ours.here, A_CROWD * (ROUNDS_OF_CROWDS + 1)))
    theirs = raw.database(folder / "raw-crowd.db", A_CROWD * each)
    own = raw.database(folder / "raw-own.db", A_CROWD * each // 4)
    waits: dict[str, list[float]] = {"ours": [], "lock": [], "own": []}

    def our_round() -> float:
        took, waited = ours.crowd([next(mine) for _ in range(A_CROWD)])
        waits["ours"] += waited
        return A_CROWD * each / took

    def locked_round() -> float:
        took, waited = raw.behind_a_lock(folder / "raw-crowd.db", theirs, CALLERS)
        waits["lock"] += waited
        return len(theirs) / took

    def own_round() -> float:
        took, waited = raw.own_connections(folder / "raw-own.db", own, CALLERS)
        waits["own"] += waited
        return len(own) / took

    our_round(), locked_round()
    for waited in waits.values():
        waited.clear()
    rates = in_turns(ROUNDS_OF_CROWDS, (our_round, locked_round, own_round))
    late = {name: percentile(values, 0.99) for name, values in waits.items()}
    report.say(f"transitions a second, {CALLERS} callers: ours {_range(rates[0])}, raw behind a lock {_range(rates[1])}, "
               f"raw own connections {_range(rates[2])}")  # fmt: skip
    report.say("99 of 100 answered within: " + ", ".join(f"{name} {value * 1000:.1f} ms" for name, value in late.items()))
    report.add(
        Figure("1b", f"{CALLERS} callers: ours against raw, one commit each behind a lock",
               median_ratio(rates[0], rates[1]), 3, 2, required=True)
    )  # fmt: skip
    report.add(Figure("1b", "99th percentile against own connections", late["ours"] / late["own"], 0.1, 0.2, at_most=True))


def _range(rates: list[float]) -> str:
    ordered = sorted(rates)
    return f"{ordered[len(ordered) // 2]:,.0f} ({ordered[0]:,.0f}-{ordered[-1]:,.0f})"
