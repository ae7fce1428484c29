"""Opaque places in a list: where the next page goes on.

It never carries a right: what a person may see is asked anew on every page.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any

import orjson
from fastapi import Query

from core.errors import BadInput, FieldError

_LONGEST = 400
MOST = 200
Cursor = Annotated[str | None, Query(max_length=_LONGEST, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=MOST)]


def cursor_of(*place: str) -> str:
    """The cursor that goes on after this place."""
    return urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def place_of(cursor: str | None, parts: int) -> tuple[str, ...] | None:
    """The place a cursor names; None at the beginning.

    Raises:
        BadInput: `bad_cursor`, it is none of ours.
    """
    if cursor is None:
        return None
    try:
        found = orjson.loads(urlsafe_b64decode(cursor[:_LONGEST] + "=" * (-len(cursor) % 4)))
    except ValueError:
        found = None
    if not isinstance(found, list) or len(found) != parts or not all(_is_place(part) for part in found):
        raise BadInput("bad_fields", fields=[FieldError("cursor", "bad_cursor")])
    return tuple(found)


def _is_place(part: object) -> bool:
    return isinstance(part, str) and "\0" not in part


def page_answer(found: list[dict[str, Any]], limit: int, *place: str) -> dict[str, Any]:
    """A page of at most `limit` items; where one more was found, the cursor of the last one shown, by these names."""
    items = found[:limit]
    more = len(found) > limit
    return {"items": items, "next": cursor_of(*(items[-1][name] for name in place)) if more else None}
