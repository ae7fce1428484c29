"""What the tests of this room start from: people of two provinces, a dossier, lines about it; every value made up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from core import history
from core.db import Database, Tx
from core.history import SubjectKind
from core.ids import new_id
from core.instants import instant_text
from core.lines import ZEROS, Line
from core.sequencer import sequence_all
from core.sql import Sql
from notifications.channels.base import Channel
from notifications.channels.inbox import InboxChannel
from notifications.channels.smtp import EmailChannel
from notifications.models import Outbox
from notifications.outbox import Planned, put
from notifications.planner import plan_notices
from notifications.quiet import open_days
from registry.offices import set_office
from registry.products import register_product
from registry.roles import Role
from registry.tables import table
from regulations.periods import closes_at
from regulations.settings import DEFAULTS
from states.certificate.models import CERTIFICATE_TABLE
from states.cycle.models import CYCLE_TABLE, WINDOW_TABLE
from states.deadlines.commands import set_deadlines
from states.deadlines.entries import NewDeadline
from states.dossier.models import DOSSIER_TABLE
from tests.registry.factories import (
    COMMUNE,
    OFFICE,
    OTHER_COMMUNE,
    OTHER_PROVINCE,
    PROVINCE,
    a_producer,
    a_right,
    an_account,
)

BASE_URL = "http://127.0.0.1:8080"
DOSSIER = SubjectKind("dossier", DOSSIER_TABLE)
OUTBOX = table(Outbox)


def vn(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


@dataclass(frozen=True)
class People:
    """One producer with a dossier, one officer of each office, and a stranger of each kind next door."""

    producer_id: str
    dossier_id: str
    producer: str
    commune: str
    province: str
    strangers: frozenset[str]


def people(db: Database) -> People:
    producer_id = db.write_now(a_producer)
    other_id = db.write_now(lambda tx: a_producer(tx, "Hợp tác xã Khác", OTHER_COMMUNE))
    db.write_now(lambda tx: set_office(tx, COMMUNE, "0208 3870 000", "giờ hành chính", actor=OFFICE))
    producer = an_account(db, "Bà Chè", email="che@example.test")
    commune = an_account(db, "Ông Xã", email="xa@example.test")
    province = an_account(db, "Cô Tỉnh")
    a_right(db, producer, Role.PRODUCER, COMMUNE, producer_id=producer_id)
    a_right(db, commune, Role.COMMUNE, COMMUNE)
    a_right(db, province, Role.PROVINCE_UNIT, PROVINCE)
    strangers = [
        an_account(db, f"Người lạ {number}", email=f"la{number}@example.test") for number in range(4)
    ]
    a_right(db, strangers[0], Role.PRODUCER, OTHER_COMMUNE, producer_id=other_id)
    a_right(db, strangers[1], Role.COMMUNE, OTHER_COMMUNE)
    a_right(db, strangers[2], Role.PROVINCE_UNIT, OTHER_PROVINCE)
    a_right(db, strangers[3], Role.COMMUNE, COMMUNE, starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 3))
    dossier_id = db.write_now(lambda tx: a_dossier(tx, producer_id))
    return People(producer_id, dossier_id, producer, commune, province, frozenset(strangers))


def a_dossier(tx: Tx, producer_id: str, code: str = "27-05500-0001", *, product: str = "Chè tôm nõn") -> str:
    product_id = register_product(tx, producer_id, product, actor=OFFICE)
    row: dict[str, Any] = {column.name: None for column in DOSSIER_TABLE.c}
    row |= {
        "id": new_id(), "version": 0, "move_version": 0, "head": ZEROS, "last_at": tx.now_text, "code": code,
        "kind": "first", "year": 2027, "state": "idea.submitted", "level": "commune", "product_id": product_id,
        "producer_id": producer_id, "province_code": PROVINCE, "commune_code": COMMUNE, "product_name": product,
        "illustrative": 0, "attempts": 0, "training_waived": 0, "created_at": tx.now_text,
    }  # fmt: skip
    tx.sql.bulk(DOSSIER_TABLE, [row])
    return str(row["id"])


def a_certificate(tx: Tx, producer_id: str) -> str:
    product_id = register_product(tx, producer_id, "Chè tôm nõn", actor=OFFICE)
    row: dict[str, Any] = dict.fromkeys((column.name for column in CERTIFICATE_TABLE.c), None)
    row |= {
        "id": new_id(), "version": 0, "move_version": 0, "head": ZEROS, "last_at": tx.now_text, "state": "valid",
        "product_id": product_id, "producer_id": producer_id, "province_code": PROVINCE, "commune_code": COMMUNE,
        "product_name": "Chè tôm nõn", "producer_name": "Hợp tác xã Thử", "stars": 4, "decision_number": "1/QĐ",
        "issued_on": "2024-09-29", "expires_on": "2027-09-29", "last_valid_day": "2027-09-29", "certificate_no": "1",
        "window_opens_on": "2027-04-02",
        "window_closes_on": "2027-06-01", "origin": "live", "illustrative": 0, "created_at": tx.now_text,
    }  # fmt: skip
    tx.sql.bulk(CERTIFICATE_TABLE, [row])
    return str(row["id"])


def a_cycle(tx: Tx, audience: list[str]) -> str:
    """An open cycle with its line, as the opening leaves them."""
    row: dict[str, Any] = dict.fromkeys((column.name for column in CYCLE_TABLE.c), None)
    row |= {
        "id": new_id(), "version": 1, "move_version": 1, "last_at": tx.now_text, "province_code": PROVINCE, "year": 2027,
        "title": "Chu trình 2027", "plan": {"audience": audience}, "digest": ZEROS, "calendar_version": "test",
        "plan_number": "1/KH", "plan_date": "2027-01-04",
        "illustrative": 1, "warnings_open": 0, "calendar_open": 0, "state": "open", "created_at": tx.now_text,
    }  # fmt: skip
    line = Line(subject=f"cycle/{row['id']}", version=1, kind="transition", actor=OFFICE, at=tx.now, trigger="open",
                source="published", dest="open", rehearsal=True)  # fmt: skip
    row["head"] = history.write_line(tx, line)
    tx.sql.bulk(CYCLE_TABLE, [row])
    window = {"id": new_id(), "cycle_id": row["id"], "step": "idea", "batch_number": None, "opens_on": "2027-02-15",
              "closes_on": "2027-03-31", "stated": "2027-03-31", "bound": "by"}  # fmt: skip
    tx.sql.bulk(WINDOW_TABLE, [window])
    return str(row["id"])


def happen(
    db: Database, dossier_id: str, trigger: str, *, kind: str = "transition", dest: str | None = None
) -> None:
    """Write a line of a dossier as a move would, and give it its place in the log."""

    def write(tx: Tx) -> None:
        head = history.lock_head(tx, DOSSIER, dossier_id)
        line = Line(
            subject=f"dossier/{dossier_id}", version=head.version + 1, kind=kind, actor=OFFICE, at=tx.now,
            trigger=trigger, source="idea.submitted", dest=dest, prev=head.hash, rehearsal=True,
        )  # fmt: skip
        line_hash = history.write_line(tx, line)
        tx.sql.run(DOSSIER.move_head, id=dossier_id, **history.head_after(line, line_hash, move_version=0))

    db.write_now(write)
    sequence_all(db)


def plan(db: Database) -> None:
    while db.write_now(plan_notices):
        pass


def owed(db: Database, code: str, last_day: str, **more: Any) -> str:
    """Set a deadline with its ordinary ladder; returns its id."""
    day = date.fromisoformat(last_day)
    subject = more.pop("subject", "cycle/0192b000-0000-7000-8000-000000000001")
    item = NewDeadline(
        code=code,
        subject=subject,
        province_code=PROVINCE,
        last_day=day,
        due_at=closes_at(day, DEFAULTS),
        rule="test",
        **more,
    )
    return db.write_now(lambda tx: set_deadlines(tx, [item], OFFICE))[0]


def notices(db: Database, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of every outbox row, oldest first."""
    chosen = [sa.type_coerce(OUTBOX.c[name], sa.Text) for name in columns]
    return db.read_now(lambda rtx: rtx.sql.all(Sql(sa.select(*chosen).order_by(OUTBOX.c.id))))


def told(db: Database) -> set[tuple[str, str]]:
    return {(kind, recipient) for kind, recipient in notices(db, "kind", "recipient")}


def write_notice(
    db: Database, recipient: str, kind: str = "forwarded", *, cause: str = "test/1", title: str = "Việc"
) -> str:
    """Put one notice into the outbox; returns its id."""
    notice = Planned(cause, recipient, kind, "dossier/x", {"text": kind}, title, f"{title} cần làm.")
    assert db.write_now(lambda tx: put(tx, [notice], open_days(tx))) == 1
    return str(notices(db, "id")[-1][0])


def channels(port: int, clock: Any, **more: Any) -> Sequence[Channel]:
    given: dict[str, Any] = {"sender": "OCOP Thái Nguyên <ocop@example.test>", "timeout": 5.0, **more}
    email = EmailChannel(
        "127.0.0.1", port, base_url=BASE_URL, origin="ocop.example", wall_now=clock.wall_now, rehearsal=True, **given
    )  # fmt: skip
    return (email, InboxChannel())


def stored(instant: datetime) -> str:
    return instant_text(instant)
