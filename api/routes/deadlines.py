"""Deadlines: what is due when, and acts of extension.

It never moves a day by itself: an extension has a ground, an approver and a document.
"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import read_answer
from api.cursors import Cursor, Limit, page_answer, place_of
from api.idempotency import KeyHeader, create
from api.instants import checked
from api.kinds import V1, SubjectId
from api.queries import deadlines
from api.schemas.deadlines import DeadlinePage, ExtensionCreate, ExtensionRead
from api.service import ServiceDep
from api.session import ActorDep
from core.tx import Tx
from states.cycle.commands import extend_deadline as extend

router = APIRouter(prefix=f"{V1}/deadlines", tags=["deadlines"])


@router.get("", responses={200: {"model": DeadlinePage}}, response_model=None)
async def list_deadlines(
    request: Request,
    actor: ActorDep,
    *,
    service: ServiceDep,
    due_before: Annotated[
        datetime | None, Query(description="instants before this one; with its zone")
    ] = None,
    settled: Annotated[bool, Query(description="also those met or taken back")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Deadlines of what one may see and of one's provinces, by the instant they fall due."""
    before = checked("due_before", due_before)
    after = place_of(cursor, 2)
    found = await service.db.read(
        lambda rtx: deadlines.page(rtx, actor, due_before=before, settled=settled, after=after, limit=limit)
    )
    return read_answer(request, page_answer(found, limit, "due_at", "id"))


@router.post(
    "/{subject_id}/extensions",
    status_code=201,
    responses={201: {"model": ExtensionRead}},
    response_model=None,
)
async def extend_deadline(
    subject_id: SubjectId,
    request: Request,
    *,
    body: ExtensionCreate,
    actor: ActorDep,
    service: ServiceDep,
    key: KeyHeader = None,
) -> Response:
    """Extend a deadline by an act of the provincial unit; both dates stay on record."""
    act = body.model_dump(mode="json")

    def make(tx: Tx) -> dict[str, Any]:
        extend(tx, subject_id, act, actor=actor)
        return {"deadline_id": subject_id, "new_last_day": act["new_last_day"]}

    return await create(request, service, body, make, actor=actor, key=key)
