"""Dossiers: pages of them, one with everything, opening an idea, saving a form.

It never moves a dossier: that is the one door's.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.access import noted
from api.answers import read_answer, write_answer
from api.cursors import Cursor, Limit, cursor_of, page_answer, place_of
from api.idempotency import KeyHeader, create
from api.kinds import ID, V1, SubjectId
from api.languages import language_of
from api.queries import dossiers
from api.queries.moving import fired_json
from api.schemas.dossiers import DossierCreate, DossierPage, DossierRead, FormSave, FormSaved
from api.schemas.moves import FiredRead
from api.service import ServiceDep
from api.session import ActorDep
from core.tx import Tx
from states import moves
from states.dossier import queries
from states.dossier.commands import save_form
from states.dossier.states import DossierState
from states.engine.rules import Phase

router = APIRouter(prefix=f"{V1}/dossiers", tags=["dossiers"])


@router.get("", responses={200: {"model": DossierPage}}, response_model=None)
async def list_dossiers(
    request: Request,
    actor: ActorDep,
    *,
    service: ServiceDep,
    words: Annotated[
        str, Query(max_length=200, description="words of the product's name, or a whole code")
    ] = "",
    state: Annotated[Sequence[DossierState], Query()] = (),
    phase: Phase | None = None,
    cycle_id: Annotated[str, Query(pattern=f"{ID}|^$")] = "",
    commune_code: Annotated[str, Query(max_length=120)] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Dossiers one may see, the newest first."""
    place = place_of(cursor, 1)
    before = place[0] if place else ""
    states = [str(one) for one in state] or (dossiers.states_of(phase.value) if phase else [])
    scope = queries.scope_of(actor)
    found = await service.db.read(
        lambda rtx: queries.page(
            rtx, scope, words=words, states=states, commune=commune_code, cycle=cycle_id, before=before,
            limit=limit + 1,
        )
    )  # fmt: skip
    return read_answer(request, page_answer(dossiers.listed(found), limit, "id"))


@router.get("/waiting", responses={200: {"model": DossierPage}}, response_model=None)
async def list_waiting(
    request: Request, actor: ActorDep, service: ServiceDep, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """What waits for the one who asks, the next deadline first."""
    after_key, after_id = place_of(cursor, 2) or ("", "")
    found = await service.db.read(
        lambda rtx: queries.queue(rtx, actor, after=(after_key, after_id), limit=limit + 1)
    )
    page = page_answer(dossiers.listed(found), limit, "id")
    if page["next"]:
        last = found[limit - 1]
        page["next"] = cursor_of(last.due_at or queries.LAST, last.id)
    return read_answer(request, page)


@router.post("", status_code=201, responses={201: {"model": FiredRead}}, response_model=None)
async def create_dossier(
    request: Request, body: DossierCreate, actor: ActorDep, service: ServiceDep, key: KeyHeader = None
) -> Response:
    """Open a dossier for a product: a first one as the draft of an idea, an upgrade or a renewal with its papers."""

    def make(tx: Tx) -> dict[str, Any]:
        return fired_json(
            moves.open_dossier(
                tx, kind=body.kind, product_id=body.product_id, cycle_id=body.cycle_id, actor=actor
            )
        )

    return await create(request, service, body, make, actor=actor, key=key)


@router.get("/{subject_id}", responses={200: {"model": DossierRead}}, response_model=None)
async def read_dossier(
    subject_id: SubjectId, request: Request, actor: ActorDep, service: ServiceDep
) -> Response:
    """A dossier: state, phase, level, version, what may be done now and why not the rest, forms, deadlines."""
    language = language_of(request)
    await noted(service, actor, "dossier", subject_id, "dossier")
    return read_answer(
        request, await service.db.read(lambda rtx: dossiers.one(rtx, actor, subject_id, language))
    )


@router.put("/{subject_id}/forms/{name}", responses={200: {"model": FormSaved}}, response_model=None)
async def put_form(
    subject_id: SubjectId, name: str, body: FormSave, actor: ActorDep, service: ServiceDep
) -> Response:
    """Save a form as a draft; it may have gaps. A filed form stands still."""
    digest = await service.db.write(lambda tx: save_form(tx, subject_id, name, body.data, actor=actor))
    return write_answer({"name": name, "digest": digest})
