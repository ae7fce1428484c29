"""Liveness, readiness and numbers, for machines.

It never needs a sign-in and never shows anything of the programme.
"""

import asyncio
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.answers import write_answer
from api.meters import Requests, family, line
from api.schemas.running import HealthRead, ReadyRead
from api.service import Service, ServiceDep
from core import guardrails, jobs
from core.errors import Unavailable
from core.history import UNSEQUENCED
from core.sql import Sql
from core.tx import ReadTx
from notifications.queries import outbox_summary

router = APIRouter(tags=["health"])
_UNSEQUENCED = Sql(sa.select(sa.func.count()).select_from(UNSEQUENCED))
_RUNNING = Sql(sa.select(sa.func.count()).select_from(jobs.JobRun).where(jobs.JobRun.outcome == "running"))  # type: ignore[arg-type]  # a column
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/healthz", responses={200: {"model": HealthRead}}, response_model=None)
async def read_health() -> Response:
    """The process answers."""
    return write_answer({"alive": True})


@router.get("/readyz", responses={200: {"model": ReadyRead}, 503: {"model": ReadyRead}}, response_model=None)
async def read_readiness(service: ServiceDep) -> Response:
    """Database and writer, tables and their triggers, the clock's heartbeat; 503 where one is missing."""
    checks = await checks_of(service)
    ready = all(checks.values())
    return write_answer({"ready": ready, "checks": checks}, 200 if ready else 503)


async def checks_of(service: Service) -> dict[str, bool]:
    """Each check by name. Without a database nothing further is asked."""
    checks = {"database": service.db.healthy(), "schema": False, "triggers": False, "clock": False}
    if checks["database"]:
        try:
            ticking, missing = await service.db.read(
                lambda rtx: (jobs.is_ticking(rtx), guardrails.missing(rtx))
            )
        except Unavailable:
            return {**checks, "database": False}
        checks["schema"] = await asyncio.to_thread(service.schema_current)
        checks["triggers"] = not missing
        checks["clock"] = ticking
    return checks


@router.get("/metrics", response_class=PlainTextResponse, response_model=None)
async def read_metrics(request: Request, service: ServiceDep) -> Response:
    """Numbers as Prometheus text."""
    requests: Requests = request.app.state.requests
    lines = [*requests.lines(), *await _of_service(service)]
    return Response("\n".join(lines) + "\n", 200, {"cache-control": "no-store"}, _TEXT)


async def _of_service(service: Service) -> list[str]:
    up = service.db.healthy()
    healthy = family(
        "ocop_database_up",
        "gauge",
        "Whether the database and its writer answer.",
        [line("ocop_database_up", up)],
    )
    return [*healthy, *(await service.db.read(_numbers) if up else [])]


def _numbers(rtx: ReadTx) -> list[str]:
    outbox, now = outbox_summary(rtx), rtx.clock.wall_now()
    states = [
        line("ocop_outbox_notices", count, {"state": state})
        for state, count in sorted(outbox.by_state.items())
    ]
    oldest = outbox.oldest_unsent_at
    gauges: dict[str, tuple[str, float | None]] = {
        "ocop_clock_tick_age_seconds": ("Since a clock last came round.", _age(jobs.last_tick(rtx), now)),
        "ocop_outbox_oldest_unsent_seconds": (
            "Business time since the oldest could have left.",
            _age(oldest, rtx.now) or 0,
        ),
        "ocop_planner_behind_lines": ("Lines of the log nobody has been told of.", outbox.planner_behind),
        "ocop_lines_unsequenced": ("Lines without a place in the log.", rtx.sql.value(_UNSEQUENCED)),
        "ocop_jobs_running": ("Jobs in work.", rtx.sql.value(_RUNNING)),
        "ocop_job_faults": ("Rows that sweeps skip, at most 50.", len(jobs.faults(rtx))),
        "ocop_notice_faults": ("Lines and reminders that could not be told.", outbox.faults),
    }
    return [
        *family("ocop_outbox_notices", "gauge", "Notices by state.", states),
        *family("ocop_job_lag_seconds", "gauge", "From due to start, newest run of each job.", _lags(rtx)),
        *(each for name, (text, value) in gauges.items() if value is not None
          for each in family(name, "gauge", text, [line(name, value)])),
    ]  # fmt: skip


def _lags(rtx: ReadTx) -> list[str]:
    """In a rehearsal the two times have nothing to do with each other, so nothing is said."""
    if rtx.rehearsal:
        return []
    newest: dict[str, Any] = {}
    for run in jobs.latest_runs(rtx, 200):
        newest.setdefault(run.name, max(0.0, (run.started_at - run.due_at).total_seconds()))
    return [line("ocop_job_lag_seconds", value, {"job": name}) for name, value in sorted(newest.items())]


def _age(then: datetime | None, now: datetime) -> float | None:
    return None if then is None else round((now - then).total_seconds(), 3)
