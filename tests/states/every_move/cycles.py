"""Cycles with what stands around them: a task of the plan, the year report as it was kept at the closing.

Nothing here says which move leads where.
"""

from core.ids import new_id
from core.tx import Tx
from states.cycle.models import REPORT_TABLE, TASK_TABLE
from tests.states.every_move.stage import Stage, Subject


def task_of(stage: Stage, cycle: Subject) -> str:
    """The id of a task of this cycle's plan, without a day."""
    row = dict.fromkeys(TASK_TABLE.c.keys()) | {
        "id": new_id(), "cycle_id": cycle.id, "position": 0, "title": "Tập huấn", "after": "[]", "status": "open",
    }  # fmt: skip

    def write(tx: Tx) -> str:
        tx.sql.bulk(TASK_TABLE, [row])
        return str(row["id"])

    return stage.db.write_now(write)


def reported(stage: Stage, cycle: Subject) -> None:
    """The report of the year, kept when the cycle was closed."""

    def write(tx: Tx) -> None:
        row = {"cycle_id": cycle.id, "data": "{}", "digest": "a" * 64, "made_at": tx.now_text}
        tx.sql.bulk(REPORT_TABLE, [row])

    stage.db.write_now(write)
