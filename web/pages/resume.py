"""A form that came too late for its session: shown with everything typed, and sent again once the person is back.

Only our own page may bring a form here; a form a foreign page sent is never offered to be sent again.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.session import from_own_page
from web import kept
from web.fields import Typed, read_form
from web.kept import Kept
from web.pages.route import PageRoute
from web.pages.sign_in import onward
from web.render import page
from web.visits import Visit, find_visit

router = APIRouter(route_class=PageRoute)


@router.post("/tiep-tuc")
async def go_on(request: Request) -> Response:
    """Whoever is signed in again sees what was kept, with a button that sends it where it belongs."""
    typed = await read_form(request, None)
    visit = await find_visit(request)
    found = kept.sent_again(onward(typed.one(kept.ADDRESS)), typed)
    return answer(request, visit, found, 200 if visit else 401)


def kept_form(request: Request) -> Kept | None:
    """What was typed into the form that was refused; None where nothing was sent."""
    typed: Typed | None = getattr(request.state, "typed", None)
    return kept.kept_of(request.url.path, typed) if typed else None


def may_send_again(request: Request, problem: Problem) -> bool:
    """A form of our own page, refused only because its session is over or another one has begun."""
    over = problem.status == 401 or problem.code == "csrf_bad"
    return over and from_own_page(request) is True and onward(request.url.path) == request.url.path


def answer(request: Request, visit: Visit | None, found: Kept, status: int) -> Response:
    return page(
        request, "resume.html", visit=visit, status=status, kept=found, address=kept.ADDRESS, sent=kept.SENT
    )
