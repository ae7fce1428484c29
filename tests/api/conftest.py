"""Fixtures of this room: the app over a settled province, on both databases, and clients that go through real HTTP.

The province is settled once per database and copied for every test.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from copy import deepcopy
from datetime import datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.service import Service
from core.clock import StepClock
from core.config import Config
from core.db import Database, open_database
from ocop import schema
from tests.api.people import BASE, House, Walk
from tests.conftest import DATABASES, PostgresqlDatabases, memory_folder
from tests.world import World, settled


def settle_into(config: Config) -> World:
    """Mark the folder as a rehearsal and settle a province with an open cycle."""
    with schema.changing(config) as connection:
        schema.mark_folder(connection, rehearsal=True)
    database = open_database(config, StepClock(datetime.fromisoformat("2027-01-04T08:00:00+07:00")))
    try:
        return settled(database)
    finally:
        database.close()


@pytest.fixture(scope="session")
def settled_file(sqlite_template: Path) -> Iterator[tuple[Path, World]]:
    folder = memory_folder("ocop-api-")
    config = Config(data_dir=folder)
    shutil.copyfile(sqlite_template, config.database_file)
    yield config.database_file, settle_into(config)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def settled_database(postgresql_databases: PostgresqlDatabases) -> Iterator[tuple[str, World]]:
    name = postgresql_databases.make()
    yield name, settle_into(Config(data_dir=Path(), database_url=postgresql_databases.url(name)))
    postgresql_databases.drop(name)


@pytest.fixture(params=DATABASES)
def place(request: pytest.FixtureRequest) -> Iterator[tuple[Config, World]]:
    """A copy of the settled province; runs on both databases."""
    request.node.user_properties.append(("database", request.param))
    folder = memory_folder("ocop-test-")
    if request.param == "sqlite":
        path, world = request.getfixturevalue("settled_file")
        shutil.copyfile(path, folder / "ocop.db")
        yield Config(data_dir=folder, base_url=BASE), world
    else:
        template, world = request.getfixturevalue("settled_database")
        databases: PostgresqlDatabases = request.getfixturevalue("postgresql_databases")
        name = f"{template}_{folder.name[-8:]}".lower()
        databases._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        yield Config(data_dir=folder, database_url=databases.url(name), base_url=BASE), world
        databases.drop(name)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def db(place: tuple[Config, World], clock: StepClock) -> Iterator[Database]:
    database = open_database(place[0], clock)
    yield database
    database.close()


@pytest.fixture
def service(db: Database, place: tuple[Config, World], clock: StepClock) -> Service:
    return Service(db, place[0], clock, "rehearsal.ocop.example/log")


@pytest.fixture
def house(service: Service, place: tuple[Config, World], clock: StepClock) -> Iterator[House]:
    """The app with a cycle open in Thái Nguyên and one person per role."""
    app = create_app(service)
    with ExitStack() as stack:

        def client(**given: object) -> TestClient:
            made = TestClient(app, base_url=BASE, raise_server_exceptions=False, **given)  # type: ignore[arg-type]  # passed on
            return stack.enter_context(made)

        yield House(app, service.db, clock, deepcopy(place[1]), client)


@pytest.fixture
def walk(house: House) -> Walk:
    return Walk(house)
