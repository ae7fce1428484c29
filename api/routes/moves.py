"""The one door for every move, and the history and replay of what moved.

It never takes a fact from the one who asks: an unknown field, such as `inputs`, is refused.
"""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.access import noted
from api.answers import read_answer, write_answer
from api.instants import checked
from api.kinds import V1, Collection, SubjectId
from api.queries import moving
from api.schemas.moves import FiredRead, HistoryRead, ReplayRead, TransitionRequest
from api.service import ServiceDep
from api.session import ActorDep
from states import moves

router = APIRouter(prefix=V1, tags=["moves"])


@router.post(
    "/{collection}/{subject_id}/transitions", responses={200: {"model": FiredRead}}, response_model=None
)
async def fire_transition(
    collection: Collection,
    subject_id: SubjectId,
    move: TransitionRequest,
    actor: ActorDep,
    service: ServiceDep,
) -> Response:
    """Make a move; the answer leaves after the commit. `expected_version` is the `version` one has seen."""
    fired = await service.db.write(
        lambda tx: moves.fire(
            tx, collection.kind, subject_id, move.trigger, actor=actor, data=move.data,
            expected_version=move.expected_version, reason=move.reason,
        )
    )  # fmt: skip
    return write_answer(moving.fired_json(fired))


@router.get(
    "/{collection}/{subject_id}/history", responses={200: {"model": HistoryRead}}, response_model=None
)
async def read_history(
    collection: Collection, subject_id: SubjectId, request: Request, actor: ActorDep, service: ServiceDep
) -> Response:
    """Every line of a subject, oldest first, with its hash."""
    await noted(service, actor, collection.kind, subject_id, "history")
    lines = await service.db.read(lambda rtx: moving.history(rtx, collection.kind, subject_id, actor))
    return read_answer(request, {"subject": f"{collection.kind}/{subject_id}", "items": lines})


@router.get("/{collection}/{subject_id}/replay", responses={200: {"model": ReplayRead}}, response_model=None)
async def read_replay(
    collection: Collection,
    subject_id: SubjectId,
    *,
    request: Request,
    actor: ActorDep,
    service: ServiceDep,
    at: Annotated[datetime | None, Query(description="what was known at this instant")] = None,
    effective: Annotated[date | None, Query(description="what was legally so on this day")] = None,
) -> Response:
    """Where the lines lead by the rules they were made under; whole, it must equal the stored row."""
    until = checked("at", at)
    await noted(service, actor, collection.kind, subject_id, "replay")
    found = await service.db.read(
        lambda rtx: moving.replay(rtx, collection.kind, subject_id, actor, at=until, effective=effective)
    )
    return read_answer(request, found)
