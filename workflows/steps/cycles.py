"""Requested openings, what the system owes a running cycle, and the review of the past year.

It must never open a cycle that nobody asked for with a digest they have seen, nor close one: people do.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from core.clock import VIETNAM
from core.errors import BadInput, OcopError, Refused
from core.jobs import JobRequest
from core.sql import Sql
from core.tx import ReadTx, Tx
from notifications.silence import plan_silent
from registry.actors import SYSTEM_ACTOR, load_actor
from states import moves
from states.certificate.models import CERTIFICATE_TABLE
from states.cycle.facts import settled
from states.cycle.models import BATCH_TABLE, CYCLE_TABLE
from states.cycle.plan_dates import read_moves
from states.dossier.models import DOSSIER_TABLE
from states.years.opening import open_year
from workflows.service import Result, Service
from workflows.steps.faults import record, skipped

OPEN, CLOSE = "open_cycle", "close_cycle"
_request = SQLModel.metadata.tables[str(JobRequest.__tablename__)]
_ASKED = Sql(
    sa.select(_request.c.id)
    .where(_request.c.name == OPEN, _request.c.settled_at.is_(None))
    .order_by(_request.c.requested_at, _request.c.id)
)
_DATA = Sql(
    sa.select(_request.c.data)
    .where(_request.c.id == sa.bindparam("wish"), _request.c.settled_at.is_(None))
    .with_for_update()
)
_SETTLE = Sql(
    sa.update(_request)
    .where(_request.c.id == sa.bindparam("wish"))
    .values(
        settled_at=sa.bindparam("at", type_=_request.c.settled_at.type),
        result=sa.bindparam("found", type_=_request.c.result.type),
    )
)
# What the system may owe a cycle or a batch in a state; the guards of the move decide whether it does.
_OWED = (
    ("batch", "intake_closed", "decide_empty"),
    ("cycle", "open", "start_evaluating"),
    ("cycle", "evaluating", "start_review"),
    ("cycle", "promotion", "start_review"),
)
_IN_STATE = {
    kind: Sql(sa.select(table.c.id).where(table.c.state == sa.bindparam("state")).order_by(table.c.id))
    for kind, table in (("batch", BATCH_TABLE), ("cycle", CYCLE_TABLE))
}
_BY_STATE = Sql(
    sa.select(CYCLE_TABLE.c.id, DOSSIER_TABLE.c.state, sa.func.count(DOSSIER_TABLE.c.id))
    .select_from(CYCLE_TABLE.outerjoin(DOSSIER_TABLE, DOSSIER_TABLE.c.cycle_id == CYCLE_TABLE.c.id))
    .where(CYCLE_TABLE.c.state == "under_review")
    .group_by(CYCLE_TABLE.c.id, DOSSIER_TABLE.c.state)
)
_YEAR = CYCLE_TABLE.c.year == sa.bindparam("year", type_=sa.Integer)
_CYCLES = Sql(sa.select(CYCLE_TABLE.c.state, sa.func.count()).where(_YEAR).group_by(CYCLE_TABLE.c.state))
_DOSSIERS = Sql(
    sa.select(DOSSIER_TABLE.c.state, sa.func.count())
    .select_from(DOSSIER_TABLE.join(CYCLE_TABLE, CYCLE_TABLE.c.id == DOSSIER_TABLE.c.cycle_id))
    .where(_YEAR)
    .group_by(DOSSIER_TABLE.c.state)
)
_EXPIRED = Sql(
    sa.select(sa.func.count())
    .select_from(CERTIFICATE_TABLE)
    .where(
        CERTIFICATE_TABLE.c.state == "expired",
        sa.type_coerce(CERTIFICATE_TABLE.c.last_valid_day, sa.Text).between(
            sa.bindparam("first", type_=sa.Text), sa.bindparam("last", type_=sa.Text)
        ),
    )
)


def open_cycle(service: Service, now: datetime) -> Result:  # noqa: ARG001 -- every step takes the instant
    """Open the cycles asked for; a request is settled in the transaction of its opening, or with its refusal.

    A request's data: `plan` (the text), `filename`, `digest`, `account_id`; optional `via`, `year`, `accepted`, `moves`.
    """
    came: Counter[str] = Counter()
    for wish in service.db.read_now(_requested):
        try:
            came[service.db.write_now(partial(_open, wish=wish), alone=True)] += 1
        except Exception as error:  # noqa: BLE001 -- recorded with its request; the next one goes on
            service.db.write_now(partial(record, name=OPEN, row=wish, error=error))
            came["skipped"] += 1
    return {name: came[name] for name in ("opened", "refused", "skipped")}


def openings_wait(rtx: ReadTx, now: datetime) -> bool:  # noqa: ARG001 -- every look takes the instant
    return bool(_requested(rtx))


def close_cycle(service: Service, now: datetime) -> Result:
    """Make the moves the system owes cycles and batches, tell of dossiers that stand still, find what can be closed."""
    came: Counter[str] = Counter()
    for kind, state, trigger in _OWED:
        for one in service.db.read_now(partial(_in_state, kind=kind, state=state)):
            came[service.db.write_now(partial(_move_if_owed, kind=kind, one=one, trigger=trigger))] += 1
    after: str | None = ""
    while after is not None:
        after = service.db.write_now(partial(plan_silent, now=now, after=after))
    closable = service.db.read_now(_closable)
    return {"moved": came["moved"], "not_yet": came["not_yet"], "closable": len(closable)}


def year_review(service: Service, now: datetime) -> Result:
    """What the year before this one came to: its cycles and dossiers by state, certificates that ran out in it."""
    year = now.astimezone(VIETNAM).year - 1
    return service.db.read_now(partial(_reviewed, year=year))


def _requested(rtx: ReadTx) -> list[str]:
    leave = skipped(rtx, OPEN)
    return [row[0] for row in rtx.sql.all(_ASKED) if row[0] not in leave]


def _open(tx: Tx, wish: str) -> str:
    row = tx.sql.one(_DATA, wish=wish)
    if row is None:
        return "gone"
    try:
        with tx.savepoint():
            outcome, found = "opened", _open_from(tx, json.loads(row[0] or "{}"))
    except OcopError as refusal:
        outcome, found = "refused", {"code": refusal.code, "params": refusal.params}
    tx.sql.run(_SETTLE, wish=wish, at=tx.clock.wall_now(), found={outcome: found})
    return outcome


def _open_from(tx: Tx, data: Mapping[str, Any]) -> Mapping[str, Any]:
    if not all(isinstance(data.get(name), str) for name in ("plan", "filename", "digest", "account_id")):
        raise BadInput("opening_incomplete")
    actor = load_actor(tx, data["account_id"], data.get("via", "clock"))
    return open_year(
        tx,
        data["plan"],
        data["filename"],
        data["digest"],
        actor,
        year=data.get("year"),
        accepted=data.get("accepted"),
        moves=read_moves(data.get("moves") or {}),
    ).to_json()


def _in_state(rtx: ReadTx, kind: str, state: str) -> list[str]:
    return [row[0] for row in rtx.sql.all(_IN_STATE[kind], state=state)]


def _move_if_owed(tx: Tx, kind: str, one: str, trigger: str) -> str:
    """A refusal says that the time has not come; anything else is a fault of this one row."""
    try:
        with tx.savepoint():
            moves.fire(tx, kind, one, trigger, actor=SYSTEM_ACTOR)
    except Refused:
        return "not_yet"
    except Exception as error:  # noqa: BLE001 -- recorded with its row; the next one goes on
        record(tx, CLOSE, f"{kind}/{one}", error)
        return "skipped"
    return "moved"


def _closable(rtx: ReadTx) -> list[str]:
    """Cycles under review in which nothing waits for a dossier any more."""
    waiting: dict[str, int] = {}
    for cycle_id, state, count in rtx.sql.all(_BY_STATE):
        waiting[cycle_id] = waiting.get(cycle_id, 0) + (count if state and not settled(state) else 0)
    return [cycle_id for cycle_id, count in waiting.items() if not count]


def _reviewed(rtx: ReadTx, year: int) -> Result:
    return {
        "year": year,
        "cycles": dict(rtx.sql.all(_CYCLES, year=year)),
        "dossiers": {state.replace(".", "_"): count for state, count in rtx.sql.all(_DOSSIERS, year=year)},
        "certificates_expired": rtx.sql.value(_EXPIRED, first=f"{year}-01-01", last=f"{year}-12-31"),
    }
