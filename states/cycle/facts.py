"""Where the guards of a cycle and of a batch get their facts: the row, the data sent along, and counts of rows.

It decides nothing. Dossiers and sessions live in higher layers: they are counted by state through their bare tables, never loaded.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from core.sql import Sql
from states.cycle.models import BATCH_TABLE, REPORT_TABLE
from states.engine.facts import FactValue
from states.engine.machine import Asked, FactBook

_DOSSIER = sa.table("dossier", sa.column("cycle_id"), sa.column("batch_id"), sa.column("state"))
_ID = sa.bindparam("id", type_=sa.Text)
_STATES_OF_CYCLE = Sql(
    sa.select(_DOSSIER.c.state, sa.func.count()).where(_DOSSIER.c.cycle_id == _ID).group_by(_DOSSIER.c.state)
)
_STATES_OF_BATCH = Sql(
    sa.select(_DOSSIER.c.state, sa.func.count()).where(_DOSSIER.c.batch_id == _ID).group_by(_DOSSIER.c.state)
)
_SESSION = sa.table("session", sa.column("batch_id"), sa.column("state"))
_SESSIONS_OF_BATCH = Sql(
    sa.select(_SESSION.c.state, sa.func.count()).where(_SESSION.c.batch_id == _ID).group_by(_SESSION.c.state)
)
_REPORT = Sql(sa.select(REPORT_TABLE.c.digest).where(REPORT_TABLE.c.cycle_id == _ID))
_BATCHES = Sql(sa.select(BATCH_TABLE.c.state, BATCH_TABLE.c.level).where(BATCH_TABLE.c.cycle_id == _ID))

RECOGNISED = ("recognised.", "promotion.", "review.")
"""A dossier in these states has been recognised (process.md §2.5)."""
SETTLED = ("evaluation.", "withdrawn", "review.closed", "commune.not_proposed")
SETTLED_ENDS = (".rejected", ".deferred_next_cycle")
UNDECIDED = (
    "dossier.",
    "commune.received",
    "commune.returned",
    "commune.reported",
    "province.",
    "advisory.",
    "council.",
)
BEFORE_RECOGNITION = (
    "idea.",
    "plan.",
    "production.",
    "dossier.",
    "commune.",
    "province.",
    "advisory.",
    "council.",
    "decision.",
    "central.",
)
"""Where a dossier stands on its way to a decision; a product has one such dossier at a time."""
ENDED = (*SETTLED_ENDS, "commune.not_proposed")
FINAL = ("evaluation.", "withdrawn", "commune.not_proposed")
FINAL_ENDS = SETTLED_ENDS
"""Nothing leads on from here: states by how they begin, by how they end (process.md §11.16)."""
NOT_CONVENED = frozenset({"planned", "adjourned", "cancelled"})
"""A session of a batch in any other state has been convened."""
BEGUN = frozenset({"in_session", "decided", "published"})
DONE = frozenset({"decided", "published"})


def settled(state: str) -> bool:
    """Nothing of this cycle waits for a dossier in this state (process.md §11.16, close)."""
    return state.startswith(SETTLED) or state.endswith(SETTLED_ENDS)


def undecided(state: str) -> bool:
    """The council of the batch has not concluded on a dossier in this state."""
    return state.startswith(UNDECIDED) and state not in ("council.concluded", "commune.not_proposed")


def column(name: str) -> Callable[[Asked], FactValue]:
    def read(asked: Asked) -> FactValue:
        value: FactValue = asked.row[name]
        return value

    return read


def sent(name: str) -> Callable[[Asked], FactValue]:
    def read(asked: Asked) -> FactValue:
        value: FactValue = asked.data.get(name)
        return value

    return read


def _counted(asked: Asked, statement: Sql) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = asked.once(
        str(id(statement)), lambda: asked.tx.sql.all(statement, id=asked.row["id"])
    )
    return rows


def _dossiers(statement: Sql, belongs: Callable[[str], bool]) -> Callable[[Asked], FactValue]:
    def count(asked: Asked) -> FactValue:
        return sum(int(number) for state, number in _counted(asked, statement) if belongs(state))

    return count


def _batches_begun(asked: Asked) -> FactValue:
    return sum(state in BEGUN for state, _ in _counted(asked, _BATCHES))


def _batches_undecided(asked: Asked) -> FactValue:
    """Batches of the province: the centre's last batch ends in the year after. Unknown where it has none."""
    states = [str(state) for state, level in _counted(asked, _BATCHES) if level == "province"]
    return sum(state not in DONE for state in states) if states else None


CYCLE_FACTS: FactBook = {
    "plan_number": column("plan_number"),
    "plan_date": column("plan_date"),
    "warnings_open": column("warnings_open"),
    "calendar_open": column("calendar_open"),
    "preview_digest": column("digest"),
    "digest": sent("digest"),
    "batches_begun": _batches_begun,
    "batches_undecided": _batches_undecided,
    "recognised": _dossiers(_STATES_OF_CYCLE, lambda state: state.startswith(RECOGNISED)),
    "dossiers_unsettled": _dossiers(_STATES_OF_CYCLE, lambda state: not settled(state)),
    "report_document": sent("report_document"),
    "report_digest": lambda asked: asked.tx.sql.value(_REPORT, id=asked.row["id"]),
    "task_status": sent("task_status"),
    "reason_given": lambda asked: bool(asked.reason and asked.reason.strip()),
    "ground": sent("ground"),
    "approver": sent("approver"),
    "document": sent("document"),
    "scope": sent("scope"),
}
BATCH_FACTS: FactBook = {
    "now": lambda asked: asked.now,
    "intake_opens_at": column("intake_opens_at"),
    "intake_closes_at": column("intake_closes_at"),
    "evaluation_plan": sent("evaluation_plan"),
    "sessions_convened": _dossiers(_SESSIONS_OF_BATCH, lambda state: state not in NOT_CONVENED),
    "dossiers": _dossiers(_STATES_OF_BATCH, lambda _: True),
    "dossiers_undecided": _dossiers(_STATES_OF_BATCH, undecided),
    "notices_planned": sent("notices_planned"),
}
