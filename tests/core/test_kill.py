"""`kill -9` in the middle of a thousand changes: what was answered is there, and nothing is there twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import sqlalchemy as sa

from core.config import Config
from core.db import Database, ReadTx
from core.history import HISTORY, read_lines
from core.lines import ZEROS, leaf_hash, parse_line
from core.sql import Sql
from tests.core.subjects import THING, add, make_table, move

ACTIVE = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND state <> 'idle' AND pid <> pg_backend_pid()"
)
IDS = Sql(sa.select(THING.c.id).where(THING.c.id != "shared").order_by(THING.c.id))
SHARED = Sql(sa.select(THING.c.version, THING.c.move_version, THING.c.head).where(THING.c.id == "shared"))
LINES = Sql(
    sa.select(HISTORY.c.subject, sa.func.count())
    .where(HISTORY.c.subject != "thing/shared")
    .group_by(HISTORY.c.subject)
)


def let_it_write(config: Config, stop_after: int) -> list[tuple[int, int]]:
    """Start the child, kill it once it has answered so many, and give all its answers."""
    command = [
        sys.executable,
        "-m",
        "tests.core.child_writer",
        str(config.data_dir),
        config.database_url or "",
    ]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(stop_after)]
        os.kill(child.pid, signal.SIGKILL)
        lines += child.stdout.readlines()
    return [(int(one.split()[0]), int(one.split()[1])) for one in lines if one.endswith(b"\n")]


def wait_for_backends(config: Config) -> None:
    """On PostgreSQL a killed client's last COMMIT may still be running; wait until it is not."""
    if config.database_url is not None:
        address = (
            sa.make_url(config.database_url)
            .set(drivername="postgresql")
            .render_as_string(hide_password=False)
        )
        with psycopg.connect(address, autocommit=True) as connection:
            while connection.execute(ACTIVE).fetchone() != (0,):
                pass


def test_kill_9_among_a_thousand_changes_loses_no_answer_and_doubles_nothing(
    config: Config, open_db: Callable[[], Database]
) -> None:
    before = open_db()
    make_table(before)
    before.write_now(lambda tx: add(tx, "shared"))
    before.write_now(lambda tx: move(tx, "shared"))
    before.close()

    answered = let_it_write(config, stop_after=300)

    db = open_db()
    wait_for_backends(config)

    def look(rtx: ReadTx) -> tuple[list[str], tuple[int, int, str], dict[str, int], list[tuple[str, str]]]:
        ids = [one for (one,) in rtx.sql.all(IDS)]
        shared = rtx.sql.one(SHARED)
        assert shared is not None
        return (
            ids,
            (shared[0], shared[1], shared[2]),
            dict(rtx.sql.all(LINES)),
            read_lines(rtx, "thing/shared"),
        )

    ids, (version, move_version, head), lines, shared_lines = db.read_now(look)
    assert 300 <= len(answered) <= len(ids)
    assert {f"t{number:04}" for number, _ in answered} <= set(ids)
    assert len({moved for _, moved in answered}) == len(answered)  # no move was answered twice
    assert lines == {f"thing/{one}": 1 for one in ids}
    assert (version, move_version) == (
        len(ids) + 2,
        len(ids) + 1,
    )  # every row moved the shared one exactly once
    assert len(shared_lines) == version
    prev = ZEROS
    for number, (text, line_hash) in enumerate(shared_lines, start=1):
        line = parse_line(text)
        assert (line.version, line.prev, leaf_hash(text.encode())) == (number, prev, line_hash)
        prev = line_hash
    assert head == prev
