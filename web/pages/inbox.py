"""Notices: the list, one of them, and that it was seen.

Opening a notice is not yet having seen it: a button says so, because a lawful notice rests on it.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.service import ServiceDep
from core.errors import NotFound
from core.tx import ReadTx
from notifications.queries import Entry, Proof, inbox, mark_seen, proof_of_notice
from web.acts import SECTIONS
from web.fields import read_form
from web.pages.route import PageRoute
from web.render import go, page
from web.visits import VisitDep, look

router = APIRouter(route_class=PageRoute)
MOST = 30


@router.get("/thong-bao")
async def show_inbox(request: Request, service: ServiceDep, visit: VisitDep, truoc: str = "") -> Response:
    found = await look(
        service, visit, lambda rtx: inbox(rtx, visit.actor.account_id, truoc or None, MOST + 1)
    )
    return page(
        request,
        "inbox.html",
        visit=visit,
        entries=found[:MOST],
        more=found[MOST - 1].id if len(found) > MOST else "",
    )


@router.post("/thong-bao/da-xem")
async def see_all(request: Request, service: ServiceDep, visit: VisitDep) -> Response:
    await read_form(request, visit)
    await service.db.write(lambda tx: mark_seen(tx, visit.actor.account_id))
    return go("/thong-bao")


@router.get("/thong-bao/{notice_id}")
async def show_notice(request: Request, notice_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    entry, proof = await look(service, visit, lambda rtx: _mine(rtx, visit.actor.account_id, notice_id))
    return page(
        request, "notice.html", visit=visit, entry=entry, proof=proof, address=subject_address(entry.subject)
    )


def _mine(rtx: ReadTx, account_id: str, notice_id: str) -> tuple[Entry, Proof]:
    """One of this person's own entries.

    Raises:
        NotFound: `notice_unknown`, also for another's.
    """
    found = inbox(rtx, account_id, notice_id + "0", 1)
    if not found or found[0].id != notice_id:
        raise NotFound("notice_unknown")
    return found[0], proof_of_notice(rtx, notice_id)


def subject_address(subject: str) -> str | None:
    """The page of what a notice is about, where there is one."""
    kind, _, subject_id = subject.partition("/")
    section = next((name for name, each in SECTIONS.items() if each == kind and kind != "batch"), None)
    return f"/{section}/{subject_id}" if section else None


@router.post("/thong-bao/{notice_id}/da-xem")
async def see_one(request: Request, notice_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    await read_form(request, visit)
    await service.db.write(lambda tx: mark_seen(tx, visit.actor.account_id, [notice_id]))
    return go(f"/thong-bao/{notice_id}")
