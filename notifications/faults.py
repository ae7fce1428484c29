"""What could not be told: kept for a person to look at, passed over for a while, then tried again. Nothing is dropped.

It never stands in the way of other rows.
"""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from core.columns import instant_text
from core.db import Tx
from core.sql import Sql
from notifications.models import PlanningFault
from registry.tables import table

FAULT = table(PlanningFault)
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
LINE = "line"
_DETAIL = 300

_WALL = sa.bindparam("wall", type_=sa.Text)
_NEXT = sa.type_coerce(FAULT.c.next_try_at, sa.Text)
_TRIED = Sql(sa.select(FAULT.c.attempts).where(FAULT.c.cause == sa.bindparam("cause")))
_DROP = Sql(sa.delete(FAULT).where(FAULT.c.cause == sa.bindparam("cause")))
_ANY = Sql(sa.select(FAULT.c.cause).limit(1))
_MENDED = Sql(
    sa.delete(FAULT).where(FAULT.c.cause.in_(sa.bindparam("causes", type_=sa.Text, expanding=True)))
)
_LINES = Sql(
    sa.select(FAULT.c.cause)
    .where(FAULT.c.kind == LINE, _NEXT <= _WALL)
    .order_by(FAULT.c.next_try_at, FAULT.c.cause)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def not_passed_over(cause: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a row is not passed over at the moment; it asks for `:wall`."""
    return ~sa.exists().where(cause == FAULT.c.cause, _NEXT > _WALL)


def record(tx: Tx, cause: str, kind: str, detail: str) -> None:
    """Keep a fault; each time in a row it is passed over for longer."""
    tried = attempts(tx, cause)
    tx.sql.run(_DROP, cause=cause)
    wait = min(FIRST_WAIT * 2 ** min(tried, 10), LONGEST_WAIT)
    row = {
        "cause": cause, "kind": kind, "detail": detail[:_DETAIL], "attempts": tried + 1, "at": tx.now_text,
        "next_try_at": instant_text(tx.clock.wall_now() + wait),
    }  # fmt: skip
    tx.sql.bulk(FAULT, [row])


def attempts(tx: Tx, cause: str) -> int:
    """Return how often this failed in a row; 0 where there is no fault."""
    return int(tx.sql.value(_TRIED, cause=cause) or 0)


def mended(tx: Tx, causes: Sequence[str]) -> None:
    """Forget the faults of what has been told at last."""
    if causes and tx.sql.one(_ANY) is not None:
        tx.sql.run(_MENDED, causes=list(causes))


def lines_to_repeat(tx: Tx, limit: int = 100) -> list[str]:
    """Return the history lines (`kind/id/version`) whose time to be tried again has come."""
    return [row[0] for row in tx.sql.all(_LINES, wall=instant_text(tx.clock.wall_now()), most=limit)]
