"""Makes and upgrades the tables of an installation, under a lock, guard triggers last.

It must never run beside a service that already writes: `ocop up` calls it before it opens the database.
"""

import importlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import SQLModel

from core import guardrails, house, sqlite_driver, texts
from core.config import Config
from core.errors import Unavailable
from core.sql import Sql
from core.tx import ReadTx

# Alembic and psycopg are imported where they are used: a start that finds its tables up to date needs neither.
if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

    from core.db_postgresql import PostgresqlDriver

MIGRATIONS = Path(__file__).parent / "migrations"
_STANDS = Sql.raw(
    sqlite="SELECT version_num FROM alembic_version", postgresql="SELECT version_num FROM alembic_version"
)
_LOCK = 5047310870  # PostgreSQL's advisory lock while tables change


def table_modules() -> list[str]:
    """Every module of the rooms that defines a table, found by its source."""
    found: list[str] = []
    for room in texts.ROOMS:
        spec = find_spec(room)
        if spec is None or not spec.origin:
            continue
        folder = Path(spec.origin).parent
        for path in sorted(folder.rglob("*.py")):
            if MIGRATIONS not in path.parents and "table=True" in path.read_text(encoding="utf-8"):
                name = ".".join((room, *path.relative_to(folder).with_suffix("").parts))
                found.append(name.removesuffix(".__init__"))
    return [name for name in found if name != __name__]


def import_tables() -> sa.MetaData:
    """Import every table of the house; what a new migration is compared with."""
    for name in table_modules():
        importlib.import_module(name)
    for table in SQLModel.metadata.tables.values():
        for index in table.indexes:
            if (where := index.dialect_options["sqlite"]["where"]) is not None:
                index.dialect_options["postgresql"]["where"] = where
    return SQLModel.metadata


def upgrade(config: Config) -> None:
    """Bring the database to the newest tables, all or nothing, and mark a new folder as real or rehearsal.

    Raises:
        Unavailable: another program holds the database, or its tables are those of a newer program.
    """
    with changing(config) as connection:
        found = _revision(connection)
        if found is not None and found > newest():
            raise Unavailable("tables_newer", found=found)
        if found != newest():
            from alembic import command

            command.upgrade(_alembic(connection), "head")
        finish(connection, rehearsal=config.clock is not None)


def revise(config: Config, message: str) -> None:
    """For engineers: write the migration that brings this (newest, empty) database to today's table classes."""
    from alembic import command

    with changing(config) as connection:
        command.revision(
            _alembic(connection, compare=True), message, autogenerate=True, rev_id=_next_number()
        )


def differences(config: Config) -> list[object]:
    """What the migrations have not made of the table classes; for a test, which wants none."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with _connection(config) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found: list[object] = list(compare_metadata(context, import_tables()))
        return found


def newest() -> str:
    """The newest migration: they are numbered in one line, and a file's name begins with its number."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _next_number() -> str:
    return f"{int(newest()) + 1:04}"


def _revision(connection: sa.Connection) -> str | None:
    """Where the database stands; None before its first migration."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def _alembic(connection: sa.Connection, *, compare: bool = False) -> "AlembicConfig":
    from alembic.config import Config as AlembicConfig

    alembic = AlembicConfig()
    alembic.set_main_option("script_location", str(MIGRATIONS))
    alembic.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    alembic.attributes["connection"] = connection
    alembic.attributes["compare"] = compare
    return alembic


def finish(connection: sa.Connection, *, rehearsal: bool) -> None:
    """What every change of tables ends with: the triggers, and in a new folder its mark."""
    guardrails.install(connection)
    mark_folder(connection, rehearsal=rehearsal)


def mark_folder(connection: sa.Connection, *, rehearsal: bool) -> None:
    """Mark a folder that has no mark yet; a mark that stands is left."""
    marks = SQLModel.metadata.tables[str(house.House.__tablename__)]
    found = connection.execute(sa.select(marks.c.value).where(marks.c.key == house.REHEARSAL)).first()
    if found is None:
        connection.execute(sa.insert(marks).values(key=house.REHEARSAL, value=str(int(rehearsal))))


def check_tables(rtx: ReadTx) -> None:
    """Refuse to work on tables of another program: what it writes there would be wrong for both.

    Raises:
        Unavailable: `tables_older`, `tables_newer`.
    """
    found = str(rtx.sql.value(_STANDS) or "")
    if found > newest():
        raise Unavailable("tables_newer", found=found)
    if found < newest():
        raise Unavailable("tables_older")


def is_current(config: Config) -> bool:
    """Whether the database stands at the newest migration; changes nothing."""
    if config.database_url is None and not config.database_file.is_file():
        return False
    with _connection(config) as connection:
        return _revision(connection) == newest()


@contextmanager
def _connection(config: Config) -> Iterator[sa.Connection]:
    driver: sqlite_driver.SqliteDriver | PostgresqlDriver
    if config.database_url is None:
        config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        driver = sqlite_driver.SqliteDriver(sqlite_driver.connect(config.database_file))
    else:
        from core import db_postgresql

        driver = db_postgresql.PostgresqlDriver(db_postgresql.connect(config.database_url))
    try:
        yield driver.session_connection()
    finally:
        driver.close()


@contextmanager
def changing(config: Config) -> Iterator[sa.Connection]:
    """One transaction around everything, which nobody else can be in at the same time."""
    with _connection(config) as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.exec_driver_sql(
                "PRAGMA foreign_keys = OFF"
            )  # re-making a table needs it; checked below
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if sqlite else "BEGIN")
        except sa.exc.OperationalError as error:
            raise Unavailable("database_busy") from error
        try:
            if not sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            yield connection
            if sqlite:
                _check_parents(connection)
            connection.exec_driver_sql("COMMIT")
        except BaseException as error:  # noqa: BLE001 -- raised again
            with suppress(sa.exc.SQLAlchemyError):
                connection.exec_driver_sql("ROLLBACK")
            sqlite_driver.retell(error)


def _check_parents(connection: sa.Connection) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise sqlite3.IntegrityError("a migration left a row whose parent is gone")
