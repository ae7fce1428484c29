"""Council sessions: pages of them, one with its people and products, planning one.

It never moves a session: that is the one door's, the agenda too.
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
from api.instants import checked
from api.kinds import ID, V1, SubjectId
from api.languages import language_of
from api.queries import sessions
from api.queries.moving import fired_json
from api.schemas.council import SessionCreate, SessionPage, SessionRead
from api.schemas.moves import FiredRead
from api.service import ServiceDep
from api.session import ActorDep
from core.tx import Tx
from registry.actors import Actor
from states import moves
from states.council import queries
from states.council.commands import NewSession, plan_session
from states.council.states import SessionState
from states.engine.fire import Fired

router = APIRouter(prefix=f"{V1}/sessions", tags=["sessions"])


@router.get("", responses={200: {"model": SessionPage}}, response_model=None)
async def list_sessions(
    request: Request,
    actor: ActorDep,
    *,
    service: ServiceDep,
    state: Annotated[Sequence[SessionState], Query()] = (),
    cycle_id: Annotated[str, Query(pattern=f"{ID}|^$")] = "",
    batch_id: Annotated[str, Query(pattern=f"{ID}|^$")] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Sessions of one's province, and those one sits in, the newest first."""
    place = place_of(cursor, 1)
    found = await service.db.read(
        lambda rtx: queries.page(
            rtx, actor, states=[str(one) for one in state], cycle=cycle_id, batch=batch_id,
            before=place[0] if place else "", limit=limit + 1,
        )
    )  # fmt: skip
    return read_answer(request, page_answer(sessions.listed(found), limit, "id"))


@router.post("", status_code=201, responses={201: {"model": FiredRead}}, response_model=None)
async def create_session(
    request: Request, body: SessionCreate, actor: ActorDep, service: ServiceDep, key: KeyHeader = None
) -> Response:
    """Plan a session of the province's council, or of the centre's, with its first agenda."""
    convened_for = checked("convened_for", body.convened_for)
    given = body.model_dump(exclude={"dossiers", "convened_for"})
    new = NewSession(**given, convened_for=convened_for or body.convened_for)

    def make(tx: Tx) -> dict[str, Any]:
        return fired_json(planned(tx, new, body.dossiers, actor))

    return await create(request, service, body, make, actor=actor, key=key)


def planned(tx: Tx, new: NewSession, dossiers: Sequence[str], actor: Actor) -> Fired:
    """Plan a session and put its first products on the agenda, whole or not at all.

    Raises:
        NotFound, Forbidden, Refused, BadInput: as planning and as `put_on_agenda`.
    """
    fired = plan_session(tx, new, actor=actor)
    if not dossiers:
        return fired
    return moves.fire(
        tx, "session", fired.id, "put_on_agenda", actor=actor, data={"dossiers": list(dossiers)}
    )


@router.get("/{subject_id}", responses={200: {"model": SessionRead}}, response_model=None)
async def read_session(
    subject_id: SubjectId, request: Request, actor: ActorDep, service: ServiceDep
) -> Response:
    """A session: its members, its products with what is recorded of each, what may be done now."""
    language = language_of(request)
    await noted(service, actor, "session", subject_id, "session")
    return read_answer(
        request, await service.db.read(lambda rtx: sessions.one(rtx, actor, subject_id, language))
    )
