"""The forms and papers of a dossier: which fields each needs, what is saved, what is still missing.

Must never judge: whether a gap stops a move is a guard's business.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.errors import BadInput, FieldError
from core.lines import canonical
from core.sql import Sql, upsert
from core.tx import ReadTx, Tx
from registry.actors import Actor
from regulations import rulesets, sheets
from regulations.sheet_models import Criterion, Sheet
from states.dossier.models import FORM_TABLE

Saved = Mapping[str, Any]
TEXT_LIMIT = 8000  # characters of one answer

REQUIRED: dict[str, tuple[str, ...]] = {
    "idea": ("description", "local_material", "local_labour", "distinction", "customers"),
    "plan": ("targets", "materials", "process", "capacity", "market", "costs", "milestones"),
    "registration": ("unit_name", "representative", "contact_address", "phone", "truth_commitment"),
    "self_assessment": (),
    "changes_since_recognition": ("changes", "change_evidence"),
    "renewal_update": (
        "materials",
        "technology",
        "packaging",
        "quality_declaration",
        "test_slips",
        "market",
        "output",
        "revenue",
        "legal_papers",
    ),
}
"""Minimum fields: idea and plan after process.md §4.2 (inferred), registration after Mẫu 01, QĐ 26/2026/QĐ-TTg; what is
new since recognition after Art. 6.1.b, what a renewal brings up to date after Art. 6.1.c."""

OPTIONAL: dict[str, tuple[str, ...]] = {
    "idea": ("state_now", "support_wanted"),
    "plan": ("equipment", "labour", "packaging", "funding", "support_wanted"),
    "registration": ("position", "email", "attachments"),
    "self_assessment": ("results", "plan_ahead"),
    "changes_since_recognition": (),
    "renewal_update": (),
}
KINDS: dict[str, tuple[str, ...]] = {
    "idea": ("first",),
    "plan": ("first",),
    "registration": ("first", "upgrade", "re_evaluation"),
    "self_assessment": ("first", "upgrade", "re_evaluation"),
    "changes_since_recognition": ("upgrade",),
    "renewal_update": ("re_evaluation",),
}
"""Which kinds of dossier have a form."""
COMMITMENT = "truth_commitment"
ANSWERS = "answers"
"""Field of the self-assessment: criterion id to option id of the sheet (Mẫu 02, part III)."""

_READ = Sql(
    sa.select(FORM_TABLE.c.data).where(
        FORM_TABLE.c.dossier_id == sa.bindparam("dossier_id"), FORM_TABLE.c.name == sa.bindparam("name")
    )
)
_ALL = Sql(
    sa.select(FORM_TABLE.c.name, FORM_TABLE.c.data, FORM_TABLE.c.digest).where(
        FORM_TABLE.c.dossier_id == sa.bindparam("dossier_id")
    )
)
_SAVE = Sql(upsert(FORM_TABLE, ("dossier_id", "name"), "data", "digest", "saved_at", "saved_by"))


def saved(tx: ReadTx, dossier_id: str, name: str) -> Saved:
    """A form as last saved; empty where nothing was saved."""
    found = tx.sql.one(_READ, dossier_id=dossier_id, name=name)
    return json.loads(found[0]) if found else {}


def all_saved(tx: ReadTx, dossier_id: str) -> dict[str, Saved]:
    return {name: json.loads(data) for name, data, _ in tx.sql.all(_ALL, dossier_id=dossier_id)}


def digests(tx: ReadTx, dossier_id: str) -> dict[str, str]:
    """Digest of every saved form, for the history line that files them."""
    return {name: digest for name, _, digest in tx.sql.all(_ALL, dossier_id=dossier_id)}


def save(tx: Tx, dossier_id: str, name: str, data: Mapping[str, object], *, actor: Actor) -> str:
    """Save a draft of a form and return its digest. A draft may have gaps; unknown fields are refused.

    Raises:
        BadInput: unknown form or field, a field that is no text, or one too long.
    """
    cleaned = _cleaned(name, data)
    text = canonical(cleaned).decode()
    digest = sha256(text.encode()).hexdigest()
    tx.sql.run(
        _SAVE,
        dossier_id=dossier_id,
        name=name,
        data=cleaned,
        digest=digest,
        saved_at=tx.now,
        saved_by=actor.account_id,
    )
    return digest


def copy(tx: Tx, from_id: str, row: Mapping[str, Any], *, actor: Actor, signed: bool = False) -> None:
    """Copy the forms of an earlier dossier that this one takes too; a commitment to the truth is given anew unless signed."""
    for name, form in all_saved(tx, from_id).items():
        if row["kind"] in KINDS[name]:
            data = {field: value for field, value in form.items() if signed or field != COMMITMENT}
            save(tx, row["id"], name, data, actor=actor)


def _cleaned(name: str, data: Mapping[str, object]) -> dict[str, object]:
    if name not in REQUIRED:
        raise BadInput("form_unknown", form=name)
    known = {*REQUIRED[name], *OPTIONAL[name]}
    faults: list[FieldError] = []
    cleaned: dict[str, object] = {}
    for key, value in data.items():
        if name == "self_assessment" and key == ANSWERS:
            cleaned[key] = _answers(value, faults)
        elif key not in known:
            faults.append(FieldError(key, "unknown_field"))
        elif not isinstance(value, str) or len(value) > TEXT_LIMIT:
            faults.append(FieldError(key, "bad_text"))
        elif value.strip():
            cleaned[key] = value.strip()
    if faults:
        raise BadInput("bad_fields", fields=faults)
    return cleaned


def _answers(value: object, faults: list[FieldError]) -> list[list[str]]:
    """Pairs of criterion and option in the sheet's spelling; keys of a line may not hold dots, pairs may."""
    pairs = list(value.items()) if isinstance(value, Mapping) else value
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs
    ):
        faults.append(FieldError(ANSWERS, "bad_answers"))
        return []
    return sorted([str(criterion), str(option)] for criterion, option in pairs)


