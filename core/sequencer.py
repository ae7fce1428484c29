"""Gives every line its place in the log, after its commit, without gaps.

Two sequencers must never number at once: SQLite's writer lock or an advisory lock keeps them apart.
"""

import logging
import threading

import sqlalchemy as sa

from core.db import Database
from core.errors import Unavailable
from core.history import HISTORY, LOG_ENTRY, UNSEQUENCED
from core.sql import Sql
from core.tx import ReadTx, Tx

log = logging.getLogger(__name__)
_LOCK = Sql.raw(sqlite="SELECT 1", postgresql="SELECT pg_advisory_xact_lock(5047310871)")
_WAITING = Sql(sa.select(UNSEQUENCED.c.pos).limit(1))
_NEXT = Sql(sa.select(sa.func.coalesce(sa.func.max(LOG_ENTRY.c.seq) + 1, 0)))
_OLDEST = (
    sa.select(UNSEQUENCED.c.pos, UNSEQUENCED.c.subject, UNSEQUENCED.c.version)
    .order_by(UNSEQUENCED.c.pos)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .subquery()
)
_NUMBER = Sql(
    sa.insert(LOG_ENTRY).from_select(
        ["seq", "subject", "version", "leaf_hash"],
        sa.select(
            sa.bindparam("next", type_=sa.BigInteger) - 1 + sa.func.row_number().over(order_by=_OLDEST.c.pos),
            _OLDEST.c.subject,
            _OLDEST.c.version,
            HISTORY.c.hash,
        ).join_from(
            _OLDEST,
            HISTORY,
            sa.and_(HISTORY.c.subject == _OLDEST.c.subject, HISTORY.c.version == _OLDEST.c.version),
        ),
    )
)
_TAKE_OUT = Sql(
    sa.delete(UNSEQUENCED).where(
        sa.exists().where(
            LOG_ENTRY.c.seq >= sa.bindparam("next", type_=sa.BigInteger),
            LOG_ENTRY.c.subject == UNSEQUENCED.c.subject,
            LOG_ENTRY.c.version == UNSEQUENCED.c.version,
        )
    )
)


def sequence(tx: Tx, limit: int = 1000) -> int:
    """Number at most `limit` of the oldest waiting lines; how many it was."""
    tx.sql.value(_LOCK)
    start: int = tx.sql.value(_NEXT)
    count = tx.sql.run(_NUMBER, next=start, limit=limit)
    if count:
        tx.sql.run(_TAKE_OUT, next=start)
    return count


def waiting(rtx: ReadTx) -> bool:
    """Whether any committed line has no place yet."""
    return rtx.sql.one(_WAITING) is not None


def sequence_all(db: Database, limit: int = 1000) -> int:
    """Number until nothing waits; for the command line, tests, and a process without a sequencer thread."""
    total = 0
    while db.read_now(waiting):
        total += db.write_now(lambda tx: sequence(tx, limit))
    return total


class Sequencer:
    """A thread that numbers lines as soon as they are committed; by itself it looks every few seconds."""

    def __init__(self, db: Database, *, look_every_seconds: float = 5.0) -> None:
        self._db = db
        self._every = look_every_seconds
        self._wake = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="ocop-sequencer", daemon=True)

    def start(self) -> None:
        self._db.on_commit(self._wake.set)
        self._wake.set()
        self._thread.start()

    def alive(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        """Stop; call before the database is closed."""
        self._closed = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._closed:
            self._wake.wait(self._every)
            self._wake.clear()
            try:
                sequence_all(self._db)
            except Unavailable:
                if not self._db.healthy():
                    log.exception("the sequencer stops: the database is gone")
                    return
                log.warning("the sequencer could not store; it tries again", exc_info=True)
            except Exception:
                log.exception("the sequencer failed; it tries again")
