"""From nothing to the newest tables, on both databases: triggers in place, folder marked, twice without harm."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from core import guardrails, house
from core.clock import StepClock, SystemClock, parse_clock
from core.config import Config
from core.db import open_database
from ocop import schema
from tests.conftest import DATABASES, PostgresqlDatabases, memory_folder

STEP = "2027-01-04T08:00+07:00 step"


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest) -> Iterator[Config]:
    """A place where nothing has been made yet."""
    request.node.user_properties.append(("database", request.param))
    folder = memory_folder("ocop-empty-")
    if request.param == "sqlite":
        yield Config(data_dir=folder / "new")
    else:
        databases: PostgresqlDatabases = request.getfixturevalue("postgresql_databases")
        name = databases.make(empty=True)
        yield Config(data_dir=folder, database_url=databases.url(name))
        databases.drop(name)
    shutil.rmtree(folder, ignore_errors=True)


def with_clock(config: Config, clock: str) -> Config:
    return Config(config.data_dir, database_url=config.database_url, clock=clock)


def test_an_empty_place_becomes_a_real_house_with_its_guards(empty: Config) -> None:
    schema.upgrade(empty)

    db = open_database(empty, SystemClock())
    assert db.read_now(guardrails.missing) == []
    assert db.read_now(lambda rtx: house.mark(rtx, house.REHEARSAL)) == "0"
    assert schema.is_current(empty)
    db.close()


def test_a_folder_made_for_rehearsal_stays_one(empty: Config) -> None:
    schema.upgrade(with_clock(empty, STEP))
    schema.upgrade(empty)

    db = open_database(empty, parse_clock(STEP))
    assert db.rehearsal
    assert isinstance(db.clock, StepClock)
    db.close()


def test_two_upgrades_at_once_do_no_harm(empty: Config) -> None:
    failed: list[BaseException] = []

    def upgrade() -> None:
        try:
            schema.upgrade(empty)
        except Exception as error:  # noqa: BLE001 -- the test shows it
            failed.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert schema.is_current(empty)


def test_a_failing_upgrade_changes_nothing(empty: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(connection: object, *, rehearsal: bool) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(schema, "finish", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        schema.upgrade(empty)
    monkeypatch.undo()

    assert not schema.is_current(empty)
    schema.upgrade(empty)
    assert schema.is_current(empty)


def test_the_migrations_make_what_the_table_classes_say(empty: Config) -> None:
    schema.upgrade(empty)

    assert schema.differences(empty) == []


def test_the_newest_migration_is_the_end_of_their_line() -> None:
    assert [schema.newest()] == ScriptDirectory(str(schema.MIGRATIONS)).get_heads()


def test_nothing_is_current_where_nothing_is(empty: Config) -> None:
    assert not schema.is_current(empty)
    assert not Path(empty.database_file).exists()
