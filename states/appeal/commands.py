"""Opening an appeal about a dossier's outcome, the term for its answer, and keeping what was written.

It never touches the dossier: an upheld appeal only lets the province take the dossier up again.
"""

from datetime import date

import sqlalchemy as sa

from core.columns import parse_instant
from core.sql import Sql
from core.tx import Tx
from registry import calendar_days
from registry.actors import Actor
from states.appeal.lifecycle import MACHINE
from states.appeal.models import TEXT_TABLE
from states.deadlines.commands import meet, set_deadlines
from states.deadlines.entries import NewDeadline
from states.engine import permissions
from states.engine.fire import Fired, create
from states.engine.machine import Row

DUE = "APPEAL_DUE"
_KEEP_TEXT = Sql(sa.insert(TEXT_TABLE))
_COUNT = Sql(
    sa.select(sa.func.count())
    .select_from(MACHINE.table)
    .where(MACHINE.table.c.dossier_id == sa.bindparam("dossier_id"))
)
_COPIED = (
    "level",
    "product_id",
    "product_name",
    "producer_id",
    "province_code",
    "commune_code",
    "illustrative",
)


def open_appeal(tx: Tx, dossier: Row, grounds: str, *, actor: Actor) -> Fired:
    """Open an appeal about the outcome a dossier stands in; its row is locked by the caller.

    Raises:
        Refused: the outcome cannot be appealed, or an appeal about it still waits.
    """
    number = int(tx.sql.value(_COUNT, dossier_id=dossier["id"])) + 1
    values: Row = {
        **{name: dossier[name] for name in _COPIED},
        "dossier_id": dossier["id"],
        "about_state": dossier["state"],
        "code": f"{dossier['code']}-KN{number}",
    }
    fired = create(tx, MACHINE, "open_appeal", values, actor=actor, data={"grounds": grounds})
    keep_texts(tx, fired)
    return fired


def keep_texts(tx: Tx, fired: Fired) -> None:
    """Keep what somebody wrote along with a move beside the line that carries its digest."""
    if fired.texts:
        tx.sql.run(_KEEP_TEXT, appeal_id=fired.id, version=fired.version, data=fired.texts)


def follow(tx: Tx, fired: Fired, actor: Actor) -> None:
    """Texts and term: accepting sets it, an answer meets it."""
    keep_texts(tx, fired)
    held = permissions.held_at(actor, fired.row)
    ref = actor.ref(held[0].role, held)
    if fired.trigger == "accept_appeal":
        set_deadlines(tx, [_term(tx, fired)], ref)
    elif fired.trigger in ("uphold", "dismiss"):
        meet(tx, fired.subject, DUE, actor=ref)


def _term(tx: Tx, fired: Fired) -> NewDeadline:
    row = fired.row
    return NewDeadline(
        code=DUE, subject=fired.subject, province_code=row["province_code"], dossier_id=row["dossier_id"],
        last_day=date.fromisoformat(fired.inputs["due_on"]), due_at=parse_instant(row["due_at"]),
        rule="set by whoever hears the appeal", calendar_version=calendar_days.calendar(tx).version,
    )  # fmt: skip
