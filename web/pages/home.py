"""Where "/" leads, and through which role a person looks.

Choosing a role changes a menu, never a right.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.service import ServiceDep
from registry.roles import Role
from web.fields import read_form
from web.pages.route import PageRoute
from web.render import go
from web.visits import HOMES, ROLE_COOKIE, VisitDep, find_visit, set_cookie

router = APIRouter(route_class=PageRoute)
_YEAR = 365 * 24 * 3600  # seconds


@router.get("/")
async def start(request: Request) -> Response:
    """The home of the role looked through; the sign-in page for everybody else."""
    visit = await find_visit(request)
    return go(visit.home if visit else "/dang-nhap")


@router.post("/vai-tro")
async def choose_role(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    typed = await read_form(request, visit)
    chosen = typed.one("role")
    held = {str(role) for role in visit.roles}
    role = Role(chosen) if chosen in held else visit.role
    response = go(visit.home if role is None else HOMES.get(role, "/kiem-tra"))
    if role in HOMES:
        set_cookie(response, service, ROLE_COOKIE, str(role), seconds=_YEAR)
    return response
