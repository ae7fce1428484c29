"""Every row of a person in `moves.csv`, once by every role it names, through the one door of the interface."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from registry.producers import ProducerData, ProducerType, register_producer
from tests.expected import Expected, expected_moves
from tests.states.every_move.certificates import certificate_with
from tests.states.every_move.councils import (
    appeal_columns,
    council,
    filled_in,
    seat,
    session_columns,
    session_with,
)
from tests.states.every_move.cycles import reported, task_of
from tests.states.every_move.dossiers import appealed, dossier_with, serve_since_2019
from tests.states.every_move.stage import (
    Stage,
    Subject,
    batch_columns,
    certificate_columns,
    cycle_columns,
    dossier_columns,
)
from tests.states.every_move.table import BRANCHES, FIRST_OF_ALL, FROM_SOURCE, STANDING, TO_DEST, WAYS, Way
from tests.world import SYSTEM

NOTES = {
    "record_training", "report_progress", "confirm_evidence", "record_council_facts", "join_event", "list_on_marketplace",
    "open_sales_point", "sign_contract", "notify_result", "extend_window", "report_task", "carry_over",
    "notify_expiry", "propose_revocation", "decline_revocation", "record_stars", "record_term", "name_members", "put_on_agenda",
    "strike_off", "record_visit", "declare_conflict", "record_attendance", "deliver_materials", "set_ballot_due", "appeal",
}  # fmt: skip
STAYING = {"return_to_district"}
"""Moves that change the level and not the state."""
BY_STARS = {("certificate", "revoke"), ("certificate", "decline_revocation")}
"""Moves whose rows differ in nothing but the stars that choose the authority."""
BYSTANDERS = {
    "dossier": ("producer", "commune", "province_unit", "ministry"),
    "certificate": ("ministry", "province_chair", "province_unit"),
    "cycle": ("province_chair", "ministry"),
    "batch": ("province_chair", "ministry"),
    "session": ("admin",),
    "appeal": ("producer", "commune"),
}
"""Who sees such a subject and might be thought to have a say; the first whom the row does not name asks."""


@dataclass(frozen=True)
class Row:
    """One row of the table; `place` tells rows apart that differ in nothing but the branch."""

    move: Expected
    place: int

    @property
    def key(self) -> tuple[str, str]:
        return self.move.machine, self.move.event

    @property
    def people(self) -> list[str]:
        return sorted(self.move.roles - {"system"})

    @property
    def way(self) -> Way:
        """What the move needs; a row nobody has thought of has none and fails here by its name."""
        way = self.branch or TO_DEST.get((*self.key, self.move.dest)) or WAYS[self.key]
        own = FROM_SOURCE.get((*self.key, self.move.source), {})
        stars = {"stars": self._stars} if self.key in BY_STARS else {}
        return replace(way, row={**way.row, **own, **stars})

    @property
    def branches(self) -> tuple[tuple[str, str, str, int], ...]:
        """Under which names the table of branches may know this row."""
        move, who = self.move, "/".join(self.people)
        return tuple(
            (move.event, dest, who, self.place) for dest in (f"{move.source}--{move.dest}", move.dest)
        )

    @property
    def branch(self) -> Way | None:
        return next((BRANCHES[name] for name in self.branches if name in BRANCHES), None)

    @property
    def _stars(self) -> int:
        return 5 if self.move.roles == {"ministry"} else 3 + self.place

    @property
    def stranger(self) -> str:
        asking = ("province_unit",) if self.way.at else BYSTANDERS[self.move.machine]
        return next(role for role in asking if role not in self.move.roles)

    def __str__(self) -> str:
        mark = f"#{self.place}" if self.place else ""
        return f"{self.move.machine}:{self.move.source}--{self.move.event}-->{self.move.dest}{mark}"


def rows_of_people() -> Iterator[Row]:
    seen: Counter[Expected] = Counter()
    for move in expected_moves():
        if move.roles != {"system"} and (move.machine, move.event) not in FIRST_OF_ALL:
            yield Row(move, seen[move])
            seen[move] += 1


ROWS = list(rows_of_people())
BY_EACH_ROLE = [pytest.param(row, role, id=f"{row}-{role}") for row in ROWS for role in row.people]
ONCE = [pytest.param(row, id=str(row)) for row in ROWS]
GUARDED = [pytest.param(row, id=str(row)) for row in ROWS if row.move.guards]


def placed(stage: Stage, row: Row, way: Way, role: str = "") -> Subject:
    """The subject in the row's source state with all that the move needs around it, where need be for one role."""
    kind, state = row.move.machine, row.move.source
    if way.at:
        serve_since_2019(stage)
        stage.clock.set(way.at)
    if kind == "session":
        level = {"level": "central"} if "ministry" in row.move.roles else {}
        return session_with(stage, state, {**way.row, **level}, way.beside, role)
    if kind == "appeal":
        return stage.put(kind, state, appeal_columns(stage, **STANDING[kind, state]))
    columns = {**STANDING[kind, state], **way.row}
    if kind == "dossier":
        product = stage.fresh_product(elsewhere(stage) if way.beside == "product_elsewhere" else None)
        if way.certified:
            stage.put("certificate", "valid", certificate_columns(stage, product_id=product))
        columns = dossier_with(stage, state, {**columns, "product_id": product}, way.beside)
        dossier = stage.put(kind, state, dossier_columns(stage, **columns), way.forms)
        if way.beside == "on_an_agenda":
            session = stage.put("session", "reconciling", session_columns(stage))
            seat(stage, session, council(stage), dossier=dossier)
        if way.beside in ("appeal_open", "appeal_upheld"):
            appealed(stage, dossier, way.beside.removeprefix("appeal_"))
        return dossier
    if kind == "certificate":
        return certificate_with(stage, state, columns, way.beside)
    if kind == "batch":
        cycle = stage.put("cycle", "evaluating", cycle_columns())
        batch = stage.put(kind, state, batch_columns(cycle.id, **columns))
        if way.beside == "session_convened":
            stage.put("session", "convened", session_columns(stage, batch_id=batch.id))
        if way.beside == "dossier_in_council":
            stage.put("dossier", "council.scoring", council_dossier(stage, cycle, batch))
        return batch
    cycle = stage.put(kind, state, cycle_columns(**columns))
    if way.beside in ("batch_decided", "batch_in_session"):
        stage.put("batch", way.beside.removeprefix("batch_"), batch_columns(cycle.id))
    if way.beside == "year_reported":
        reported(stage, cycle)
    if way.beside == "dossier_on_its_way":
        stage.put("dossier", "idea.submitted", dossier_columns(stage, cycle_id=cycle.id, attempts=1))
    return cycle


