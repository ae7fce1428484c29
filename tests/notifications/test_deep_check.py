"""A lawful notice that was changed or taken out behind its lines is found by the deep check, on both databases."""

from typing import Any

import pytest
import sqlalchemy as sa

from core.db import Database
from core.sql import Sql
from notifications.channels.inbox import InboxChannel
from notifications.deep_check import outbox
from notifications.delivery import resend_failed, send_due
from notifications.outbox import INBOX, OUTBOX
from tests.notifications.conftest import TwoHands
from tests.notifications.factories import BASE_URL, People, write_notice


@pytest.fixture
def told(house: Database, clock: TwoHands, folk: People) -> str:
    """One lawful notice that was sent, one that waits, and a mere reminder."""
    sent = write_notice(house, folk.producer, "supplement", cause="test/1")
    send_due(house, (InboxChannel(),), clock, base_url=BASE_URL)
    write_notice(house, folk.commune, "supplement", cause="test/2")
    write_notice(house, folk.commune, "due_7", cause="test/3")
    return sent


def found(db: Database) -> list[tuple[str | None, int | None, str, Any]]:
    findings = db.read_now(lambda rtx: list(outbox(rtx)))
    assert all(one.text("en") != one.code and one.text("vi") != one.code for one in findings)
    return [(one.subject, one.version, one.code, one.params.get("column")) for one in findings]


def change(db: Database, statement: Any) -> None:
    assert db.write_now(lambda tx: tx.sql.run(Sql(statement))) == 1


def test_what_was_told_is_whole_also_when_it_is_planned_again(house: Database, told: str) -> None:
    assert found(house) == []
    change(house, sa.update(OUTBOX).where(OUTBOX.c.id == told).values(state="dead"))
    assert found(house) == [(f"notice/{told}", 2, "notice_differs", "state")]

    house.write_now(resend_failed)

    assert found(house) == []


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("cause", "x", "cause"),
        ("kind", "received", "notice"),
        ("subject", "dossier/y", "about"),
        ("state", "dead", "state"),
    ],
)
def test_a_lawful_notice_that_says_something_else_is_found(
    house: Database, told: str, column: str, value: str, named: str
) -> None:
    change(house, sa.update(OUTBOX).where(OUTBOX.c.id == told).values({column: value}))

    assert found(house) == [(f"notice/{told}", 2 if named == "state" else 1, "notice_differs", named)]


def test_a_lawful_notice_that_was_taken_out_is_found(house: Database, told: str) -> None:
    house.write_now(lambda tx: tx.sql.run(Sql(sa.delete(INBOX).where(INBOX.c.id == told))))
    change(house, sa.update(OUTBOX).where(OUTBOX.c.id == told).values(lawful=0))

    assert found(house) == [(f"notice/{told}", None, "notice_gone", None)]
