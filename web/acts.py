"""One act as its page shows it: fields, reason, button, and at which field a refusal is to be mended.

Fields and buttons come from the tables; whether an act may be done is decided behind ``states.moves``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from api.queries.deadlines import of_cycle
from core.errors import BadInput, Forbidden, NotFound, Refused
from core.tx import ReadTx
from states import moves
from states.cycle.tasks import tasks_of
from states.engine.actions import Action
from states.engine.forms import NOTHING
from states.engine.machine import Row
from web import days, dossiers, session_choices, wording
from web.fields import Input, Typed, inputs_of
from web.visits import Visit

SECTIONS: Mapping[str, str] = {
    "ho-so": "dossier", "giay-chung-nhan": "certificate", "chu-trinh": "cycle", "dot": "batch", "phien-hop": "session",
    "kien-nghi": "appeal",
}  # fmt: skip


SENDS: Mapping[str, tuple[str, ...]] = {
    "submit_idea": ("idea",),
    "resubmit_idea": ("idea",),
    "submit_plan": ("plan",),
    "resubmit_plan": ("plan",),
    "submit_dossier": ("registration",),
}
"""Acts that file forms: every answer is shown once more before sending."""


NOT_BY_BUTTON = frozenset({("cycle", "open"), ("cycle", "close")})
"""Acts with a page of their own: a cycle is opened from its preview and closed from its list."""


NEEDED_BY_GUARDS: Mapping[str, frozenset[str]] = {
    "accept_idea": frozenset({"appraisal"}),
    "issue_commune_report": frozenset({"matters", "form_03_signed"}),
    "propose_to_province": frozenset({"letter_number", "samples"}),
    "accept_for_review": frozenset({"consolidated_report"}),
    "advisory_report_done": frozenset({"advisory_report"}),
    "disqualify": frozenset({"rejection"}),
    "schedule": frozenset({"session_on"}),
    "decide_recognition": frozenset({"decision_number", "decision_on", "signer"}),
    "decide_five_star": frozenset({"decision_number", "decision_on", "signer"}),
    "approve_and_forward": frozenset({"decision_number", "decision_on", "signer", "letter_number"}),
    "ministry_orders_redo": frozenset({"ministry_document"}),
    "finding_ok": frozenset({"conclusion"}),
    "finding_bad": frozenset({"ground", "conclusion_on"}),
    "revoke": frozenset({"ground", "revocation_number", "revocation_on", "signer"}),
    "adjourn": frozenset({"adjourned_to"}),
    "reopen_scoring": frozenset({"discussion"}),
    "close": frozenset({"report_document"}),
    "accept_appeal": frozenset({"due_on"}),
    "uphold": frozenset({"conclusion"}),
}
"""Fields a guard asks for: shown as required; the guard itself stays the judge."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act as its page shows it."""

    kind: str
    section: str
    row: Row
    name: str
    trigger: str
    label: str
    action: Action
    inputs: list[Input]
    reason: str
    answers: list[tuple[str, str, list[tuple[str, str, str]]]]
    back: str


def act(rtx: ReadTx, visit: Visit, section: str, subject_id: str, trigger: str, typed: Typed | None) -> Act:
    """Read what an act needs.

    Raises:
        NotFound: no such thing, or not theirs to see. Forbidden: not theirs to do here.
    """
    kind = kind_of(section)
    row = dossiers.visible_row(rtx, kind, subject_id, visit.actor)
    spec = moves.machine_of(kind).spec
    if trigger not in spec.triggers or (kind, trigger) in NOT_BY_BUTTON:
        raise NotFound("unknown_trigger")
    found = next((one for one in moves.actions(rtx, kind, row, visit.actor) if one.trigger == trigger), None)
    if found is None:
        wrong = (spec.state_of[row["state"]], trigger) not in spec.by_move
        error = Refused if wrong else Forbidden
        raise error("wrong_state" if wrong else "wrong_actor", kind=kind, state=row["state"], trigger=trigger)
    fields = spec.forms.get(trigger, NOTHING).fields
    needed = NEEDED_BY_GUARDS.get(trigger, frozenset())
    return Act(
        kind=kind, section=section, row=row, name=name_of(kind, row), trigger=trigger,
        label=wording.trigger_label(kind, trigger), action=found,
        inputs=inputs_of(
            kind,
            fields,
            typed,
            needed=needed,
            known=known_of(rtx, row, kind, trigger),
            offered=session_choices.offered(rtx, row, trigger)
            if kind == "session"
            else offered_for(rtx, subject_id, trigger),
        ),
        reason=typed.one("reason") if typed else "",
        answers=dossiers.answers_of(rtx, row, SENDS[trigger]) if trigger in SENDS else [],
        back=address_of(kind, row),
    )  # fmt: skip


