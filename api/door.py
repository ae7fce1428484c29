"""The outer door of every request: an id, a size limit, security headers, one log line, one count.

It never writes an address as it came: paths may hold the secret of a link. It writes the route and ids of subjects.
"""

import logging
import re
from collections.abc import Callable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import INTERNAL, TOO_LARGE, BodyTooLargeError, Problem, answer_of, respond
from api.languages import language_of
from api.meters import Requests
from core.ids import new_id

log = logging.getLogger("ocop.requests")

MOST_JSON = 1024 * 1024  # bytes
MOST_UPLOAD = 32 * 1024 * 1024  # bytes, for multipart/form-data
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "geolocation=(), microphone=(), payment=(), usb=()",
}
"""Set on every answer that does not bring its own."""
ONE_YEAR = "max-age=31536000"


class Door:
    """ASGI middleware, outside of everything but the server."""

    def __init__(
        self, app: ASGIApp, *, requests: Requests, https: bool, monotonic: Callable[[], float]
    ) -> None:
        self._app, self._requests, self._monotonic = app, requests, monotonic
        self._headers = {**HEADERS, **({"strict-transport-security": ONE_YEAR} if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = self._monotonic()
        visit = _Visit(scope, receive, send, self._headers)
        try:
            await visit.pass_on(self._app)
        finally:
            seconds = self._monotonic() - started
            route = route_of(visit.scope)
            self._requests.count(scope["method"], route, visit.status, seconds)
            log.info("request", extra=_about(scope, visit, route, seconds))


class _Visit:
    """One request on its way in and out."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, headers: Mapping[str, str]) -> None:
        self._receive, self._send, self._headers = receive, send, headers
        self._head = scope["method"] == "HEAD"  # answered as GET, without what it would have shown
        self.scope: Scope = {**scope, "method": "GET"} if self._head else scope
        self.status = INTERNAL
        self.begun = False
        self._read = 0
        given = Headers(scope=scope)
        asked = given.get("x-request-id", "")
        self.id = asked if _ID.fullmatch(asked) else new_id()
        upload = given.get("content-type", "").startswith("multipart/form-data")
        self._most = MOST_UPLOAD if upload else MOST_JSON
        self._length = given.get("content-length", "0")
        scope.setdefault("state", {})["request_id"] = self.id
        self.scope["state"] = scope["state"]

    async def pass_on(self, app: ASGIApp) -> None:
        if self._length.isdigit() and int(self._length) > self._most:
            await self._refuse(Problem(TOO_LARGE, "body_too_large"))
            return
        if "%00" in self.scope.get("raw_path", b"").decode("latin-1") or b"%00" in self.scope["query_string"]:
            await self._refuse(Problem(400, "unreadable_text"))
            return
        try:
            await app(self.scope, self.receive, self.send)
        except Exception:
            log.exception("request failed", extra={"request_id": self.id, "route": route_of(self.scope)})
            if self.begun:
                raise
            await self._refuse(Problem(INTERNAL, "internal_error", {"id": self.id}))

    async def receive(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > self._most:
            raise BodyTooLargeError
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            headers["x-request-id"] = self.id
        elif self._head:
            message = {**message, "body": b""}
        await self._send(message)

    async def _refuse(self, problem: Problem) -> None:
        request = Request(self.scope)
        try:
            answer = respond(request, problem)
        except Exception:
            log.exception("a page of a refusal failed", extra={"request_id": self.id})
            answer = answer_of(problem, language_of(request), self.id)
        await answer(self.scope, self._receive, self.send)


def route_of(scope: Scope) -> str:
    """The route as it is declared; never the address itself."""
    path = getattr(scope.get("route"), "path", None)
    return str(path) if path else "-"


def _about(scope: Scope, visit: _Visit, route: str, seconds: float) -> dict[str, object]:
    found = visit.scope.get("path_params", {})
    ids = {name: value for name, value in found.items() if name.endswith("_id")}
    visitor = scope["state"].get("visitor")
    return {
        "request_id": visit.id,
        "method": scope["method"],
        "route": route,
        "status": visit.status,
        "ms": round(seconds * 1000, 1),
        "account": visitor.actor.account_id if visitor else None,
        **ids,
    }
