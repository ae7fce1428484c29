"""Certificates whose day has come, dossiers a run-off catches, and the moves a council's recorded facts call for.

It must never decide for a council, and never move a certificate but by its own stored days.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import Instant
from core.errors import Refused
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.actors import SYSTEM_ACTOR
from states import moves
from states.certificate.models import CERTIFICATE_TABLE
from states.certificate.states import BY_TERM, CertificateState
from states.council.models import SESSION_TABLE
from states.council.states import HELD
from states.deadlines.ladders import start_of
from states.dossier import runoff_dues
from states.dossier.models import DOSSIER_TABLE
from states.moves_ready import Ready, ready
from workflows.service import Result, Service
from workflows.steps.faults import Tally, one_by_one, skipped

WATCH, COUNCIL, RUNOFF = "certificate_watch", "council_sessions", "runoff"
MOVES_A_TRANSACTION = 200
_C = CERTIFICATE_TABLE.c


def _come(trigger: str, last_day_before: sa.Column[object], states: Sequence[str]) -> tuple[str, Sql]:
    """Certificates in these states for which the named day lies before `day`, the oldest first."""
    day = sa.type_coerce(last_day_before, sa.Text)
    statement = (
        sa.select(_C.id)
        .where(_C.state.in_(list(states)), day < sa.bindparam("day", type_=sa.Text))
        .order_by(day, _C.id)
    )
    return trigger, Sql(statement)


# Ended first: what has run out is not opened for renewal any more. The window's first day itself counts.
_WATCHED = (
    _come("expire", _C.last_valid_day, BY_TERM),
    _come("expire", _C.grace_ends_on, (CertificateState.EXTENDED,)),
    _come("window_missed", _C.window_closes_on, ("renewal_open",)),
    _come("enter_window", _C.window_opens_on, ("valid",)),
)
_SESSIONS = Sql(
    sa.select(sa.func.count())
    .select_from(SESSION_TABLE)
    .where(
        SESSION_TABLE.c.state.in_(HELD),
        SESSION_TABLE.c.convened_for >= sa.bindparam("first", type_=Instant()),
        SESSION_TABLE.c.convened_for < sa.bindparam("after", type_=Instant()),
    )
)
_TODAY = Sql(
    sa.select(sa.func.count())
    .select_from(DOSSIER_TABLE)
    .where(
        DOSSIER_TABLE.c.state.like("council.%"),
        sa.type_coerce(DOSSIER_TABLE.c.session_on, sa.Text) == sa.bindparam("day", type_=sa.Text),
    )
)


def certificate_watch(service: Service, now: datetime) -> Result:
    """Move every certificate whose day has come, whether or not a deadline of it was swept."""
    found: Result = {"skipped": 0}
    for trigger, statement in _WATCHED:
        tally = Tally()
        rows = service.db.read_now(partial(_due, trigger=trigger, statement=statement, now=now))
        for start in range(0, len(rows), MOVES_A_TRANSACTION):
            part = rows[start : start + MOVES_A_TRANSACTION]
            tally += service.db.write_now(
                partial(one_by_one, name=WATCH, rows=part, carry=partial(_move, trigger=trigger)), alone=True
            )
        found[trigger] = found.get(trigger, 0) + tally.done
        found["skipped"] += tally.faulty
    ending = _watch_runoff(service, now)
    return found | {"runoff": ending.done, "skipped": found["skipped"] + ending.faulty}


def _watch_runoff(service: Service, now: datetime) -> Tally:
    """Dossiers filed under former rules get the day by which they must be decided, once new rules are in force."""
    today = now.astimezone(VIETNAM).date()
    tally = Tally()
    rows = service.db.read_now(lambda rtx: runoff_dues.caught(rtx, today, leave=skipped(rtx, RUNOFF)))
    for start in range(0, len(rows), MOVES_A_TRANSACTION):
        part = rows[start : start + MOVES_A_TRANSACTION]
        tally += service.db.write_now(
            partial(one_by_one, name=RUNOFF, rows=part, carry=partial(runoff_dues.watch, today=today)),
            alone=True,
        )
    return tally


def council_sessions(service: Service, now: datetime) -> Result:
    """Count the sessions of the day and make the moves that their recorded facts, and their dossiers', call for.

    Their reminders and the terms for ballots are deadlines: `send_reminders` tells of them.
    """
    today = now.astimezone(VIETNAM).date()
    day = {"first": start_of(today), "after": start_of(today + timedelta(days=1))}
    sessions, dossiers, ready = service.db.read_now(
        lambda rtx: (
            rtx.sql.value(_SESSIONS, **day),
            rtx.sql.value(_TODAY, day=today.isoformat()),
            _ready(rtx),
        )
    )
    by_key = {_key(one): one for one in ready}
    tally = service.db.write_now(
        lambda tx: one_by_one(tx, COUNCIL, list(by_key), lambda inner, key: _follow(inner, by_key[key])),
        alone=True,
    )
    return {
        "sessions_today": sessions,
        "dossiers_in_session_today": dossiers,
        "moved": tally.done,
        "skipped": tally.faulty,
    }


def councils_wait(rtx: ReadTx, now: datetime) -> bool:  # noqa: ARG001 -- every look takes the instant
    return bool(_ready(rtx))


def _due(rtx: ReadTx, trigger: str, statement: Sql, now: datetime) -> list[str]:
    leave = skipped(rtx, WATCH)
    today = now.astimezone(VIETNAM).date()
    day = today + timedelta(days=1) if trigger == "enter_window" else today
    return [row[0] for row in rtx.sql.all(statement, day=day.isoformat()) if row[0] not in leave]


def _move(tx: Tx, one: str, trigger: str) -> None:
    """A certificate that somebody moved in the meantime is left as it is."""
    try:
        with tx.savepoint():
            moves.fire(tx, "certificate", one, trigger, actor=SYSTEM_ACTOR)
    except Refused as refusal:
        if refusal.code != "wrong_state":
            raise


def _ready(rtx: ReadTx) -> list[Ready]:
    leave = skipped(rtx, COUNCIL)
    return [one for one in ready(rtx) if _key(one) not in leave]


def _key(one: Ready) -> str:
    return f"{one.kind}/{one.id}/{one.trigger}"


def _follow(tx: Tx, one: Ready) -> None:
    moves.fire(tx, one.kind, one.id, one.trigger, actor=SYSTEM_ACTOR)