def known_of(rtx: ReadTx, row: Row, kind: str, trigger: str) -> Mapping[str, Any] | None:
    """What is recorded already and stands in the form."""
    if kind == "session":
        return session_choices.known(rtx, row, trigger)
    return row if trigger == "record_council_facts" else None


def offered_for(rtx: ReadTx, subject_id: str, trigger: str) -> dict[str, list[tuple[str, str]]] | None:
    """What the fields of an act are chosen from, where that depends on the subject."""
    if trigger == "extend_window":
        return {"deadline_id": open_days(rtx, subject_id)}
    if trigger == "report_task":
        return {"task_id": [(each["id"], each["title"]) for each in tasks_of(rtx, subject_id)]}
    return None


def open_days(rtx: ReadTx, cycle_id: str) -> list[tuple[str, str]]:
    """The deadlines of a cycle that can still be extended, by id."""
    return [
        (
            each["id"],
            f"{wording.deadline_name(each['code'], each['title'])}: hết ngày {days.long(each['last_day'])}",
        )
        for each in of_cycle(rtx, cycle_id)
        if each["met_at"] is None and each["cancelled_at"] is None
    ]


def kind_of(section: str) -> str:
    if section not in SECTIONS:
        raise NotFound("not_found")
    return SECTIONS[section]


def name_of(kind: str, row: Mapping[str, Any]) -> str:
    """What a subject is called on a page."""
    if kind == "cycle":
        return str(row["title"])
    if kind == "session":
        return str(row["title"])
    if kind == "batch":
        return f"Đợt {row['number']}, {wording.label('level', row['level'])}"
    return str(row["product_name"])


def address_of(kind: str, row: Mapping[str, Any]) -> str:
    """The page of a subject."""
    section = next(name for name, each in SECTIONS.items() if each == kind)
    return f"/chu-trinh/{row['cycle_id']}" if kind == "batch" else f"/{section}/{row['id']}"


FIELDS_OF_GUARDS: Mapping[str, tuple[str, ...]] = {
    "guard_reason_missing": ("reason",),
    "guard_appraisal_missing": ("appraisal",),
    "guard_matters_missing": ("matters",),
    "guard_report_unsigned": ("form_03_signed",),
    "guard_letter_missing": ("letter_number",),
    "guard_samples_missing": ("samples",),
    "guard_report_missing": ("consolidated_report", "advisory_report"),
    "guard_ground_unknown": ("ground", "rejection"),
    "guard_session_missing": ("session_on",),
    "guard_decision_missing": (
        "decision_number",
        "decision_on",
        "revocation_number",
        "revocation_on",
        "signer",
    ),
    "guard_decision_date_impossible": ("decision_on",),
    "guard_decision_ahead": ("revocation_on",),
    "guard_conclusion_ahead": ("conclusion_on", "commune_confirmation_on"),
    "guard_issue_ahead": ("stated_issued_on",),
    "guard_date_ahead": ("inspected_on",),
    "guard_extension_incomplete": ("ground", "approver", "document", "scope"),
    "guard_document_missing": ("document",),
    "guard_task_reason_missing": ("reason",),
    "guard_appeal_grounds_missing": ("grounds",),
    "guard_term_missing": ("stated_issued_on", "stated_expires_on"),
    "guard_stars_missing": ("stated_stars",),
    "guard_proxies_not_allowed": ("proxies",),
    "guard_ministry_request_missing": ("ministry_document",),
    "guard_conclusion_missing": ("conclusion", "conclusion_on"),
    "guard_new_date_missing": ("adjourned_to",),
    "guard_due_in_past": ("due_at",),
    "guard_day_in_future": ("visited_on", "delivered_on"),
    "guard_discussion_missing": ("discussion",),
    "guard_council_report_missing": ("report_document",),
    "guard_appeal_due_missing": ("due_on",),
}
"""Guards over what is sent: their sentence stands at the field it is about."""


def faults_of(error: BadInput | Refused, shown: Collection[str], typed: Typed) -> list[dict[str, str]]:
    """What is wrong at which field, the first empty one of several; nothing where it is about no field of this page."""
    if isinstance(error, BadInput):
        return wording.field_errors(error.fields)
    names = [name for name in FIELDS_OF_GUARDS.get(error.code, ()) if name in shown]
    at = next((name for name in names if not typed.one(name).strip()), next(iter(names), None))
    if at is None:
        return []
    return [{"path": at, "label": wording.field_label(at), "text": wording.of_error(error)}]
