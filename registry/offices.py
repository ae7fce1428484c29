"""Phone and opening hours of the office people are told to call, per commune.

It never stands in for a unit: an office row exists where somebody entered one, and messages need it. Who changed one is
told in the book of the province's choices; a number may be somebody's own, so no line holds it.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Instant
from core.db import ReadTx, Tx
from core.history import append
from core.lines import ActorRef
from core.sql import Sql, upsert
from registry import contact, settings, units
from registry.refusals import bad_field, required_text
from registry.tables import table

LONGEST_HOURS = 200


class Office(SQLModel, table=True):
    """Whom to call in a commune, and when somebody is there."""

    commune_code: str = Field(primary_key=True, max_length=120, foreign_key="unit.code")
    phone: str = Field(max_length=16)
    hours: str = Field(max_length=200)
    changed_at: datetime = Field(sa_type=Instant)
    changed_by: str = Field(max_length=80)


@dataclass(frozen=True, slots=True)
class OfficeRead:
    """An office as messages and pages show it; `phone` is canonical."""

    commune_code: str
    phone: str
    hours: str


_O = table(Office)
_U = table(units.Unit)
_SET = Sql(upsert(_O, ["commune_code"], "phone", "hours", "changed_at", "changed_by"))
_ONE = Sql(
    sa.select(_O.c.commune_code, _O.c.phone, _O.c.hours).where(_O.c.commune_code == sa.bindparam("code"))
)
_IN_PROVINCE = Sql(
    sa.select(_O.c.commune_code, _O.c.phone, _O.c.hours)
    .join(_U, _U.c.code == _O.c.commune_code)
    .where(_U.c.parent_code == sa.bindparam("province_code"))
)


def set_office(tx: Tx, commune_code: str, phone: str, hours: str, *, actor: ActorRef) -> bool:
    """Enter or change a commune's office and say whether anything changed.

    Raises:
        NotFound: `unknown_unit`.
        BadInput: `wrong_unit`, `required`, `too_long`, `bad_phone`, `old_phone`.
    """
    unit = units.get(tx, commune_code)
    if not unit.kind.is_commune_level:
        raise bad_field("commune_code", "wrong_unit", role="commune", unit=unit.name_vi)
    number, when = contact.phone(phone), required_text(hours, "hours", longest=LONGEST_HOURS)
    book = settings.lock_book(tx, units.province_of(tx, commune_code))
    before = office(tx, commune_code)
    if before == OfficeRead(commune_code, number, when):
        return False
    tx.sql.run(
        _SET, commune_code=commune_code, phone=number, hours=when, changed_at=tx.now, changed_by=actor.id
    )
    changed = ["hours", "phone"] if before is None else [
        name for name, value in (("hours", when), ("phone", number)) if getattr(before, name) != value
    ]  # fmt: skip
    append(
        tx, settings.SETTINGS, book, "setting_changed", actor=actor, trigger="set_office",
        inputs={"commune_code": commune_code, "changed": changed},
    )  # fmt: skip
    return True


def office(rtx: ReadTx, commune_code: str) -> OfficeRead | None:
    """Return a commune's office, None where nobody entered one."""
    row = rtx.sql.one(_ONE, code=commune_code)
    return None if row is None else OfficeRead(*row)


def offices(rtx: ReadTx, province_code: str) -> dict[str, OfficeRead]:
    """Return the offices of a province by commune code."""
    return {row[0]: OfficeRead(*row) for row in rtx.sql.all(_IN_PROVINCE, province_code=province_code)}


def missing(rtx: ReadTx, province_code: str, on: date) -> list[units.UnitRead]:
    """Return the communes in force without an office, in Vietnamese order: asked before a cycle opens."""
    known = offices(rtx, province_code)
    return [unit for unit in units.communes(rtx, province_code, on) if unit.code not in known]
