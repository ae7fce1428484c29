"""The cases that walk a dossier, walked on real rows through the one door: rights, forms, facts, effects, history.

Between two steps a row is given what its holders would have entered by then; the moves themselves are the product's.
"""

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from core.clock import StepClock
from core.db import Database
from core.errors import OcopError
from core.tx import Tx
from registry.roles import Role
from regulations import rulesets
from states.dossier import papers
from states.dossier.models import DOSSIER_TABLE
from states.moves import MACHINES
from tests.cases.answers import calendar, settings
from tests.cases.case_files import Case, all_cases
from tests.cases.machine_answers import ACTORS
from tests.cases.subjects import place, subject
from tests.states.dossier.ground import Ground
from tests.states.every_move.stage import filled
from tests.states.every_move.table import STANDING, WAYS, Way
from tests.world import settled

WALKS = [case for case in all_cases() if case.ask == "walk" and case.given["lifecycle"] == "dossier"]
SPRING = "2027-04-12"
"""A working Monday on which ideas and plans may be filed; the papers of the steps are dated by it."""

BY_THE_SYSTEM = {
    "all_ballots_in": Way(row={"ballots": STANDING["dossier", "council.scoring"]["required_ballots"]})
}


class Walker:
    """One dossier of a case on its way."""

    def __init__(self, ground: Ground, case: Case) -> None:
        self.ground, self.case = ground, case
        self.facts: dict[str, Any] = {}
        self.id = ground.put(case.given["state"], **self._standing(case.given["state"]))

    def step(self, step: Mapping[str, Any]) -> str:
        """Make one move as the case's actor and return the state it leads to; facts stay true for later steps."""
        self.facts |= step.get("facts") or {}
        state, trigger = self.ground.row(self.id)["state"], step["trigger"]
        way = BY_THE_SYSTEM.get(trigger) or WAYS["dossier", trigger]
        self._enter({**self._standing(state), **way.row, **self._pins(), **self._stated(state)}, way.forms)
        role = next(role for role in Role if role in ACTORS[step["actor"]])
        fired = self.ground.fire(self.id, trigger, role, way.reason, **way.data)
        return fired.dest

    def _standing(self, state: str) -> dict[str, Any]:
        """The columns of a dossier that has come to a state by the book, under the case's ruleset."""
        return {**STANDING["dossier", state], **self._pins(), "kind": self.case.given["kind"]}

    def _pins(self) -> dict[str, Any]:
        pin = rulesets.get(self.case.given["ruleset"]).pin
        return {"ruleset": pin, "ruleset_assessed": pin}

    def _stated(self, state: str) -> dict[str, Any]:
        """What the case's facts mean in columns: the points of a mean with their stars."""
        found = subject(
            MACHINES["dossier"], state, self.case.given, settings=settings(self.case), calendar=calendar()
        )
        place(found, self.facts, {})
        return {
            name: found.row[name] for name in ("points_sum", "points_count", "stars") if name in found.row
        }

    def _enter(self, columns: Mapping[str, Any], forms: tuple[str, ...]) -> None:
        def write(tx: Tx) -> None:
            update = sa.update(DOSSIER_TABLE).where(DOSSIER_TABLE.c.id == self.id).values(columns)
            tx.session.execute(update)
            for name in forms:
                papers.save(tx, self.id, name, filled(name), actor=self.ground.actor(Role.PRODUCER))

        self.ground.write(write)


@pytest.fixture
def ground(db: Database, clock: StepClock) -> Ground:
    return Ground(db, clock, settled(db)).on(SPRING)


@pytest.mark.parametrize("case", WALKS, ids=str)
def test_a_case_is_walked_through_the_one_door(ground: Ground, case: Case) -> None:
    walker, states = Walker(ground, case), []
    answer: dict[str, Any] = {}

    for number, step in enumerate(case.when["steps"], 1):
        try:
            states.append(walker.step(step))
        except OcopError as error:
            answer = {"refused_at": number, "reason": error.code.removeprefix("guard_")}
            break

    assert (answer or {"states": states}) == case.then
    row, lines = ground.stored(walker.id)
    assert [line.dest for line in lines[1:]] == states
    assert row["state"] == (states or [case.given["state"]])[-1]
