"""What a data folder is for ever: real or rehearsal, and where a rehearsal clock stands.

A mark must never be changed once set; only the rehearsal clock's row moves.
"""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Instant, instant_text, parse_instant
from core.sql import Sql, insert_ignore

if TYPE_CHECKING:
    from core.tx import ReadTx, Tx

REHEARSAL = "rehearsal"
ORIGIN = "origin"


class House(SQLModel, table=True):
    """One mark of the folder, such as `rehearsal` (1 or 0) or `origin` (the log's name)."""

    key: str = Field(primary_key=True, max_length=40)
    value: str = Field(max_length=200)


class RehearsalClockRow(SQLModel, table=True):
    """Where the rehearsal clock stood when it last moved; the single row has id 1."""

    __tablename__ = "rehearsal_clock"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    now_at: datetime = Field(sa_type=Instant)


_HOUSE = SQLModel.metadata.tables["house"]
_CLOCK = SQLModel.metadata.tables["rehearsal_clock"]
_MARK = Sql(sa.select(_HOUSE.c.value).where(_HOUSE.c.key == sa.bindparam("key")))
_SET_MARK = Sql(insert_ignore(_HOUSE))
_STORED = Sql(sa.select(_CLOCK.c.now_at).where(_CLOCK.c.id == 1))
_FIRST = Sql(insert_ignore(_CLOCK).values(id=1, now_at=sa.bindparam("now_at")))
_MOVE = Sql(
    sa.update(_CLOCK)
    .where(_CLOCK.c.id == 1, _CLOCK.c.now_at < sa.bindparam("now_at"))
    .values(now_at=sa.bindparam("now_at"))
)


def mark(rtx: "ReadTx", key: str) -> str | None:
    value: str | None = rtx.sql.value(_MARK, key=key)
    return value


def set_mark(tx: "Tx", key: str, value: str) -> str:
    """Set a mark that is not set yet; the value that then stands is returned."""
    tx.sql.run(_SET_MARK, key=key, value=value)
    return mark(tx, key) or value


def is_rehearsal(rtx: "ReadTx") -> bool:
    return mark(rtx, REHEARSAL) == "1"


def stored_clock(rtx: "ReadTx") -> datetime | None:
    """Where the rehearsal clock stood, None in a folder whose clock has not moved."""
    found = rtx.sql.value(_STORED)
    return None if found is None else parse_instant(found)


def store_clock(tx: "Tx", instant: datetime) -> None:
    """Keep where the rehearsal clock stands; an earlier instant than the kept one changes nothing."""
    text = instant_text(instant)
    if not tx.sql.run(_FIRST, now_at=text):
        tx.sql.run(_MOVE, now_at=text)
