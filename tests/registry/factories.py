"""What the tests of this room start from: a few units, people, producers; every value made up."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from core.db import Database, ReadTx, Tx
from core.history import read_lines
from core.lines import ActorRef, Line, parse_line
from core.sql import Sql
from registry import accounts
from registry.names import bare_name, match_key, name_key, sort_key
from registry.producers import ProducerData, ProducerType, register_producer
from registry.roles import COUNTRY, Role
from registry.tables import table
from registry.units import Unit

OFFICE = ActorRef("account/00000000-0000-7000-8000-000000000001", "admin", "cli")
WALL = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PROVINCE, COMMUNE, WARD, OTHER_PROVINCE, OTHER_COMMUNE = "19", "05500", "01840", "24", "07210"
UNITS = (
    (COUNTRY, None, "country", "Việt Nam", None, None),
    (PROVINCE, COUNTRY, "province", "Tỉnh Thái Nguyên", None, None),
    (COMMUNE, PROVINCE, "commune", "Xã Tân Cương", date(2025, 7, 1), None),
    (WARD, PROVINCE, "ward", "Phường Đức Xuân", date(2025, 7, 1), None),
    (OTHER_PROVINCE, COUNTRY, "province", "Tỉnh Bắc Ninh", None, None),
    (OTHER_COMMUNE, OTHER_PROVINCE, "commune", "Xã Tân Thành", date(2025, 7, 1), None),
    ("x-bac-kan", COUNTRY, "province", "Tỉnh Bắc Kạn", None, date(2025, 6, 30)),
)


def vn(text: str) -> datetime:
    """An instant on Vietnamese clocks."""
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def few_units(tx: Tx) -> None:
    """Write two provinces with their communes and one province that ceased."""
    tx.sql.bulk(
        table(Unit),
        [
            {
                "code": code, "parent_code": parent, "kind": kind, "name_vi": name, "name_en": name,
                "valid_from": first, "valid_to": last, "formed_from": None, "source": "test",
                "name_key": name_key(name), "match_key": match_key(name), "sort_key": sort_key(bare_name(name)),
            }
            for code, parent, kind, name, first, last in UNITS
        ],
    )  # fmt: skip


def an_account(db: Database, name: str = "Người Thử", **more: str) -> str:
    return db.write_now(lambda tx: accounts.add_account(tx, name, actor=OFFICE, **more))


def a_producer(tx: Tx, name: str = "Hợp tác xã Thử", commune: str = COMMUNE) -> str:
    return register_producer(tx, ProducerData(name, ProducerType.COOPERATIVE, commune), actor=OFFICE)


def a_right(
    db: Database, account_id: str, role: Role = Role.COMMUNE, unit: str = COMMUNE, **more: object
) -> str:
    return db.write_now(
        lambda tx: accounts.appoint(tx, account_id, role, unit, actor=OFFICE, **more)  # type: ignore[arg-type]
    )


def lines(db: Database, subject: str) -> list[Line]:
    return [parse_line(text) for text, _ in db.read_now(lambda rtx: read_lines(rtx, subject))]


def everything_in_history(rtx: ReadTx) -> str:
    return "\n".join(row[0] for row in rtx.sql.all(_ALL_LINES))


_ALL_LINES = Sql(sa.text("SELECT line FROM history"))
