"""The end of a cycle: what is unfinished is listed, decided one by one or together, and closed as shown; the year report.

Nothing is closed that was not listed: the digest of the list goes along with the button.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.queries import cycles as cycle_queries
from api.routes.cycles import MAY_LOOK
from api.service import Service, ServiceDep
from core.errors import BadInput, OcopError, Refused
from core.tx import ReadTx, Tx
from registry.roles import Role
from states.outcomes.year_report import year_report
from states.years.closing import ACTS, CARRY, END, PROPOSED, close_year, closing, decisions_of
from web import wording
from web.dossiers import visible_row
from web.fields import Typed, read_form
from web.pages.route import PageRoute
from web.plan_contents import target_words
from web.render import go, page
from web.visits import Visit, VisitDep, look

router = APIRouter(route_class=PageRoute)
COORDINATOR = frozenset({Role.PROVINCE_UNIT})
ACT, WHY, ALL = "act:", "why:", "all"  # before a dossier's code; the reason for all the others


@dataclass(frozen=True, slots=True)
class Decided:
    """What was typed: acts and reasons by the code of a dossier, and one reason for all the others."""

    acts: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    all: str = ""

    def sent(self) -> list[dict[str, Any]]:
        """The decisions, those about one dossier first; a dossier without a reason of its own takes the common one."""
        one_by_one = [
            {"act": act, "reason": self.reasons.get(code) or self.all, "dossiers": [code]}
            for code, act in sorted(self.acts.items())
            if act in ACTS
        ]
        rest = [{"act": PROPOSED, "reason": self.all, "rest": True}] if self.all else []
        return [*one_by_one, *rest]


def decided_of(typed: Typed) -> Decided:
    def after(prefix: str) -> dict[str, str]:
        return {
            name.removeprefix(prefix): values[-1].strip()
            for name, values in typed.texts.items()
            if name.startswith(prefix) and values[-1].strip()
        }

    return Decided(after(ACT), after(WHY), typed.one(ALL).strip())


@router.get("/chu-trinh/{cycle_id}/khoa")
async def list_unfinished(request: Request, cycle_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    """What closing this cycle would do, with what is proposed for each dossier."""
    return await _list(request, service, visit, cycle_id, Decided())


@router.post("/chu-trinh/{cycle_id}/khoa")
async def decide(request: Request, cycle_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    """The list again with what was decided; nothing is written."""
    decided = decided_of(await read_form(request, visit))
    return await _list(request, service, visit, cycle_id, decided)


async def _list(
    request: Request,
    service: Service,
    visit: Visit,
    cycle_id: str,
    decided: Decided,
    *,
    refused: OcopError | None = None,
) -> Response:
    def read(rtx: ReadTx, sent: list[dict[str, Any]]) -> dict[str, Any]:
        cycle_queries.require_role(rtx, visit.actor, cycle_id, COORDINATOR)
        row = visible_row(rtx, "cycle", cycle_id, visit.actor)
        found = closing(rtx, cycle_id, decisions_of(sent)).to_json()
        return {**found, "title": row["title"], "illustrative": bool(row["illustrative"])}

    try:
        shown = await look(service, visit, lambda rtx: read(rtx, decided.sent()))
    except BadInput as error:
        refused = error
        shown = await look(service, visit, lambda rtx: read(rtx, []))
    return page(
        request, "cycle_close.html", visit=visit, status=409 if isinstance(refused, Refused) else 422 if refused else 200,
        cycle_id=cycle_id, shown=shown, decided=decided, rows=[_row(each) for each in shown["dossiers"]],
        faults=wording.field_errors(refused.fields) if isinstance(refused, BadInput) else [],
        refused=wording.of_error(refused) if refused else "", act=ACT, why=WHY,
        can_close=shown["state"] == "under_review" and not shown["undecided"],
        state=wording.state_label("cycle", shown["state"]),
    )  # fmt: skip


def _row(dossier: Mapping[str, Any]) -> dict[str, Any]:
    """One dossier of the list with its words and what may be chosen for it."""
    choices = [(CARRY, wording.label("closing", CARRY))]
    if dossier["may_end"]:
        choices.append((END, wording.label("closing", END)))
    return {
        **dossier, "label": wording.state_label("dossier", dossier["state"]), "choices": choices,
        "proposal": wording.label("closing", dossier["proposed"]) if dossier["proposed"] else "",
    }  # fmt: skip


@router.post("/chu-trinh/{cycle_id}/khoa/xac-nhan")
async def close_listed(request: Request, cycle_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    """Close exactly what was listed, or show the list again with the reason why not."""
    typed = await read_form(request, visit)
    decided = decided_of(typed)

    def write(tx: Tx) -> None:
        cycle_queries.require_role(tx, visit.actor, cycle_id, COORDINATOR)
        close_year(tx, cycle_id, decisions_of(decided.sent()), typed.one("digest"), visit.actor)

    try:
        await service.db.write(write, alone=True)
    except (Refused, BadInput) as error:
        return await _list(request, service, visit, cycle_id, decided, refused=error)
    return go(f"/chu-trinh/{cycle_id}/bao-cao")


@router.get("/chu-trinh/{cycle_id}/bao-cao")
async def show_report(request: Request, cycle_id: str, service: ServiceDep, visit: VisitDep) -> Response:
    """The year report: as it was kept when the cycle was closed, before that as it stands."""

    def read(rtx: ReadTx) -> dict[str, Any]:
        cycle_queries.require_role(rtx, visit.actor, cycle_id, MAY_LOOK | {Role.PROVINCE_CHAIR})
        return year_report(rtx, cycle_id).to_json()

    report = await look(service, visit, read)
    states = [
        (wording.state_label("dossier", one["state"]), one["count"]) for one in report["dossiers"]["by_state"]
    ]
    batches = [
        (
            f"Đợt {one['number']}, {wording.label('level', one['level'])}",
            wording.state_label("batch", one["state"]),
            one,
        )
        for one in report["batches"]
    ]
    return page(
        request, "cycle_report.html", visit=visit, cycle_id=cycle_id, report=report, states=states, batches=batches,
        targets=[_target(one) for one in report["targets"]],
        promotion=[(wording.trigger_label("dossier", name), count) for name, count in report["promotion"].items()],
    )  # fmt: skip


def _target(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "what": target_words(one["what"], one["measure"]),
        "result": one["result"],
        "share": _share(one["fulfilment_permille"]),
    }


def _share(permille: int | None) -> str:
    """`262,5 %`; nothing where it is not known."""
    return "" if permille is None else f"{permille // 10},{permille % 10} %"
