"""How the service is doing, for administrators and provincial units.

It never shows what a notice said or whom it was for.
"""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import read_answer
from api.kinds import V1
from api.rights import KEEPERS, require
from api.schemas.running import StatusRead
from api.service import Service, ServiceDep
from api.session import ActorDep
from core import jobs
from core.columns import instant_text
from core.tx import ReadTx
from notifications.queries import outbox_summary

router = APIRouter(prefix=f"{V1}/status", tags=["status"])
RUNS = 50


@router.get("", responses={200: {"model": StatusRead}}, response_model=None)
async def read_status(request: Request, actor: ActorDep, service: ServiceDep) -> Response:
    """Jobs, rows that sweeps skip, the outbox, the clock."""
    require(actor, *KEEPERS)
    return read_answer(request, await service.db.read(lambda rtx: status_of(rtx, service)))


def status_of(rtx: ReadTx, service: Service) -> dict[str, Any]:
    """The status page as plain data."""
    outbox, ticked = outbox_summary(rtx), jobs.last_tick(rtx)
    return {
        "origin": service.origin,
        "clock": {
            "business_now": rtx.now_text,
            "wall_now": instant_text(rtx.clock.wall_now()),
            "rehearsal": rtx.rehearsal,
            "last_tick_at": instant_text(ticked) if ticked else None,
        },
        "jobs": [_run(run) for run in jobs.latest_runs(rtx, RUNS)],
        "faults": [
            {
                "name": fault.name,
                "subject": fault.subject,
                "error": fault.error,
                "attempts": fault.attempts,
                "last_at": instant_text(fault.last_at),
            }
            for fault in jobs.faults(rtx, RUNS)
        ],
        "outbox": {
            "by_state": outbox.by_state,
            "oldest_unsent_at": instant_text(outbox.oldest_unsent_at) if outbox.oldest_unsent_at else None,
            "planner_behind": outbox.planner_behind,
            "faults": outbox.faults,
            "paused": [
                {"name": one.name, "since": instant_text(one.since), "code": one.code}
                for one in outbox.paused
            ],
        },
    }


def _run(run: jobs.Run) -> dict[str, Any]:
    return {
        "name": run.name,
        "due_at": instant_text(run.due_at),
        "started_at": instant_text(run.started_at),
        "ended_at": instant_text(run.ended_at) if run.ended_at else None,
        "outcome": run.outcome,
        "via": run.via,
        "flow_run_id": run.flow_run_id,
        "result": run.result,
        "error": run.error,
    }
