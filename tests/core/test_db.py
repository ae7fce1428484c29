"""Both doors, on both databases."""

import asyncio
import threading
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, select

from core import house
from core.db import Database, ReadTx, Tx
from core.errors import NotFound, Unavailable
from core.house import House
from core.sql import Sql, insert_ignore

HOUSE = SQLModel.metadata.tables["house"]
INSERT = Sql(sa.insert(HOUSE))
IGNORE = Sql(insert_ignore(HOUSE))
KEYS = Sql(sa.select(HOUSE.c.key).where(HOUSE.c.key != "rehearsal").order_by(HOUSE.c.key))


def keys(db: Database) -> list[str]:
    return [key for (key,) in db.read_now(lambda rtx: rtx.sql.all(KEYS))]


def put(tx: Tx, key: str) -> str:
    tx.sql.run(INSERT, key=key, value="1")
    return key


def test_a_write_has_committed_when_it_returns(db: Database) -> None:
    assert db.write_now(lambda tx: put(tx, "a")) == "a"

    assert keys(db) == ["a"]


def test_an_awaited_write_has_committed_when_it_returns(db: Database) -> None:
    async def both() -> tuple[str, list[tuple[Any, ...]]]:
        written = await db.write(lambda tx: put(tx, "a"))
        return written, await db.read(lambda rtx: rtx.sql.all(KEYS))

    assert asyncio.run(both()) == ("a", [("a",)])


def test_a_failing_job_leaves_nothing_and_its_neighbours_committed(db: Database) -> None:
    def job(number: int) -> Any:
        def fn(tx: Tx) -> str:
            put(tx, f"k{number:02}")
            if number == 7:
                raise NotFound("subject_unknown", subject="thing/7")
            return f"k{number:02}"

        return fn

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(*(db.write(job(n)) for n in range(20)), return_exceptions=True)

    answers = asyncio.run(all_at_once())

    assert isinstance(answers[7], NotFound)
    assert keys(db) == [f"k{n:02}" for n in range(20) if n != 7]
    assert [one for n, one in enumerate(answers) if n != 7] == keys(db)


def test_session_and_driver_sql_write_in_one_transaction(db: Database) -> None:
    def fn(tx: Tx) -> list[str]:
        put(tx, "by_sql")
        tx.session.add(House(key="by_session", value="1"))
        return sorted(tx.session.exec(select(House.key)).all())

    assert db.write_now(fn) == ["by_session", "by_sql", "rehearsal"]
    assert keys(db) == ["by_session", "by_sql"]


def test_a_session_job_that_fails_leaves_no_row(db: Database) -> None:
    def fn(tx: Tx) -> None:
        tx.session.add(House(key="lost", value="1"))
        tx.session.flush()
        raise NotFound("subject_unknown", subject="thing/1")

    with pytest.raises(NotFound):
        db.write_now(fn)

    assert keys(db) == []
    assert db.write_now(lambda tx: put(tx, "next")) == "next"


def test_an_error_of_the_last_flush_fails_the_job(db: Database) -> None:
    def fn(tx: Tx) -> None:
        put(tx, "kept_not")
        tx.session.add(House(key="rehearsal", value="1"))

    with pytest.raises(IntegrityError):
        db.write_now(fn)

    assert keys(db) == []


def test_a_swallowed_flush_error_fails_the_whole_job(db: Database) -> None:
    def fn(tx: Tx) -> str:
        put(tx, "half")
        tx.session.add(House(key="rehearsal", value="1"))
        with suppress(IntegrityError):
            tx.session.flush()
        return "as if nothing had happened"

    with pytest.raises(IntegrityError):
        db.write_now(fn)

    assert keys(db) == []


def test_a_swallowed_driver_error_fails_the_whole_job(db: Database) -> None:
    def fn(tx: Tx) -> str:
        put(tx, "half")
        with suppress(Exception):
            put(tx, "half")
        return "as if nothing had happened"

    with pytest.raises(Exception, match=r"(?i)unique"):
        db.write_now(fn)

    assert keys(db) == []


@pytest.mark.parametrize("name", ["commit", "rollback"])
def test_a_session_neither_commits_nor_rolls_back(db: Database, name: str) -> None:
    def fn(tx: Tx) -> None:
        put(tx, "x")
        getattr(tx.session, name)()

    with pytest.raises(RuntimeError, match="the door"):
        db.write_now(fn)

    assert keys(db) == []