def council_dossier(stage: Stage, cycle: Subject, batch: Subject) -> dict[str, Any]:
    columns = STANDING["dossier", "council.scoring"]
    return dossier_columns(stage, cycle_id=cycle.id, batch_id=batch.id, **columns)


def elsewhere(stage: Stage) -> str:
    """A producer of the next commune."""
    data = ProducerData("HTX bên cạnh", ProducerType.COOPERATIVE, stage.world.other_commune)
    return stage.db.write_now(lambda tx: register_producer(tx, data, actor=SYSTEM))


def sent(stage: Stage, row: Row, subject: Subject, way: Way) -> Mapping[str, Any]:
    """What is sent along; an extension names a deadline that must be there, a session's note products and people."""
    if row.move.machine == "session":
        return filled_in(stage, subject, way.data)
    if row.key == ("cycle", "report_task"):
        return {"task_id": task_of(stage, subject), **way.data}
    if row.key != ("cycle", "extend_window"):
        return way.data
    act = {"ground": "Mưa lũ", "approver": "UBND tỉnh", "document": "4/QĐ", "scope": "toàn tỉnh", **way.data}
    return {"deadline_id": stage.deadline_of(subject), "new_last_day": "2027-05-20", **act}


def asked(stage: Stage, row: Row, subject: Subject, role: str, way: Way) -> Any:
    central = stage.stored(subject)[0].get("level") == "central"
    data = sent(stage, row, subject, way)
    return stage.ask(subject, row.move.event, role, data=data, reason=way.reason, central=central)


@pytest.mark.parametrize(("row", "role"), BY_EACH_ROLE)
def test_a_move_of_a_person_is_made_through_the_interface(stage: Stage, row: Row, role: str) -> None:
    subject = placed(stage, row, row.way, role)

    answer = asked(stage, row, subject, role, row.way)

    assert answer.status_code == 200, answer.text
    made = answer.json()
    moved = row.move.event in STAYING or (row.move.event not in NOTES and row.move.dest != row.move.source)
    assert (made["source"], made["state"]) == (row.move.source, row.move.dest)
    assert (made["version"], made["lines"]) == (1 + moved, 2)
    stored, lines = stage.stored(subject)
    line = lines[1]
    assert (stored["state"], stored["move_version"]) == (row.move.dest, 1 + moved)
    assert (line.kind, line.trigger, line.source, line.dest) == (
        "transition" if moved else "fact_noted", row.move.event, row.move.source, row.move.dest
    )  # fmt: skip
    assert (line.actor.role, line.actor.via, line.reason) == (role, "api", row.way.reason)


@pytest.mark.parametrize("row", ONCE)
def test_a_move_of_a_person_is_refused_to_another_who_sees_it(stage: Stage, row: Row) -> None:
    subject = placed(stage, row, row.way)
    before = stage.stored(subject)

    answer = asked(stage, row, subject, row.stranger, row.way)

    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_actor")
    assert stage.stored(subject) == before


@pytest.mark.parametrize("row", GUARDED)
def test_a_move_of_a_person_is_refused_while_its_first_guard_fails(stage: Stage, row: Row) -> None:
    assert row.way.spoilt is not None, f"{row} has a guard and no case in which it fails"
    spoilt = replace(row.way, **{**row.way.spoilt, "row": {**row.way.row, **row.way.spoilt.get("row", {})}})
    subject = placed(stage, row, spoilt, row.people[0])
    before = stage.stored(subject)

    answer = asked(stage, row, subject, row.people[0], spoilt)

    assert (answer.status_code, answer.json()["code"]) == (409, f"guard_{row.move.guards[0]}"), answer.text
    assert stage.stored(subject) == before


def test_no_entry_of_the_table_is_left_over() -> None:
    keys, dests = {row.key for row in ROWS}, {(*row.key, row.move.dest) for row in ROWS}
    plain = {row.key for row in ROWS if row.branch is None and (*row.key, row.move.dest) not in TO_DEST}

    assert plain <= set(WAYS) <= keys
    assert set(TO_DEST) <= dests
    assert set(BRANCHES) <= {name for row in ROWS for name in row.branches}
