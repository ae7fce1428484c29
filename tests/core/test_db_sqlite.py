"""The group-commit writer of SQLite: who shares a commit, and what happens when it fails or dies."""

import asyncio
import ctypes
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from core.config import Config
from core.db import Database, Tx
from core.db_sqlite import GROUP
from core.errors import Unavailable
from core.sqlite_driver import connect

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def raw(config: Config) -> sqlite3.Connection:
    made = connect(config.database_file)
    made.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    made.execute(
        "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id)"
        " DEFERRABLE INITIALLY DEFERRED)"
    )
    made.close()
    return sqlite3.connect(config.database_file)


class Gate:
    """Keeps the writer busy until opened, so that what is submitted meanwhile waits together."""

    def __init__(self) -> None:
        self.entered, self._open = threading.Event(), threading.Event()

    def job(self, tx: Tx) -> None:
        self.entered.set()
        assert self._open.wait(10)

    def open(self) -> None:
        self._open.set()


def command(text: str, ran: list[str] | None = None, error: Exception | None = None) -> Callable[[Tx], str]:
    def fn(tx: Tx) -> str:
        if ran is not None:
            ran.append(text)
        tx._driver.command(text)
        if error is not None:
            raise error
        return text

    return fn


def together(db: Database, *jobs: Callable[[Tx], Any], alone: frozenset[int] = frozenset()) -> list[Any]:
    """Run jobs that all wait while the writer is held up by another one; answers or errors in order."""

    async def run() -> list[Any]:
        gate = Gate()
        first = asyncio.ensure_future(db.write(gate.job))
        await asyncio.to_thread(gate.entered.wait, 10)
        waiting = [asyncio.ensure_future(db.write(job, alone=n in alone)) for n, job in enumerate(jobs)]
        await asyncio.sleep(0)
        gate.open()
        await first
        return await asyncio.gather(*waiting, return_exceptions=True)

    return asyncio.run(run())


def commits(db: Database) -> list[None]:
    told: list[None] = []
    db.on_commit(lambda: told.append(None))
    return told


def test_what_waits_together_is_committed_together(raw: sqlite3.Connection, db: Database) -> None:
    told = commits(db)

    together(db, *(command(f"INSERT INTO parent VALUES ({n})") for n in range(20)))

    assert len(told) == 2  # the one that held the writer up, and all the others
    assert raw.execute("SELECT count(*) FROM parent").fetchone() == (20,)


def test_a_group_is_never_larger_than_its_limit(raw: sqlite3.Connection, db: Database) -> None:
    told = commits(db)

    together(db, *(command(f"INSERT INTO parent VALUES ({n})") for n in range(GROUP + 1)))

    assert len(told) == 3


def test_a_job_that_fails_after_it_wrote_leaves_nothing_and_the_others_stand(
    raw: sqlite3.Connection, db: Database
) -> None:
    told = commits(db)

    answers = together(
        db,
        command("INSERT INTO parent VALUES (1)"),
        command("INSERT INTO parent VALUES (2)", error=ValueError("mine alone")),
        command("INSERT INTO parent VALUES (1)"),
        command("INSERT INTO parent VALUES (3)"),
    )

    assert [type(one) for one in answers] == [str, ValueError, sqlite3.IntegrityError, str]
    assert raw.execute("SELECT id FROM parent ORDER BY id").fetchall() == [(1,), (3,)]
    assert len(told) == 2  # the one that held the writer up, and the four of this group


def test_jobs_that_fail_before_they_write_cost_the_others_nothing(
    raw: sqlite3.Connection, db: Database
) -> None:
    ran: list[str] = []

    answers = together(
        db,
        command("INSERT INTO parent VALUES (1)", ran),
        command("SELECT 2", ran, error=ValueError("refused")),
        command("INSERT INTO parent VALUES (1)", ran),
        command("INSERT INTO parent VALUES (4)", ran),
    )

    assert [type(one) for one in answers] == [str, ValueError, sqlite3.IntegrityError, str]
    assert len(ran) == 4
    assert raw.execute("SELECT id FROM parent ORDER BY id").fetchall() == [(1,), (4,)]


def test_when_the_commit_fails_every_job_runs_again_alone(raw: sqlite3.Connection, db: Database) -> None:
    ran: list[str] = []
    good = [f"INSERT INTO parent VALUES ({n})" for n in range(5)]
    orphan = "INSERT INTO child VALUES (1, 99)"

    answers = together(db, *(command(text, ran) for text in [*good[:3], orphan, *good[3:]]))

    assert isinstance(answers.pop(3), sqlite3.IntegrityError)
    assert answers == good
    assert {text: ran.count(text) for text in ran} == dict.fromkeys([*good, orphan], 2)
    assert raw.execute("SELECT count(*) FROM parent").fetchone() == (5,)
    assert raw.execute("SELECT count(*) FROM child").fetchone() == (0,)


def test_a_job_that_must_be_alone_has_its_own_commit(raw: sqlite3.Connection, db: Database) -> None:
    told = commits(db)
    jobs = [command(f"INSERT INTO parent VALUES ({n})") for n in range(6)]

    together(db, *jobs, alone=frozenset({2}))

    assert len(told) == 4  # held up; 0 and 1; 2; 3, 4 and 5
    assert raw.execute("SELECT count(*) FROM parent").fetchone() == (6,)


