"""Acts on deadlines: set, meet, cancel, extend. Each writes its line; both dates of an extension stay.

Whether an actor may do it is the caller's matter; nothing here fires a trigger of another machine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from core import history
from core.columns import instant_text, parse_instant
from core.db import Tx
from core.errors import BadInput, FieldError, NotFound, Refused
from core.ids import new_id
from core.lines import ActorRef
from core.sql import Sql
from registry import calendar_days
from regulations.working_calendar import WorkingCalendar
from states.deadlines.codes import CODES, Ladder
from states.deadlines.entries import (
    DEADLINE,
    EXTENSION,
    IS_LIVE,
    KIND,
    Chained,
    NewDeadline,
    insert_deadlines,
    note_many,
    replace_reminders,
)
from states.deadlines.ladders import Rung, ordinary, still_ahead

LONGEST = 500  # characters of a ground, a document

_LIVE_OF = Sql(
    sa.select(DEADLINE.c.id, DEADLINE.c.version, DEADLINE.c.head, DEADLINE.c.last_at, DEADLINE.c.due_at)
    .where(DEADLINE.c.subject == sa.bindparam("subject"), DEADLINE.c.code == sa.bindparam("code"), IS_LIVE)
    .with_for_update()
)
_LIVE_ONE = Sql(
    sa.select(DEADLINE.c.id, DEADLINE.c.version, DEADLINE.c.head, DEADLINE.c.last_at, DEADLINE.c.due_at,
              DEADLINE.c.subject, DEADLINE.c.code)
    .where(DEADLINE.c.id == sa.bindparam("id"), IS_LIVE)
    .with_for_update()
)  # fmt: skip
_ONE = Sql(
    sa.select(
        DEADLINE.c.code, DEADLINE.c.last_day, DEADLINE.c.due_at, DEADLINE.c.on_due, DEADLINE.c.fired_at,
        DEADLINE.c.met_at, DEADLINE.c.cancelled_at, DEADLINE.c.extended_from,
    )
    .where(DEADLINE.c.id == sa.bindparam("id"))
    .with_for_update()
)  # fmt: skip
_HEAD: dict[str, Any] = {name: sa.bindparam(name) for name in ("version", "head", "last_at")}
_MINE = DEADLINE.c.id == sa.bindparam("deadline_id")
_MEET = Sql(sa.update(DEADLINE).where(_MINE).values(met_at=sa.bindparam("at"), **_HEAD), as_given=True)
_CANCEL = Sql(
    sa.update(DEADLINE).where(_MINE).values(cancelled_at=sa.bindparam("at"), **_HEAD), as_given=True
)
_EXTEND = Sql(
    sa.update(DEADLINE)
    .where(_MINE)
    .values(
        last_day=sa.bindparam("last_day"), due_at=sa.bindparam("due_at"),
        extended_from=sa.bindparam("extended_from"), fired_at=None,
    ),
    as_given=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """An act of extension: why, who approved it, by which document, and how far it reaches."""

    new_last_day: date
    ground: str
    approver: str
    document: str
    scope: str


def set_deadlines(
    tx: Tx, items: Sequence[NewDeadline], actor: ActorRef, *, calendar: WorkingCalendar | None = None
) -> list[str]:
    """Set many deadlines at once: rows, `deadline_set` lines saying how each was computed, first reminders.

    Reminders whose instant is already past are left out. Returns the ids in the order of the items.
    """
    if not items:
        return []
    days = calendar or calendar_days.calendar(tx)
    return insert_deadlines(tx, items, actor, rungs_of=_ladder_book(tx.now, days))


def _ladder_book(now: datetime, calendar: WorkingCalendar) -> Callable[[NewDeadline], Sequence[Rung]]:
    """Ladders by their dates, each computed once however many deadlines share it."""
    known: dict[tuple[date, datetime], tuple[Rung, ...]] = {}

    def rungs_of(item: NewDeadline) -> Sequence[Rung]:
        if item.rungs is not None:
            return still_ahead(item.rungs, now)
        if CODES[item.code].ladder is not Ladder.ORDINARY:
            return ()
        key = (item.last_day, item.due_at)
        if key not in known:
            known[key] = still_ahead(ordinary(*key, calendar), now)
        return known[key]

    return rungs_of


def meet(tx: Tx, subject: str, code: str, *, actor: ActorRef) -> int:
    """Note that what was owed has been done, in time or late; returns how many deadlines that met."""
    return _settle(tx, subject, code, actor, trigger="meet", update=_MEET)


def cancel(tx: Tx, subject: str, codes: Sequence[str], *, actor: ActorRef) -> int:
    """Take deadlines back that no longer apply; returns how many."""
    return sum(_settle(tx, subject, code, actor, trigger="cancel", update=_CANCEL) for code in codes)


def meet_one(tx: Tx, deadline_id: str, *, actor: ActorRef) -> int:
    """`meet` for one of several deadlines of the same code; one that is settled stays as it is."""
    found = tx.sql.all(_LIVE_ONE, id=deadline_id)
    return (
        _note_settled(tx, found, found[0][5], found[0][6], actor, trigger="meet", update=_MEET)
        if found
        else 0
    )


def cancel_one(tx: Tx, deadline_id: str, *, actor: ActorRef) -> int:
    """`cancel` for one of several deadlines of the same code; one that is settled stays as it is."""
    found = tx.sql.all(_LIVE_ONE, id=deadline_id)
    return (
        _note_settled(tx, found, found[0][5], found[0][6], actor, trigger="cancel", update=_CANCEL)
        if found
        else 0
    )


def _settle(tx: Tx, subject: str, code: str, actor: ActorRef, *, trigger: str, update: Sql) -> int:
    found = tx.sql.all(_LIVE_OF, subject=subject, code=code)
    return _note_settled(tx, found, subject, code, actor, trigger=trigger, update=update) if found else 0


def _note_settled(
    tx: Tx, found: Sequence[tuple[Any, ...]], subject: str, code: str, actor: ActorRef, *, trigger: str, update: Sql
) -> int:  # fmt: skip
    chains = [Chained(*row[:4]) for row in found]
    inputs = [{"code": code, "subject": subject, "late": row[4] <= tx.now_text} for row in found]
    for head in note_many(tx, chains, "fact_noted", actor, inputs=inputs, trigger=trigger):
        tx.sql.run(update, at=head["last_at"], **head)
        replace_reminders(tx, head["deadline_id"], ())
    return len(found)


def extend(tx: Tx, deadline_id: str, extension: Extension, *, actor: ActorRef) -> None:
    """Move the last good day later by an act; the former date stays in the row, the act and the line.

    A deadline that fired without moving anything waits again; one that moved its subject stays as it is. The closing
    hour stays what it was.

    Raises:
        NotFound: no such deadline.
        BadInput: a field is empty or too long, or the new day is not later or already over.
        Refused: `deadline_settled`, `deadline_acted`, `deadline_not_extendable` (windows and ends of certificates).
    """
    row = tx.sql.one(_ONE, id=deadline_id)
    if row is None:
        raise NotFound("deadline_unknown")
    code, last_day, due_at, on_due, fired_at, met_at, cancelled_at, extended_from = row
    if met_at or cancelled_at:
        raise Refused("deadline_settled", deadline=code)
    if CODES[code].ladder is not Ladder.ORDINARY:
        raise Refused("deadline_not_extendable", deadline=code)
    if fired_at and on_due:
        raise Refused("deadline_acted", deadline=code)
    former = date.fromisoformat(last_day)
    new_due = parse_instant(due_at) + timedelta(days=(extension.new_last_day - former).days)
    _check(extension, former, new_due, tx.now)
    _write_extension(tx, deadline_id, extension, former, actor, code=code, due_at=new_due)
    tx.sql.run(
        _EXTEND,
        deadline_id=deadline_id,
        last_day=extension.new_last_day.isoformat(),
        due_at=instant_text(new_due),
        extended_from=extended_from or last_day,
    )
    calendar = calendar_days.calendar(tx)
    replace_reminders(
        tx, deadline_id, still_ahead(ordinary(extension.new_last_day, new_due, calendar), tx.now)
    )


def _write_extension(
    tx: Tx,
    deadline_id: str,
    extension: Extension,
    former: date,
    actor: ActorRef,
    *,
    code: str,
    due_at: datetime,
) -> None:
    act: dict[str, Any] = {
        "from_last_day": former.isoformat(), "to_last_day": extension.new_last_day.isoformat(),
        "ground": extension.ground, "approver": extension.approver, "document": extension.document,
        "scope": extension.scope,
    }  # fmt: skip
    written = history.append(
        tx,
        KIND,
        deadline_id,
        "deadline_extended",
        actor=actor,
        reason=extension.ground,
        inputs={"code": code, "due_at": instant_text(due_at), **act},
    )
    row = {
        "id": new_id(),
        "deadline_id": deadline_id,
        "actor_id": actor.id,
        "at": instant_text(written.at),
        **act,
    }
    tx.sql.bulk(EXTENSION, [row])


def _check(extension: Extension, former: date, new_due: datetime, now: datetime) -> None:
    faults = [
        FieldError(name, "required" if not value.strip() else "too_long", {"field": name, "longest": LONGEST})
        for name in ("ground", "approver", "document", "scope")
        for value in [getattr(extension, name)]
        if not value.strip() or len(value) > LONGEST
    ]
    if extension.new_last_day <= former:
        faults.append(FieldError("new_last_day", "extension_not_later", {"former": former.isoformat()}))
    elif new_due <= now:
        faults.append(
            FieldError("new_last_day", "extension_past", {"day": extension.new_last_day.isoformat()})
        )
    if faults:
        raise BadInput("extension_invalid", fields=faults)
