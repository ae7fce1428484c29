"""The columns a move writes beside the state of a session.

Each function answers for one trigger; none looks at another subject or decides anything.
"""

from states.council import agenda
from states.council.facts import items, signs_as
from states.council.states import SessionKind
from states.engine.decide import Move
from states.engine.machine import Asked, Changes, Row


def _convened(asked: Asked, _: Move) -> Row:
    """It is held on the day it was put off to, where it was."""
    limit = asked.row["load_limit"]
    over = limit is not None and len(items(asked)) > limit
    held = asked.row["adjourned_to"] or asked.row["convened_for"]
    return {"convened_for": held, "adjourned_to": None, "load_overruled": int(over)}


def _adjourned(asked: Asked, _: Move) -> Row:
    return {"adjourned_to": asked.data["adjourned_to"], "materials_on": None}


def _delivered(asked: Asked, _: Move) -> Row:
    return {"materials_on": asked.data["delivered_on"]}


def _next_round(asked: Asked, _: Move) -> Row:
    return {"round": asked.row["round"] + 1}


def _concluded(asked: Asked, _: Move) -> Row:
    return {"results_digest": agenda.digest_of(items(asked))}


def _signed(asked: Asked, _: Move) -> Row:
    office = signs_as(asked)
    return {f"{office}_signed_at": asked.now, f"{office}_signed_by": asked.actor.account_id}


def _meeting(asked: Asked, _: Move) -> Row:
    """Written opinions that differ are settled at a table: the session becomes a meeting (QĐ 26/2026/QĐ-TTg Điều 7.6.d)."""
    return {
        "kind": str(SessionKind.IN_PERSON),
        "convened_for": asked.data["convened_for"],
        "place": asked.data.get("place") or asked.row["place"],
    }


def _handed_in(asked: Asked, _: Move) -> Row:
    return {"report_document": asked.data["report_document"]}


CHANGES: Changes = {
    "convene": _convened,
    "adjourn": _adjourned,
    "deliver_materials": _delivered,
    "reopen_scoring": _next_round,
    "conclude": _concluded,
    "sign_minutes": _signed,
    "convene_meeting": _meeting,
    "close": _handed_in,
}
