"""What pydantic and the JSON reader find wrong, in the codes of the house.

It never passes on pydantic's own words, nor the value that was sent.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import FieldError, Param

READING_FAILED = "malformed_json"
NOT_THERE = "not_found"

CODES: Mapping[str, str] = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_too_short": "required",
    "string_too_long": "too_long",
    "string_type": "bad_text",
    "string_unicode": "bad_text",
    "string_pattern_mismatch": "bad_form",
    "int_type": "bad_whole",
    "int_parsing": "bad_whole",
    "int_from_float": "bad_whole",
    "int_parsing_size": "bad_whole",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "bool_type": "bad_yes_no",
    "bool_parsing": "bad_yes_no",
    "enum": "bad_choice",
    "literal_error": "bad_choice",
    "dict_type": "bad_object",
    "model_type": "bad_object",
    "model_attributes_type": "bad_object",
    "list_type": "bad_list",
    "unreadable_text": "unreadable_text",
}
_DAYS = ("date_", "datetime_", "timezone_")


def code_of_request(found: Sequence[Mapping[str, Any]]) -> tuple[int, str]:
    """Status and code of the whole: unreadable JSON is 400, an address that cannot be is 404, the rest 422."""
    if any(error["type"] == "json_invalid" for error in found):
        return 400, READING_FAILED
    if any(error["loc"] and error["loc"][0] == "path" for error in found):
        return 404, NOT_THERE
    return 422, "bad_fields"


def fields_of(found: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """One entry per field; the path leaves out where the field travelled (body, query, header)."""
    return [FieldError(_path(error["loc"]), _code(error["type"]), _params(error)) for error in found]


def _path(place: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in place[1:]) or str(place[0])


def _code(kind: str) -> str:
    if kind.startswith(_DAYS):
        return "bad_day" if kind.startswith("date_") else "bad_instant"
    return CODES.get(kind, "bad_value")


def _params(error: Mapping[str, Any]) -> dict[str, Param]:
    about: Mapping[str, Any] = error.get("ctx") or {}
    found: dict[str, Param] = {}
    for ours, theirs in (("longest", "max_length"), ("least", "ge"), ("most", "le"), ("allowed", "expected")):
        if theirs in about:
            value = about[theirs]
            found[ours] = value if isinstance(value, int) else str(value)
    return found
