"""Who may run an instant: claims and the record of runs.

A claim must never be given twice for one instant, nor past a run of the same job that is still alive.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from core.columns import parse_instant
from core.ids import new_id
from core.jobs import JobRequest, JobRun, JobState
from core.sql import Sql, insert_ignore
from core.tx import ReadTx, Tx

RUN_LEASE = timedelta(minutes=1)  # renewed while the process lives; then another clock may take the run over
MAX_ATTEMPTS = 3

_TABLES = SQLModel.metadata.tables
_run = _TABLES[str(JobRun.__tablename__)]
_state = _TABLES[str(JobState.__tablename__)]
_request = _TABLES[str(JobRequest.__tablename__)]


def _bind(column: Any, name: str) -> Any:
    return sa.bindparam(name, type_=column.type)


_BEGIN = Sql(
    insert_ignore(_state).values(
        name=_bind(_state.c.name, "name"), handled_to=_bind(_state.c.handled_to, "at")
    )
)
_HANDLED = Sql(sa.select(_state.c.name, _state.c.handled_to))
_LOCK = Sql(sa.select(_state.c.handled_to).where(_state.c.name == sa.bindparam("name")).with_for_update())
_ADVANCE = Sql(
    sa.update(_state)
    .where(_state.c.name == sa.bindparam("job"), _state.c.handled_to < _bind(_state.c.handled_to, "before"))
    .values(handled_to=_bind(_state.c.handled_to, "due_at"))
)
_ALIVE = Sql(
    sa.select(sa.literal_column("1"))
    .where(_run.c.outcome == "running", _run.c.name == sa.bindparam("name"))
    .limit(1)
)
_START = Sql(
    insert_ignore(_run).values(
        {
            **{
                name: _bind(_run.c[name], name)
                for name in ("id", "name", "due_at", "request", "started_at", "holder", "expires_at")
            },
            "outcome": "running",
            "via": "plain",
            "attempts": 1,
        }
    )
)
_STALE = Sql(
    sa.select(_run.c.id, _run.c.name, _run.c.due_at, _run.c.request, _run.c.attempts)
    .where(_run.c.outcome == "running", _run.c.expires_at < _bind(_run.c.expires_at, "wall"))
    .order_by(_run.c.due_at, _run.c.started_at)
)
_TAKE_OVER = Sql(
    sa.update(_run)
    .where(_run.c.id == sa.bindparam("run_id"), _run.c.outcome == "running")
    .where(_run.c.expires_at < _bind(_run.c.expires_at, "wall"))
    .values(
        holder=_bind(_run.c.holder, "holder"),
        expires_at=_bind(_run.c.expires_at, "until"),
        attempts=_run.c.attempts + 1,
    )
)
_RENEW = Sql(
    sa.update(_run)
    .where(_run.c.outcome == "running", _run.c.holder == sa.bindparam("mine"))
    .values(expires_at=_bind(_run.c.expires_at, "until"))
)
_FINISH = Sql(
    sa.update(_run)
    .where(
        _run.c.id == sa.bindparam("run_id"),
        _run.c.holder == sa.bindparam("mine"),
        _run.c.outcome == "running",
    )
    .values(
        {
            name: _bind(_run.c[name], f"new_{name}")
            for name in ("outcome", "ended_at", "via", "flow_run_id", "result", "error")
        }
    )
)
_FORGET = Sql(
    sa.delete(_run).where(_run.c.id == sa.bindparam("run_id"), _run.c.holder == sa.bindparam("mine"))
)
_PRUNE = Sql(
    sa.delete(_run).where(
        _run.c.name.in_(sa.bindparam("names", expanding=True)),
        _run.c.outcome == "done",
        _run.c.started_at < _bind(_run.c.started_at, "before"),
    )
)
_WISHES = Sql(
    sa.select(_request.c.id, _request.c.name)
    .where(_request.c.taken_at.is_(None))
    .order_by(_request.c.requested_at)
)
_TAKE = Sql(
    sa.update(_request)
    .where(_request.c.id == sa.bindparam("wish"), _request.c.taken_at.is_(None))
    .values(taken_at=_bind(_request.c.taken_at, "wall"))
)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run one job for one instant, until the lease ends.

    `kept`: recorded even if it finds nothing to do; repeated jobs would fill the table with such runs.
    """

    run_id: str
    name: str
    due_at: datetime
    holder: str
    request: str = ""
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    outcome: str
    via: str
    result: Mapping[str, Any] | None = None
    error: str | None = None
    flow_run_id: str | None = None

    @property
    def idle(self) -> bool:
        """It went well and there was nothing to do."""
        return self.outcome == "done" and not any((self.result or {}).values())


