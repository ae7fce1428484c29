"""Rows a sweep could not carry out: recorded, skipped, tried again later, so that they never hold up the rest.

It must never hide a row for good: the wait doubles up to a day, and the status page lists what waits.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import SQLModel

from core.db import Database
from core.errors import OcopError
from core.jobs import JobFault
from core.sql import Sql, insert_ignore
from core.tx import ReadTx, Tx

LONGEST_WAIT = timedelta(days=1)
FIRST_WAIT = timedelta(minutes=2)
log = logging.getLogger(__name__)

_fault = SQLModel.metadata.tables[str(JobFault.__tablename__)]
_KEY = (_fault.c.name == sa.bindparam("job"), _fault.c.subject == sa.bindparam("row"))
_SKIPPED = Sql(
    sa.select(_fault.c.subject).where(
        _fault.c.name == sa.bindparam("job"),
        _fault.c.next_try_at > sa.bindparam("wall", type_=_fault.c.next_try_at.type),
    )
)
_ATTEMPTS = Sql(sa.select(_fault.c.attempts).where(*_KEY))
_NEW = Sql(
    insert_ignore(_fault).values(
        {column.name: sa.bindparam(column.name, type_=column.type) for column in _fault.c}
    )
)
_AGAIN = Sql(
    sa.update(_fault)
    .where(*_KEY)
    .values(
        {
            name: sa.bindparam(f"new_{name}", type_=_fault.c[name].type)
            for name in ("error", "attempts", "last_at", "next_try_at")
        }
    )
)
_CLEAR = Sql(sa.delete(_fault).where(*_KEY))


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of some rows."""

    done: int = 0
    faulty: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.done + other.done, self.faulty + other.faulty)


def skipped(rtx: ReadTx, name: str) -> frozenset[str]:
    """Rows of this job whose next try has not come."""
    return frozenset(row[0] for row in rtx.sql.all(_SKIPPED, job=name, wall=rtx.clock.wall_now()))


def record(tx: Tx, name: str, row: str, error: Exception) -> None:
    """Skip this row for a while: two minutes, doubled with each attempt, at most a day."""
    attempts = (tx.sql.value(_ATTEMPTS, job=name, row=row) or 0) + 1
    wall = tx.clock.wall_now()
    until = wall + min(FIRST_WAIT * 2 ** min(attempts - 1, 12), LONGEST_WAIT)
    refusal = error if isinstance(error, OcopError) else None
    code = (refusal.code if refusal else type(error).__name__)[:80]
    trace = None if refusal else error  # a code says all; a trace is for what nobody foresaw
    log.warning("row skipped: job=%s row=%s error=%s attempts=%d", name, row, code, attempts, exc_info=trace)
    if attempts == 1:
        tx.sql.run(
            _NEW, name=name, subject=row, error=code, attempts=attempts, last_at=wall, next_try_at=until
        )
    else:
        tx.sql.run(
            _AGAIN,
            job=name,
            row=row,
            new_error=code,
            new_attempts=attempts,
            new_last_at=wall,
            new_next_try_at=until,
        )


def clear(tx: Tx, name: str, row: str) -> None:
    """The row went through after all."""
    tx.sql.run(_CLEAR, job=name, row=row)


def one_by_one(tx: Tx, name: str, rows: Sequence[str], carry: Callable[[Tx, str], object]) -> Tally:
    """Carry each row out in a savepoint of its own; one that fails is recorded and the next goes on."""
    tally = Tally()
    for row in rows:
        try:
            with tx.savepoint():
                carry(tx, row)
        except Exception as error:  # noqa: BLE001 -- recorded with its row; the neighbours must not suffer
            record(tx, name, row, error)
            tally += Tally(faulty=1)
        else:
            clear(tx, name, row)
            tally += Tally(done=1)
    return tally


def together(
    db: Database, name: str, rows: Sequence[str], carry: Callable[[Tx, Sequence[str]], int]
) -> Tally:
    """Carry all rows out set-based in one transaction; if that fails, each alone."""
    try:
        return Tally(done=db.write_now(lambda tx: carry(tx, rows), alone=True))
    except OcopError:
        raise
    except Exception:
        log.warning("set failed, goes row by row: job=%s rows=%d", name, len(rows), exc_info=True)
    return db.write_now(
        lambda tx: one_by_one(tx, name, rows, lambda inner, row: carry(inner, [row])), alone=True
    )
