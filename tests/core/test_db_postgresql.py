"""What READ COMMITTED needs: a second try where the database asks for one, and none where it does not."""

import threading
from contextlib import suppress
from functools import partial

import psycopg
import pytest
import sqlalchemy as sa

from core.config import Config
from core.db import Database, Tx
from core.db_postgresql import RETRIES
from core.history import write_line
from core.lines import SYSTEM, Line
from core.sql import Sql
from tests.core.subjects import add, make_table, move, row_of

pytestmark = pytest.mark.parametrize("config", ["postgresql"], indirect=True)


@pytest.fixture
def things(db: Database) -> Database:
    make_table(db)
    for name in ("a", "b"):
        db.write_now(partial(add, row_id=name))
    return db


def test_two_who_lock_each_others_rows_both_get_through(things: Database) -> None:
    both = threading.Barrier(2)
    runs: list[str] = []

    def cross(first: str, second: str) -> None:
        def fn(tx: Tx) -> None:
            runs.append(first)
            move(tx, first)
            if runs.count(first) == 1:
                both.wait(10)
            move(tx, second)

        things.write_now(fn)

    threads = [threading.Thread(target=cross, args=names) for names in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(runs) > 2  # one of them ran again
    assert [things.read_now(partial(row_of, row_id=name))["move_version"] for name in "ab"] == [2, 2]


@pytest.mark.parametrize(
    ("error", "runs"),
    [
        pytest.param(psycopg.errors.SerializationFailure("x"), RETRIES + 1, id="serialisation"),
        pytest.param(psycopg.errors.DeadlockDetected("x"), RETRIES + 1, id="deadlock"),
        pytest.param(psycopg.errors.UniqueViolation("x"), 1, id="another-unique-key"),
        pytest.param(ValueError("x"), 1, id="our-own"),
    ],
)
def test_only_what_may_pass_is_tried_again(things: Database, error: Exception, runs: int) -> None:
    ran: list[None] = []

    def fn(tx: Tx) -> None:
        ran.append(None)
        raise error

    with pytest.raises(type(error)):
        things.write_now(fn)

    assert len(ran) == runs


def test_the_history_key_is_tried_again_and_another_unique_key_is_not(things: Database) -> None:
    ran: list[str] = []

    def line_twice(tx: Tx) -> None:
        ran.append("line")
        write_line(tx, Line("thing/a", 1, "fact_noted", SYSTEM, tx.now))

    def row_twice(tx: Tx) -> None:
        ran.append("row")
        add(tx, "a")

    for fn in (line_twice, row_twice):
        with pytest.raises(psycopg.errors.UniqueViolation):
            things.write_now(fn)

    assert (ran.count("line"), ran.count("row")) == (RETRIES + 1, 1)


def test_a_part_does_not_hide_a_deadlock(things: Database) -> None:
    ran: list[None] = []

    def fn(tx: Tx) -> str:
        ran.append(None)
        try:
            with tx.savepoint():
                raise psycopg.errors.DeadlockDetected("x")
        except psycopg.Error:
            return "went on"

    with pytest.raises(psycopg.errors.DeadlockDetected):
        things.write_now(fn)

    assert len(ran) == RETRIES + 1


def test_a_connection_that_died_while_idle_is_replaced(config: Config, things: Database) -> None:
    assert config.database_url is not None
    address = (
        sa.make_url(config.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    with psycopg.connect(address, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    assert things.write_now(lambda tx: move(tx, "a")) == 1
    assert things.read_now(lambda rtx: row_of(rtx, "a")["move_version"]) == 1
    assert things.healthy()


def test_an_aborted_transaction_is_never_taken_for_a_commit(things: Database) -> None:
    bad = Sql.raw(sqlite="", postgresql="SELECT 1/0")

    def fn(tx: Tx) -> str:
        move(tx, "a")
        with suppress(psycopg.Error):
            tx._driver.raw.execute("SELECT 1/0")  # type: ignore[attr-defined]  # behind the door's back
        return "as if nothing had happened"

    with pytest.raises(psycopg.Error):
        things.write_now(fn)
    with pytest.raises(psycopg.errors.DivisionByZero):
        things.write_now(lambda tx: tx.sql.run(bad))

    assert things.read_now(lambda rtx: row_of(rtx, "a")["move_version"]) == 0
