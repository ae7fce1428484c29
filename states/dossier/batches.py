"""Which batch a dossier stands in: the first whose limit has not passed, then the one after it.

Reads the batches of one cycle; moving a batch itself belongs to ``states.cycle``.
"""

from datetime import date

import sqlalchemy as sa

from core.sql import Sql
from core.tx import ReadTx
from regulations.rulesets import Ruleset
from states.cycle.models import BATCH_TABLE

_OF_CYCLE = Sql(
    sa.select(BATCH_TABLE.c.id, BATCH_TABLE.c.propose_last_day)
    .where(BATCH_TABLE.c.cycle_id == sa.bindparam("cycle_id"), BATCH_TABLE.c.level == sa.bindparam("level"))
    .order_by(BATCH_TABLE.c.propose_last_day, BATCH_TABLE.c.number)
)


def follows_batches(law: Ruleset | None, kind: str) -> bool:
    """Whether dossiers of this kind are evaluated in batches: a renewal follows its own window and days.

    Source: QĐ 26/2026/QĐ-TTg Điều 7.6.a, 7.6.g; process.md §2.3.
    """
    rules = law.batches if law else None
    return rules is None or kind not in rules.not_for.value


def open_on(tx: ReadTx, cycle_id: str | None, day: date, level: str = "province") -> str | None:
    """The batch that a dossier proposed on this day falls into; its last good day still counts. None: next cycle."""
    for batch_id, last_day in tx.sql.all(_OF_CYCLE, cycle_id=cycle_id, level=level):
        if last_day is None or day.isoformat() <= last_day:
            return str(batch_id)
    return None


def after(tx: ReadTx, cycle_id: str | None, batch_id: str | None, level: str = "province") -> str | None:
    """The batch after this one. None: the next cycle's."""
    ids = [str(row[0]) for row in tx.sql.all(_OF_CYCLE, cycle_id=cycle_id, level=level)]
    place = ids.index(batch_id) + 1 if batch_id in ids else 0
    return ids[place] if place < len(ids) else None
