"""Repairs: a mistyped number, name or date put right by an act, and what was put right so far.

It never overwrites without saying so: before and after stand in the subject's history.
"""

from enum import StrEnum
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import read_answer
from api.idempotency import KeyHeader, create
from api.kinds import V1, SubjectId
from api.queries import records
from api.schemas.records import RepairCreate, RepairList, RepairMade
from api.service import ServiceDep
from api.session import ActorDep
from core.tx import Tx
from states import moves
from states.outcomes.repairs import Wanted

router = APIRouter(prefix=V1, tags=["repairs"])


class Repaired(StrEnum):
    """Collections whose members can be repaired; the kind of subject is the word without its plural."""

    DOSSIERS = "dossiers"
    CERTIFICATES = "certificates"
    CYCLES = "cycles"
    SESSIONS = "sessions"
    PRODUCERS = "producers"
    PRODUCTS = "products"

    @property
    def kind(self) -> str:
        return self.value.removesuffix("s")


@router.get("/{collection}/{subject_id}/repairs", responses={200: {"model": RepairList}}, response_model=None)
async def list_repairs(
    collection: Repaired, subject_id: SubjectId, request: Request, actor: ActorDep, service: ServiceDep
) -> Response:
    """Every repair of a subject, and what you could repair in it."""
    found = await service.db.read(lambda rtx: records.repairs(rtx, collection.kind, subject_id, actor))
    return read_answer(request, found)


@router.post(
    "/{collection}/{subject_id}/repairs",
    status_code=201,
    responses={201: {"model": RepairMade}},
    response_model=None,
)
async def create_repair(
    collection: Repaired,
    subject_id: SubjectId,
    body: RepairCreate,
    *,
    request: Request,
    actor: ActorDep,
    service: ServiceDep,
    key: KeyHeader = None,
) -> Response:
    """Put columns right, with the reason and the document; what follows from a day follows in the same transaction."""

    def make(tx: Tx) -> dict[str, Any]:
        wanted = Wanted(
            collection.kind, subject_id, body.changes, body.reason, body.document, body.expected_lines
        )
        done = moves.repair(tx, wanted, actor)
        return {
            "subject": done.subject, "lines": done.version, "changed": list(done.changed), "before": dict(done.before),
            "after": dict(done.after), "follows": list(done.follows),
        }  # fmt: skip

    return await create(request, service, body, make, actor=actor, key=key)
