"""The letters of a rehearsal: what would have gone to people's addresses, read by those who run it.

It must never answer in a live installation.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.rights import require
from api.service import ServiceDep
from notifications.sink import taken
from registry.roles import Role
from web.pages.route import PageRoute
from web.render import page
from web.visits import VisitDep, look

router = APIRouter(route_class=PageRoute)
READERS = (Role.ADMIN, Role.PROVINCE_UNIT, Role.AUDITOR)
MOST = 20


@router.get("/thu-dien-tap")
async def show_sink(request: Request, service: ServiceDep, visit: VisitDep, truoc: str = "") -> Response:
    """The newest letters first."""
    require(visit.actor, *READERS)
    base = service.config.base_url
    found = await look(
        service, visit, lambda rtx: taken(rtx, base_url=base, before=truoc or None, limit=MOST + 1)
    )
    more = found[MOST - 1].key if len(found) > MOST else ""
    return page(request, "sink.html", visit=visit, letters=found[:MOST], more=more)
