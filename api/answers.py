"""JSON out: written by orjson from plain data, with an entity tag on reads and no store in between.

It never caches what belongs to a person.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

PRIVATE = "no-store"
PUBLIC = "public, max-age=60"
_JSON = "application/json"


def read_answer(request: Request, content: Any, *, cache: str = PRIVATE) -> Response:
    """Answer a read; 304 without a body where the asker holds the same already."""
    body = orjson.dumps(content)
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"etag": tag, "cache-control": cache, "vary": "Accept-Language, Authorization, Cookie"}
    if _holds(request.headers.get("if-none-match"), tag):
        return Response(None, 304, headers)
    return Response(body, 200, headers, _JSON)


def write_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer a change."""
    return raw_answer(orjson.dumps(content), status, headers)


def raw_answer(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer a change with JSON that is written already."""
    return Response(body, status, {"cache-control": PRIVATE, **(headers or {})}, _JSON)


def done() -> Response:
    """Done, and nothing to say."""
    return Response(None, 204, {"cache-control": PRIVATE})


def _holds(header: str | None, tag: str) -> bool:
    if header is None:
        return False
    return any(held.strip().removeprefix("W/") in (tag, "*") for held in header.split(","))
