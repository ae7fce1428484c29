"""Until when a dossier filed under former rules may be decided by them, once new rules have come into force.

Pure but for one look at the dossier's history; the deadline that follows stands in ``runoff_dues``.
Source: QĐ 26/2026/QĐ-TTg Điều 12.2; process.md §1.3; decision record 0124.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import parse_instant
from core.history import HISTORY
from core.sql import Sql
from core.tx import ReadTx
from regulations import rulesets
from regulations.settings import Settings
from regulations.vocabulary import Kind
from regulations.working_calendar import WorkingCalendar

TAKEN_BACK = ("ministry_orders_redo", "reopen_decision")
"""Whoever was decided once is evaluated again by the old rules, however late: its run-off was kept."""

_WAS_DECIDED = Sql(
    sa.select(sa.func.count())
    .select_from(HISTORY)
    .where(HISTORY.c.subject == sa.bindparam("subject"), HISTORY.c.trigger.in_(TAKEN_BACK))
)


def ends_on(
    rtx: ReadTx, row: Mapping[str, Any], today: date, settings: Settings, calendar: WorkingCalendar
) -> date | None:
    """The last day on which a dossier may be decided by the rules it was filed under; None where no run-off holds it."""
    if not row["filed_on"]:
        return None
    choice = rulesets.for_dossier(
        filed_on=date.fromisoformat(row["filed_on"]),
        kind=Kind(row["kind"]),
        as_of=today,
        settings=settings,
        calendar=calendar,
    )
    return None if choice.complete_by is None or _was_decided(rtx, row) else choice.complete_by


def _was_decided(rtx: ReadTx, row: Mapping[str, Any]) -> bool:
    """An evaluation opened again carries the filing day of the dossier before it, which is older than itself."""
    born = parse_instant(row["created_at"]).astimezone(VIETNAM).date()
    again = born > date.fromisoformat(row["filed_on"])
    return again or bool(rtx.sql.value(_WAS_DECIDED, subject=f"dossier/{row['id']}"))
