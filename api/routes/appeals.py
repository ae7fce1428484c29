"""Appeals: pages of them, one with what was written, filing one.

It never answers an appeal: that is the one door's.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.access import noted
from api.answers import read_answer
from api.cursors import Cursor, Limit, page_answer, place_of
from api.idempotency import KeyHeader, create
from api.kinds import ID, V1, SubjectId
from api.languages import language_of
from api.queries import appeals
from api.schemas.council import AppealCreate, AppealListed, AppealPage, AppealRead
from api.service import ServiceDep
from api.session import ActorDep
from core.tx import Tx
from states import moves
from states.appeal import queries
from states.appeal.states import UNDECIDED, AppealState

router = APIRouter(prefix=f"{V1}/appeals", tags=["appeals"])


@router.get("", responses={200: {"model": AppealPage}}, response_model=None)
async def list_appeals(
    request: Request,
    actor: ActorDep,
    *,
    service: ServiceDep,
    state: Annotated[Sequence[AppealState], Query()] = (),
    dossier_id: Annotated[str, Query(pattern=f"{ID}|^$")] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Appeals one may see, the newest first."""
    place = place_of(cursor, 1)
    found = await service.db.read(
        lambda rtx: queries.page(
            rtx, actor, states=[str(one) for one in state], dossier=dossier_id, before=place[0] if place else "",
            limit=limit + 1,
        )
    )  # fmt: skip
    return read_answer(request, page_answer(appeals.listed(found), limit, "id"))


@router.post("", status_code=201, responses={201: {"model": AppealListed}}, response_model=None)
async def create_appeal(
    request: Request, body: AppealCreate, actor: ActorDep, service: ServiceDep, key: KeyHeader = None
) -> Response:
    """Appeal against the outcome a dossier stands in; the dossier notes it, nothing of it is frozen."""

    def make(tx: Tx) -> dict[str, Any]:
        moves.fire(tx, "dossier", body.dossier_id, "appeal", actor=actor, data={"grounds": body.grounds})
        found = queries.page(tx, actor, states=UNDECIDED, dossier=body.dossier_id, limit=1)
        return appeals.listed(found)[0]

    return await create(request, service, body, make, actor=actor, key=key)


@router.get("/{subject_id}", responses={200: {"model": AppealRead}}, response_model=None)
async def read_appeal(
    subject_id: SubjectId, request: Request, actor: ActorDep, service: ServiceDep
) -> Response:
    """An appeal: its state, what was written, the day for an answer, what may be done now."""
    language = language_of(request)
    await noted(service, actor, "appeal", subject_id, "appeal")
    return read_answer(
        request, await service.db.read(lambda rtx: appeals.one(rtx, actor, subject_id, language))
    )
