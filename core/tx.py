"""What a function gets when it goes through a door: driver SQL, a session on demand, the time.

It must never commit or roll back; only the door does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, ClassVar, Protocol

import sqlalchemy as sa
from sqlmodel import Session

from core.clock import Clock
from core.instants import instant_text
from core.sql import DialectName, Into, Params, Sql

Row = tuple[Any, ...]
_inserts: dict[tuple[str, ...], Sql] = {}


class Driver(Protocol):
    """One driver connection of a door: the only thing that differs between the databases."""

    dialect: DialectName
    fault: Exception | None  # the first database error since the last clean start, even if somebody caught it

    def cursor_for(self, stmt: Sql, params: Params) -> Any: ...
    def whole(self, stmt: Sql, params: Params) -> Row | None: ...
    def many(self, stmt: Sql, rows: Sequence[Mapping[str, Any]]) -> int: ...
    def bulk(self, stmt: Sql, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None: ...
    def add(self, into: Into, row: Row) -> None: ...
    def insert(self, into: Into, rows: Sequence[Row], *, ignore: bool) -> int: ...
    def stream(self, stmt: Sql, params: Params) -> Iterator[Row]: ...
    def command(self, text: str) -> None: ...
    def session_connection(self) -> sa.Connection: ...
    def fatal(self, error: BaseException) -> bool: ...


class ReadSql:
    """Runs statements that only look."""

    __slots__ = ("_cursor_for", "_driver")

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._cursor_for = driver.cursor_for

    def one(self, stmt: Sql, /, **params: Any) -> Row | None:
        """The first row, or None."""
        row: Row | None = self._cursor_for(stmt, params).fetchone()
        return row

    def whole(self, stmt: Sql, /, **params: Any) -> Row | None:
        """The only row of a statement that selects a `whole_row`, or None."""
        return self._driver.whole(stmt, params)

    def all(self, stmt: Sql, /, **params: Any) -> list[Row]:
        rows: list[Row] = self._cursor_for(stmt, params).fetchall()
        return rows

    def value(self, stmt: Sql, /, **params: Any) -> Any:
        """The first column of the first row, or None."""
        row = self._cursor_for(stmt, params).fetchone()
        return None if row is None else row[0]

    def stream(self, stmt: Sql, /, **params: Any) -> Iterator[Row]:
        """Rows one after the other without holding them all; finish it before the function returns."""
        return self._driver.stream(stmt, params)


class WriteSql(ReadSql):
    """Runs statements that change rows too."""

    __slots__ = ()

    def run(self, stmt: Sql, /, **params: Any) -> int:
        """How many rows were inserted, updated or deleted."""
        count: int = self._cursor_for(stmt, params).rowcount
        return count

    def put(self, stmt: Sql, row: dict[str, Any], /) -> None:
        """`run` with the parameters as one dictionary, where nobody asks how many rows it was."""
        self._cursor_for(stmt, row)

    def many(self, stmt: Sql, rows: Sequence[Mapping[str, Any]], /) -> int:
        """The same statement for many rows; how many rows it touched in all."""
        return self._driver.many(stmt, rows) if rows else 0

    def bulk(self, table: sa.Table, rows: Sequence[Mapping[str, Any]], /) -> None:
        """Insert many rows with the same columns, by COPY where there is one. A conflict fails the job."""
        if rows:
            key = (table.name, *rows[0])
            stmt = _inserts.get(key)
            if stmt is None:
                stmt = Sql(sa.insert(table).values({name: sa.bindparam(name) for name in rows[0]}))
                _inserts[key] = stmt
            self._driver.bulk(stmt, table, rows)

    def add(self, into: Into, row: Row, /) -> None:
        """Insert one row of driver values in the order of `into`."""
        self._driver.add(into, row)

    def insert(self, into: Into, rows: Sequence[Row], /) -> None:
        """Insert many rows of driver values in the order of `into`, by COPY where there is one: the quickest way."""
        if rows:
            self._driver.insert(into, rows, ignore=False)

    def insert_new(self, into: Into, rows: Sequence[Row], /) -> int:
        """The same, passing over a row whose unique key is there; how many were new."""
        return self._driver.insert(into, rows, ignore=True) if rows else 0


class HouseSession(Session):
    """A session on the door's own connection: it flushes, the door commits."""

    fault: Exception | None = None

    def commit(self) -> None:
        raise RuntimeError("the door commits, nobody else")

    def rollback(self) -> None:
        raise RuntimeError("the door rolls back, nobody else; for a part of the work use tx.savepoint()")

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        try:
            super().flush(objects)
        except Exception as error:
            self.fault = error
            raise


