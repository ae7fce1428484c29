"""Cycles: preview a plan, open exactly what was previewed, look.

It never opens what nobody has seen: the digest of the preview goes with the opening.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import read_answer, write_answer
from api.cursors import Cursor, Limit, page_answer, place_of
from api.idempotency import KeyHeader, create
from api.kinds import V1, SubjectId
from api.languages import language_of
from api.queries import cycles
from api.schemas.cycles import CycleCreate, CycleOpened, CyclePage, CycleRead, PlanPreview, PreviewRead
from api.schemas.years import CloneAsked, CloneRead, CloseAsked, ClosingRead, ReportRead
from api.service import ServiceDep
from api.session import ActorDep
from core.errors import Forbidden
from core.tx import ReadTx, Tx
from notifications.estimate import channels_on, estimate
from registry.actors import Actor
from registry.roles import Role
from states.cycle.cloning import clone_of_cycle
from states.cycle.plan import Plan, parse
from states.cycle.plan_dates import read_moves
from states.cycle.preview import preview
from states.outcomes.year_report import year_report
from states.years.closing import close_year, closing, decisions_of
from states.years.opening import open_year

router = APIRouter(prefix=f"{V1}/cycles", tags=["cycles"])
MAY_LOOK = frozenset({Role.PROVINCE_UNIT, Role.ADMIN, Role.AUDITOR, Role.MINISTRY})


@router.post("/preview", responses={200: {"model": PreviewRead}}, response_model=None)
async def preview_cycle(body: PlanPreview, actor: ActorDep, service: ServiceDep) -> Response:
    """Everything opening a plan would write, with its digest; nothing is written."""

    def look(rtx: ReadTx) -> dict[str, Any]:
        plan = parse(body.plan, body.filename)
        check_province(actor, plan, MAY_LOOK)
        moves = read_moves(body.moves or {})
        return preview(rtx, plan, year=body.year, accepted=body.accepted, moves=moves).to_json()

    shown = await service.db.read(look)
    channels = channels_on(service.config, rehearsal=service.db.rehearsal)
    return write_answer({**shown, "channels": estimate(shown["notices"], channels)})


@router.post("", status_code=201, responses={201: {"model": CycleOpened}}, response_model=None)
async def open_cycle(
    request: Request, body: CycleCreate, actor: ActorDep, service: ServiceDep, key: KeyHeader = None
) -> Response:
    """Open a cycle as previewed, in one transaction; another digest now is `preview_outdated`."""

    def make(tx: Tx) -> dict[str, Any]:
        check_province(actor, parse(body.plan, body.filename), frozenset({Role.PROVINCE_UNIT}))
        return open_year(
            tx, body.plan, body.filename, body.digest, actor, year=body.year, accepted=body.accepted,
            moves=read_moves(body.moves or {}), reason=body.reason,
        ).to_json()  # fmt: skip

    return await create(request, service, body, make, actor=actor, key=key, alone=True)


@router.get("", responses={200: {"model": CyclePage}}, response_model=None)
async def list_cycles(
    request: Request,
    actor: ActorDep,
    *,
    service: ServiceDep,
    year: Annotated[int | None, Query(ge=2013, le=2100)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Cycles of the provinces one has to do with, the newest first."""
    place = place_of(cursor, 1)
    before = place[0] if place else None
    found = await service.db.read(lambda rtx: cycles.page(rtx, actor, year=year, before=before, limit=limit))
    return read_answer(request, page_answer(found, limit, "id"))


@router.get("/{subject_id}", responses={200: {"model": CycleRead}}, response_model=None)
async def read_cycle(
    subject_id: SubjectId, request: Request, actor: ActorDep, service: ServiceDep
) -> Response:
    """A cycle with its windows, batches, targets, days, and what may be done now."""
    language = language_of(request)
    return read_answer(
        request, await service.db.read(lambda rtx: cycles.one(rtx, actor, subject_id, language))
    )


@router.post("/{subject_id}/clone", responses={200: {"model": CloneRead}}, response_model=None)
async def clone_cycle(
    subject_id: SubjectId, body: CloneAsked, actor: ActorDep, service: ServiceDep
) -> Response:
    """The plan of another year from the plan of a cycle, each date with the reason it stands there; writes nothing."""

    def look(rtx: ReadTx) -> dict[str, Any]:
        cycles.require_role(rtx, actor, subject_id, MAY_LOOK)
        return clone_of_cycle(rtx, subject_id, body.year).to_json()

    return write_answer(await service.db.read(look))


@router.post("/{subject_id}/close", responses={200: {"model": ClosingRead}}, response_model=None)
async def close_cycle(
    subject_id: SubjectId, body: CloseAsked, actor: ActorDep, service: ServiceDep
) -> Response:
    """Without a digest: what closing with these decisions would do, and its digest; nothing is written.

    With the digest of that answer: every dossier is carried over or closed as decided, the year report is kept, the cycle
    is closed (`ClosedRead`). Another digest is `preview_outdated`.
    """
    decisions = decisions_of([each.model_dump() for each in body.decisions])

    def look(rtx: ReadTx) -> dict[str, Any]:
        cycles.require_role(rtx, actor, subject_id, MAY_LOOK)
        return closing(rtx, subject_id, decisions).to_json()

    def close(tx: Tx) -> dict[str, Any]:
        cycles.require_role(tx, actor, subject_id, frozenset({Role.PROVINCE_UNIT}))
        return close_year(tx, subject_id, decisions, body.digest or "", actor).to_json()

    if body.digest is None:
        return write_answer(await service.db.read(look))
    return write_answer(await service.db.write(close, alone=True))


@router.get("/{subject_id}/report", responses={200: {"model": ReportRead}}, response_model=None)
async def read_report(
    subject_id: SubjectId, request: Request, actor: ActorDep, service: ServiceDep
) -> Response:
    """The year report: as it was kept when the cycle was closed, before that as it stands (`made_at` is null)."""

    def look(rtx: ReadTx) -> dict[str, Any]:
        cycles.require_role(rtx, actor, subject_id, MAY_LOOK | {Role.PROVINCE_CHAIR})
        return year_report(rtx, subject_id).to_json()

    return read_answer(request, await service.db.read(look))


def check_province(actor: Actor, plan: Plan, roles: frozenset[Role]) -> None:
    """Refuse a plan of a province in which one holds none of these roles.

    Raises:
        Forbidden: `plan_not_yours`.
    """
    held = actor.roles_at(commune_code=None, province_code=plan.province, producer_id=None)
    if not held & roles:
        raise Forbidden("plan_not_yours", province=plan.province)
