"""Council sessions: the list, planning one, and the page of one.

What can be done with a session stands in ``acts``; nothing here moves one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.queries import cycles as cycle_queries
from api.routes.sessions import planned
from api.service import Service, ServiceDep
from core.columns import parse_instant
from core.errors import BadInput, Forbidden, NotFound, Refused
from core.tx import ReadTx
from registry.roles import Role
from states.council import queries
from states.council.commands import NewSession
from states.council.states import SessionKind
from states.engine.forms import Field, Form
from web import session_lists, sessions, wording
from web.fields import Typed, data_of, read_form
from web.once import once
from web.pages.route import PageRoute
from web.render import go, page
from web.visits import Visit, VisitDep, look

router = APIRouter(route_class=PageRoute)
MOST = 50
PLANNED = Form(
    (
        Field("title", "text", required=True, most=300),
        Field("kind", "choice", required=True, choices=tuple(str(kind) for kind in SessionKind)),
        Field("convened_for", "instant", required=True),
        Field("place", "text", most=300),
        Field("cycle_id", "ids", most=1),
        Field("batch_id", "ids", most=1),
        Field("load_limit", "whole", least=1, most=1000),
    )
)
"""What is typed to plan a session."""
CLOSED = frozenset({"closed", "archived", "draft", "published"})
"""States of a cycle in which no session is planned."""


@router.get("/phien-hop")
async def list_sessions(request: Request, service: ServiceDep, visit: VisitDep, truoc: str = "") -> Response:
    """Sessions this person may see, the newest first; `truoc` is the last one of the page before."""
    found = await look(
        service, visit, lambda rtx: queries.page(rtx, visit.actor, before=truoc, limit=MOST + 1)
    )
    return page(
        request, "sessions.html", visit=visit, rows=session_lists.listed(found[:MOST], visit.actor),
        more=found[MOST - 1].id if len(found) > MOST else "", may_plan=_may_plan(visit),
    )  # fmt: skip


def _may_plan(visit: Visit) -> bool:
    return visit.actor.has(Role.PROVINCE_UNIT) or visit.actor.has(Role.MINISTRY)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a session can be planned: cycles, their batches, and whether the central council may sit."""

    cycles: Sequence[tuple[str, str]]
    batches: Sequence[tuple[str, str]]
    centre: bool


def places(rtx: ReadTx, visit: Visit) -> Places:
    """Cycles that run in this person's provinces, with their batches of the province."""
    running = [
        each
        for each in cycle_queries.page(rtx, visit.actor, year=None, before=None, limit=MOST)
        if each["state"] not in CLOSED and visit.actor.has(Role.PROVINCE_UNIT)
    ]
    batches = [
        (batch["id"], f"{each['title']}: đợt {batch['number']}")
        for each in running
        for batch in cycle_queries.one(rtx, visit.actor, each["id"], "vi")["batches"]
        if batch["level"] == "province"
    ]
    cycles = [(each["id"], each["title"]) for each in running]
    return Places(cycles, batches, visit.actor.has(Role.MINISTRY))


@router.get("/phien-hop/moi")
async def ask_for_session(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    if not _may_plan(visit):
        raise Forbidden("wrong_actor")
    return await _form(request, service, visit, Typed({}), None)


@router.post("/phien-hop/moi")
async def plan_one(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    """Plan it and go to its page; a refusal shows its sentence and keeps what was typed."""
    if not _may_plan(visit):
        raise Forbidden("wrong_actor")
    typed = await read_form(request, visit)
    try:
        new = new_of(typed)
        made = await service.db.write(
            lambda tx: once(
                tx, visit, request.url.path, typed, lambda inner: planned(inner, new, (), visit.actor).id
            )
        )
    except (BadInput, Refused, NotFound) as error:
        return await _form(request, service, visit, typed, error)
    return go(f"/phien-hop/{made}?da=plan_session")


def new_of(typed: Typed) -> NewSession:
    """The session as typed.

    Raises:
        BadInput: what is missing or cannot be read, all at once.
    """
    given: dict[str, Any] = PLANNED.clean(data_of(PLANNED.fields, typed))
    return NewSession(
        kind=SessionKind(given["kind"]), title=given["title"], convened_for=parse_instant(given["convened_for"]),
        cycle_id=next(iter(given["cycle_id"] or ()), None), batch_id=next(iter(given["batch_id"] or ()), None),
        place=given["place"], load_limit=given["load_limit"],
    )  # fmt: skip


async def _form(
    request: Request,
    service: Service,
    visit: Visit,
    typed: Typed,
    error: BadInput | Refused | NotFound | None,
) -> Response:
    found = await look(service, visit, lambda rtx: places(rtx, visit))
    faults = wording.field_errors(error.fields) if isinstance(error, BadInput) else []
    status = 200 if error is None else 422 if isinstance(error, BadInput) else 409
    return page(
        request, "session_new.html", visit=visit, status=status, places=found, typed=typed, errors=faults,
        refused="" if error is None or faults else wording.of_error(error),
        kinds=[(str(kind), wording.label("session_kind", kind)) for kind in SessionKind],
    )  # fmt: skip


@router.get("/phien-hop/{session_id}")
async def show_session(
    request: Request, session_id: str, service: ServiceDep, visit: VisitDep, da: str = ""
) -> Response:
    """One session; `da` names what was just done."""
    found = await look(service, visit, lambda rtx: sessions.session(rtx, session_id, visit.actor))
    done = wording.trigger_label("session", da) if wording.has(f"trigger.session.{da}") else ""
    return page(request, "session.html", visit=visit, x=found, done=done)
