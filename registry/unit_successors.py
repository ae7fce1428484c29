"""Who took over a unit that ceased: direct links as published, and every indirect one, kept together.

It never judges whether a right counts: `actors` does, with the links that hold on the day.
"""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Day, Flag
from core.db import ReadTx, Tx
from core.sql import Sql, upsert
from registry import units
from registry.tables import day, table


class UnitSuccessor(SQLModel, table=True):
    """A unit that took over all or a part of another; `since` is its first day, empty while the old one lives on.

    A link over several mergers stands here too, with `direct` 0, so that one look is enough.
    """

    code: str = Field(primary_key=True, max_length=120, foreign_key="unit.code")
    successor_code: str = Field(primary_key=True, max_length=120, foreign_key="unit.code", index=True)
    direct: bool = Field(default=True, sa_type=Flag, sa_column_kwargs={"server_default": "1"})
    since: date | None = Field(default=None, sa_type=Day)


_S = table(UnitSuccessor)
_CODE = sa.bindparam("code", type_=sa.Text)
_IS_DIRECT = sa.type_coerce(_S.c.direct, sa.Integer) == 1
_DIRECT = Sql(
    sa.select(_S.c.successor_code).where(_S.c.code == _CODE, _IS_DIRECT).order_by(_S.c.successor_code)
)
_BEFORE = Sql(sa.select(_S.c.code, _S.c.since).where(_S.c.successor_code == _CODE).order_by(_S.c.code))
_AFTER = Sql(
    sa.select(_S.c.successor_code, _S.c.since).where(_S.c.code == _CODE).order_by(_S.c.successor_code)
)
_KNOWN = Sql(sa.select(_S.c.code, _S.c.successor_code, _S.c.since).where(_IS_DIRECT))
_LINK = Sql(upsert(_S, ["code", "successor_code"], "direct", "since"))
_LINK_FAR = Sql(upsert(_S, ["code", "successor_code"], "since"))


def link(tx: Tx, code: str, successor_code: str, *, last_day: date | None) -> None:
    """Note that a unit was taken over after its last day; what it had taken over itself goes along. Twice is harmless."""
    since = None if last_day is None else last_day + timedelta(days=1)
    tx.sql.run(_LINK, code=code, successor_code=successor_code, direct=True, since=since)
    before = [(code, since), *_links(tx, _BEFORE, code)]
    after = [(successor_code, since), *_links(tx, _AFTER, successor_code)]
    far = [
        {"code": old, "successor_code": new, "direct": False, "since": _later(began, ended)}
        for old, began in before
        for new, ended in after
        if (old, new) != (code, successor_code)
    ]
    tx.sql.many(_LINK_FAR, far)


def known(rtx: ReadTx) -> dict[tuple[str, str], date | None]:
    """Return every direct link with its first day, for those who write many."""
    return {(code, successor): day(since) for code, successor, since in rtx.sql.all(_KNOWN)}


def successors(rtx: ReadTx, code: str) -> tuple[str, ...]:
    """Return the units that took over directly; none for a unit in force."""
    return tuple(row[0] for row in rtx.sql.all(_DIRECT, code=code))


def predecessors(rtx: ReadTx, code: str, on: date) -> tuple[str, ...]:
    """Return every unit this one stands for on a day, over any number of mergers."""
    return tuple(old for old, since in _links(rtx, _BEFORE, code) if since is not None and since <= on)


def current_units(rtx: ReadTx, code: str) -> tuple[str, ...]:
    """Return the units in which this one lives on today, itself where nobody took over."""
    after = [new for new, _ in _links(rtx, _AFTER, code)]
    return tuple(one for one in after if not successors(rtx, one)) or (code,)


def living_on(rtx: ReadTx, code: str, on: date) -> tuple[str, ...]:
    """Return the units that stand for this one on a day: itself while it is in force, else those that took over.

    Empty where it ceased and no source says who took over.

    Raises:
        NotFound: `unknown_unit`.
    """
    if units.get(rtx, code).in_force(on):
        return (code,)
    after = (new for new, since in _links(rtx, _AFTER, code) if since is not None and since <= on)
    return tuple(new for new in after if units.get(rtx, new).in_force(on))


def _links(rtx: ReadTx, statement: Sql, code: str) -> list[tuple[str, date | None]]:
    return [(other, day(since)) for other, since in rtx.sql.all(statement, code=code)]


def _later(one: date | None, other: date | None) -> date | None:
    """Return the day from which a chain of two links holds; never, while one of them does not hold yet."""
    return None if one is None or other is None else max(one, other)
