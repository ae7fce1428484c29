"""SQLite's connection as the house wants it, the statements that go through it, and what its errors mean.

It must never begin or end a transaction by itself; `core/db_sqlite.py` does.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import sqlalchemy as sa

from core.errors import Unavailable
from core.session_beside import SessionBeside
from core.sql import WHOLE_ROW, DialectName, Into, Params, Sql
from core.tx import Row

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA cache_size = -8192",
)
_HASTY = "PRAGMA synchronous = OFF"


_REASONS: dict[int, Callable[[], Unavailable]] = {
    sqlite3.SQLITE_FULL: lambda: Unavailable("database_full"),
    sqlite3.SQLITE_IOERR: lambda: Unavailable("database_disk_failed"),
    sqlite3.SQLITE_READONLY: lambda: Unavailable("database_read_only"),
    sqlite3.SQLITE_CANTOPEN: lambda: Unavailable("database_read_only"),
    sqlite3.SQLITE_CORRUPT: lambda: Unavailable("database_damaged"),
    sqlite3.SQLITE_NOTADB: lambda: Unavailable("database_damaged"),
}
"""What the machine does to a database, not a function: said in one sentence, and no fault of whoever asked."""


def told(error: BaseException) -> BaseException:
    """The same error, or what it means where disk or file are the reason; a file nobody may write cannot be opened."""
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    reason = _REASONS.get(code & 0xFF) if isinstance(code, int) else None
    if reason is None:
        return error
    meaning = reason()
    meaning.__cause__ = error
    return meaning


def retell(error: BaseException) -> NoReturn:
    """Raise it again, as what it means where that is known."""
    raise told(error)


class HouseConnection(sqlite3.Connection):
    """A connection that only its door commits, by statement; a library's `commit()` does nothing."""

    def commit(self) -> None:
        pass

    def rollback(self) -> None:
        pass


def connect(path: Path, *, read_only: bool = False, hasty: bool = False) -> HouseConnection:
    """A connection with the house's settings; a hasty one waits for no disk.

    Raises:
        Unavailable: the file is no database, or it or its folder cannot be written.
    """
    uri = f"{path.absolute().as_uri()}{'?mode=ro' if read_only else ''}"
    try:
        raw = sqlite3.connect(
            uri,
            uri=True,
            timeout=10.0,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
            factory=HouseConnection,
        )
    except sqlite3.Error as error:
        retell(error)
    try:
        for pragma in _PRAGMAS[2:] if read_only else (*_PRAGMAS, *([_HASTY] if hasty else ())):
            raw.execute(pragma).close()
    except sqlite3.Error as error:
        raw.close()
        retell(error)
    return raw


class SqliteDriver:
    """One connection and the cursor that all driver SQL of a door goes through."""

    dialect: DialectName = "sqlite"

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw
        self.fault: Exception | None = None
        self._execute = raw.cursor().execute
        self._beside = SessionBeside(self, raw, "sqlite+pysqlite://")
        self._row: Row = ()
        raw.create_function(WHOLE_ROW, -1, self._take_row)

    def _take_row(self, *values: Any) -> None:
        self._row = values

    def whole(self, stmt: Sql, params: Params) -> Row | None:
        return None if self.cursor_for(stmt, params).fetchone() is None else self._row

    def cursor_for(self, stmt: Sql, params: Params) -> sqlite3.Cursor:
        text = stmt.sqlite
        if text is None:
            text, values = stmt.prepare("sqlite", params)
        else:
            values = stmt.pick(params)
        try:
            return self._execute(text, values)
        except sqlite3.Error as error:
            self.fault = error
            raise

    def many(self, stmt: Sql, rows: Sequence[Mapping[str, Any]]) -> int:
        text, filled = stmt.prepare_many("sqlite", rows)
        try:
            return self.raw.executemany(text, filled).rowcount
        except sqlite3.Error as error:
            self.fault = error
            raise

    def bulk(self, stmt: Sql, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:  # noqa: ARG002 -- one shape for both databases
        self.many(stmt, rows)

    def add(self, into: Into, row: Row) -> None:
        try:
            self._execute(into.sqlite, row)
        except sqlite3.Error as error:
            self.fault = error
            raise

    def insert(self, into: Into, rows: Sequence[Row], *, ignore: bool) -> int:
        try:
            return self.raw.executemany(into.sqlite_new if ignore else into.sqlite, rows).rowcount
        except sqlite3.Error as error:
            self.fault = error
            raise

    def stream(self, stmt: Sql, params: Params) -> Iterator[Row]:
        text, values = stmt.prepare("sqlite", params)
        cursor = self.raw.cursor()
        try:
            yield from cursor.execute(text, values)
        finally:
            cursor.close()

    def command(self, text: str) -> None:
        self._execute(text)

    def fatal(self, error: BaseException) -> bool:
        """An error after which SQLite has dropped the whole transaction."""
        return isinstance(error, sqlite3.Error | sa.exc.DBAPIError) and not self.raw.in_transaction

    def session_connection(self) -> sa.Connection:
        return self._beside.connection()

    def close(self) -> None:
        self._beside.close()
        self.raw.close()