def test_an_error_of_a_listener_or_job_keeps_the_writer_alive(raw: sqlite3.Connection, db: Database) -> None:
    together(db, *(command("no SQL at all") for _ in range(3)))

    assert db.healthy()


def stop_from_outside(db: Database, tx: Tx) -> None:
    ident = threading.get_ident()
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(SystemExit))
    time.monotonic()  # any bytecode: the exception lands here


@pytest.mark.parametrize("how", ["raised", "from_outside"])
def test_when_the_writer_dies_it_is_seen_and_everybody_is_told_within_a_second(
    raw: sqlite3.Connection, db: Database, how: str
) -> None:
    def die(tx: Tx) -> None:
        tx._driver.command("INSERT INTO parent VALUES (1)")
        if how == "raised":
            raise SystemExit
        stop_from_outside(db, tx)

    blocked: list[BaseException] = []

    def block() -> None:
        try:
            db.write_now(command("INSERT INTO parent VALUES (2)"))
        except Unavailable as error:
            blocked.append(error)

    async def run() -> tuple[list[Any], float]:
        gate = Gate()
        first = asyncio.ensure_future(db.write(gate.job))
        await asyncio.to_thread(gate.entered.wait, 10)
        thread = threading.Thread(target=block)
        jobs = [die, *(command(f"INSERT INTO parent VALUES ({n})") for n in range(10, 15))]
        waiting = [asyncio.ensure_future(db.write(job)) for job in jobs]
        await asyncio.sleep(0)
        thread.start()
        gate.open()
        await first
        since = time.monotonic()
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.to_thread(thread.join)
        return answers, time.monotonic() - since

    answers, seconds = asyncio.run(run())

    assert [getattr(one, "code", one) for one in [*answers, *blocked]] == ["writer_down"] * 7
    assert seconds < 1
    assert not db.healthy()
    assert raw.execute("SELECT count(*) FROM parent").fetchone() == (0,)
    with pytest.raises(Unavailable):
        db.write_now(command("INSERT INTO parent VALUES (3)"))
    assert db.read_now(lambda rtx: rtx.rehearsal) is True


def test_another_writer_of_the_same_file_is_waited_for(
    config: Config, raw: sqlite3.Connection, db: Database
) -> None:
    other = connect(config.database_file)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO parent VALUES (1)")
    timer = threading.Timer(0.2, lambda: other.execute("COMMIT"))
    timer.start()

    db.write_now(command("INSERT INTO parent VALUES (2)"))

    timer.join()
    other.close()
    assert raw.execute("SELECT count(*) FROM parent").fetchone() == (2,)


def test_a_lock_that_is_never_let_go_is_told_clearly(
    config: Config, raw: sqlite3.Connection, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.write_now(command("PRAGMA user_version"))
    db._doors._writer._driver.raw.execute("PRAGMA busy_timeout = 10")  # type: ignore[attr-defined]
    other = connect(config.database_file)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Unavailable) as refused:
        db.write_now(command("INSERT INTO parent VALUES (2)"))

    other.execute("ROLLBACK")
    other.close()
    assert refused.value.code == "database_busy"
    assert db.write_now(command("INSERT INTO parent VALUES (2)"))


def test_the_settings_of_the_house_hold(config: Config, raw: sqlite3.Connection, db: Database) -> None:
    made = connect(config.database_file)
    names = (
        "journal_mode",
        "synchronous",
        "foreign_keys",
        "recursive_triggers",
        "busy_timeout",
        "cache_size",
    )

    found = [made.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
    made.close()

    assert found == ["wal", 2, 1, 1, 10000, -8192]


def test_a_full_disk_is_told_leaves_nothing_half_and_passes(raw: sqlite3.Connection, db: Database) -> None:
    large = command("INSERT INTO parent SELECT value FROM (WITH RECURSIVE n(value) AS (SELECT 100 UNION ALL "
                    "SELECT value + 1 FROM n LIMIT 20000) SELECT value FROM n)")  # fmt: skip
    db.write_now(command("INSERT INTO parent VALUES (1)"))
    db.write_now(command("PRAGMA max_page_count = 1"))  # never below what the file has: no page can be added

    alone = [db_error(db, large) for _ in range(2)]
    small, full, other = together(
        db, command("INSERT INTO parent VALUES (2)"), large, command("INSERT INTO parent VALUES (3)")
    )

    assert alone == ["database_full"] * 2
    assert (small, getattr(full, "code", full), other) == (
        "INSERT INTO parent VALUES (2)",
        "database_full",
        "INSERT INTO parent VALUES (3)",
    )
    assert raw.execute("SELECT id FROM parent").fetchall() == [(1,), (2,), (3,)]
    assert db.healthy()
    db.write_now(command("PRAGMA max_page_count = 1000000"))
    db.write_now(large)
    assert raw.execute("SELECT count(*) FROM parent").fetchall() == [(20003,)]


def db_error(db: Database, job: Callable[[Tx], Any]) -> str:
    with pytest.raises(Unavailable) as caught:
        db.write_now(job)
    return caught.value.code
