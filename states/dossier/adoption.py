"""A cycle that opens takes the dossiers that waited for its year: set-based, a `carry_over` line each.

Must never change a state: the year is theirs already, only the cycle was missing. Decision record 0106.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from core import history
from core.clock import VIETNAM
from core.columns import instant_text
from core.lines import SYSTEM, Line
from core.sql import Sql
from core.texts import text
from core.tx import Tx
from regulations import rulesets
from states.deadlines.commands import cancel, set_deadlines
from states.dossier import batches
from states.dossier.duties import new_deadline, review_due
from states.dossier.facts import latest_year
from states.dossier.lifecycle import DOSSIER
from states.dossier.models import DOSSIER_TABLE
from states.dossier.states import IN_INTAKE, DossierState

_D = DOSSIER_TABLE.c
_READ = (
    "id", "version", "head", "last_at", "kind", "state", "level", "ruleset", "year", "decision_on", "province_code",
    "commune_code", "producer_id",
)  # fmt: skip
_WAITING = Sql(
    sa.select(*(_D[name] for name in _READ))
    .where(
        _D.province_code == sa.bindparam("province", type_=sa.Text),
        _D.year == sa.bindparam("year", type_=sa.Integer),
        _D.cycle_id.is_(None),
        _D.state.in_([str(state) for state in DOSSIER.non_final]),
    )
    .order_by(_D.id)
    .with_for_update()
)
_ADOPT = Sql(
    sa.update(DOSSIER_TABLE)
    .where(_D.id == sa.bindparam("of_dossier", type_=sa.Text))
    .values({name: sa.bindparam(name) for name in ("version", "head", "last_at", "cycle_id", "batch_id")}),
    as_given=True,
)
_FILED = frozenset(map(str, IN_INTAKE))


def adopt(tx: Tx, cycle_id: str, *, province: str, year: int, cycle_state: str) -> int:
    """Bring every dossier that waited for this year's cycle into it, and return how many there were."""
    rows = [
        dict(zip(_READ, found, strict=True)) for found in tx.sql.all(_WAITING, province=province, year=year)
    ]
    if not rows:
        return 0
    today = tx.now.astimezone(VIETNAM).date()
    lines = [_line(tx, row, today, cycle_state) for row in rows]
    batch_id = batches.open_on(tx, cycle_id, today)
    heads = history.write_lines(tx, lines)
    tx.sql.many(
        _ADOPT,
        [
            {
                "of_dossier": row["id"], "version": line.version, "head": head, "last_at": instant_text(line.at),
                "cycle_id": cycle_id, "batch_id": batch_id if _in_batch(row) else None,
            }
            for row, line, head in zip(rows, lines, heads, strict=True)
        ],
    )  # fmt: skip
    _review_again(tx, [{**row, "cycle_id": cycle_id} for row in rows], today)
    return len(rows)


def _in_batch(row: Mapping[str, Any]) -> bool:
    law = rulesets.by_pin(row["ruleset"]) if row["ruleset"] else None
    return row["state"] in _FILED and batches.follows_batches(law, row["kind"])


def _line(tx: Tx, row: Mapping[str, Any], today: date, cycle_state: str) -> Line:
    """What the move of a person would have written, with the facts its guards read."""
    inputs = {
        "reason_given": True, "year": row["year"], "dossier_year": row["year"], "cycle_known": False,
        "latest_year": latest_year(today, row), "carried_cycle_state": cycle_state,
    }  # fmt: skip
    return Line(
        subject=f"dossier/{row['id']}", version=row["version"] + 1, kind="fact_noted", actor=SYSTEM,
        at=history.line_at(tx, row["last_at"]), trigger="carry_over", source=row["state"], dest=row["state"],
        level=row["level"], rules=DOSSIER.edition, ruleset=row["ruleset"],
        reason=text("carried.cycle_opened", "vi", year=row["year"]), inputs=inputs, rehearsal=tx.rehearsal,
        prev=row["head"],
    )  # fmt: skip


def _review_again(tx: Tx, rows: Sequence[Mapping[str, Any]], today: date) -> None:
    """Products in promotion are reviewed in the window of the cycle they have joined."""
    promoted = [row for row in rows if row["state"] == DossierState.PROMOTION_ACTIVE]
    for row in promoted:
        cancel(tx, f"dossier/{row['id']}", ("REVIEW_OPENS",), actor=SYSTEM)
    due = [new_deadline(tx, row, "REVIEW_OPENS", review_due(tx, row, today)) for row in promoted]
    set_deadlines(tx, due, SYSTEM)
