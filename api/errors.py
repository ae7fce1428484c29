"""Every refusal as `application/problem+json`: one table from the classes of `core.errors` to statuses.

It never says more than the refusal itself: what nobody foresaw is an id here and a traceback in the log.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from api.field_errors import READING_FAILED, code_of_request, fields_of
from api.languages import Language, language_of
from core import errors, texts
from core.errors import FieldError, OcopError, Param

STATUS: Mapping[type[OcopError], int] = {
    errors.Malformed: 400,
    errors.NotSignedIn: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Refused: 409,
    errors.StaleVersion: 409,
    errors.BadInput: 422,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
"""The one place where a class of refusal becomes a status."""

METHOD_UNKNOWN, TOO_LARGE = 405, 413
INTERNAL = 500
_OF_HTTP = {404: "not_found", METHOD_UNKNOWN: "method_unknown", TOO_LARGE: "body_too_large"}
_WHOLE = 2**53
MEDIA_TYPE = "application/problem+json"


class BodyTooLargeError(Exception):
    """More bytes came than an answer may need; raised while a body is being read."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal, ready to be answered as JSON or shown on a page."""

    status: int
    code: str
    params: Mapping[str, Param] = field(default_factory=dict)
    fields: Sequence[FieldError] = ()
    allow: str = ""  # the methods of an address that was asked by another

    def detail(self, language: Language) -> str:
        """The sentence for a person: what, and how to mend it."""
        return sentence(self.code, language, self.params)

    def to_json(self, language: Language, request_id: str | None) -> dict[str, Any]:
        """The members of RFC 9457 and ours: code, params, fields."""
        return {
            "type": f"urn:ocop:error:{self.code}",
            "title": sentence(f"problem.{self.status}", language, {}),
            "status": self.status,
            "code": self.code,
            "detail": self.detail(language),
            "params": _shown(self.params),
            "fields": [_field(each, language) for each in self.fields],
            "request_id": request_id,
        }

    def headers(self) -> dict[str, str]:
        found = {"cache-control": "no-store"}
        if self.status == 401:
            found["www-authenticate"] = "Bearer"
        if self.allow:
            found["allow"] = self.allow
        if self.status == 429:
            found["retry-after"] = str(60 * int(self.params.get("minutes") or 1))
        if self.status == 503:
            found["retry-after"] = "5"
        return found


PageErrors = Callable[[Request, Problem], Response]
"""How pages show a refusal; given by the room that owns the pages."""


def _field(error: FieldError, language: Language) -> dict[str, Any]:
    params = {"field": error.path, **error.params}
    message = sentence(error.code, language, params)
    return {"path": error.path, "code": error.code, "message": message, "params": _shown(error.params)}


def _shown(params: Mapping[str, Param]) -> dict[str, Param]:
    """Values as JSON can carry them: a whole number nobody can count to is text."""
    return {
        name: str(value) if isinstance(value, int) and abs(value) >= _WHOLE else value
        for name, value in params.items()
    }


def sentence(code: str, language: Language, params: Mapping[str, Param]) -> str:
    """The text of a code; a refusal's own words must never fail, so a text that cannot be filled is the code."""
    try:
        return texts.text_or_code(code, language, params)
    except TypeError:
        return code


def status_of(error: OcopError) -> int:
    """The status of an error, by the nearest class of the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem_of(error: Exception) -> Problem:
    """What an exception means to the one who asked."""
    match error:
        case OcopError():
            fields = error.fields if isinstance(error, errors.BadInput) else ()
            return Problem(status_of(error), error.code, error.params, fields)
        case RequestValidationError():
            status, code = code_of_request(error.errors())
            return Problem(status, code, fields=fields_of(error.errors()) if status == 422 else ())
        case HTTPException():
            return _of_http(error)
        case _:
            return Problem(INTERNAL, "internal_error")


def _of_http(error: HTTPException) -> Problem:
    if isinstance(error.__cause__, BodyTooLargeError):
        return Problem(TOO_LARGE, _OF_HTTP[TOO_LARGE])
    if error.status_code == 400:
        return Problem(400, READING_FAILED)
    return Problem(error.status_code, _OF_HTTP.get(error.status_code, "not_possible"))


def answer_of(problem: Problem, language: Language, request_id: str | None) -> Response:
    """The answer in JSON."""
    body = orjson.dumps(problem.to_json(language, request_id))
    return Response(body, problem.status, problem.headers(), MEDIA_TYPE)


async def handle(request: Request, error: Exception) -> Response:
    """Answer an exception."""
    problem = problem_of(error)
    if problem.status == METHOD_UNKNOWN:
        problem = replace(problem, allow=", ".join(sorted(methods_of(request))))
    return respond(request, problem)


def methods_of(request: Request) -> frozenset[str]:
    """The methods an address answers, over all routes that share it; each is tried, for routers may be nested."""
    found = {
        method
        for method in ("DELETE", "GET", "PATCH", "POST", "PUT")
        for route in request.app.routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    }
    return frozenset(found | ({"HEAD"} if "GET" in found else set()))


def respond(request: Request, problem: Problem) -> Response:
    """Answer a refusal: pages by their own room's hand, everything else in JSON."""
    pages: PageErrors | None = request.app.state.page_errors
    if pages is not None and not request.url.path.startswith("/api/"):
        return pages(request, problem)
    return answer_of(problem, language_of(request), request_id_of(request))


def request_id_of(request: Request) -> str | None:
    """The id under which the log knows this request."""
    found: str | None = getattr(request.state, "request_id", None)
    return found


def install(app: FastAPI, page_errors: PageErrors | None) -> None:
    """Register the handlers; `page_errors` answers for paths outside of /api/."""
    app.state.page_errors = page_errors
    for kind in (OcopError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, handle)
