"""One certificate for those who may see it: its days, what may be done, its history.

The public answer stands in ``check``.
"""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.service import ServiceDep
from core.history import read_lines
from core.tx import ReadTx
from states import moves
from states.certificate.states import IN_FORCE
from states.dossier.queries import deadlines_of
from states.outcomes.repairs import may_repair
from web import days, dossiers, history, wording
from web.pages.route import PageRoute
from web.render import page
from web.visits import VisitDep, look

router = APIRouter(route_class=PageRoute)
GRAVE = ("propose_revocation", "revoke", "annul")
"""What takes a certificate away, or asks for it."""


@router.get("/giay-chung-nhan/{certificate_id}")
async def show_certificate(
    request: Request, certificate_id: str, service: ServiceDep, visit: VisitDep, da: str = ""
) -> Response:
    def read(rtx: ReadTx) -> dict[str, Any]:
        row = dossiers.visible_row(rtx, "certificate", certificate_id, visit.actor)
        machine = moves.machine_of("certificate")
        lines = history.kept_lines(read_lines(rtx, f"certificate/{certificate_id}"))
        return {
            "row": row,
            "state": wording.state_label("certificate", row["state"]),
            "actions": [
                (one.trigger, wording.trigger_label("certificate", one.trigger), one.allowed, wording.why_not(one.code))
                for one in moves.actions(rtx, "certificate", row, visit.actor)
            ],
            "in_force": row["state"] in IN_FORCE,
            "grave": GRAVE,
            "may_repair": may_repair(visit.actor, row),
            "lines": history.views(machine, lines, commune=None),
            "dues": [
                (
                    wording.deadline_name(one.code, one.title),
                    days.chip(one.due_at, rtx.now, staff=visit.staff),
                    wording.rule_words(one.rule, basis=one.basis),
                    "đã xong" if one.met_at else "đã qua" if one.fired_at else "",
                )
                for one in deadlines_of(rtx, [f"certificate/{certificate_id}"])
                if one.cancelled_at is None
            ],
        }  # fmt: skip

    found = await look(service, visit, read)
    return page(request, "certificate.html", visit=visit, done=da, **found)
