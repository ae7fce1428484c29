"""The two doors to the database: `read` and `write`. There is no other way in.

A write has committed when it returns; a function may run more than once and must do nothing but database work.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from typing import Protocol, TypeVar

from core import house
from core.clock import Clock
from core.config import Config
from core.db_sqlite import READERS, Readers, Writer
from core.errors import BadInput, Unavailable
from core.sql import DialectName
from core.tx import ReadTx, Tx
from core.waiting import Job, Workers, refuse_nested

__all__ = ["Database", "ReadTx", "Tx", "open_database"]

log = logging.getLogger(__name__)
T = TypeVar("T")
Callback = Callable[[], None]


class Doors(Protocol):
    """What a database must offer to stand behind `Database`."""

    dialect: DialectName
    no_table: type[Exception]  # what the driver raises where a table is not there

    def read_now(self, fn: Callable[[ReadTx], T]) -> T: ...
    def write_now(self, fn: Callable[[Tx], T], *, alone: bool) -> T: ...
    def submit_read(self, job: Job) -> None: ...
    def submit_write(self, job: Job) -> None: ...
    def set_rehearsal(self, rehearsal: bool) -> None: ...
    def healthy(self) -> bool: ...
    def close(self) -> None: ...


class Database:
    """Both doors, awaited and blocking."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.clock = clock
        self.rehearsal = False
        self._callbacks: list[Callback] = []
        self._doors = _doors(config, clock, self._committed)
        self.dialect: DialectName = self._doors.dialect

    async def read(self, fn: Callable[[ReadTx], T]) -> T:
        """Run `fn` over one moment of the database; what it returns is plain data."""
        job = Job(fn, alone=False, loop=asyncio.get_running_loop())
        self._doors.submit_read(job)
        result: T = await job.future  # type: ignore[misc]  # a job with a loop has a future
        return result

    async def write(self, fn: Callable[[Tx], T], *, alone: bool = False) -> T:
        """Run `fn` and commit; the answer comes after the commit. `alone` for long work: its own commit."""
        job = Job(fn, alone=alone, loop=asyncio.get_running_loop())
        self._doors.submit_write(job)
        result: T = await job.future  # type: ignore[misc]  # a job with a loop has a future
        return result

    def read_now(self, fn: Callable[[ReadTx], T]) -> T:
        """`read` for threads that may block.

        Raises:
            RuntimeError: called from inside a function of a door.
        """
        refuse_nested()
        return self._doors.read_now(fn)

    def write_now(self, fn: Callable[[Tx], T], *, alone: bool = False) -> T:
        """`write` for threads that may block.

        Raises:
            RuntimeError: called from inside a function of a door.
            Unavailable: the writer has stopped, or the database could not be reached.
        """
        refuse_nested()
        return self._doors.write_now(fn, alone=alone)

    def on_commit(self, callback: Callback) -> None:
        """Call after every commit, in the thread that made it: be quick, an Event's `set` is right."""
        self._callbacks.append(callback)

    def healthy(self) -> bool:
        return self._doors.healthy()

    def close(self) -> None:
        """Finish what waits and let go of the database; afterwards every call is `Unavailable`."""
        self._doors.close()

    def settle_house(self) -> None:
        """Read once what the folder is, and give a rehearsal clock the instant it stood at.

        Raises:
            BadInput: a real folder on a rehearsal clock, or the other way round.
            Unavailable: the tables are not there yet.
        """
        try:
            rehearsal, stored = self.read_now(lambda rtx: (house.is_rehearsal(rtx), house.stored_clock(rtx)))
        except self._doors.no_table as error:
            raise Unavailable("database_not_ready") from error
        if rehearsal != self.clock.rehearsal:
            raise BadInput("house_is_rehearsal" if rehearsal else "house_is_live")
        self.rehearsal = rehearsal
        self._doors.set_rehearsal(rehearsal)
        resume = getattr(self.clock, "resume", None)
        if stored is not None and resume is not None:
            resume(stored)

    def _committed(self) -> None:
        for callback in self._callbacks:
            try:
                callback()
            except Exception:  # the change is stored; whoever wanted to hear of it must not undo that
                log.exception("a callback after a commit failed")


def _doors(config: Config, clock: Clock, committed: Callback) -> Doors:
    if config.database_url is None:
        return SqliteDoors(config, clock, committed)
    from core.db_postgresql import PostgresqlDoors  # with psycopg, which SQLite need not pay for

    return PostgresqlDoors(config.database_url, clock, committed)


class SqliteDoors:
    """The writer thread, the read-only connections, and threads for awaited reads."""

    dialect: DialectName = "sqlite"
    no_table: type[Exception] = sqlite3.OperationalError

    def __init__(self, config: Config, clock: Clock, committed: Callback) -> None:
        if not config.database_file.is_file():
            raise Unavailable("database_not_ready")
        self._writer = Writer(config.database_file, clock, committed, hasty=config.hasty)
        self._readers = Readers(config.database_file, clock)
        self._reading = Workers("ocop-reader", READERS, self._readers.call)

    def read_now(self, fn: Callable[[ReadTx], T]) -> T:
        return self._readers.call(fn)

    def write_now(self, fn: Callable[[Tx], T], *, alone: bool) -> T:
        return self._writer.call(fn, alone=alone)

    def submit_read(self, job: Job) -> None:
        self._reading.submit(job)

    def submit_write(self, job: Job) -> None:
        self._writer.submit(job)

    def set_rehearsal(self, rehearsal: bool) -> None:
        self._writer.rehearsal = self._readers.rehearsal = rehearsal

    def healthy(self) -> bool:
        return self._writer.alive()

    def close(self) -> None:
        self._reading.close()
        self._readers.close()  # the writer goes last, so that it can fold the WAL into the file
        self._writer.close()


def open_database(config: Config, clock: Clock) -> Database:
    """Open the installation's database, which `ocop.schema.upgrade` has made.

    Raises:
        BadInput: the clock does not fit the folder.
        Unavailable: there is no database, or it has no tables.
    """
    database = Database(config, clock)
    try:
        database.settle_house()
    except BaseException:
        database.close()
        raise
    return database
