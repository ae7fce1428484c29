"""Appeals: the list, and the page of one with what was written and what may be done.

An appeal is filed from its dossier's page; answers stand in ``acts``.
"""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.service import ServiceDep
from core.history import read_lines
from core.tx import ReadTx
from states import moves
from states.appeal.lifecycle import APPEAL
from states.appeal.queries import page as page_of
from states.appeal.queries import texts_of
from states.dossier.queries import deadlines_of
from states.engine import permissions
from states.engine.machine import Row
from web import days, dossiers, history, wording
from web.pages.route import PageRoute
from web.render import page
from web.visits import Visit, VisitDep, look

router = APIRouter(route_class=PageRoute)
MOST = 50


@dataclass(frozen=True, slots=True)
class AppealView:
    """What the page shows."""

    row: Row
    state: str
    tone: str
    holder: str
    todo: str
    due: days.Chip | None
    texts: list[tuple[str, str]]
    buttons: list[tuple[str, str, bool, str]]
    lines: list[history.LineView]


@router.get("/kien-nghi")
async def list_appeals(request: Request, service: ServiceDep, visit: VisitDep, truoc: str = "") -> Response:
    """Appeals this person may see, the newest first."""
    found = await look(service, visit, lambda rtx: page_of(rtx, visit.actor, before=truoc, limit=MOST + 1))
    return page(
        request, "appeals.html", visit=visit, rows=found[:MOST], tone_of=tone_of,
        more=found[MOST - 1].id if len(found) > MOST else "",
    )  # fmt: skip


@router.get("/kien-nghi/{appeal_id}")
async def show_appeal(request: Request, appeal_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    found = await look(service, visit, lambda rtx: appeal(rtx, appeal_id, visit))
    return page(request, "appeal.html", visit=visit, x=found)


def appeal(rtx: ReadTx, appeal_id: str, visit: Visit) -> AppealView:
    """Read one appeal's page.

    Raises:
        NotFound: not there, or not theirs to see.
    """
    row = dossiers.visible_row(rtx, "appeal", appeal_id, visit.actor)
    info = APPEAL.states[APPEAL.state_of[row["state"]]]
    mine = bool(info.waits_for & permissions.roles_at(visit.actor, row))
    open_dues = [one for one in deadlines_of(rtx, [f"appeal/{appeal_id}"]) if one.met_at is None]
    lines = history.kept_lines(read_lines(rtx, f"appeal/{appeal_id}"))
    return AppealView(
        row=row,
        state=wording.state_label("appeal", row["state"]),
        tone=tone_of(row["state"], mine=mine),
        holder="Không còn ai phải làm gì" if info.final else _holder(sorted(info.waits_for)),
        todo=wording.label("todo.appeal", row["state"]),
        due=days.chip(open_dues[0].due_at, rtx.now, staff=visit.staff) if open_dues else None,
        texts=[(wording.field_label(name), text) for name, text in texts_of(rtx, appeal_id).items()],
        buttons=[
            (
                one.trigger,
                wording.trigger_label("appeal", one.trigger),
                one.allowed,
                wording.why_not(one.code),
            )
            for one in moves.actions(rtx, "appeal", row, visit.actor)
        ],
        lines=history.views(moves.machine_of("appeal"), lines, commune=None),
    )


def _holder(roles: Any) -> str:
    return wording.holder_names(roles, commune=None)


def tone_of(state: str, *, mine: bool = False) -> str:
    """Yours to do, somebody else's, over."""
    if state == "upheld":
        return "done"
    if state in ("dismissed", "not_heard"):
        return ""
    return "do" if mine else "wait"
