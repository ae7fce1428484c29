"""A process that dies in the middle of opening a cycle leaves no half cycle: every so many writes of the opening."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from core.clock import Clock
from core.config import Config
from core.db import Database
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.roles import Role
from tests.ocop.dying import dying
from tests.world import World, open_plan, settled

TABLES = ("cycle", "batch", "cycle_window", "target", "deadline", "reminder")


def opening(tx: Tx, *, account: str) -> None:
    """The coordinator opens the packaged plan."""
    open_plan(tx, World("", "", "", "", {Role.PROVINCE_UNIT: account}))


def counts(tx: ReadTx) -> dict[str, int]:
    return {
        name: tx.sql.value(Sql(sa.select(sa.func.count()).select_from(sa.table(name)))) for name in TABLES
    }


def lines(tx: ReadTx) -> int:
    return int(tx.sql.value(Sql(sa.select(sa.func.count()).select_from(sa.table("history")))))


@pytest.mark.slow
def test_an_opening_that_dies_in_the_middle_leaves_nothing(
    config: Config, clock: Clock, open_db: Callable[[], Database]
) -> None:
    db = open_db()
    account = settled(db, plan=None).account[Role.PROVINCE_UNIT]
    before = db.read_now(lambda tx: (counts(tx), lines(tx)))

    with dying(config, clock, opening, account=account) as dies_at:
        for writes in (0, 1, 3, 6, 9, 12):
            assert dies_at(writes)
            assert db.read_now(lambda tx: (counts(tx), lines(tx))) == before

        assert not dies_at(10_000)

    assert db.read_now(counts)["cycle"] == 1
