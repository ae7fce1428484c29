"""A process that dies in the middle of opening a cycle leaves no half cycle: every write of the opening in turn."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.clock import Clock
from core.config import Config
from core.db import Database
from core.sql import Sql
from core.tx import ReadTx
from tests.world import settled

ROOT = Path(__file__).parents[2]
CHILD = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from core.clock import StepClock
from core.config import Config
from core.db import open_database
from core.tx import Tx
from tests.world import World, open_plan

folder, url, start, account, writes = sys.argv[1:]
db = open_database(Config(Path(folder), url or None), StepClock(datetime.fromisoformat(start)))
left = [int(writes)]

def counted(original):
    def write(self, *args, **kwargs):
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return original(self, *args, **kwargs)
    return write

def opening(tx):
    runner = type(tx.sql)
    for name in ("run", "many", "bulk"):
        setattr(runner, name, counted(getattr(runner, name)))
    from registry.roles import Role
    world = World("", "", "", "", {Role.PROVINCE_UNIT: account})
    open_plan(tx, world)

db.write_now(opening, alone=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
TABLES = ("cycle", "batch", "cycle_window", "target", "deadline", "reminder")


def counts(tx: ReadTx) -> dict[str, int]:
    return {
        name: tx.sql.value(Sql(sa.select(sa.func.count()).select_from(sa.table(name)))) for name in TABLES
    }


def lines(tx: ReadTx) -> int:
    return int(tx.sql.value(Sql(sa.select(sa.func.count()).select_from(sa.table("history")))))


def dies_after(writes: int, config: Config, clock: Clock, account: str) -> int:
    arguments = [
        str(config.data_dir),
        config.database_url or "",
        clock.business_now().isoformat(),
        account,
        str(writes),
    ]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env=dict(os.environ),
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    return done.returncode


@pytest.mark.slow
def test_an_opening_that_dies_in_the_middle_leaves_nothing(
    config: Config, clock: Clock, open_db: Callable[[], Database]
) -> None:
    from registry.roles import Role

    db = open_db()
    account = settled(db, plan=None).account[Role.PROVINCE_UNIT]
    before = db.read_now(lambda tx: (counts(tx), lines(tx)))

    for writes in (0, 1, 3, 6, 9, 12):
        dies_after(writes, config, clock, account)
        assert db.read_now(lambda tx: (counts(tx), lines(tx))) == before

    dies_after(10_000, config, clock, account)
    assert db.read_now(counts)["cycle"] == 1
