"""The list of dossiers a person may see, and the page of one.

What can be done with a dossier stands in ``acts``; its forms in ``forms``.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.service import ServiceDep
from states.dossier.lifecycle import DOSSIER
from states.dossier.queries import count_by_state, scope_of
from states.dossier.queries import page as page_of
from states.engine.rules import Phase
from web import dossiers, standings, wording
from web.pages.route import PageRoute
from web.render import page
from web.visits import VisitDep, look

router = APIRouter(route_class=PageRoute)
MOST = 50


@router.get("/ho-so")
async def list_dossiers(
    request: Request, service: ServiceDep, visit: VisitDep, q: str = "", buoc: str = "", truoc: str = ""
) -> Response:
    """Dossiers by words and phase, the newest first; `truoc` is the last one of the page before."""
    states = states_of(buoc)
    scope = scope_of(visit.actor)
    found, counts = await look(
        service,
        visit,
        lambda rtx: (
            page_of(rtx, scope, words=q, states=states, before=truoc, limit=MOST + 1),
            count_by_state(rtx, scope),
        ),
    )
    return page(
        request, "dossiers.html", visit=visit, lines=found[:MOST], more=found[MOST - 1].id if len(found) > MOST else "",
        q=q, buoc=buoc, phases=[(str(p), wording.label("phase", p), _sum(counts, p)) for p in Phase],
        total=sum(counts.values()), tone_of=standings.tone_of, icon_of=standings.icon_of,
        mine=lambda line: standings.waits_for_one_of(line.state, visit.roles),
    )  # fmt: skip


def states_of(phase: str) -> list[str]:
    return [str(state) for state, info in DOSSIER.states.items() if phase and info.phase == phase]


def _sum(counts: dict[str, int], phase: Phase) -> int:
    return sum(counts.get(state, 0) for state in states_of(phase))


@router.get("/ho-so/{dossier_id}")
async def show_dossier(
    request: Request, dossier_id: str, service: ServiceDep, visit: VisitDep, da: str = ""
) -> Response:
    """One dossier; `da` names what was just done, so that its receipt can be shown."""
    found = await look(
        service,
        visit,
        lambda rtx: dossiers.dossier(rtx, dossier_id, visit.actor, staff=visit.staff, done=da or None),
    )
    return page(request, "dossier.html", visit=visit, x=found, saved=da == "luu")
