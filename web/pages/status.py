"""How the service is doing: the clock, the jobs, rows that sweeps skip, the outbox.

It never shows what a notice said or whom it was for.
"""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.rights import KEEPERS, require
from api.service import ServiceDep
from core import jobs
from core.tx import ReadTx
from notifications.queries import outbox_summary
from web.pages.route import PageRoute
from web.render import page
from web.visits import VisitDep, look

router = APIRouter(route_class=PageRoute)
RUNS = 30


@router.get("/he-thong")
async def show_status(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    require(visit.actor, *KEEPERS)

    def read(rtx: ReadTx) -> dict[str, Any]:
        return {
            "runs": jobs.latest_runs(rtx, RUNS),
            "faults": jobs.faults(rtx, RUNS),
            "ticked": jobs.last_tick(rtx),
            "wall": rtx.clock.wall_now(),
            "outbox": outbox_summary(rtx),
        }

    found = await look(service, visit, read)
    return page(
        request, "status.html", visit=visit, healthy=service.db.healthy(), origin=service.origin, **found
    )
