"""PostgreSQL: a pool of connections for changes, one for reads, and the retries READ COMMITTED needs.

A change must never be repeated once its COMMIT was sent and not answered.
"""

import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg.pq import TransactionStatus

from core.clock import Clock
from core.errors import Unavailable
from core.session_beside import SessionBeside
from core.sql import DialectName, Into, Params, Sql
from core.tx import ReadTx, Row, Tx, check_plain
from core.waiting import Job, Workers, inside

T = TypeVar("T")
WRITERS = 16
READERS = 8
RETRIES = 5
COPY_FROM = 64  # rows; below this COPY is not worth its round trips
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"
_BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_AGAIN = frozenset({"40001", "40P01"})
_UNIQUE = "23505"
_HISTORY_KEY = "pk_history"


class HouseConnection(psycopg.Connection[Row]):
    """A connection that only its door commits, by statement; a library's `commit()` does nothing."""

    def commit(self) -> None:
        pass

    def rollback(self) -> None:
        pass


def connect(url: str) -> HouseConnection:
    """A connection with the house's settings.

    Raises:
        Unavailable: the server does not answer.
    """
    address = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        return HouseConnection.connect(address, autocommit=True, connect_timeout=10, prepare_threshold=3)
    except psycopg.OperationalError as error:
        raise Unavailable("database_unreachable") from error


