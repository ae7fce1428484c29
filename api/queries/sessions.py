"""Council sessions in JSON: lines of a list, and one session with its people and products.

A member who has declared a conflict with a product is never shown its scores.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from api.languages import Language
from api.queries import deadlines
from api.queries.moving import actions_of, row_seen
from core.tx import ReadTx
from registry.actors import Actor
from states.council import queries
from states.council.agenda import Item, Scores
from states.council.members import Member
from states.council.queries import Round, SessionLine, Sheet
from states.engine.machine import Row

ONE = (
    "id", "code", "kind", "state", "level", "province_code", "cycle_id", "batch_id", "title", "place", "convened_for",
    "adjourned_to", "ruleset", "load_limit", "materials_on", "round", "results_digest", "chair_signed_at",
    "secretary_signed_at", "report_document",
)  # fmt: skip


def listed(lines: Iterable[SessionLine]) -> list[dict[str, Any]]:
    """Lines of a list as JSON."""
    return [
        {
            "id": one.id, "code": one.code, "kind": one.kind, "state": one.state, "level": one.level,
            "province_code": one.province_code, "cycle_id": one.cycle_id, "batch_id": one.batch_id, "title": one.title,
            "place": one.place, "convened_for": one.convened_for, "adjourned_to": one.adjourned_to,
            "illustrative": one.illustrative, "version": one.move_version, "products": one.products,
        }
        for one in lines
    ]  # fmt: skip


def one(rtx: ReadTx, actor: Actor, session_id: str, language: Language) -> dict[str, Any]:
    """A session with its members, its agenda, its deadlines and what may be done now.

    Raises:
        NotFound: it is not there, or not this person's to see.
    """
    row: Row = row_seen(rtx, "session", session_id, actor)
    sheet = queries.sheet(rtx, session_id, actor)
    return {
        **{name: row[name] for name in ONE},
        "version": row["move_version"],
        "lines": row["version"],
        "illustrative": bool(row["illustrative"]),
        "load_overruled": bool(row["load_overruled"]),
        "products": sum(item.struck_at is None for item in sheet.items),
        "minutes": sheet.written("minutes"),
        "discussion": sheet.written("discussion"),
        "members": [_member(member) for member in sheet.members],
        "items": [_item(item, sheet) for item in sheet.items],
        "rounds": [_round(each) for each in sheet.rounds if each.dossier_id not in sheet.blind_to],
        "deadlines": deadlines.of_subject(rtx, f"session/{session_id}"),
        "actions": actions_of(rtx, "session", row, actor, language),
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "appointment_id": member.appointment_id, "name": member.name, "office": str(member.office), "seat": member.seat,
        "required": member.required, "present": member.present, "by_proxy": member.by_proxy, "due_at": member.due_at,
    }  # fmt: skip


def _item(item: Item, sheet: Sheet) -> dict[str, Any]:
    """One product; conflicts by the appointments of those who declared them."""
    conflicted = sheet.conflicts.get(item.dossier_id, frozenset())
    hidden = item.dossier_id in sheet.blind_to
    return {
        "dossier_id": item.dossier_id, "code": item.code, "product_name": item.product_name, "state": item.state,
        "position": item.position, "struck": item.struck_at is not None, "visited_on": item.visited_on,
        "seats": item.seats, "present": item.present, "conflicted": item.conflicted,
        "conflicts": [one.appointment_id for one in sheet.members if one.account_id in conflicted], "hidden": hidden,
        **asdict(Scores() if hidden else item.scores),
    }  # fmt: skip


def _round(one: Round) -> dict[str, Any]:
    return {
        "round": one.number, "dossier_id": one.dossier_id, "points_sum": one.points_sum,
        "points_count": one.points_count, "spread": one.spread, "ballots": one.ballots, "stars": one.stars,
    }  # fmt: skip