class ReadTx:
    """One look at the database: every statement sees the same moment."""

    __slots__ = ("_driver", "_now_text", "_session", "clock", "now", "rehearsal", "sql")
    _sql_class: ClassVar[type[ReadSql]] = ReadSql
    sql: ReadSql

    def __init__(self, driver: Driver, clock: Clock, *, rehearsal: bool) -> None:
        self._driver = driver
        self._session: HouseSession | None = None
        self._now_text: str | None = None
        self.clock = clock
        self.rehearsal = rehearsal
        self.now: datetime = clock.business_now()
        self.sql = self._sql_class(driver)

    @property
    def dialect(self) -> DialectName:
        return self._driver.dialect

    @property
    def now_text(self) -> str:
        """`now` as it is stored."""
        if self._now_text is None:
            self._now_text = instant_text(self.now)
        return self._now_text

    @property
    def session(self) -> Session:
        """A SQLModel session made on first use; flush it before `sql` is to see its rows."""
        if self._session is None:
            connection = self._driver.session_connection()
            connection.begin()
            self._session = HouseSession(
                bind=connection, join_transaction_mode="rollback_only", expire_on_commit=False
            )
        return self._session

    def release(self) -> None:
        """Part with the session, keeping nothing of it; the door calls this."""
        session, self._session = self._session, None
        if session is not None:
            connection = session.get_bind()
            session.close()
            outer = connection.get_transaction() if isinstance(connection, sa.Connection) else None
            if outer is not None:
                outer.close()


class Tx(ReadTx):
    """One change of the database, whole or not at all. The function may run more than once."""

    __slots__ = ("_depth",)
    _sql_class = WriteSql
    sql: WriteSql

    def __init__(self, driver: Driver, clock: Clock, *, rehearsal: bool) -> None:
        super().__init__(driver, clock, rehearsal=rehearsal)
        self._depth = 0
        driver.fault = None

    def settle(self) -> None:
        """Flush what is left; a database error that somebody caught and went on from fails the whole."""
        session = self._session
        if session is not None:
            if session.fault is None and self._driver.fault is None:
                session.flush()
            if session.fault is not None:
                raise session.fault
        if self._driver.fault is not None:
            raise self._driver.fault

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that may fail alone: on an error its rows are gone, the rest stands, the error goes on up.

        Objects loaded through `session` inside a part that failed must not be used after it.
        """
        self.settle()
        name = f"part_{self._depth}"
        self._driver.command(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield
            self.settle()
        except Exception as error:
            self._undo(name, error)
            raise
        else:
            self._driver.command(f"RELEASE SAVEPOINT {name}")
        finally:
            self._depth -= 1

    def _undo(self, name: str, error: Exception) -> None:
        fault = self._driver.fault
        with suppress(Exception):  # a session that is broken already has nothing left to lose
            self.release()
        self._session = None
        self._driver.command(f"ROLLBACK TO SAVEPOINT {name}")
        self._driver.command(f"RELEASE SAVEPOINT {name}")
        lost = next((one for one in (error, fault) if one is not None and self._driver.fatal(one)), None)
        self._driver.fault = lost  # a deadlock or a full disk is nothing a part can shrug off


_PLAIN = frozenset({int, str, bool})


def check_plain(result: Any) -> None:
    """Raise unless a function returned plain data.

    Raises:
        TypeError: a table object, a list with one in it, or a coroutine.
    """
    if result is None or type(result) in _PLAIN:
        return
    kinds = {type(result)}
    if isinstance(result, list | tuple | set | frozenset):
        kinds.update(map(type, result))
    elif isinstance(result, dict):
        kinds.update(map(type, result.values()))
    for kind in kinds:
        if hasattr(kind, "__table__") or hasattr(kind, "__await__"):
            raise TypeError(f"a function at a door returns plain data, not {kind.__name__}")


Reading = Callable[[ReadTx], Any]
Writing = Callable[[Tx], Any]
