"""Deadlines and reminders whose instant has come, and batches whose intake opens.

A sweep must never do more than note the day or fire what is declared; it may come late, twice or beside another.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from core.errors import Refused
from core.ids import split_subject
from core.sql import Sql
from core.tx import ReadTx, Tx
from notifications import reminders
from registry.actors import SYSTEM_ACTOR
from states import moves
from states.cycle.models import BATCH_TABLE
from states.deadlines.sweep import BATCH, DueDeadline, due, mark_fired
from workflows.service import Result, Service
from workflows.steps.faults import Tally, one_by_one, skipped, together

SWEEP = "sweep_deadlines"
MOVES_A_TRANSACTION = 200
NOTHING_TO_MOVE = frozenset({"wrong_state", "guard_certificate_not_valid"})
"""Refusals that will not change by waiting: the subject has moved on, or the certificate it lived by has ended."""
_opens_at = BATCH_TABLE.c.intake_opens_at
_INTAKES = Sql(
    sa.select(BATCH_TABLE.c.id)
    .where(BATCH_TABLE.c.state == "planned", _opens_at <= sa.bindparam("now", type_=_opens_at.type))
    .order_by(_opens_at, BATCH_TABLE.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def sweep_deadlines(service: Service, now: datetime) -> Result:
    """Open intakes, note deadlines that have passed, fire the trigger of those that have one on their subject."""
    opened, noted, moved, before = _open_intakes(service, now), Tally(), Tally(), None
    while found := service.db.read_now(partial(open_deadlines, now=now)):
        if before == found:  # neither noted nor recorded as a fault: leave it to the next instant
            break
        before = found
        quiet = [one.id for one in found if one.on_due is None]
        moving = [one for one in found if one.on_due is not None]
        if quiet:
            noted += together(service.db, SWEEP, quiet, mark_fired)
        for start in range(0, len(moving), MOVES_A_TRANSACTION):
            moved += _move(service, moving[start : start + MOVES_A_TRANSACTION])
    return {
        "intakes_opened": opened.done,
        "noted": noted.done,
        "moved": moved.done,
        "skipped": (opened + noted + moved).faulty,
    }


def send_reminders(service: Service, now: datetime) -> Result:
    """Tell of the reminders whose instant has come; telling one brings up the next of its ladder."""
    given = 0
    while told := service.db.write_now(partial(reminders.plan_due_reminders, now=now), alone=True):
        given += told
    return {"given": given}


def open_deadlines(rtx: ReadTx, now: datetime, limit: int = BATCH) -> list[DueDeadline]:
    """Due deadlines but for those a sweep failed at a short while ago."""
    leave = skipped(rtx, SWEEP)
    return [one for one in due(rtx, now, limit + len(leave)) if one.id not in leave]


def open_intakes(rtx: ReadTx, now: datetime, limit: int = MOVES_A_TRANSACTION) -> list[str]:
    """Batches whose intake should be open, as far as a sweep has not just failed at them."""
    leave = skipped(rtx, SWEEP)
    return [row[0] for row in rtx.sql.all(_INTAKES, now=now, most=limit + len(leave)) if row[0] not in leave]


def deadlines_wait(rtx: ReadTx, now: datetime) -> bool:
    return bool(open_deadlines(rtx, now, 1) or open_intakes(rtx, now, 1))


def _open_intakes(service: Service, now: datetime) -> Tally:
    tally = Tally()
    while rows := service.db.read_now(partial(open_intakes, now=now)):
        tally += service.db.write_now(
            partial(one_by_one, name=SWEEP, rows=rows, carry=_open_intake), alone=True
        )
    return tally


def _open_intake(tx: Tx, batch_id: str) -> None:
    moves.fire(tx, "batch", batch_id, "open_intake", actor=SYSTEM_ACTOR)


def _move(service: Service, found: Sequence[DueDeadline]) -> Tally:
    by_id = {one.id: one for one in found}
    return service.db.write_now(
        lambda tx: one_by_one(tx, SWEEP, list(by_id), lambda inner, row: _fire(inner, by_id[row])), alone=True
    )


def _fire(tx: Tx, one: DueDeadline) -> None:
    """Fire and note in one savepoint. A subject that has moved on already, or can go on no more, is only noted."""
    kind, subject_id = split_subject(one.subject)
    try:
        with tx.savepoint():
            moves.fire(tx, kind, subject_id, str(one.on_due), actor=SYSTEM_ACTOR)
    except Refused as refusal:
        if refusal.code not in NOTHING_TO_MOVE:
            raise
    mark_fired(tx, [one.id])
