"""A province settled once per database: shared by the moves of people, copied for each move of the system."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from api.app import create_app
from api.service import Service
from core.config import Config
from core.db import open_database
from ocop import schema
from tests.conftest import DATABASES, PostgresqlDatabases, memory_folder
from tests.states.every_move.stage import BASE, Hand, Stage, vn
from tests.world import World, settled

START, NOW = "2027-01-04T08:00", "2027-04-12T09:00"
Copies = Callable[[], tuple[Config, World]]


def raised(config: Config, world: World) -> Stage:
    """The interface over a settled database, on a working Monday on which ideas and plans may be filed."""
    clock = Hand(vn(NOW))
    db = open_database(config, clock)
    app = create_app(Service(db, replace(config, base_url=BASE), clock, "rehearsal.ocop.example/log"))
    return Stage(db, clock, replace(world, account=dict(world.account)), config, app)


def settle_into(config: Config, plan: str | None) -> World:
    with schema.changing(config) as connection:
        schema.mark_folder(connection, rehearsal=True)
    database = open_database(config, Hand(vn(START)))
    try:
        return settled(database, plan=plan)
    finally:
        database.close()


PLAN = "thai-nguyen-2027.yaml"


@pytest.fixture(scope="module")
def copies(request: pytest.FixtureRequest) -> Iterator[Copies]:
    """Copies of a settled province on the database named by the parameter."""
    yield from copies_of(request, request.param, PLAN)


@pytest.fixture
def unopened(request: pytest.FixtureRequest, copies: Copies, counted: None) -> Iterator[Stage]:
    """A province whose coordinator has not opened anything yet."""
    for copy in copies_of(request, request.node.callspec.params["copies"], None):
        made = raised(*copy())
        yield made
        made.db.close()


def copies_of(request: pytest.FixtureRequest, database: str, plan: str | None) -> Iterator[Copies]:
    with ExitStack() as stack:
        if database == "sqlite":
            yield _files(stack, request.getfixturevalue("sqlite_template"), plan)
        else:
            yield _databases(stack, request.getfixturevalue("postgresql_databases"), plan)


def _files(stack: ExitStack, template: Path, plan: str | None) -> Copies:
    def folder() -> Path:
        made = memory_folder("ocop-move-")
        stack.callback(shutil.rmtree, made, ignore_errors=True)
        return made

    origin = Config(data_dir=folder())
    shutil.copyfile(template, origin.database_file)
    world = settle_into(origin, plan)

    def copy() -> tuple[Config, World]:
        config = Config(data_dir=folder())
        shutil.copyfile(origin.database_file, config.database_file)
        return config, world

    return copy


def _databases(stack: ExitStack, databases: PostgresqlDatabases, plan: str | None) -> Copies:
    def named(name: str) -> Config:
        stack.callback(databases.drop, name)
        return Config(data_dir=Path(), database_url=databases.url(name))

    origin = databases.make()
    world = settle_into(named(origin), plan)
    numbers = iter(range(1_000_000))

    def copy() -> tuple[Config, World]:
        name = f"{origin}_{next(numbers)}"
        databases._run(f'CREATE DATABASE "{name}" TEMPLATE "{origin}" STRATEGY FILE_COPY')
        return named(name), world

    return copy


@pytest.fixture(scope="module")
def shared(copies: Copies) -> Iterator[Stage]:
    made = raised(*copies())
    yield made
    made.db.close()


@pytest.fixture
def stage(shared: Stage, counted: None) -> Stage:
    """The shared province; every test moves subjects of its own."""
    shared.clock.set(NOW)
    return shared


@pytest.fixture
def own_stage(copies: Copies, counted: None) -> Iterator[Stage]:
    """A province of this test's own, for a sweep moves everything that is due."""
    made = raised(*copies())
    yield made
    made.db.close()


@pytest.fixture
def counted(request: pytest.FixtureRequest) -> None:
    """Counts the test to its database in the summary."""
    request.node.user_properties.append(("database", request.node.callspec.params["copies"]))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "copies" in metafunc.fixturenames:
        metafunc.parametrize("copies", DATABASES, indirect=True, scope="module")
