"""Which of several clocks leads. Leading only saves work: claims keep things right without it.

A lease must never outlive its clock by more than its own length of wall time.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from core.jobs import CLOCK, WORKERS, ClockLease
from core.sql import Sql, insert_ignore
from core.tx import ReadTx, Tx

CLOCK_LEASE = timedelta(seconds=20)
_lease = SQLModel.metadata.tables[str(ClockLease.__tablename__)]


def _bind(column: Any, name: str) -> Any:
    return sa.bindparam(name, type_=column.type)


_FIRST_LEASE = Sql(
    insert_ignore(_lease).values(
        name=_bind(_lease.c.name, "name"),
        holder=_bind(_lease.c.holder, "holder"),
        expires_at=_bind(_lease.c.expires_at, "until"),
        ticked_at=_bind(_lease.c.ticked_at, "wall"),
    )
)
_LEAD = Sql(
    sa.update(_lease)
    .where(_lease.c.name == CLOCK)
    .where(
        sa.or_(
            _lease.c.holder == sa.bindparam("mine"), _lease.c.expires_at < _bind(_lease.c.expires_at, "wall")
        )
    )
    .values(
        holder=_bind(_lease.c.holder, "holder"),
        expires_at=_bind(_lease.c.expires_at, "until"),
        ticked_at=_bind(_lease.c.ticked_at, "ticked"),
    )
)
_LED_BY_OTHER = Sql(
    sa.select(_lease.c.holder).where(
        _lease.c.name == CLOCK,
        _lease.c.holder != sa.bindparam("mine"),
        _lease.c.expires_at >= _bind(_lease.c.expires_at, "wall"),
    )
)
_WORKED = Sql(
    sa.update(_lease)
    .where(_lease.c.name == WORKERS, _lease.c.ticked_at <= _bind(_lease.c.ticked_at, "wall"))
    .values(
        holder=_bind(_lease.c.holder, "holder"),
        expires_at=_bind(_lease.c.expires_at, "wall"),
        ticked_at=_bind(_lease.c.ticked_at, "wall"),
    )
)
_RESIGN = Sql(
    sa.update(_lease)
    .where(_lease.c.name == CLOCK, _lease.c.holder == sa.bindparam("mine"))
    .values(expires_at=_bind(_lease.c.expires_at, "wall"))
)


def may_lead(rtx: ReadTx, holder: str) -> bool:
    """No other clock holds the lease at this moment."""
    return rtx.sql.one(_LED_BY_OTHER, mine=holder, wall=rtx.clock.wall_now()) is None


def lead(tx: Tx, holder: str) -> bool:
    """Take or keep the clock's lease and say that it ticked; False: another clock leads."""
    wall = tx.clock.wall_now()
    if tx.sql.run(_FIRST_LEASE, name=CLOCK, holder=holder, until=wall + CLOCK_LEASE, wall=wall):
        return True
    return bool(
        tx.sql.run(_LEAD, mine=holder, holder=holder, wall=wall, ticked=wall, until=wall + CLOCK_LEASE)
    )


def show_life(tx: Tx, holder: str) -> None:
    """Say that a worker came round; workers lead nothing, so this holds no lease."""
    wall = tx.clock.wall_now()
    if not tx.sql.run(_FIRST_LEASE, name=WORKERS, holder=holder, until=wall, wall=wall):
        tx.sql.run(_WORKED, holder=holder, wall=wall)


def resign(tx: Tx, holder: str) -> None:
    """Let another clock lead at once."""
    tx.sql.run(_RESIGN, mine=holder, wall=tx.clock.wall_now() - CLOCK_LEASE)
