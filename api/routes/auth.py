"""Signing in by link or password, recovery, signing out.

It never says whether an account exists, and never puts a secret anywhere but into the cookie.
"""

import asyncio
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.answers import done, write_answer
from api.cookies import drop_session, set_session
from api.kinds import V1, LinkSecret
from api.schemas.people import NewPassword, PasswordSignIn, RecoverRequest, SessionRead
from api.service import Service, ServiceDep
from api.session import VisitorDep, refuse_foreign
from core import jobs
from core.columns import instant_text
from core.errors import TooMany
from core.tx import Tx
from notifications.links import queue_link
from registry import sign_in
from registry.sign_in import Opened, Purpose

router = APIRouter(prefix=f"{V1}/auth", tags=["auth"], dependencies=[Depends(refuse_foreign)])
_OPENED: dict[int | str, dict[str, Any]] = {200: {"model": SessionRead}}


@router.post("/links/{secret}/use", responses=_OPENED, response_model=None)
async def use_link(secret: LinkSecret, service: ServiceDep) -> Response:
    """Sign in by a one-time link; it works once."""
    opened = await service.db.write(lambda tx: sign_in.open_session(tx, sign_in.use_link(tx, secret)))
    return _signed_in(service, opened)


@router.post("/links/{secret}/password", responses=_OPENED, response_model=None)
async def recover_password(secret: LinkSecret, body: NewPassword, service: ServiceDep) -> Response:
    """Set a new password by a recovery link and sign in; every other session of the account ends."""
    await service.db.read(lambda rtx: sign_in.peek_link(rtx, secret, Purpose.RECOVER))
    hashed = await asyncio.to_thread(sign_in.hash_password, body.password)

    def change(tx: Tx) -> Opened:
        return sign_in.open_session(tx, sign_in.recover(tx, secret, hashed, via="api"))

    return _signed_in(service, await service.db.write(change))


@router.post("/password", responses=_OPENED, response_model=None)
async def sign_in_by_password(body: PasswordSignIn, request: Request, service: ServiceDep) -> Response:
    """Sign in by e-mail address or phone number and password."""
    opened = await sign_in.sign_in_password(
        service.db, body.login, body.password, address=address_of(request), remember=body.remember
    )
    return _signed_in(service, opened)


@router.post("/recover", status_code=202, response_class=Response, response_model=None)
async def recover_access(body: RecoverRequest, request: Request, service: ServiceDep) -> Response:
    """Have a recovery link sent; the answer is the same whoever asks for whom, and however often."""
    with suppress(TooMany):
        await service.db.write(lambda tx: send_recovery(tx, service, body.login, address_of(request)))
    return Response(None, 202, {"cache-control": "no-store"})


@router.post("/sign-out", status_code=204, response_model=None)
async def sign_out(visitor: VisitorDep, service: ServiceDep) -> Response:
    """End this session; a token is not ended by this."""
    id_hash = visitor.id_hash
    if id_hash is not None:
        await service.db.write(lambda tx: sign_in.close_session(tx, id_hash))
    answer = done()
    drop_session(answer, service)
    return answer


def send_recovery(tx: Tx, service: Service, login: str, address: str) -> None:
    """Make a recovery link and put it into the outbox; for nobody's name nothing happens.

    Raises:
        TooMany: `too_many_tries`.
    """
    made = sign_in.ask_link(tx, login, Purpose.RECOVER, address=address)
    if made is not None:
        account_id, secret = made
        queue_link(tx, account_id, "recover", service.link_url(Purpose.RECOVER, secret))
        jobs.ask(tx, "deliver_outbox")


def address_of(request: Request) -> str:
    """Where a request comes from, as far as the server knows."""
    return request.client.host if request.client else "-"


def _signed_in(service: Service, opened: Opened) -> Response:
    answer = write_answer({"csrf": opened.csrf, "expires_at": instant_text(opened.expires_at)})
    set_session(answer, service, opened.session_id, opened.expires_at)
    return answer
