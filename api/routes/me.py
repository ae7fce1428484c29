"""The signed-in person: rights of today, tokens, password.

It never shows anything of another person.
"""

import asyncio
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import done, read_answer, write_answer
from api.kinds import V1, SubjectId
from api.schemas.people import MeRead, NewPassword, TokenCreate, TokenList, TokenMade
from api.service import ServiceDep
from api.session import ActorDep, Visitor, VisitorDep
from core.columns import instant_text
from notifications.queries import unread_count
from registry import sign_in

router = APIRouter(prefix=f"{V1}/me", tags=["me"])


@router.get("", responses={200: {"model": MeRead}}, response_model=None)
async def read_me(request: Request, visitor: VisitorDep, service: ServiceDep) -> Response:
    """Who is signed in, with the rights of today."""
    unread = await service.db.read(lambda rtx: unread_count(rtx, visitor.actor.account_id))
    return read_answer(request, _me(visitor, unread))


def _me(visitor: Visitor, unread: int) -> dict[str, Any]:
    actor = visitor.actor
    rights = [
        {
            "role": held.role.value,
            "unit_code": held.unit_code,
            "producer_id": held.producer_id,
            "seat": held.seat,
            "acting_for": held.acting_for,
        }
        for held in actor.appointments
        if not held.taken_over
    ]
    return {
        "account_id": actor.account_id,
        "name": actor.name,
        "via": actor.via,
        "rights": rights,
        "csrf": visitor.csrf,
        "unread": unread,
    }


@router.put("/password", status_code=204, response_model=None)
async def change_password(body: NewPassword, actor: ActorDep, service: ServiceDep) -> Response:
    """Set one's own password; every session of the account ends, this one too."""
    hashed = await asyncio.to_thread(sign_in.hash_password, body.password)
    await service.db.write(lambda tx: sign_in.set_password(tx, actor.account_id, hashed, via=actor.via))
    return done()


@router.get("/tokens", responses={200: {"model": TokenList}}, response_model=None)
async def list_tokens(request: Request, actor: ActorDep, service: ServiceDep) -> Response:
    """One's own tokens in force."""
    now = service.clock.wall_now()
    tokens = await service.db.read(lambda rtx: sign_in.tokens_of(rtx, actor.account_id, now))
    items = [
        {
            "id": token.id,
            "name": token.name,
            "created_at": instant_text(token.created_at),
            "expires_at": instant_text(token.expires_at),
        }
        for token in tokens
    ]
    return read_answer(request, {"items": items})


@router.post("/tokens", status_code=201, responses={201: {"model": TokenMade}}, response_model=None)
async def make_token(body: TokenCreate, actor: ActorDep, service: ServiceDep) -> Response:
    """Make a token for programs; it is shown this once."""
    token = await service.db.write(
        lambda tx: sign_in.make_token(tx, actor.account_id, body.name, days=body.days)
    )
    return write_answer({"token": token}, 201)


@router.delete("/tokens/{token_id}", status_code=204, response_model=None)
async def revoke_token(token_id: SubjectId, actor: ActorDep, service: ServiceDep) -> Response:
    """End one of one's own tokens."""
    await service.db.write(lambda tx: sign_in.revoke_token(tx, actor.account_id, token_id))
    return done()