class Busy(Exception):
    """Another clock runs this job at this moment; come back later."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the ticker finds when it comes round."""

    handled: Mapping[str, datetime]
    wishes: tuple[tuple[str, str], ...]  # (request id, job name), oldest first
    stale: tuple[str, ...]  # runs whose clock has died


def begin(tx: Tx, starts: Mapping[str, datetime]) -> None:
    """Give each job that has none its starting point."""
    for name, at in starts.items():
        tx.sql.run(_BEGIN, name=name, at=at)


def outlook(rtx: ReadTx) -> Outlook:
    wall = rtx.clock.wall_now()
    return Outlook(
        {name: parse_instant(at) for name, at in rtx.sql.all(_HANDLED)},
        tuple((row[0], row[1]) for row in rtx.sql.all(_WISHES)),
        tuple(row[0] for row in rtx.sql.all(_STALE, wall=wall)),
    )


def claim(tx: Tx, name: str, due_at: datetime, holder: str, *, kept: bool = True) -> Claim | None:
    """The right to run a job for an instant of the timetable; None: it is handled already.

    Raises:
        Busy: an earlier run of the job has not ended; nothing may overtake it.
    """
    handled = tx.sql.value(_LOCK, name=name)
    if handled is not None and parse_instant(handled) >= due_at:
        return None
    if tx.sql.value(_ALIVE, name=name):
        raise Busy(name)
    tx.sql.run(_ADVANCE, job=name, before=due_at, due_at=due_at)
    return _start(tx, name, due_at, holder, kept=kept)


def claim_again(
    tx: Tx, name: str, due_at: datetime, holder: str, *, request: str, kept: bool = True
) -> Claim | None:
    """The right to run a job beside the timetable, for a request or while a rehearsal's clock stands still.

    Raises:
        Busy: a run of the job has not ended.
    """
    tx.sql.value(_LOCK, name=name)
    if tx.sql.value(_ALIVE, name=name):
        raise Busy(name)
    return _start(tx, name, due_at, holder, request, kept=kept)


def take_wishes(tx: Tx, wishes: Collection[str], name: str, due_at: datetime, holder: str) -> Claim | None:
    """Take all open requests for one job and claim one run for them; None: another clock took them."""
    wall = tx.clock.wall_now()
    taken = [wish for wish in wishes if tx.sql.run(_TAKE, wish=wish, wall=wall)]
    return claim_again(tx, name, due_at, holder, request=taken[0]) if taken else None


def take_over(tx: Tx, run_id: str, holder: str) -> Claim | None:
    """A run whose clock has died; after three attempts it is given up as `abandoned`."""
    wall = tx.clock.wall_now()
    rows = [row for row in tx.sql.all(_STALE, wall=wall) if row[0] == run_id]
    if not rows or not tx.sql.run(
        _TAKE_OVER, run_id=run_id, wall=wall, holder=holder, until=wall + RUN_LEASE
    ):
        return None
    _, name, due_at, request, attempts = rows[0]
    taken = Claim(run_id, name, parse_instant(due_at), holder, request)
    if attempts < MAX_ATTEMPTS:
        return taken
    finish(tx, taken, Ended("failed", "plain", error="abandoned"))
    return None


def renew(tx: Tx, holder: str) -> int:
    """Keep this clock's runs its own for a while longer."""
    return tx.sql.run(_RENEW, mine=holder, until=tx.clock.wall_now() + RUN_LEASE)


def finish(tx: Tx, claimed: Claim, ended: Ended) -> bool:
    """Record how the run ended; False: another clock had taken it over."""
    if ended.idle and not claimed.kept:
        return bool(tx.sql.run(_FORGET, run_id=claimed.run_id, mine=claimed.holder))
    return bool(
        tx.sql.run(
            _FINISH,
            run_id=claimed.run_id,
            mine=claimed.holder,
            new_outcome=ended.outcome,
            new_ended_at=tx.clock.wall_now(),
            new_via=ended.via,
            new_flow_run_id=ended.flow_run_id,
            new_result=ended.result,
            new_error=ended.error,
        )
    )


def prune(tx: Tx, names: Collection[str], before: datetime) -> int:
    """Forget runs of often repeated jobs that ended well before this wall time."""
    return tx.sql.run(_PRUNE, names=list(names), before=before)


def _start(
    tx: Tx, name: str, due_at: datetime, holder: str, request: str = "", *, kept: bool
) -> Claim | None:
    wall = tx.clock.wall_now()
    run_id = new_id()
    fresh = tx.sql.run(
        _START,
        id=run_id,
        name=name,
        due_at=due_at,
        request=request,
        started_at=wall,
        holder=holder,
        expires_at=wall + RUN_LEASE,
    )
    return Claim(run_id, name, due_at, holder, request, kept) if fresh else None
