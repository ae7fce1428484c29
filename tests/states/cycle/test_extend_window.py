"""Extending what a plan fixed: the window opens longer, the batch takes in longer, both dates stay."""

from datetime import datetime

import pytest
import sqlalchemy as sa

from core.clock import StepClock
from core.db import Database
from core.errors import Forbidden, NotFound, OcopError
from core.sql import Sql
from registry.actors import SYSTEM_ACTOR, Actor, Held
from registry.roles import Role
from states.cycle.commands import extend_deadline
from states.cycle.lifecycle import BATCH_MACHINE
from states.cycle.models import BATCH_TABLE, CYCLE_TABLE, WINDOW_TABLE
from states.deadlines.entries import DEADLINE
from states.engine.fire import fire
from tests.states.cycle.factories import coordinator, opened, plan_text, seed

ACT = {
    "ground": "bão",
    "approver": "Chủ tịch UBND tỉnh",
    "document": "QĐ minh-hoa-09/2027",
    "scope": "cả tỉnh",
}


@pytest.fixture
def cycle(db: Database) -> Database:
    seed(db)
    opened(db, plan_text())
    return db


def deadline_id(db: Database, code: str) -> str:
    statement = Sql(sa.select(DEADLINE.c.id).where(DEADLINE.c.code == sa.bindparam("code")))
    return str(db.read_now(lambda rtx: rtx.sql.value(statement, code=code)))


def extended(db: Database, code: str, day: str, actor: Actor | None = None) -> None:
    data = {**ACT, "new_last_day": day}
    target = deadline_id(db, code)
    db.write_now(lambda tx: extend_deadline(tx, target, data, actor=actor or coordinator()))


def one(
    db: Database, *columns: sa.Column[object], where: sa.ColumnElement[bool]
) -> tuple[object, ...] | None:
    return db.read_now(lambda rtx: rtx.sql.one(Sql(sa.select(*columns).where(where))))


def test_a_window_closes_later_and_keeps_what_the_plan_stated(cycle: Database) -> None:
    extended(cycle, "IDEA_WINDOW", "2027-05-14")

    w = WINDOW_TABLE.c
    assert one(cycle, w.closes_on, w.stated, where=w.step == "idea") == ("2027-05-14", "2027-04-29")
    d = DEADLINE.c
    assert one(cycle, d.last_day, d.extended_from, where=d.code == "IDEA_WINDOW") == (
        "2027-05-14",
        "2027-04-29",
    )


def test_the_cycle_notes_the_act_and_stays_where_it_is(cycle: Database) -> None:
    extended(cycle, "IDEA_WINDOW", "2027-05-14")

    c = CYCLE_TABLE.c
    assert one(cycle, c.state, c.version, c.move_version, where=c.year == 2027) == ("open", 4, 3)


def test_an_extended_intake_closes_on_its_new_instant_only(cycle: Database, clock: StepClock) -> None:
    extended(cycle, "BATCH1_PROPOSE", "2027-05-07")
    found = one(
        cycle, BATCH_TABLE.c.id, where=sa.and_(BATCH_TABLE.c.level == "province", BATCH_TABLE.c.number == 1)
    )
    assert found is not None

    answers = []
    for instant, trigger in [
        ("2027-01-11T00:00:00+07:00", "open_intake"),
        ("2027-04-30T00:00:00+07:00", "close_intake"),
        ("2027-05-08T00:00:00+07:00", "close_intake"),
    ]:
        clock.move_to(datetime.fromisoformat(instant))
        try:
            answers.append(
                cycle.write_now(
                    lambda tx, t=trigger: fire(tx, BATCH_MACHINE, str(found[0]), t, actor=SYSTEM_ACTOR)
                ).dest
            )
        except OcopError as error:
            answers.append(error.code)

    assert answers == ["intake_open", "guard_intake_still_open", "intake_closed"]


def test_only_the_provincial_officer_of_that_province_extends(cycle: Database) -> None:
    chair = Actor("chair", "Chủ tịch", "web", (Held(Role.PROVINCE_CHAIR, "19"),))

    with pytest.raises(NotFound):
        extended(cycle, "IDEA_WINDOW", "2027-05-14", coordinator("20"))
    with pytest.raises(Forbidden):
        extended(cycle, "IDEA_WINDOW", "2027-05-14", chair)

    d = DEADLINE.c
    assert one(cycle, d.last_day, d.version, where=d.code == "IDEA_WINDOW") == ("2027-04-29", 1)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"ground": ""}, id="no-ground"),
        pytest.param({"new_last_day": "mai"}, id="no-day"),
        pytest.param({"new_last_day": "2027-04-29"}, id="not-later"),
    ],
)
def test_an_incomplete_act_changes_nothing(cycle: Database, change: dict[str, str]) -> None:
    target = deadline_id(cycle, "IDEA_WINDOW")
    data = {**ACT, "new_last_day": "2027-05-14", **change}

    with pytest.raises(OcopError):
        cycle.write_now(lambda tx: extend_deadline(tx, target, data, actor=coordinator()))

    d, c = DEADLINE.c, CYCLE_TABLE.c
    assert one(cycle, d.last_day, d.version, where=d.id == target) == ("2027-04-29", 1)
    assert one(cycle, c.version, where=c.year == 2027) == (3,)
