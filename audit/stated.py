"""What lines say of the rows of subjects that never move, such as a deadline's days: one table, kind by kind.

It must never read a row: what is told here is what the row is compared with.
"""

from collections.abc import Callable, Mapping
from typing import Any

Stated = Mapping[str, Any]
Found = Mapping[str, Any]

_SET = (
    "code", "subject", "stated_on", "bound", "last_day", "due_at", "rule", "basis", "calendar_version", "owner_role",
)  # fmt: skip
_OPEN = {"fired_at": None, "met_at": None, "cancelled_at": None, "extended_from": None}
_SETTLED = {"meet": "met_at", "cancel": "cancelled_at"}
_PRODUCT = ("name", "group_code", "set_code", "product_code")
_GRANTED = ("role", "unit_code", "seat", "acting_for", "starts_on", "ends_on")


def after(kind: str, before: Stated, found: Found) -> Stated:
    """The columns a row must hold after one more line; as before where the line says nothing of them.

    Raises:
        KeyError, TypeError: the line lacks what its kind always says.
    """
    tell = _TELLERS.get((kind, found["kind"]))
    return before if tell is None else {**before, **tell(before, found)}


def _deadline_set(_: Stated, found: Found) -> Stated:
    given = found["inputs"]
    named = {name: given[name] for name in _SET}
    return {**named, "hard": int(given["hard"]), "created_at": found["at"], **_OPEN}


def _deadline_fired(_: Stated, found: Found) -> Stated:
    return {"fired_at": found["at"]}


def _deadline_noted(_: Stated, found: Found) -> Stated:
    column = _SETTLED.get(found["trigger"])
    return {} if column is None else {column: found["at"]}


def _deadline_extended(before: Stated, found: Found) -> Stated:
    given = found["inputs"]
    first = before.get("extended_from") or given["from_last_day"]
    return {
        "last_day": given["to_last_day"], "due_at": given["due_at"], "extended_from": first, "fired_at": None
    }  # fmt: skip


def _right_granted(_: Stated, found: Found) -> Stated:
    given = found["inputs"]
    named = {name: given[name] for name in _GRANTED}
    return {**named, "account_id": _id(given["account"]), "producer_id": _id(given["producer"])}


def _right_ended(_: Stated, found: Found) -> Stated:
    return {"ends_on": found["inputs"]["ends_on"]}


def _product_registered(_: Stated, found: Found) -> Stated:
    given = found["inputs"]
    if found["trigger"] == "give_product_code":
        return {"product_code": given["after"]}
    if found["trigger"] != "register_product":
        return {}
    return {name: given[name] for name in _PRODUCT} | {"producer_id": _id(given["producer"])}


def _id(subject: str | None) -> str | None:
    return None if subject is None else subject.partition("/")[2]


_TELLERS: Mapping[tuple[str, str], Callable[[Stated, Found], Stated]] = {
    ("deadline", "deadline_set"): _deadline_set,
    ("deadline", "deadline_fired"): _deadline_fired,
    ("deadline", "fact_noted"): _deadline_noted,
    ("deadline", "deadline_extended"): _deadline_extended,
    ("appointment", "right_granted"): _right_granted,
    ("appointment", "right_ended"): _right_ended,
    ("product", "fact_noted"): _product_registered,
    ("product", "imported"): _product_registered,
}
