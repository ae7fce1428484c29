"""The pages put together: routers for the app of ``api``, and refusals shown as pages.

It never answers for /api/; the app's own handlers do.
"""

from collections.abc import Sequence
from typing import Protocol

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.errors import PageErrors, Problem
from api.service import Service
from web import assets, wording
from web.pages import (
    acts,
    appeals,
    certificates,
    check,
    cycles,
    dossiers,
    forms,
    home,
    inbox,
    producer,
    producer_users,
    province,
    registers,
    repairs,
    resume,
    sessions,
    sign_in,
    sink,
    status,
    story,
    waiting,
    years,
)
from web.render import PRIVATE, page
from web.visits import Visit

ROUTERS: Sequence[APIRouter] = (
    assets.router,
    check.router,
    sign_in.router,
    resume.router,
    home.router,
    producer.router,
    producer_users.router,
    registers.router,
    repairs.router,
    province.router,
    story.router,
    forms.router,
    sessions.router,
    appeals.router,
    acts.router,
    dossiers.router,
    waiting.router,
    cycles.router,
    years.router,
    certificates.router,
    inbox.router,
    status.router,
    sink.router,
)


def router() -> APIRouter:
    """All pages as one router; the app puts its routes in as they stand."""
    assets.files()  # a broken package must stop the start, not a visitor
    whole = APIRouter()
    for each in ROUTERS:
        whole.routes.extend(each.routes)
    return whole


class CreateApp(Protocol):
    """The app factory of ``api``."""

    def __call__(
        self,
        service: Service,
        extra_routers: Sequence[APIRouter] = (),
        *,
        page_errors: PageErrors | None = None,
    ) -> FastAPI: ...


def mount(create_app: CreateApp, service: Service) -> FastAPI:
    """One app with JSON and pages; refusals outside of /api/ are pages."""
    return create_app(service, [router()], page_errors=page_errors)


def page_errors(request: Request, problem: Problem) -> Response:
    """Show a refusal as a page; whoever is not signed in is led to the sign-in page and back."""
    kept = resume.kept_form(request)
    if problem.status == 401 and kept is None:
        onward = request.url.path if request.method == "GET" else "/"
        return RedirectResponse(f"/dang-nhap?tiep={onward}", 303, {"cache-control": PRIVATE})
    if kept and resume.may_send_again(request, problem):
        return resume.answer(request, visit_of(request), kept, problem.status)
    response = page(
        request,
        "error.html",
        visit=visit_of(request),
        status=problem.status,
        title=wording.label("page_error", problem.status)
        if wording.has(f"page_error.{problem.status}")
        else "Có lỗi",
        sentence=wording.refusal(problem.code, problem.params),
        code=problem.code,
        number=getattr(request.state, "request_id", None),
        status_code=problem.status,
        kept=kept,
    )
    for name, value in problem.headers().items():
        response.headers[name] = value
    return response


def visit_of(request: Request) -> Visit | None:
    """The visit of a request that failed, if it got as far as knowing who asks."""
    found: Visit | None = getattr(request.state, "visit", None)
    return found
