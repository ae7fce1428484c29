"""The deadlines of a run-off: every dossier that new rules catch undecided gets the day by which it must be decided.

Never moves a dossier. Source: QĐ 26/2026/QĐ-TTg Điều 12.2; process.md §2.8; decision record 0124.
"""

from collections.abc import Collection, Mapping
from datetime import date

import sqlalchemy as sa

from core.sql import Sql
from core.tx import ReadTx, Tx
from registry import calendar_days
from registry import settings as registry_settings
from registry.actors import SYSTEM_ACTOR
from registry.roles import Role
from regulations import rulesets
from regulations.vocabulary import Kind
from states.deadlines.commands import set_deadlines
from states.deadlines.entries import DEADLINE
from states.dossier import runoff
from states.dossier.duties import Due, new_deadline
from states.dossier.machine import MACHINE
from states.dossier.models import DOSSIER_TABLE
from states.dossier.states import BEFORE_RECOGNITION

CODES: Mapping[str, str] = {
    Kind.FIRST: "RUNOFF_FIRST",
    Kind.UPGRADE: "RUNOFF_FIRST",
    Kind.RE_EVALUATION: "RUNOFF_RENEW",
}
_D = DOSSIER_TABLE
_HAS_ONE = (
    sa.select(sa.literal_column("1"))
    .select_from(DEADLINE)
    .where(
        DEADLINE.c.subject == sa.literal_column("'dossier/'", sa.Text).concat(_D.c.id),
        DEADLINE.c.code.in_(sorted(set(CODES.values()))),
    )
    .correlate(_D)
    .exists()
)
_CAUGHT = Sql(
    sa.select(_D.c.id)
    .where(
        _D.c.state.in_([str(state) for state in BEFORE_RECOGNITION]),
        sa.type_coerce(_D.c.filed_on, sa.Text) < sa.bindparam("first_day", type_=sa.Text),
        sa.not_(_HAS_ONE),
    )
    .order_by(_D.c.id)
)


def caught(rtx: ReadTx, today: date, *, leave: Collection[str] = ()) -> list[str]:
    """Undecided dossiers filed before the rules in force that have no such deadline yet; looked for while a run-off lasts."""
    law = rulesets.in_force(today)
    if law is None or law.data.runoff is None:
        return []
    longest = max(law.term(code).amount for code in law.data.runoff.terms.value.values())
    if (today - law.valid_from).days > longest:
        return []
    found = rtx.sql.all(_CAUGHT, first_day=law.valid_from.isoformat())
    return [row[0] for row in found if row[0] not in leave]


def watch(tx: Tx, dossier_id: str, today: date) -> None:
    """Let the end of its run-off stand as a deadline of a dossier, where one holds it."""
    row = MACHINE.lock(tx, dossier_id)
    if row is None or row["state"] not in BEFORE_RECOGNITION:
        return
    settings = registry_settings.resolved(tx, row["province_code"], at=tx.now)
    last_day = runoff.ends_on(tx, row, today, settings, calendar_days.calendar(tx))
    if last_day is None:
        return
    due = Due(last_day, f"filed {row['filed_on']}, run-off of the rules of that day")
    set_deadlines(tx, [new_deadline(tx, row, CODES[row["kind"]], due)], SYSTEM_ACTOR.ref(Role.SYSTEM))
