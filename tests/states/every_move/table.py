"""How each state is reached and what each trigger needs, copied by hand; which moves there are says `moves.csv`.

A move whose trigger or state has no entry here fails by name, and so does a guarded one that no entry spoils.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.states.every_move.stage import RULESET

AHEAD, PAST = "2027-04-20T17:00:00.000000Z", "2027-04-11T17:00:00.000000Z"
LONG_AGO = "2027-01-02T17:00:00.000000Z"
FILED = {
    "ruleset": RULESET,
    "ruleset_assessed": RULESET,
    "filed_on": "2027-04-05",
    "received_on": "2027-04-05",
}
AT_PROVINCE = FILED | {"level": "province"}
AT_CENTRE = FILED | {"level": "central"}
SESSION = {"session_on": "2027-04-12", "quorum_met": 1, "materials_in_time": 1, "required_ballots": 7}
COUNTED = AT_PROVINCE | SESSION | {
    "ballots": 7, "points_sum": 560, "points_count": 7, "spread": 6, "floor_stars": 5, "minutes_signed": 1, "stars": 4
}  # fmt: skip
DECISION = {"decision_number": "77/QĐ-UBND", "decision_on": "2027-04-12", "signer": "Chủ tịch"}
DECIDED = COUNTED | {"decision_number": "77/QĐ-UBND", "decision_on": "2027-04-12"}
LETTER = {"letter_number": "12/UBND", "letter_on": "2027-04-12"}
FIVE = COUNTED | {"points_sum": 644, "stars": 5}
MATTERS = ["idea_origin", "local_identity", "local_labour", "local_material"]
RESULTS = {"revenue_million_vnd": 1200, "output": "3 tấn", "market": "Trong tỉnh"}
REVOCATION = {
    "ground": "law_broken", "conclusion_on": "2027-04-05", "revocation_number": "9/QĐ", "revocation_on": "2027-04-12",
    "signer": "Chủ tịch",
}  # fmt: skip

STANDING: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("dossier", "idea.draft"): {},
    ("dossier", "idea.submitted"): {"attempts": 1},
    ("dossier", "idea.returned"): {"attempts": 1, "due_at": AHEAD},
    ("dossier", "idea.screened"): {"attempts": 1},
    ("dossier", "idea.accepted"): {"attempts": 1, "trained_on": "2027-04-10"},
    ("dossier", "idea.rejected"): {"attempts": 1},
    ("dossier", "idea.deferred_next_cycle"): {"attempts": 1},
    ("dossier", "plan.drafting"): {},
    ("dossier", "plan.submitted"): {"attempts": 1},
    ("dossier", "plan.returned"): {"attempts": 1, "due_at": AHEAD},
    ("dossier", "plan.approved"): {"attempts": 1},
    ("dossier", "plan.rejected"): {"attempts": 1},
    ("dossier", "plan.deferred_next_cycle"): {"attempts": 1},
    ("dossier", "production.in_progress"): {"report_due_at": AHEAD, "evidence_confirmed_at": PAST},
    ("dossier", "production.at_risk"): {"report_due_at": PAST, "evidence_confirmed_at": PAST},
    ("dossier", "production.suspended"): {},
    ("dossier", "dossier.preparing"): {},
    ("dossier", "dossier.self_assessed"): {"ruleset_assessed": RULESET},
    ("dossier", "commune.received"): FILED,
    ("dossier", "commune.returned"): FILED,
    ("dossier", "commune.reported"): FILED,
    ("dossier", "commune.not_proposed"): FILED,
    ("dossier", "province.received"): AT_PROVINCE,
    ("dossier", "province.returned"): AT_PROVINCE,
    ("dossier", "advisory.review"): AT_PROVINCE,
    ("dossier", "advisory.survey"): AT_PROVINCE,
    ("dossier", "advisory.testing"): AT_PROVINCE,
    ("dossier", "council.ready"): AT_PROVINCE,
    ("dossier", "council.scheduled"): AT_PROVINCE | SESSION,
    ("dossier", "council.scoring"): AT_PROVINCE | SESSION | {"ballots": 6},
    ("dossier", "council.tallied"): COUNTED,
    ("dossier", "council.rescoring"): COUNTED | {"spread": 12},
    ("dossier", "council.concluded"): COUNTED,
    ("dossier", "evaluation.disqualified"): AT_PROVINCE,
    ("dossier", "evaluation.not_passed"): COUNTED | {"stars": 0},
    ("dossier", "decision.pending"): COUNTED,
    ("dossier", "decision.pending_result_approval"): FIVE,
    ("dossier", "decision.annulled"): COUNTED,
    ("dossier", "central.received"): AT_CENTRE,
    ("dossier", "central.concluded"): FIVE | {"level": "central"},
    ("dossier", "central.returned_to_province"): COUNTED | {"level": "central"},
    ("dossier", "recognised.3"): DECIDED | {"stars": 3},
    ("dossier", "recognised.4"): DECIDED,
    ("dossier", "recognised.5"): DECIDED | {"stars": 5, "level": "central"},
    ("dossier", "promotion.active"): DECIDED,
    ("dossier", "review.in_progress"): DECIDED,
    ("dossier", "review.reported"): DECIDED,
    ("dossier", "review.inspected"): DECIDED,
    ("dossier", "review.closed"): DECIDED,
    ("dossier", "certificate.revocation_proposed"): DECIDED,
    ("dossier", "withdrawn"): {},
    ("certificate", "valid"): {},
    ("certificate", "renewal_open"): {},
    ("certificate", "renewal_late"): {},
    ("cycle", "draft"): {},
    ("cycle", "published"): {},
    ("cycle", "open"): {},
    ("cycle", "evaluating"): {},
    ("cycle", "promotion"): {},
    ("cycle", "under_review"): {},
    ("cycle", "closed"): {},
    ("batch", "intake_closed"): {},
    ("batch", "in_session"): {},
    ("batch", "decided"): {},
}
"""The columns a subject has when it has come to a state by the book."""


@dataclass(frozen=True)
class Way:
    """What a trigger needs beyond the state: columns, forms, what is sent, who else is there (`with_…`).

    `spoilt` are the parts that differ when the first guard is to fail; None where the move has no guard.
    """

    row: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    forms: tuple[str, ...] = ()
    certified: bool = False
    beside: str | None = None  # another row that must be there: "batch_in_session", "window_deadline"…
    spoilt: Mapping[str, Any] | None = None


WHY = Way(reason="Thiếu căn cứ", spoilt={"reason": None})
PLAIN = Way()
EVENT = Way(data={"event_on": "2027-04-12", "event": "Hội chợ"}, certified=True, spoilt={"certified": False})

WAYS: Mapping[tuple[str, str], Way] = {
    ("dossier", "submit_idea"): Way(forms=("idea",), spoilt={"forms": ()}),
    ("dossier", "commune_screen_ok"): Way(spoilt={"beside": "product_elsewhere"}),
    ("dossier", "return_idea"): WHY,
    ("dossier", "resubmit_idea"): Way(spoilt={"row": {"due_at": PAST}}),
    ("dossier", "accept_idea"): Way(data={"appraisal": "Đạt"}, spoilt={"data": {}}),
    ("dossier", "reject_idea"): WHY,
    ("dossier", "withdraw"): PLAIN,
    ("dossier", "record_training"): Way(data={"trained_on": "2027-04-10"}),
    ("dossier", "start_plan"): Way(spoilt={"row": {"trained_on": None}}),
    ("dossier", "submit_plan"): Way(forms=("plan",), spoilt={"forms": ()}),
    ("dossier", "return_plan"): WHY,
    ("dossier", "resubmit_plan"): Way(spoilt={"row": {"due_at": PAST}}),
    ("dossier", "approve_plan"): PLAIN,
    ("dossier", "reject_plan"): WHY,
    ("dossier", "start_production"): PLAIN,
    ("dossier", "report_progress"): Way(data={"progress": "Đã xong bao bì"}),
    ("dossier", "flag_at_risk"): Way(data={"milestone_missed": True}, spoilt={"data": {}}),
    ("dossier", "confirm_evidence"): PLAIN,
    ("dossier", "ready_for_evaluation"): Way(spoilt={"row": {"evidence_confirmed_at": None}}),
    ("dossier", "suspend"): WHY,
    ("dossier", "stop"): WHY,
    ("dossier", "resume"): PLAIN,
    ("dossier", "self_assess"): Way(forms=("self_assessment",), spoilt={"forms": ()}),
    ("dossier", "reopen_self_assessment"): PLAIN,
    ("dossier", "submit_dossier"): Way(
        forms=("registration", "self_assessment"), spoilt={"forms": ("registration",)}
    ),
    ("dossier", "request_supplement"): WHY,
    ("dossier", "resubmit"): PLAIN,
    ("dossier", "issue_commune_report"): Way(
        data={"matters": MATTERS, "form_03_signed": True, "findings": "Đủ"},
        spoilt={"data": {"matters": MATTERS[:3], "form_03_signed": True}},
    ),
    ("dossier", "decline_to_propose"): WHY,
    ("dossier", "propose_to_province"): Way(data=LETTER | {"samples": 5}, spoilt={"data": {"samples": 5}}),
    ("dossier", "request_completion"): WHY,
    ("dossier", "accept_for_review"): Way(data={"consolidated_report": "Báo cáo"}, spoilt={"data": {}}),
    ("dossier", "request_site_survey"): PLAIN,
    ("dossier", "request_extra_testing"): PLAIN,
    ("dossier", "disqualify"): Way(
        data={"rejection": "forged_dossier"}, spoilt={"data": {"rejection": "late"}}
    ),
    ("dossier", "advisory_report_done"): Way(data={"advisory_report": "Đủ"}, spoilt={"data": {}}),
    ("dossier", "schedule"): Way(data={"session_on": "2027-05-20"}, spoilt={"data": {}}),
    ("dossier", "unschedule"): WHY,
    ("dossier", "open_scoring"): Way(spoilt={"row": {"quorum_met": 0}}),
    ("dossier", "record_council_facts"): Way(data={"quorum_met": True, "materials_in_time": True}),
    ("dossier", "spread_too_wide"): Way(row={"spread": 11}, spoilt={"row": {"spread": 10}}),
    ("dossier", "revise_ballots"): PLAIN,
    ("dossier", "adopt_result"): Way(row={"spread": 10}, spoilt={"row": {"spread": 11}}),
    ("dossier", "below_3_star"): Way(row={"stars": 2}, spoilt={"row": {"stars": 3}}),
    ("dossier", "propose_recognition"): Way(row={"stars": 3}, spoilt={"row": {"stars": 2}}),
    ("dossier", "propose_five_star"): Way(row={"stars": 5}, spoilt={"row": {"stars": 4}}),
    ("dossier", "decide_recognition"): Way(data=DECISION, spoilt={"data": DECISION | {"signer": None}}),
    ("dossier", "refuse"): WHY,
    ("dossier", "send_back"): WHY,
    ("dossier", "approve_and_forward"): Way(data=DECISION | LETTER, spoilt={"data": LETTER}),
    ("dossier", "decide_five_star"): Way(data=DECISION, spoilt={"row": {"stars": 4}}),
    ("dossier", "below_90"): Way(row={"stars": 4}, spoilt={"row": {"stars": 5}}),
    ("dossier", "province_decides"): PLAIN,
    ("dossier", "ministry_orders_redo"): Way(data={"ministry_document": "8/BNNMT"}, spoilt={"data": {}}),
    ("dossier", "redo"): PLAIN,
    ("dossier", "start_promotion"): Way(certified=True, spoilt={"certified": False}),
    ("dossier", "join_event"): EVENT,
    ("dossier", "list_on_marketplace"): EVENT,
    ("dossier", "open_sales_point"): EVENT,
    ("dossier", "sign_contract"): EVENT,
    ("dossier", "file_results"): Way(data=RESULTS),
    ("dossier", "planned_inspection"): Way(data={"inspected_on": "2027-04-10"}),
    ("dossier", "surprise_inspection"): Way(data={"inspected_on": "2027-04-10"}),
    ("dossier", "finding_ok"): Way(data={"conclusion": "Đạt"}, spoilt={"data": {}}),
    ("dossier", "finding_bad"): Way(
        data={"ground": "law_broken", "conclusion_on": "2027-04-05"},
        spoilt={"data": {"ground": "dislike", "conclusion_on": "2027-04-05"}},
    ),
    ("dossier", "notify_result"): Way(data={"notice_number": "3/TB"}),
    ("certificate", "revoke"): Way(data=REVOCATION, spoilt={"data": REVOCATION | {"ground": "dislike"}}),
    ("cycle", "publish"): Way(spoilt={"row": {"plan_number": None}}),
    ("cycle", "open"): Way(data={"digest": "a" * 64}, spoilt={"data": {"digest": "b" * 64}}),
    ("cycle", "start_review"): Way(beside="batch_decided", spoilt={"beside": "batch_in_session"}),
    ("cycle", "close"): Way(spoilt={"beside": "dossier_on_its_way"}),
    ("cycle", "archive"): Way(data={"report_document": "5/BC"}, spoilt={"data": {"report_document": " "}}),
    ("cycle", "extend_window"): Way(beside="window_deadline", spoilt={"data": {"ground": " "}}),
    ("batch", "start_sessions"): Way(
        data={"evaluation_plan": "2/KH", "sessions_convened": 1},
        spoilt={"data": {"evaluation_plan": " ", "sessions_convened": 1}},
    ),
    ("batch", "decide"): Way(spoilt={"beside": "dossier_in_council"}),
    ("batch", "publish"): Way(data={"notices_planned": True}, spoilt={"data": {"notices_planned": False}}),
}

TO_DEST: Mapping[tuple[str, str, str], Way] = {
    ("dossier", "decide_recognition", "recognised.3"): Way(
        row={"stars": 3}, data=DECISION, spoilt={"data": DECISION | {"signer": None}}
    ),
    ("dossier", "adopt_result", "central.concluded"): Way(
        row={"spread": 10, "level": "central"}, spoilt={"row": {"spread": 11, "level": "central"}}
    ),
    ("dossier", "province_decides", "recognised.3"): Way(
        row={"points_sum": 350}, data=DECISION | {"decided_stars": 3},
        spoilt={"row": {"points_sum": 349}},
    ),
    ("dossier", "province_decides", "recognised.4"): Way(
        row={"points_sum": 490}, data=DECISION | {"decided_stars": 4}, spoilt={"row": {"points_sum": 489}}
    ),
}  # fmt: skip
"""Moves that one trigger makes from one state to several."""

FIRST_OF_ALL = {
    ("dossier", "create_idea"),
    ("certificate", "issue"),
    ("cycle", "draft_cycle"),
    ("batch", "plan_batch"),
}
"""What brings a subject into being: no transition of something that is there, each has a test of its own."""
