"""Repairs, settings, offices, forms and years of producers, as a person may see them.

It never shows a hidden value, nor a province in which the person holds nothing.
"""

from dataclasses import asdict
from typing import Any

from api.queries.scope import provinces_of
from core.clock import VIETNAM
from core.columns import instant_text
from core.errors import NotFound
from core.tx import ReadTx
from registry import offices, producer_changes, settings, units
from registry.actors import Actor
from registry.producer_years import ballot_facts, years_of
from registry.producers import get_producer
from registry.products import similar_products
from regulations.settings import DEFINITIONS
from states.engine import permissions
from states.outcomes.repairs_read import RepairRead, open_columns, repairs_of, row_seen


def repairs(rtx: ReadTx, kind: str, subject_id: str, actor: Actor) -> dict[str, Any]:
    """The repairs of a subject, and what this person could repair in it.

    Raises:
        NotFound: it is not there, or not this person's to see.
    """
    row = row_seen(rtx, kind, subject_id, actor)
    if row is None:
        raise NotFound("subject_not_found", kind=kind)
    subject = f"{kind}/{subject_id}"
    return {
        "subject": subject,
        "lines": row["version"],
        "items": [repair_json(one) for one in repairs_of(rtx, subject)],
        "repairable": [
            {
                "column": one.name, "value": one.value, "look": one.look, "choices": list(one.choices),
                "may_be_emptied": one.empties,
            }
            for one in open_columns(kind, row, actor)
        ],
    }  # fmt: skip


def repair_json(one: RepairRead) -> dict[str, Any]:
    return {
        "line": one.version, "at": instant_text(one.at), "role": one.role, "reason": one.reason, "document": one.document,
        "follows": one.follows, "changes": [asdict(each) for each in one.changes],
    }  # fmt: skip


def public_corrections(rtx: ReadTx, certificate_id: str) -> list[dict[str, Any]]:
    """What was put right on a certificate, for everybody: day, document and the values that may be shown."""
    return [
        {
            "on": one.at.astimezone(VIETNAM).date().isoformat(),
            "document": one.document,
            "changes": [asdict(each) for each in one.changes],
        }
        for one in repairs_of(rtx, f"certificate/{certificate_id}")
    ]


def setting_list(rtx: ReadTx, unit_code: str, actor: Actor) -> dict[str, Any]:
    """Every setting as it stands for a province, with all choices made and to come.

    Raises:
        NotFound: `unknown_unit`, also for a province in which this person holds nothing.
    """
    _seen_province(rtx, unit_code, actor)
    made: dict[str, list[dict[str, Any]]] = {}
    for one in settings.choices(rtx, unit_code):
        made.setdefault(one.name, []).append(
            {"value": one.value, "from_at": instant_text(one.from_at), "document": one.source}
        )
    there = settings.resolved(rtx, unit_code)
    items = [
        {
            "name": each.name, "value": there[each.name], "default": each.default, "allowed": list(each.values),
            "basis": each.source, "choices": made.get(each.name, []),
        }
        for each in DEFINITIONS
    ]  # fmt: skip
    return {"unit_code": unit_code, "items": items}


def office_list(rtx: ReadTx, province_code: str, actor: Actor) -> dict[str, Any]:
    """The offices of a province, commune by commune; raises as `setting_list`."""
    _seen_province(rtx, province_code, actor)
    known = offices.offices(rtx, province_code)
    items = []
    for unit in units.communes(rtx, province_code, rtx.now.astimezone(VIETNAM).date()):
        found = known.get(unit.code)
        items.append(
            {
                "commune_code": unit.code, "commune": unit.name_vi, "phone": found.phone if found else None,
                "hours": found.hours if found else None,
            }
        )  # fmt: skip
    return {
        "province_code": province_code,
        "missing": sum(item["phone"] is None for item in items),
        "items": items,
    }


def legal_forms(rtx: ReadTx, producer_id: str, actor: Actor) -> dict[str, Any]:
    """Every legal form a producer had, the oldest first."""
    _seen_producer(rtx, producer_id, actor)
    found = producer_changes.legal_forms(rtx, producer_id)
    return {"items": [{**asdict(each), "since": each.since and each.since.isoformat()} for each in found]}


def years(rtx: ReadTx, producer_id: str, actor: Actor) -> dict[str, Any]:
    """What a producer states of its years, and what the ballot of this year asks of them."""
    _seen_producer(rtx, producer_id, actor)
    this_year = rtx.now.astimezone(VIETNAM).year
    return {
        "items": [asdict(each) for each in years_of(rtx, producer_id)],
        "ballot": {"year": this_year, **asdict(ballot_facts(rtx, producer_id, this_year))},
    }


def similar(rtx: ReadTx, producer_id: str, name: str, actor: Actor) -> dict[str, Any]:
    """Products of the same name in the producer's commune, before another one is registered."""
    _seen_producer(rtx, producer_id, actor)
    found = similar_products(rtx, producer_id, name)
    return {"items": [{"id": one.id, "name": one.name, "producer_id": one.producer_id} for one in found]}


def _seen_province(rtx: ReadTx, unit_code: str, actor: Actor) -> None:
    unit = units.get(rtx, unit_code)
    mine = provinces_of(rtx, actor)
    if unit.kind not in (units.UnitKind.PROVINCE, units.UnitKind.COUNTRY) or (
        mine is not None and unit.code not in mine
    ):
        raise NotFound("unknown_unit", unit=unit_code)


def _seen_producer(rtx: ReadTx, producer_id: str, actor: Actor) -> None:
    found = get_producer(rtx, producer_id)
    if not permissions.may_see(actor, {**asdict(found), "producer_id": found.id}):
        raise NotFound("unknown_producer", producer=producer_id)
