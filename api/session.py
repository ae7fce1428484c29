"""Who asks: by the cookie of a session or by a token, with the rights of today, in one read.

It never trusts a cookie alone for a change: the change must come from our own pages.
"""

from dataclasses import dataclass, replace
from secrets import compare_digest
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from api.cookies import session_key
from api.service import Service, service_of
from core.errors import Forbidden, NotSignedIn
from registry import sign_in
from registry.actors import Actor

READING = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person; `csrf` and `id_hash` stand only where a session brought them, not for a token."""

    actor: Actor
    csrf: str | None = None
    id_hash: str | None = None


async def visitor_of(request: Request) -> Visitor | None:
    """Who asks; None for nobody. Looked up once per request.

    Raises:
        NotSignedIn: `token_unknown`, for a token that is none, over or revoked.
    """
    state = request.state
    if not hasattr(state, "visitor"):
        state.visitor = await _look_up(request, await service_of(request))
    found: Visitor | None = state.visitor
    return found


async def _look_up(request: Request, service: Service) -> Visitor | None:
    token = bearer_of(request)
    if token is not None:
        return Visitor(await _by_token(service, token))
    key = session_key(request, service)
    return None if key is None else await _by_session(request, service, key)


def bearer_of(request: HTTPConnection) -> str | None:
    """The token of an `Authorization: Bearer` header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def _by_token(service: Service, token: str) -> Actor:
    now = service.clock.wall_now()
    actor = await service.db.read(lambda rtx: sign_in.token_actor(rtx, token, now))
    if actor is None:
        raise NotSignedIn("token_unknown")
    return actor


async def _by_session(request: Request, service: Service, key: str) -> Visitor | None:
    now = service.clock.wall_now()
    found = await service.db.read(lambda rtx: sign_in.session_actor(rtx, key, now))
    if found is None:
        return None
    if found.touch_due:
        await service.db.write(lambda tx: sign_in.touch_session(tx, found.id_hash, now_wall=now))
    actor = replace(found.actor, via="api") if request.url.path.startswith("/api/") else found.actor
    return Visitor(actor, found.csrf, found.id_hash)


async def require_visitor(request: Request) -> Visitor:
    """The signed-in person; a change by cookie must come from our own pages.

    Raises:
        NotSignedIn: `not_signed_in`, `token_unknown`.
        Forbidden: `foreign_request`.
    """
    visitor = await visitor_of(request)
    if visitor is None:
        raise NotSignedIn("not_signed_in")
    if visitor.csrf is not None and request.method not in READING:
        check_own_page(request, visitor.csrf)
    return visitor


async def require_actor(request: Request) -> Actor:
    """The signed-in person with the rights of today; raises as `require_visitor`."""
    return (await require_visitor(request)).actor


VisitorDep = Annotated[Visitor, Depends(require_visitor)]
ActorDep = Annotated[Actor, Depends(require_actor)]


def check_own_page(request: Request, csrf: str) -> None:
    """Refuse a change by cookie unless it proves where it comes from: the session's token, or the browser's word.

    Raises:
        Forbidden: `foreign_request`.
    """
    given = request.headers.get(CSRF_HEADER)
    if given is not None and not same_secret(given, csrf):
        raise Forbidden("foreign_request")
    if from_own_page(request) is False or (given is None and from_own_page(request) is None):
        raise Forbidden("foreign_request")


async def refuse_foreign(request: Request) -> None:
    """Refuse a change that a foreign page sends for a person who is not signed in yet.

    Raises:
        Forbidden: `foreign_request`.
    """
    if from_own_page(request) is False:
        raise Forbidden("foreign_request")


def from_own_page(request: HTTPConnection) -> bool | None:
    """Whether the browser says the request comes from this site; None where it says nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    if origin is None:
        return None
    host = urlsplit(origin).netloc
    return bool(host) and host == request.headers.get("host")


def same_secret(given: str, kept: str) -> bool:
    """Compare without telling by the time it takes how much was right."""
    return compare_digest(given.encode(), kept.encode())
