"""What is due now: found by a partial index, marked in bulk, safe to call twice or late.

It fires no trigger of another machine: the caller moves the subject, then marks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from core.columns import instant_text, parse_instant
from core.db import ReadTx, Tx
from core.ids import new_ids
from core.lines import SYSTEM, ActorRef
from core.sql import Sql
from states.deadlines.entries import (
    DEADLINE,
    IS_LIVE,
    IS_OPEN,
    IS_WAITING,
    REMINDER,
    REMINDER_ROWS,
    Chained,
    next_rung,
    note_many,
)

BATCH = 5000  # rows a transaction marks
_LIMIT = sa.bindparam("most", type_=sa.Integer)
_NOW = sa.bindparam("now", type_=sa.Text)
_IDS = sa.bindparam("ids", type_=sa.Text, expanding=True)

_DUE = Sql(
    sa.select(
        DEADLINE.c.id, DEADLINE.c.code, DEADLINE.c.subject, DEADLINE.c.on_due, DEADLINE.c.due_at, DEADLINE.c.last_day,
        DEADLINE.c.owner_role, DEADLINE.c.province_code, DEADLINE.c.commune_code, DEADLINE.c.producer_id,
    )
    .where(IS_OPEN, sa.type_coerce(DEADLINE.c.due_at, sa.Text) <= _NOW)
    .order_by(DEADLINE.c.due_at, DEADLINE.c.id)
    .limit(_LIMIT)
)  # fmt: skip
_CHAIN = (DEADLINE.c.id, DEADLINE.c.version, DEADLINE.c.head, DEADLINE.c.last_at)
_TO_FIRE = Sql(
    sa.select(*_CHAIN, DEADLINE.c.code, DEADLINE.c.subject, DEADLINE.c.last_day, DEADLINE.c.due_at)
    .where(DEADLINE.c.id.in_(_IDS), IS_OPEN)
    .order_by(DEADLINE.c.id)
    .with_for_update()
)
_HEAD: dict[str, Any] = {name: sa.bindparam(name) for name in ("version", "head", "last_at")}
_MINE = DEADLINE.c.id == sa.bindparam("deadline_id")
_FIRED = Sql(
    sa.update(DEADLINE).where(_MINE).values(fired_at=sa.bindparam("last_at"), **_HEAD), as_given=True
)

_JOINED = REMINDER.join(DEADLINE, DEADLINE.c.id == REMINDER.c.deadline_id)
_REMIND = Sql(
    sa.select(
        REMINDER.c.id, REMINDER.c.deadline_id, REMINDER.c.kind, REMINDER.c.day, REMINDER.c.due_at, DEADLINE.c.code,
        DEADLINE.c.subject, DEADLINE.c.last_day, DEADLINE.c.owner_role, DEADLINE.c.province_code,
        DEADLINE.c.commune_code, DEADLINE.c.producer_id,
    )
    .select_from(_JOINED)
    .where(IS_WAITING, sa.type_coerce(REMINDER.c.due_at, sa.Text) <= _NOW)
    .order_by(REMINDER.c.due_at, REMINDER.c.id)
    .limit(_LIMIT)
)  # fmt: skip
_TO_REMIND = Sql(
    sa.select(REMINDER.c.id, REMINDER.c.deadline_id, REMINDER.c.rest)
    .select_from(_JOINED)
    .where(REMINDER.c.id.in_(_IDS), IS_WAITING, IS_LIVE)
    .order_by(REMINDER.c.id)
    .with_for_update(of=REMINDER)
)
_REMINDED = Sql(
    sa.update(REMINDER).where(REMINDER.c.id.in_(_IDS)).values(fired_at=sa.bindparam("at")), as_given=True
)
_NEXT_DUE = Sql(sa.select(sa.func.min(DEADLINE.c.due_at, type_=sa.Text)).where(IS_OPEN))
_NEXT_REMINDER = Sql(sa.select(sa.func.min(REMINDER.c.due_at, type_=sa.Text)).where(IS_WAITING))


@dataclass(frozen=True, slots=True)
class DueDeadline:
    """An open deadline whose first instant too late has come; `on_due` is the trigger for its subject, if any."""

    id: str
    code: str
    subject: str
    on_due: str | None
    due_at: datetime
    last_day: str
    owner_role: str
    province_code: str
    commune_code: str | None
    producer_id: str | None


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder whose instant has come."""

    id: str
    deadline_id: str
    kind: str
    day: str
    due_at: datetime
    code: str
    subject: str
    last_day: str
    owner_role: str
    province_code: str
    commune_code: str | None
    producer_id: str | None


class Given(NamedTuple):
    """A reminder that is told: the rungs after it as they are stored."""

    id: str
    deadline_id: str
    rest: str


def due(rtx: ReadTx, now: datetime, limit: int = BATCH) -> list[DueDeadline]:
    """Open deadlines due at this instant, the oldest first."""
    rows = rtx.sql.all(_DUE, now=instant_text(now), most=limit)
    return [DueDeadline(*_with_instant(row)) for row in rows]


def _with_instant(row: Sequence[Any]) -> Iterator[Any]:
    """The row with its fifth column, `due_at`, as an instant."""
    return (parse_instant(value) if place == 4 else value for place, value in enumerate(row))


def mark_fired(tx: Tx, ids: Sequence[str], *, actor: ActorRef = SYSTEM) -> int:
    """Note that these deadlines have passed; those already fired, met or cancelled are left alone. Returns how many."""
    found = tx.sql.all(_TO_FIRE, ids=list(ids)) if ids else []
    chains = [Chained(*row[:4]) for row in found]
    inputs = [{"code": row[4], "subject": row[5], "last_day": row[6], "due_at": row[7]} for row in found]
    tx.sql.many(_FIRED, note_many(tx, chains, "deadline_fired", actor, inputs=inputs))
    return len(found)


def due_reminders(rtx: ReadTx, now: datetime, limit: int = BATCH) -> list[DueReminder]:
    """Reminders whose instant has come, the oldest first. Marking one brings up the next of its ladder."""
    rows = rtx.sql.all(_REMIND, now=instant_text(now), most=limit)
    return [DueReminder(*_with_instant(row)) for row in rows]


def mark_reminded(tx: Tx, ids: Sequence[str]) -> int:
    """Note that these reminders are given and bring up the next rungs; those given or withdrawn are left alone.

    A reminder is a row and writes no line: that somebody was told is proved by the notice (decision record 0004).
    """
    found = [Given(*row) for row in tx.sql.all(_TO_REMIND, ids=list(ids))] if ids else []
    mark_given(tx, found)
    return len(found)


def mark_given(tx: Tx, given: Sequence[Given]) -> None:
    """The same for reminders that this transaction has read and locked while they waited."""
    if not given:
        return
    tx.sql.run(_REMINDED, ids=[one.id for one in given], at=tx.now_text)
    waiting = [(one.deadline_id, rung) for one in given if (rung := next_rung(one.rest)) is not None]
    ids = new_ids(len(waiting))
    rows = [(row_id, deadline_id, *rung) for row_id, (deadline_id, rung) in zip(ids, waiting, strict=True)]
    tx.sql.insert(REMINDER_ROWS, rows)


def next_due_at(rtx: ReadTx) -> datetime | None:
    """The earliest instant at which a deadline or a reminder waits; None where nothing does."""
    waiting = [rtx.sql.value(statement) for statement in (_NEXT_DUE, _NEXT_REMINDER)]
    instants = [parse_instant(text) for text in waiting if text is not None]
    return min(instants, default=None)
