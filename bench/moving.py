"""Rows 1a and 1b: one durable transition through ``states.moves.fire``, alone and from many callers at once.

The judged move is a commune screening an idea: rights, rules, one guard that reads another table, the new state, the
line with its place in the queue of the log, a commit; the raw limit does as much with none of the first two. Five moves
in a row as five people make them, with forms, texts and settings, are shown beside it.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import raw
from bench.measuring import Figure, Report, in_turns, median_ratio, percentile
from bench.place import Place, ideas
from core.tx import Tx
from registry.actors import Actor
from registry.roles import Role
from states import moves

Move = tuple[str, Role, Mapping[str, object]]
SCREEN: Move = ("commune_screen_ok", Role.COMMUNE, {})
WALK: tuple[Move, ...] = (
    ("submit_idea", Role.PRODUCER, {}),
    SCREEN,
    ("accept_idea", Role.PROVINCE_UNIT, {"appraisal": "Đạt yêu cầu"}),
    ("record_training", Role.COMMUNE, {"trained_on": "2027-02-19"}),
    ("start_plan", Role.PRODUCER, {}),
)
ROUNDS, A_ROUND = 9, 800
CALLERS, CROWDS, A_CROWD = 32, 7, 3200


@dataclass(frozen=True)
class Ours:
    """Fires moves on dossiers nobody has moved yet."""

    here: Place
    people: Mapping[Role, Actor]

    @classmethod
    def of(cls, here: Place) -> "Ours":
        return cls(here, {role: here.actor(role) for _, role, _ in WALK})

    def alone(self, ids: Sequence[str], *steps: Move) -> float:
        """Seconds for these moves of each dossier, one after the other."""
        begun = time.perf_counter()
        for trigger, role, data in steps:
            for one in ids:
                self.here.db.write_now(partial(_fire, one, trigger, self.people[role], data))
        return time.perf_counter() - begun

    def crowd(self, ids: Sequence[str], step: Move) -> tuple[float, list[float]]:
        """The same from many callers on one event loop, as requests come; seconds in all and of each call."""
        return asyncio.run(self._crowd(ids, step))

    async def _crowd(self, ids: Sequence[str], step: Move) -> tuple[float, list[float]]:
        trigger, role, data = step
        waits: list[float] = []

        async def caller(share: Sequence[str]) -> None:
            for one in share:
                begun = time.perf_counter()
                await self.here.db.write(partial(_fire, one, trigger, self.people[role], data))
                waits.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        await asyncio.gather(*(caller(ids[place::CALLERS]) for place in range(CALLERS)))
        return time.perf_counter() - begun, waits


def _fire(dossier_id: str, trigger: str, actor: Actor, data: Mapping[str, object], tx: Tx) -> int:
    return moves.fire(tx, "dossier", dossier_id, trigger, actor=actor, data=data).version


def measure(report: Report, here: Place, folder: Path) -> None:
    """Both rows, ours and raw in turns."""
    ours = Ours.of(here)
    _alone(report, ours, folder / "raw-alone.db")
    _together(report, ours, folder)


def _shares(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[place : place + size] for place in range(0, len(ids), size))


def _alone(report: Report, ours: Ours, file: Path) -> None:
    filed = _shares(ideas(ours.here, A_ROUND * (ROUNDS + 1)), A_ROUND)
    drafts = _shares(ideas(ours.here, A_ROUND // 5 * (ROUNDS + 1), filed=False), A_ROUND // 5)
    theirs = _shares(raw.database(file, A_ROUND * (ROUNDS + 1)), A_ROUND)
    works = (
        lambda: A_ROUND / ours.alone(next(filed), SCREEN),
        lambda: A_ROUND / raw.alone(file, next(theirs)),
        lambda: A_ROUND // 5 * len(WALK) / ours.alone(next(drafts), *WALK),
    )
    in_turns(1, works)  # everything compiled and read once
    rates = in_turns(ROUNDS, works)
    report.say(
        f"a second, alone: ours {_range(rates[0])}, raw {_range(rates[1])}, five moves as people make them {_range(rates[2])}"
    )
    ratio = median_ratio(rates[0], rates[1])
    report.add(
        Figure(
            "1a", "one transition, a commit each: ours against raw sqlite3", ratio, 0.65, 0.5, required=True
        )
    )
    report.add(
        Figure(
            "1a", "the same for five moves with forms, texts and settings", median_ratio(rates[2], rates[1])
        )
    )


def _together(report: Report, ours: Ours, folder: Path) -> None:
    lock, own = folder / "raw-lock.db", folder / "raw-own.db"
    filed = _shares(ideas(ours.here, A_CROWD * (CROWDS + 1)), A_CROWD)
    behind_lock = _shares(raw.database(lock, A_CROWD * (CROWDS + 1)), A_CROWD)
    on_own = _shares(raw.database(own, A_CROWD // 4 * (CROWDS + 1)), A_CROWD // 4)
    waits: dict[str, list[float]] = {"ours": [], "lock": [], "own": []}

    def rate(name: str, done: tuple[float, list[float]]) -> float:
        waits[name] += done[1]
        return len(done[1]) / done[0]

    works = (
        lambda: rate("ours", ours.crowd(next(filed), SCREEN)),
        lambda: rate("lock", raw.behind_a_lock(lock, next(behind_lock), CALLERS)),
        lambda: rate("own", raw.own_connections(own, next(on_own), CALLERS)),
    )
    in_turns(1, works)
    for waited in waits.values():
        waited.clear()
    rates = in_turns(CROWDS, works)
    late = {name: percentile(values, 0.99) for name, values in waits.items()}
    report.say(
        f"a second, {CALLERS} callers: ours {_range(rates[0])}, raw behind a lock {_range(rates[1])}, "
        f"raw own connections {_range(rates[2])}"
    )
    report.say(
        "99 of 100 within: " + ", ".join(f"{name} {value * 1000:.1f} ms" for name, value in late.items())
    )
    ratio = median_ratio(rates[0], rates[1])
    report.add(
        Figure(
            "1b",
            f"{CALLERS} callers: ours against raw, a commit each, behind a lock",
            ratio,
            3,
            2,
            required=True,
        )
    )
    report.add(
        Figure(
            "1b",
            "99th percentile against raw own connections",
            late["ours"] / late["own"],
            0.1,
            0.2,
            at_most=True,
        )
    )


def _range(rates: Sequence[float]) -> str:
    ordered = sorted(rates)
    return f"{ordered[len(ordered) // 2]:,.0f} ({ordered[0]:,.0f}-{ordered[-1]:,.0f})"