def test_a_part_may_fail_alone(db: Database) -> None:
    def fn(tx: Tx) -> list[str]:
        told = []
        for key in ("a", "rehearsal", "b"):
            try:
                with tx.savepoint():
                    put(tx, f"before_{key}")
                    tx.session.add(House(key=key, value="1"))
            except IntegrityError:
                told.append(key)
        return told

    assert db.write_now(fn) == ["rehearsal"]
    assert keys(db) == ["a", "b", "before_a", "before_b"]


def test_a_conflict_is_ignored_where_the_statement_says_so(db: Database) -> None:
    def fn(tx: Tx) -> list[int]:
        return [tx.sql.run(IGNORE, key="a", value=value) for value in ("1", "2")]

    assert db.write_now(fn) == [1, 0]
    assert db.read_now(lambda rtx: house.mark(rtx, "a")) == "1"


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: [one], lambda one: {"x": one}])
def test_a_table_object_does_not_leave_the_house(db: Database, wrap: Any) -> None:
    def fn(tx: Tx) -> Any:
        made = House(key="a", value="1")
        tx.session.add(made)
        return wrap(made)

    with pytest.raises(TypeError, match="plain data"):
        db.write_now(fn)

    assert keys(db) == []


def test_a_door_inside_a_door_is_refused_and_does_not_hang(db: Database) -> None:
    with pytest.raises(RuntimeError, match="a door inside a door"):
        db.write_now(lambda tx: db.write_now(lambda inner: None))
    with pytest.raises(RuntimeError, match="a door inside a door"):
        db.read_now(lambda rtx: db.read_now(lambda inner: None))

    assert db.write_now(lambda tx: put(tx, "still")) == "still"


def test_a_read_sees_one_moment(db: Database) -> None:
    def fn(rtx: ReadTx) -> tuple[list[Any], list[Any]]:
        before = rtx.sql.all(KEYS)
        other = threading.Thread(target=lambda: db.write_now(lambda tx: put(tx, "meanwhile")))
        other.start()
        other.join()
        return before, rtx.sql.all(KEYS)

    assert db.read_now(fn) == ([], [])
    assert keys(db) == ["meanwhile"]


def test_a_read_cannot_write(db: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        db.read_now(lambda rtx: rtx.sql.one(INSERT, key="x", value="1"))

    assert keys(db) == []


def test_a_stream_gives_every_row(db: Database) -> None:
    db.write_now(lambda tx: tx.sql.bulk(HOUSE, [{"key": f"k{n:05}", "value": "1"} for n in range(5000)]))

    assert db.read_now(lambda rtx: sum(1 for _ in rtx.sql.stream(KEYS))) == 5000


@pytest.mark.parametrize("count", [1, 3, 500])
def test_many_rows_go_in_at_once(db: Database, count: int) -> None:
    rows = [{"key": f"k{n:05}", "value": "1"} for n in range(count)]

    assert db.write_now(lambda tx: tx.sql.many(INSERT, rows)) == count
    assert db.write_now(lambda tx: tx.sql.many(INSERT, [])) == 0
    assert len(keys(db)) == count


def test_every_commit_is_told_and_a_failing_listener_harms_nothing(db: Database) -> None:
    told: list[str] = []

    def fail() -> None:
        raise ZeroDivisionError

    db.on_commit(fail)
    db.on_commit(lambda: told.append("commit"))

    db.write_now(lambda tx: put(tx, "a"))

    assert told == ["commit"]
    assert keys(db) == ["a"]


def test_a_closed_database_says_so(db: Database) -> None:
    db.close()

    with pytest.raises(Unavailable) as refused:
        db.write_now(lambda tx: put(tx, "a"))

    assert refused.value.code == "database_closed"
    assert not db.healthy()


def test_a_hundred_writers_at_once_lose_nothing(db: Database) -> None:
    async def all_at_once() -> list[str]:
        return await asyncio.gather(*(db.write(partial(put, key=f"k{n:04}")) for n in range(300)))

    def blocking(start: int) -> None:
        for n in range(start, start + 25):
            db.write_now(partial(put, key=f"k{n:04}"))

    threads = [threading.Thread(target=blocking, args=(1000 + 100 * t,)) for t in range(4)]
    for thread in threads:
        thread.start()
    answered = asyncio.run(all_at_once())
    for thread in threads:
        thread.join()

    assert len(answered) == 300
    assert len(keys(db)) == 400


def test_a_stop_iteration_reaches_the_awaiting_caller_as_an_error(db: Database) -> None:
    """A future refuses StopIteration; without care the caller would wait for ever."""

    def runs_dry(_: ReadTx) -> str:
        return next(iter(()))

    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(asyncio.wait_for(db.read(runs_dry), timeout=20))
    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(asyncio.wait_for(db.write(runs_dry), timeout=20))
