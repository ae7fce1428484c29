"""What the fields of a session's act are chosen from, and what people call its members and products.

Whether an act may be done is decided elsewhere.
"""

from typing import Any

from core.clock import VIETNAM
from core.columns import parse_instant
from core.tx import ReadTx
from states.council import agenda, members, queries
from states.council.members import Member
from states.engine.machine import Row
from web import wording


def offered(rtx: ReadTx, row: Row, trigger: str) -> dict[str, list[tuple[str, str]]]:
    """Products and people to choose from, by the field of the act."""
    if trigger == "name_members":
        everybody = _appointable(rtx, row)
        return {"appointments": everybody, "without_ballot": everybody}
    found: dict[str, list[tuple[str, str]]] = {}
    if trigger == "put_on_agenda":
        found["dossiers"] = [
            (one, f"{code} {product}") for one, code, product, _ in queries.waiting(rtx, row)
        ]
    elif trigger in ("strike_off", "record_visit", "declare_conflict"):
        heard = queries.heard(rtx, row["id"])
        found["dossiers"] = [(item.dossier_id, f"{item.code} {item.product_name}") for item in heard]
    people = [(one.appointment_id, _called(one)) for one in members.members_of(rtx, row["id"])]
    return found | dict.fromkeys(("member", "members", "present", "proxies"), people)


def known(rtx: ReadTx, row: Row, trigger: str) -> dict[str, Any]:
    """What is recorded already and stands ticked in the form."""
    if trigger != "record_attendance":
        return {}
    here = [one for one in members.members_of(rtx, row["id"]) if one.present]
    return {
        "present": [one.appointment_id for one in here if not one.by_proxy],
        "proxies": [one.appointment_id for one in here if one.by_proxy],
    }


def names(rtx: ReadTx, session_id: str) -> dict[str, str]:
    """What people call the members and products of a session, by the ids that stand in its history."""
    said = {one.appointment_id: _called(one) for one in members.members_of(rtx, session_id)}
    return said | {
        item.dossier_id: f"{item.code} {item.product_name}" for item in agenda.items_of(rtx, session_id)
    }


def _called(one: Member) -> str:
    return f"{one.name or 'Không rõ tên'}, {wording.label('office', one.office)}"


def _appointable(rtx: ReadTx, row: Row) -> list[tuple[str, str]]:
    at = parse_instant(row["adjourned_to"] or row["convened_for"])
    return [
        (appointment, f"{name or 'Không rõ tên'}, {wording.label('role', role)}")
        for appointment, name, role in members.appointable(
            rtx, row["level"], row["province_code"], at.astimezone(VIETNAM).date()
        )
    ]
