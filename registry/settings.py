"""What a province (or the whole installation) has chosen where the law leaves it open: dated rows with their source.

It never rewrites the past: a choice holds from now or from a later instant, and an old dossier sees the old choice.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from json import loads

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Instant, SubjectColumns
from core.db import ReadTx, Tx
from core.history import SubjectKind, append, lock_head
from core.ids import new_id
from core.instants import instant_text, parse_instant
from core.lines import ActorRef, canonical_text
from core.sql import Sql, insert_ignore
from registry import units
from registry.refusals import bad_field, required_text
from registry.roles import COUNTRY
from registry.tables import new_subject, table
from regulations.errors import RegulationError
from regulations.settings import BY_NAME, Settings, SettingValue, checked


class SettingBook(SubjectColumns, table=True):
    """The subject that carries the history of one unit's settings."""

    __tablename__ = "setting_book"

    unit_code: str = Field(max_length=120, unique=True, foreign_key="unit.code")


class SettingRow(SQLModel, table=True):
    """One choice, its value as canonical JSON; it holds from `from_at` until a later row of the same unit and name."""

    __tablename__ = "setting"
    __table_args__ = (sa.UniqueConstraint("unit_code", "name", "from_at"),)

    id: str = Field(primary_key=True, max_length=36)
    unit_code: str = Field(max_length=120, foreign_key="unit.code")
    name: str = Field(max_length=60)
    value: str = Field(sa_type=sa.Text)
    from_at: datetime = Field(sa_type=Instant)
    source: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One row as a page lists it."""

    unit_code: str
    name: str
    value: SettingValue
    from_at: datetime
    source: str


_B = table(SettingBook)
_R = table(SettingRow)
SETTINGS = SubjectKind("settings", _B)
_ADD_BOOK = Sql(insert_ignore(_B))
_BOOK = Sql(sa.select(_B.c.id).where(_B.c.unit_code == sa.bindparam("unit_code")))
_ADD = Sql(insert_ignore(_R))
_AT = sa.bindparam("at", type_=Instant())
_IN_FORCE = Sql(
    sa.select(_R.c.unit_code, _R.c.name, _R.c.value)
    .where(_R.c.unit_code.in_((COUNTRY, sa.bindparam("province_code"))), _R.c.from_at <= _AT)
    .order_by(_R.c.from_at)
)
_ALL = Sql(
    sa.select(_R.c.unit_code, _R.c.name, _R.c.value, _R.c.from_at, _R.c.source)
    .where(_R.c.unit_code == sa.bindparam("unit_code"))
    .order_by(_R.c.name, _R.c.from_at)
)


def choose(
    tx: Tx,
    unit_code: str,
    name: str,
    value: SettingValue,
    *,
    source: str,
    actor: ActorRef,
    reason: str | None = None,
    from_at: datetime | None = None,
) -> None:
    """Choose a value for a province (or `vn`), from now or from a later instant; `source` is the deciding document.

    Of people a reason is asked at the door they come through.

    Raises:
        NotFound: `unknown_unit`.
        BadInput: `setting_unknown`, `setting_value` (with the values allowed), `setting_backdated`, `wrong_unit`,
            `required`, `setting_twice` (two choices from the same instant).
    """
    start = from_at or tx.now
    chosen = _checked(name, value)
    if start < tx.now:
        raise bad_field("from_at", "setting_backdated", now=instant_text(tx.now))
    document = required_text(source, "source", longest=500)
    book = lock_book(tx, unit_code)
    before = resolved(tx, unit_code, at=start)[name]
    new = {
        "id": new_id(),
        "unit_code": unit_code,
        "name": name,
        "value": canonical_text(chosen),
        "from_at": start,
    }
    if not tx.sql.run(_ADD, **new, source=document):
        raise bad_field("from_at", "setting_twice", name=name)
    append(
        tx, SETTINGS, book, "setting_changed", actor=actor, trigger="choose_setting", reason=reason,
        inputs={
            "name": name, "before": before, "after": chosen, "from_at": instant_text(start), "source": document,
            "unit_code": unit_code
        },
    )  # fmt: skip


def resolved(rtx: ReadTx, province_code: str, at: datetime | None = None) -> Settings:
    """Return every setting as it stands for a province at an instant (now if left out).

    The province's own choice goes before the installation's, that before the default; of the same unit the latest.
    """
    rows = rtx.sql.all(_IN_FORCE, province_code=province_code, at=at or rtx.now)
    chosen: dict[str, str] = {}
    for whole_country in (True, False):
        chosen.update((name, value) for unit, name, value in rows if (unit == COUNTRY) is whole_country)
    return _settings(tuple(sorted(chosen.items())))


def choices(rtx: ReadTx, unit_code: str) -> list[Choice]:
    """Return every choice a unit ever made and those to come, by name and instant."""
    rows = rtx.sql.all(_ALL, unit_code=unit_code)
    return [
        Choice(unit, name, loads(value), parse_instant(at), source) for unit, name, value, at, source in rows
    ]


@lru_cache(maxsize=256)
def _settings(stored: tuple[tuple[str, str], ...]) -> Settings:
    """Build the settings of a set of choices once; names that this edition no longer knows are left out."""
    return Settings({name: loads(value) for name, value in stored if name in BY_NAME})


def _checked(name: str, value: SettingValue) -> SettingValue:
    try:
        return checked(name, value)
    except RegulationError as error:
        allowed = ", ".join(canonical_text(each) for each in BY_NAME[name].values) if name in BY_NAME else ""
        raise bad_field(name, error.code, name=name, allowed=allowed) from error


def book_of(rtx: ReadTx, unit_code: str) -> str | None:
    """Return the id of the book that carries a unit's history of choices, None where nothing was ever chosen."""
    found = rtx.sql.value(_BOOK, unit_code=unit_code)
    return None if found is None else str(found)


def lock_book(tx: Tx, unit_code: str) -> str:
    """Return the id of the unit's book, made on first use, with its row locked.

    Raises:
        NotFound: `unknown_unit`.
        BadInput: `wrong_unit`, neither a province nor the country.
    """
    unit = units.get(tx, unit_code)
    if unit.kind not in (units.UnitKind.PROVINCE, units.UnitKind.COUNTRY):
        raise bad_field("unit_code", "wrong_unit", role="province_unit", unit=unit.name_vi)
    tx.sql.run(_ADD_BOOK, **new_subject(tx.now), unit_code=unit_code)
    book = str(tx.sql.value(_BOOK, unit_code=unit_code))
    lock_head(tx, SETTINGS, book)
    return book
