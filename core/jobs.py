"""Rows through which the clock is asked, watched and recorded: runs, requests, faults and the clock's lease.

It must never run a job: only `workflows` does; pages, API and command line read runs and ask for one here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Instant, JsonText, parse_instant, partial_index
from core.ids import new_id
from core.sql import Sql
from core.tx import ReadTx, Tx

CLOCK, WORKERS = "clock", "workers"
SILENT_AFTER = {CLOCK: timedelta(minutes=2), WORKERS: timedelta(minutes=12)}
"""Wall time without a sign of life after which nobody fires deadlines; workers come round every five minutes."""


class JobRun(SQLModel, table=True):
    """One run of one job for one instant; the unique key keeps two clocks from both running it."""

    __tablename__ = "job_run"
    __table_args__ = (
        sa.UniqueConstraint("name", "due_at", "request"),
        partial_index("ix_job_run_running", "expires_at", where="outcome = 'running'"),
        sa.Index("ix_job_run_started_at", "started_at"),
    )
    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=40)
    due_at: datetime = Field(sa_type=Instant)  # business time
    request: str = Field(default="", max_length=36)  # a request's id; empty for the timetable's own instants
    started_at: datetime = Field(sa_type=Instant)  # wall time
    ended_at: datetime | None = Field(default=None, sa_type=Instant, nullable=True)
    outcome: str = Field(max_length=8)  # running | done | failed
    via: str = Field(default="plain", max_length=8)  # flow | plain
    flow_run_id: str | None = Field(default=None, max_length=36)
    result: Any = Field(default=None, sa_type=JsonText, nullable=True)
    error: str | None = Field(default=None, max_length=80)
    attempts: int = Field(default=1)
    holder: str = Field(max_length=80)
    expires_at: datetime = Field(sa_type=Instant)  # wall time: then another may take over


class JobState(SQLModel, table=True):
    """How far each job's instants are handled, in business time."""

    __tablename__ = "job_state"
    name: str = Field(primary_key=True, max_length=40)
    handled_to: datetime = Field(sa_type=Instant)


class JobRequest(SQLModel, table=True):
    """A wish that a job run soon, with what it needs to know; taken by the clock, settled by the step."""

    __tablename__ = "job_request"
    __table_args__ = (partial_index("ix_job_request_open", "requested_at", where="taken_at IS NULL"),)
    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=40, index=True)
    data: Any = Field(default=None, sa_type=JsonText, nullable=True)
    requested_at: datetime = Field(sa_type=Instant)  # wall time
    taken_at: datetime | None = Field(default=None, sa_type=Instant, nullable=True)
    settled_at: datetime | None = Field(default=None, sa_type=Instant, nullable=True)
    result: Any = Field(default=None, sa_type=JsonText, nullable=True)


class JobFault(SQLModel, table=True):
    """A row a sweep could not carry out: skipped until `next_try_at`, so that it never holds up its neighbours."""

    __tablename__ = "job_fault"
    name: str = Field(primary_key=True, max_length=40)
    subject: str = Field(primary_key=True, max_length=80)
    error: str = Field(max_length=80)
    attempts: int = Field(default=1)
    last_at: datetime = Field(sa_type=Instant)  # wall time
    next_try_at: datetime = Field(sa_type=Instant)  # wall time


class ClockLease(SQLModel, table=True):
    """Which clock leads, and when it last ticked. Leading only saves work; claims make it right."""

    __tablename__ = "clock_lease"
    name: str = Field(primary_key=True, max_length=40)
    holder: str = Field(max_length=80)
    expires_at: datetime = Field(sa_type=Instant)  # wall time
    ticked_at: datetime = Field(sa_type=Instant)  # wall time


_request = SQLModel.metadata.tables["job_request"]
_run = SQLModel.metadata.tables["job_run"]
_fault = SQLModel.metadata.tables["job_fault"]
_lease = SQLModel.metadata.tables["clock_lease"]

_ASK = Sql(
    sa.insert(_request).values(
        {
            name: sa.bindparam(name, type_=_request.c[name].type)
            for name in ("id", "name", "data", "requested_at")
        }
    )
)
_RUNS = Sql(
    sa.select(
        _run.c.name,
        _run.c.due_at,
        _run.c.started_at,
        _run.c.ended_at,
        _run.c.outcome,
        _run.c.via,
        _run.c.flow_run_id,
        _run.c.result,
        _run.c.error,
    )
    .order_by(_run.c.started_at.desc(), _run.c.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_FAULTS = Sql(
    sa.select(_fault.c.name, _fault.c.subject, _fault.c.error, _fault.c.attempts, _fault.c.last_at)
    .order_by(_fault.c.last_at.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_TICKED = Sql(sa.select(_lease.c.name, _lease.c.ticked_at))


@dataclass(frozen=True, slots=True)
class Run:
    """One line of the status page."""

    name: str
    due_at: datetime
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    via: str
    flow_run_id: str | None
    result: Mapping[str, Any] | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that a sweep skips, for the status page."""

    name: str
    subject: str
    error: str
    attempts: int
    last_at: datetime


def ask(tx: Tx, name: str, data: Mapping[str, Any] | None = None) -> str:
    """Ask the clock to run a job soon; it looks every second. Returns the request's id."""
    request_id = new_id()
    tx.sql.run(_ASK, id=request_id, name=name, data=data, requested_at=tx.clock.wall_now())
    return request_id


def latest_runs(rtx: ReadTx, limit: int = 50) -> list[Run]:
    """The newest runs first."""
    return [_run_of(row) for row in rtx.sql.all(_RUNS, limit=limit)]


def faults(rtx: ReadTx, limit: int = 50) -> list[Fault]:
    """Rows that sweeps skip at the moment, newest first."""
    rows = rtx.sql.all(_FAULTS, limit=limit)
    return [
        Fault(name, subject, error, attempts, parse_instant(at))
        for name, subject, error, attempts, at in rows
    ]


def last_tick(rtx: ReadTx) -> datetime | None:
    """When a clock or a worker last came round (wall time); None: none has ever run here."""
    return max((parse_instant(ticked) for _, ticked in rtx.sql.all(_TICKED)), default=None)


def is_ticking(rtx: ReadTx) -> bool:
    """Whether somebody fires deadlines: a clock or workers came round lately enough for their own pace."""
    wall = rtx.clock.wall_now()
    return any(wall - parse_instant(ticked) <= SILENT_AFTER[name] for name, ticked in rtx.sql.all(_TICKED))


def _run_of(row: tuple[Any, ...]) -> Run:
    name, due_at, started_at, ended_at, outcome, via, flow_run_id, result, error = row
    return Run(
        name,
        parse_instant(due_at),
        parse_instant(started_at),
        parse_instant(ended_at) if ended_at else None,
        outcome,
        via,
        flow_run_id,
        json.loads(result) if result else None,
        error,
    )
