"""The task catalogue and the products of a plan: written at opening, reported by acts, each task's deadline with it."""

from datetime import date

import pytest
import sqlalchemy as sa

from core.db import Database
from core.errors import Forbidden, NotFound, OcopError
from core.sql import Sql
from core.tx import Tx
from registry import units
from registry.actors import Actor, Held
from registry.producers import ProducerData, ProducerType, register_producer
from registry.products import register_product
from registry.roles import Role
from states.cycle.models import PRODUCT_TABLE, TASK_TABLE
from states.cycle.tasks import report_task, tasks_of
from states.deadlines.entries import DEADLINE
from tests.states.cycle.factories import coordinator, opened, plan_text, seed
from tests.world import SYSTEM

MORE = """
key_products: [Chè Tân Cương, Miến dong]
potential_products: [Miến dong]
national_candidates: [Chè  tân cương]
"""
TASKS = """tasks:
  - {title: Tập huấn, ref: train, owner: province_unit, department: Sở Nông nghiệp và Môi trường, due: 2027-03-31, output: Danh sách}
  - {title: Hội chợ, after: [train], due: 2027-09-30}
  - {title: Truyền thông}
"""


def text() -> str:
    before, _, after = plan_text().partition("tasks:\n")
    return before + TASKS + "accepted:" + after.partition("accepted:")[2] + MORE


@pytest.fixture
def cycle(db: Database) -> tuple[Database, str]:
    seed(db)
    db.write_now(_products)
    return db, opened(db, text()).cycle_id


def _products(tx: Tx) -> None:
    commune = units.communes(tx, "19", date(2027, 1, 1))[0].code
    producer = register_producer(tx, ProducerData("HTX", ProducerType.COOPERATIVE, commune), actor=SYSTEM)
    for name in ("Chè Tân Cương", "Miến dong", "Miến dong"):
        register_product(tx, producer, name, actor=SYSTEM)


def rows(db: Database, *columns: sa.Column[object]) -> list[tuple[object, ...]]:
    return db.read_now(lambda rtx: rtx.sql.all(Sql(sa.select(*columns))))


def reported(
    db: Database,
    cycle_id: str,
    place: int,
    status: str,
    *,
    reason: str | None = None,
    actor: Actor | None = None,
) -> None:
    task = db.read_now(lambda rtx: tasks_of(rtx, cycle_id))[place]["id"]
    data = {"task_id": task, "task_status": status, "task_document": "12/BC"}
    db.write_now(lambda tx: report_task(tx, cycle_id, actor=actor or coordinator(), data=data, reason=reason))


def test_tasks_are_written_with_owner_order_and_deadline(cycle: tuple[Database, str]) -> None:
    db, cycle_id = cycle

    found = db.read_now(lambda rtx: tasks_of(rtx, cycle_id))

    assert [(each["title"], each["after"], each["department"], each["due_on"], each["status"]) for each in found] == [
        ("Tập huấn", "[]", "Sở Nông nghiệp và Môi trường", "2027-03-31", "open"),
        ("Hội chợ", "[0]", None, "2027-09-30", "open"),
        ("Truyền thông", "[]", None, None, "open"),
    ]  # fmt: skip
    t, d = TASK_TABLE.c, DEADLINE.c
    tied = db.read_now(
        lambda rtx: rtx.sql.all(
            Sql(sa.select(t.title, d.title).join_from(TASK_TABLE, DEADLINE, d.id == t.deadline_id))
        )
    )
    assert sorted(tied) == [("Hội chợ", "Hội chợ"), ("Tập huấn", "Tập huấn")]


def test_a_done_task_meets_its_own_deadline_only(cycle: tuple[Database, str]) -> None:
    db, cycle_id = cycle

    reported(db, cycle_id, 0, "done")

    d, t = DEADLINE.c, TASK_TABLE.c
    met = {title for code, title, at in rows(db, d.code, d.title, d.met_at) if at is not None}
    assert met == {"Tập huấn"}
    assert ("done", "12/BC", "2027-01-04") in rows(db, t.status, t.document, t.reported_on)


def test_a_dropped_task_needs_a_reason_and_takes_its_deadline_back(cycle: tuple[Database, str]) -> None:
    db, cycle_id = cycle

    with pytest.raises(OcopError) as refusal:
        reported(db, cycle_id, 1, "dropped")
    reported(db, cycle_id, 1, "dropped", reason="không có kinh phí")

    d = DEADLINE.c
    assert refusal.value.code == "guard_task_reason_missing"
    assert [title for title, at in rows(db, d.title, d.cancelled_at) if at is not None] == ["Hội chợ"]


def test_a_task_without_a_day_is_reported_all_the_same(cycle: tuple[Database, str]) -> None:
    db, cycle_id = cycle

    reported(db, cycle_id, 2, "done")

    assert db.read_now(lambda rtx: tasks_of(rtx, cycle_id))[2]["status"] == "done"


def test_only_the_provincial_unit_of_the_province_reports(cycle: tuple[Database, str]) -> None:
    db, cycle_id = cycle
    chair = Actor("chair", "Chủ tịch", "web", (Held(Role.PROVINCE_CHAIR, "19"),))

    with pytest.raises(NotFound):
        reported(db, cycle_id, 0, "done", actor=coordinator("20"))
    with pytest.raises(Forbidden):
        reported(db, cycle_id, 0, "done", actor=chair)

    assert {status for (status,) in rows(db, TASK_TABLE.c.status)} == {"open"}


def test_a_task_of_another_cycle_is_not_there(cycle: tuple[Database, str]) -> None:
    db, cycle_id = cycle
    data = {"task_id": "0192a000-0000-7000-8000-00000000dead", "task_status": "done"}

    with pytest.raises(NotFound):
        db.write_now(lambda tx: report_task(tx, cycle_id, actor=coordinator(), data=data))


def test_products_of_the_plan_are_tied_to_the_one_product_of_that_name(cycle: tuple[Database, str]) -> None:
    db, _ = cycle
    p = PRODUCT_TABLE.c

    found = {
        (sort, name): product is not None for sort, name, product in rows(db, p.sort, p.name, p.product_id)
    }

    assert found == {
        ("key", "Chè Tân Cương"): True, ("key", "Miến dong"): False, ("potential", "Miến dong"): False,
        ("national", "Chè  tân cương"): True,
    }  # fmt: skip