class PostgresqlDriver:
    """One connection and the cursor that all driver SQL of a door goes through."""

    dialect: DialectName = "postgresql"

    def __init__(self, raw: HouseConnection) -> None:
        self.raw = raw
        self.fault: Exception | None = None
        self._execute: Callable[..., Any] = raw.cursor().execute
        self._beside = SessionBeside(self, raw, "postgresql+psycopg://", use_native_hstore=False)

    def cursor_for(self, stmt: Sql, params: Params) -> Any:
        text = stmt.postgresql
        if text is None:
            text, params = stmt.prepare("postgresql", params)
        try:
            return self._execute(text, params)
        except psycopg.Error as error:
            self.fault = error
            raise

    def whole(self, stmt: Sql, params: Params) -> Row | None:
        row: Row | None = self.cursor_for(stmt, params).fetchone()
        return row

    def many(self, stmt: Sql, rows: Sequence[Mapping[str, Any]]) -> int:
        text, _ = stmt.prepare("postgresql", dict(rows[0]))
        filled = (
            rows
            if stmt.postgresql is not None
            else [stmt.prepare("postgresql", dict(row))[1] for row in rows]
        )
        try:
            with self.raw.cursor() as cursor:
                cursor.executemany(text.encode(), filled)
                return cursor.rowcount
        except psycopg.Error as error:
            self.fault = error
            raise

    def bulk(self, stmt: Sql, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if len(rows) < COPY_FROM:
            self.many(stmt, rows)
            return
        names = list(rows[0])
        columns = ", ".join(f'"{name}"' for name in names)
        try:
            with (
                self.raw.cursor() as cursor,
                cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN'.encode()) as copy,
            ):
                for row in rows:
                    filled = stmt.prepare("postgresql", dict(row))[1]
                    copy.write_row([filled[name] for name in names])
        except psycopg.Error as error:
            self.fault = error
            raise

    def add(self, into: Into, row: Row) -> None:
        try:
            self._execute(into.postgresql, row)
        except psycopg.Error as error:
            self.fault = error
            raise

    def insert(self, into: Into, rows: Sequence[Row], *, ignore: bool) -> int:
        try:
            with self.raw.cursor() as cursor:
                if ignore or len(rows) < COPY_FROM:
                    text = into.postgresql_new if ignore else into.postgresql
                    cursor.executemany(text.encode(), rows)
                    return cursor.rowcount
                with cursor.copy(into.copying.encode()) as copy:
                    for row in rows:
                        copy.write_row(row)
                return len(rows)
        except psycopg.Error as error:
            self.fault = error
            raise

    def stream(self, stmt: Sql, params: Params) -> Iterator[Row]:
        text, values = stmt.prepare("postgresql", params)
        with self.raw.cursor(name="stream") as cursor:
            cursor.itersize = 2000
            yield from cursor.execute(text.encode(), values)

    def command(self, text: str) -> None:
        self._execute(text)

    def fatal(self, error: BaseException) -> bool:
        """An error that only a fresh start of the whole function can mend."""
        return is_transient(error)

    def session_connection(self) -> sa.Connection:
        return self._beside.connection()

    def close(self) -> None:
        self._beside.close()
        self.raw.close()


def is_transient(error: BaseException) -> bool:
    """Serialisation failure, deadlock, or two writers of the same history line: run the function again."""
    found = getattr(error, "orig", error)
    if not isinstance(found, psycopg.Error):
        return False
    return found.sqlstate in _AGAIN or (
        found.sqlstate == _UNIQUE and found.diag.constraint_name == _HISTORY_KEY
    )


class Pool:
    """At most `size` connections, made when wanted; a broken one is thrown away."""

    def __init__(self, url: str, size: int) -> None:
        self._url = url
        self._places = threading.BoundedSemaphore(size)
        self._idle: queue.SimpleQueue[PostgresqlDriver] = queue.SimpleQueue()
        self._closed = False
        self.reachable = True

    def take(self, begin: str) -> PostgresqlDriver:
        """A connection with its transaction begun; one that died while it lay idle is replaced.

        Raises:
            Unavailable: the server does not answer, or the pool is closed.
        """
        driver = self._borrow()
        try:
            driver.command(begin)
        except psycopg.OperationalError:
            self._drop(driver)
            driver = self._borrow(fresh=True)
            driver.command(begin)
        return driver

    def _drop(self, driver: PostgresqlDriver) -> None:
        driver.close()
        self._places.release()

    def _borrow(self, *, fresh: bool = False) -> PostgresqlDriver:
        if self._closed:
            raise Unavailable("database_closed")
        self._places.acquire()
        with suppress(queue.Empty):
            if not fresh:
                return self._idle.get_nowait()
        try:
            driver = PostgresqlDriver(connect(self._url))
        except BaseException:
            self.reachable = False
            self._places.release()
            raise
        self.reachable = True
        return driver

    def give_back(self, driver: PostgresqlDriver) -> None:
        if self._closed or driver.raw.closed or driver.raw.info.transaction_status != TransactionStatus.IDLE:
            self._drop(driver)
        else:
            self._idle.put(driver)
            self._places.release()

    def close(self) -> None:
        self._closed = True
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()


class PostgresqlDoors:
    """Two pools, and threads for awaited calls; blocking calls run in the caller's own thread."""

    dialect: DialectName = "postgresql"
    no_table: type[Exception] = psycopg.errors.UndefinedTable

    def __init__(self, url: str, clock: Clock, committed: Callable[[], None]) -> None:
        self._clock, self._committed = clock, committed
        self._rehearsal = False
        self._closed = False
        self._write_pool, self._read_pool = Pool(url, WRITERS), Pool(url, READERS)
        self._writing = Workers("ocop-writer", WRITERS, self._write)
        self._reading = Workers("ocop-reader", READERS, self.read_now)

    def read_now(self, fn: Callable[[ReadTx], T]) -> T:
        driver = self._read_pool.take(_BEGIN_READ)
        inside.door = True
        tx = None
        try:
            tx = ReadTx(driver, self._clock, rehearsal=self._rehearsal)
            result = fn(tx)
            check_plain(result)
            return result
        finally:
            inside.door = False
            if tx is not None:
                tx.release()
            _roll_back(driver)
            self._read_pool.give_back(driver)

    def write_now(self, fn: Callable[[Tx], T], *, alone: bool) -> T:  # noqa: ARG002 -- every change commits alone here
        return self._write(fn)

    def _write(self, fn: Callable[[Tx], T]) -> T:
        inside.door = True
        try:
            for attempt in range(RETRIES):
                try:
                    return self._attempt(fn)
                except (psycopg.Error, sa.exc.DBAPIError) as error:
                    if not is_transient(error):
                        raise
                time.sleep(random.uniform(0, 0.002 * 2**attempt))  # noqa: S311 -- spreads two that met
            return self._attempt(fn)
        finally:
            inside.door = False

    def _attempt(self, fn: Callable[[Tx], T]) -> T:
        driver = self._write_pool.take(_BEGIN)
        try:
            tx = Tx(driver, self._clock, rehearsal=self._rehearsal)
            try:
                result = fn(tx)
                tx.settle()
                check_plain(result)
            finally:
                tx.release()
            self._commit(driver)
        finally:
            _roll_back(driver)
            self._write_pool.give_back(driver)
        self._committed()
        return result

    def _commit(self, driver: PostgresqlDriver) -> None:
        """A COMMIT whose answer is lost is never repeated: nobody knows whether it counted."""
        if driver.raw.info.transaction_status != TransactionStatus.INTRANS:  # COMMIT would quietly roll back
            raise psycopg.errors.InFailedSqlTransaction("the transaction had failed before its end")
        try:
            driver.command("COMMIT")
        except psycopg.OperationalError as error:
            if driver.raw.closed:
                raise Unavailable("database_lost") from error
            raise

    def submit_read(self, job: Job) -> None:
        self._reading.submit(job)

    def submit_write(self, job: Job) -> None:
        self._writing.submit(job)

    def set_rehearsal(self, rehearsal: bool) -> None:
        self._rehearsal = rehearsal

    def healthy(self) -> bool:
        return not self._closed and self._write_pool.reachable and self._read_pool.reachable

    def close(self) -> None:
        self._closed = True
        self._writing.close()
        self._reading.close()
        self._write_pool.close()
        self._read_pool.close()


def _roll_back(driver: PostgresqlDriver) -> None:
    if not driver.raw.closed and driver.raw.info.transaction_status != TransactionStatus.IDLE:
        with suppress(psycopg.Error):
            driver.command("ROLLBACK")