def gaps(name: str, form: Saved) -> list[str]:
    """Required fields that are empty."""
    return [field for field in REQUIRED[name] if not form.get(field)]


def criteria_open(tx: ReadTx, row: Mapping[str, Any]) -> int | None:
    """How many criteria of the product's sheet have no valid answer; None where no sheet is known."""
    sheet = sheet_of(row, tx)
    if sheet is None:
        return None
    answers = dict(saved(tx, row["id"], "self_assessment").get(ANSWERS, []))
    return sum(not _answered(criterion, answers) for criterion in sheet.criteria())


def sheet_of(row: Mapping[str, Any], tx: ReadTx) -> Sheet | None:
    """The official sheet of the product's set under the dossier's ruleset, before the pin under today's."""
    ruleset = (
        rulesets.get(row["ruleset"].partition("@")[0])
        if row.get("ruleset")
        else rulesets.in_force(tx.now.astimezone(VIETNAM).date())
    )
    if ruleset is None or not row.get("product_set"):
        return None
    return sheets.edition_sheets(ruleset.sheet_edition).get(row["product_set"])


def _answered(criterion: Criterion, answers: Mapping[str, str]) -> bool:
    return answers.get(criterion.id) in {str(option.id) for option in criterion.options}


PAPERS_OF_FORMS = {
    "idea": "idea_registration",
    "plan": "business_plan",
    "registration": "form_01",
    "renewal_update": "renewal_update",
    "changes_since_recognition": "changes_since_recognition",
}
"""The paper a complete form stands for."""
STATED_PAPERS = ("business_registration", "organisation_introduction")
"""Papers that have no form here: who hands them in says so (Decision 1048)."""


def documents(tx: ReadTx, row: Mapping[str, Any], *, paper_set: bool, stated: object = None) -> list[str]:
    """Codes of the papers at hand. What is filed through this service has the value of paper (Art. 6, QĐ 26/2026)."""
    forms = all_saved(tx, row["id"])
    codes = [
        "software_upload",
        *(paper for paper in STATED_PAPERS if isinstance(stated, list) and paper in stated),
    ]
    codes += [
        paper for form, paper in PAPERS_OF_FORMS.items() if forms.get(form) and not gaps(form, forms[form])
    ]
    if forms.get("self_assessment"):
        codes.append("form_02")
    if paper_set:
        codes += ["electronic_set", "paper_set"]
    return sorted(codes)
