"""Rows of subjects that never move say what their lines state of them; any other value is found, on both databases."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from audit.verify import verify, verify_subject
from core.db import Database
from core.errors import NotFound
from core.history import LOG_ENTRY, subject_tables
from core.lines import SYSTEM
from core.sequencer import sequence_all
from core.sql import Sql
from core.tx import Tx
from registry.accounts.appointments import end_appointment
from registry.products import give_product_code, register_product
from states.deadlines.commands import Extension, cancel, extend, meet
from states.deadlines.sweep import mark_fired
from tests.audit.test_verify import drop_triggers, run
from tests.states.deadlines.factories import CALENDAR, OFFICER, SUBJECT, item
from tests.world import World, settled

EXTENDED = Extension(
    new_last_day=date(2027, 4, 9), ground="bão", approver="Chủ tịch", document="QĐ 9", scope="xã này"
)


@pytest.fixture
def world(db: Database) -> World:
    """Deadlines that were met, cancelled, fired and extended; rights given and ended; a product with its code."""
    world = settled(db, plan=None)

    def live(tx: Tx) -> None:
        from states.deadlines.commands import set_deadlines

        other = SUBJECT.replace("0001", "0002")
        given = [item(), item(code="COUNCIL_SESSION"), item(subject=other), item("2027-03-01", subject=other)]
        ids = set_deadlines(tx, given, OFFICER, calendar=CALENDAR)
        meet(tx, SUBJECT, "COMMUNE_CHECK", actor=OFFICER)
        cancel(tx, SUBJECT, ["COUNCIL_SESSION"], actor=OFFICER)
        mark_fired(tx, [ids[2]])
        extend(tx, ids[2], EXTENDED, actor=OFFICER)
        mark_fired(tx, [ids[3]])
        product = register_product(tx, world.producer, "Chè", actor=SYSTEM)
        give_product_code(tx, product, 2027, actor=SYSTEM)

    db.write_now(live)
    db.write_now(lambda tx: end_one_right(tx, world))
    sequence_all(db)
    return world


def end_one_right(tx: Tx, world: World) -> None:
    table = subject_tables()["appointment"]
    look = Sql(sa.select(table.c.id).where(table.c.role == "commune"))
    end_appointment(
        tx, tx.sql.value(look), actor=OFFICER, reason="chuyển công tác", last_day=date(2027, 6, 30)
    )


def found(db: Database) -> list[tuple[str, str, Any]]:
    findings = db.read_now(verify).findings
    return [(str(one.subject).partition("/")[0], one.code, one.params.get("column")) for one in findings]


def test_what_was_lived_through_is_whole(db: Database, world: World) -> None:
    assert found(db) == []


WRONG: dict[str, dict[str, Any]] = {
    "deadline": {
        "due_at": "2027-01-31T17:00:00.000000Z", "fired_at": "2027-01-04T00:00:00.000000Z", "created_at": "2020",
        "met_at": "2027-01-04T00:00:00.000000Z", "basis": "x", "rule": "x", "owner_role": "x", "code": "PLAN",
        "subject": "dossier/x", "hard": False, "extended_from": "2020-01-01", "last_day": "2028-01-01",
    },
    "appointment": {"role": "admin", "ends_on": "2099-12-31", "unit_code": "01", "starts_on": "2020-01-01"},
    "product": {"product_code": "19-1", "name": "x", "group_code": "x"},
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_a_row_that_says_something_else_than_its_lines_is_found(
    db: Database, world: World, kind: str
) -> None:
    table = subject_tables()[kind]
    mine = table.c.id == first(db, table)
    true = db.read_now(
        lambda rtx: rtx.sql.one(Sql(sa.select(*(table.c[name] for name in WRONG[kind])).where(mine)))
    )
    assert true is not None

    for (column, value), right in zip(WRONG[kind].items(), true, strict=True):
        run(db, sa.update(table).where(mine).values({column: value}))
        assert found(db) == [(kind, "row_differs", column)]
        run(db, sa.update(table).where(mine).values({column: right}))

    assert found(db) == []


def first(db: Database, table: sa.Table) -> str:
    return str(db.read_now(lambda rtx: rtx.sql.value(Sql(sa.select(sa.func.min(table.c.id))))))


def test_two_lines_of_one_subject_that_changed_places_in_the_log_are_found(
    db: Database, world: World
) -> None:
    table = subject_tables()["deadline"]
    subject = f"deadline/{first(db, table)}"
    places = Sql(sa.select(LOG_ENTRY.c.seq).where(LOG_ENTRY.c.subject == subject).order_by(LOG_ENTRY.c.seq))
    (one,), (two,) = db.read_now(lambda rtx: rtx.sql.all(places))[:2]
    drop_triggers(db)

    for old, new in ((one, -1), (two, one), (-1, two)):
        run(db, sa.update(LOG_ENTRY).where(LOG_ENTRY.c.seq == old).values(seq=new))

    codes = [each for each in db.read_now(verify).findings if each.code != "trigger_missing"]
    assert [(each.subject, each.version, each.code) for each in codes] == [(subject, 2, "log_out_of_order")]


def test_one_subject_is_checked_by_itself(db: Database, world: World) -> None:
    table = subject_tables()["deadline"]
    mine = first(db, table)
    run(db, sa.update(table).values(rule="x"))

    report = db.read_now(lambda rtx: verify_subject(rtx, f"deadline/{mine}"))

    assert (report.lines, report.subjects) == (2, 1)
    assert [(each.subject, each.code, each.params) for each in report.findings] == [
        (f"deadline/{mine}", "row_differs", {"column": "rule"})
    ]
    with pytest.raises(NotFound):
        db.read_now(lambda rtx: verify_subject(rtx, "deadline/none"))
