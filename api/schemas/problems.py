"""The shape of a refusal, for the OpenAPI file.

It never carries the value that was sent, nor anything of the program's inside.
"""

from typing import Any

from api.errors import MEDIA_TYPE
from api.schemas.base import Read


class FieldProblem(Read):
    """One bad field."""

    path: str
    code: str
    message: str
    params: dict[str, str | int | None]


class Problem(Read):
    """A refusal (RFC 9457): `code` is stable, `detail` is for people, `fields` name what is wrong where."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    params: dict[str, str | int | None]
    fields: list[FieldProblem]
    request_id: str | None


_SAID = {
    400: "cannot be read",
    401: "not signed in",
    403: "seen, but not yours to do",
    404: "not there, or not yours to see",
    409: "not now: stale_version, wrong_state, guard_*",
    413: "too large",
    422: "fields",
    429: "too often",
    503: "later",
}


def _said(text: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


PROBLEMS: dict[int | str, dict[str, Any]] = {
    **{status: _said(text) for status, text in _SAID.items()},
    "default": {"model": Problem, "description": "any refusal"},
}
"""For every route; `default` brings the schema in."""
