"""How each state is reached and what each trigger needs, copied by hand; which moves there are says `moves.csv`.

A move whose trigger or state has no entry here fails by name, and so does a guarded one that no entry spoils.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from regulations import rulesets
from tests.states.every_move.stage import RULESET

R1, R1B, R2, R2B = (
    rulesets.get(name).pin for name in ("qd1048-2019", "qd781-2020", "qd148-2023", "qd1489-2025")
)

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


def ends(day: str, *, opens: str | None = None, closes: str | None = None, **more: str) -> dict[str, Any]:
    """A certificate that ends on a day; no window stated means none."""
    return {
        "expires_on": day,
        "last_valid_day": day,
        "window_opens_on": opens,
        "window_closes_on": closes,
        **more,
    }


NO_WINDOW = {"window_opens_on": None, "window_closes_on": None}
OVER = ends("2027-03-01")
NO_TERM = NO_WINDOW | {"expires_on": None, "last_valid_day": None, "issued_on": None}
GROUND = {"ground": "production_stopped", "commune_confirmation_on": "2027-04-05"}
PAPER = {"document": "Quyết định 1604/QĐ-UBND"}

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
    ("dossier", "council.second_round"): AT_PROVINCE | {"ruleset": R1, "council_round": 2},
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
    ("certificate", "renewal_open"): ends("2027-09-20", opens="2027-03-24", closes="2027-05-23"),
    ("certificate", "renewal_late"): ends("2027-07-01", opens="2027-01-02", closes="2027-03-03"),
    ("certificate", "renewal_in_process"): ends("2027-07-01", opens="2027-01-02", closes="2027-03-03"),
    ("certificate", "extended"): ends("2027-03-01", grace_ends_on="2027-08-28"),
    ("certificate", "expired_pending"): ends("2027-03-01"),
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
    ("session", "planned"): {},
    ("session", "convened"): {},
    ("session", "adjourned"): {"adjourned_to": "2027-04-19T01:00:00.000000Z"},
    ("session", "quorum_ok"): {"materials_on": "2027-04-09"},
    ("session", "scoring"): {"materials_on": "2027-04-09"},
    ("session", "reconciling"): {"materials_on": "2027-04-09"},
    ("session", "concluded"): {"materials_on": "2027-04-09", "results_digest": "a" * 64},
    ("session", "minutes_signed"): {
        "chair_signed_by": "a", "chair_signed_at": PAST, "secretary_signed_by": "b", "secretary_signed_at": PAST
    },
    ("appeal", "open"): {},
    ("appeal", "accepted"): {"due_at": AHEAD},
}  # fmt: skip
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
    at: str | None = None  # another day than the stage's, for the law of earlier years
    beside: str | None = None  # another row that must be there: "batch_in_session", "window_deadline"…
    spoilt: Mapping[str, Any] | None = None


WHY = Way(reason="Thiếu căn cứ", spoilt={"reason": None})
PLAIN = Way()
EVENT = Way(data={"event_on": "2027-04-12", "event": "Hội chợ"}, certified=True, spoilt={"certified": False})
INSPECTION = Way(data={"inspected_on": "2027-04-12"}, spoilt={"data": {"inspected_on": "2027-04-13"}})
OTHER_OPEN = {"beside": "open_dossier"}

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
    ("dossier", "revise_ballots"): Way(spoilt={"beside": "on_an_agenda"}),
    ("dossier", "appeal"): Way(data={"grounds": "Phiếu cộng sai"}, spoilt={"beside": "appeal_open"}),
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
    ("dossier", "planned_inspection"): INSPECTION,
    ("dossier", "surprise_inspection"): INSPECTION,
    ("dossier", "finding_ok"): Way(data={"conclusion": "Đạt"}, spoilt={"data": {}}),
    ("dossier", "finding_bad"): Way(
        data={"ground": "law_broken", "conclusion_on": "2027-04-05"},
        certified=True,
        spoilt={"data": {"ground": "dislike", "conclusion_on": "2027-04-05"}},
    ),
    ("dossier", "supplement_then_second_round"): Way(
        row={"ruleset": R1}, reason="Bổ sung phiếu kiểm nghiệm", spoilt={"reason": None}
    ),
    ("dossier", "forward_to_province"): Way(
        row={"ruleset": R1, "level": "district", "points_sum": 350, "stars": 3},
        spoilt={"row": {"level": "province"}},
    ),
    ("dossier", "return_to_district"): Way(
        row={"ruleset": R2, "points_sum": 350, "stars": 3}, spoilt={"row": {"level": "district"}}
    ),
    ("dossier", "reapply"): Way(spoilt=OTHER_OPEN),
    ("dossier", "plan_upgrade"): Way(certified=True, spoilt=OTHER_OPEN),
    ("dossier", "reopen_decision"): Way(
        data={"document": "15/KL-UBND"}, reason="Khiếu nại đúng", beside="appeal_upheld", spoilt=OTHER_OPEN
    ),
    ("dossier", "carry_over"): Way(
        data={"year": 2028}, reason="Chưa xong trong năm", spoilt={"reason": None}
    ),
    ("dossier", "close_unfinished"): Way(
        reason="Chủ thể không tiếp tục", beside="cycle_under_review", spoilt={"reason": "  "}
    ),
    ("dossier", "notify_result"): Way(data={"notice_number": "3/TB"}),
    ("certificate", "revoke"): Way(data=REVOCATION, spoilt={"data": REVOCATION | {"ground": "dislike"}}),
    ("certificate", "dossier_filed"): Way(beside="renewal_filed", spoilt={"beside": None}),
    ("certificate", "grace_extension"): Way(
        row=OVER, beside="grace_for_all", spoilt={"row": {"issued_on": "2023-05-01"} | ends("2026-05-01")}
    ),
    ("certificate", "renewed"): Way(beside="renewed_by", spoilt={"beside": None}),
    ("certificate", "not_renewed"): Way(beside="renewal_failed", spoilt={"beside": "renewal_filed"}),
    ("certificate", "upgraded"): Way(row={"stars": 3}, beside="upgraded_by", spoilt={"beside": None}),
    ("certificate", "notify_expiry"): Way(row={"ruleset": R2}, data=PAPER, spoilt={"data": {}}),
    ("certificate", "propose_revocation"): Way(data=GROUND, spoilt={"data": GROUND | {"ground": "dislike"}}),
    ("certificate", "decline_revocation"): Way(
        row={"revocation_proposed_on": "2027-04-10"},
        reason="Không đủ căn cứ",
        spoilt={"row": {"revocation_proposed_on": None}},
    ),
    ("certificate", "annul"): Way(
        data={"ministry_document": "8/BNNMT"},
        beside="dossier_annulled",
        spoilt={"beside": "dossier_recognised"},
    ),
    ("certificate", "record_stars"): Way(
        row={"stars": None}, data=PAPER | {"stated_stars": 4}, spoilt={"row": {"stars": 3}}
    ),
    ("certificate", "record_term"): Way(
        row=NO_TERM,
        data=PAPER | {"stated_issued_on": "2026-01-10"},
        spoilt={"row": {"last_valid_day": "2029-01-10"}},
    ),
    ("cycle", "publish"): Way(spoilt={"row": {"plan_number": None}}),
    ("cycle", "open"): Way(data={"digest": "a" * 64}, spoilt={"data": {"digest": "b" * 64}}),
    ("cycle", "start_review"): Way(beside="batch_decided", spoilt={"beside": "batch_in_session"}),
    ("cycle", "close"): Way(spoilt={"beside": "dossier_on_its_way"}),
    ("cycle", "archive"): Way(
        data={"report_document": "5/BC"}, beside="year_reported", spoilt={"data": {"report_document": " "}}
    ),
    ("cycle", "report_task"): Way(
        data={"task_status": "dropped"}, reason="Hết kinh phí", spoilt={"reason": None}
    ),
    ("cycle", "extend_window"): Way(beside="window_deadline", spoilt={"data": {"ground": " "}}),
    ("batch", "start_sessions"): Way(
        data={"evaluation_plan": "2/KH"}, beside="session_convened", spoilt={"data": {"evaluation_plan": " "}}
    ),
    ("batch", "decide"): Way(spoilt={"beside": "dossier_in_council"}),
    ("batch", "publish"): Way(data={"notices_planned": True}, spoilt={"data": {"notices_planned": False}}),
    ("session", "name_members"): Way(data={"appointments": "everybody"}),
    ("session", "put_on_agenda"): Way(data={"dossiers": "free"}, spoilt={"data": {"dossiers": "unready"}}),
    ("session", "strike_off"): Way(
        data={"dossiers": "heard"}, reason="Chủ thể xin hoãn", spoilt={"reason": " "}
    ),
    ("session", "record_visit"): Way(
        data={"dossiers": "heard", "visited_on": "2027-04-12"},
        spoilt={"data": {"dossiers": "free", "visited_on": "2027-04-12"}},
    ),
    ("session", "declare_conflict"): Way(data={"dossiers": "heard"}, spoilt={"data": {"dossiers": "free"}}),
    ("session", "record_attendance"): Way(
        data={"present": "everybody"}, spoilt={"data": {"present": "nobody"}}
    ),
    ("session", "deliver_materials"): Way(
        data={"delivered_on": "2027-04-12"}, spoilt={"data": {"delivered_on": "2027-04-13"}}
    ),
    ("session", "set_ballot_due"): Way(
        data={"due_at": "2027-04-12T09:00:01+07:00"}, spoilt={"data": {"due_at": "2027-04-12T09:00:00+07:00"}}
    ),
    ("session", "convene"): Way(spoilt={"beside": "no_secretary"}),
    ("session", "confirm_quorum"): Way(spoilt={"row": {"kind": "written"}}),
    ("session", "adjourn"): Way(
        data={"adjourned_to": "2027-04-19T08:00:00+07:00"}, reason="Thiếu thành viên", spoilt={"reason": None}
    ),
    ("session", "open_scoring"): Way(spoilt={"row": {"materials_on": None, "kind": "in_person"}}),
    ("session", "reopen_scoring"): Way(data={"discussion": "Đã trao đổi"}, spoilt={"data": {}}),
    ("session", "conclude"): Way(data={"minutes": "Biên bản"}, spoilt={"beside": "unscored"}),
    ("session", "convene_meeting"): Way(
        row={"kind": "written"},
        data={"opinions_differ": True, "convened_for": "2027-04-19T08:00:00+07:00"},
        spoilt={"row": {"kind": "in_person"}},
    ),
    ("session", "close"): Way(data={"report_document": "6/BC"}, spoilt={"data": {"report_document": " "}}),
    ("session", "cancel"): Way(reason="Bão", spoilt={"reason": None}),
    ("appeal", "accept_appeal"): Way(
        data={"due_on": "2027-04-12"}, spoilt={"data": {"due_on": "2027-04-11"}}
    ),
    ("appeal", "refuse_to_hear"): WHY,
    ("appeal", "uphold"): Way(data={"conclusion": "Có căn cứ"}, spoilt={"data": {}}),
    ("appeal", "dismiss"): WHY,
}

FROM_SOURCE: Mapping[tuple[str, str, str], Mapping[str, Any]] = {
    ("certificate", "dossier_filed", "valid"): NO_WINDOW,
    ("session", "open_scoring", "convened"): {"kind": "written", "materials_on": "2027-04-09"},
}
"""Columns a move needs from one of its sources only."""

TO_DEST: Mapping[tuple[str, str, str], Way] = {
    ("session", "sign_minutes", "concluded"): Way(spoilt={"beside": "own_signed"}),
    ("session", "sign_minutes", "minutes_signed"): Way(beside="other_signed", spoilt={"beside": "own_signed"}),
    ("dossier", "decide_recognition", "recognised.3"): Way(
        row={"stars": 3}, data=DECISION, spoilt={"data": DECISION | {"signer": None}}
    ),
    ("dossier", "below_90", "evaluation.not_passed"): Way(
        row={"stars": 4, "ruleset": R2B}, spoilt={"row": {"stars": 5}}
    ),
    ("dossier", "reopen_decision", "decision.annulled"): Way(
        data={"document": "15/KL-UBND"}, reason="Công nhận nhầm", spoilt={"reason": None}
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
    ("dossier", "open_reapplied"),
    ("dossier", "open_upgrade"),
    ("dossier", "open_renewal"),
    ("dossier", "reopen_evaluation"),
    ("certificate", "issue"),
    ("cycle", "draft_cycle"),
    ("batch", "plan_batch"),
    ("session", "plan_session"),
    ("appeal", "open_appeal"),
}
"""What brings a subject into being: no transition of something that is there, each has a test of its own."""

RENEWED = {"kind": "re_evaluation"}
BRANCHES: Mapping[tuple[str, str, str, int], Way] = {
    ("submit_dossier", "dossier.self_assessed--advisory.review", "producer", 0): Way(
        at="2024-05-06T09:00", row={"ruleset_assessed": R2}, forms=("registration", "self_assessment"),
        data={"paper_set": True}, spoilt={"data": {}},
    ),
    ("submit_dossier", "dossier.preparing--advisory.review", "producer", 0): Way(
        at="2021-05-05T09:00", forms=("idea", "plan"),
        data={"papers": ["business_registration", "organisation_introduction"]}, spoilt={"at": "2024-05-06T09:00"},
    ),
    ("advisory_report_done", "council.ready", "advisory", 1): Way(
        row={"kind": "upgrade"}, data={"advisory_report": "Đủ"}, spoilt={"data": {}}
    ),
    ("advisory_report_done", "council.ready", "province_unit", 0): Way(
        row=RENEWED, data={"advisory_report": "Đủ"}, spoilt={"data": {}}
    ),
    ("advisory_report_done", "council.ready", "province_unit", 1): Way(
        row=RENEWED | {"level": "district", "ruleset": R2}, data={"advisory_report": "Đủ"}, spoilt={"data": {}}
    ),
    ("advisory_report_done", "council.ready", "ministry", 0): Way(
        row=RENEWED | {"level": "central"}, data={"advisory_report": "Đủ"}, spoilt={"data": {}}
    ),
    ("adopt_result", "council.concluded", "chair/secretary", 1): Way(
        row={"spread": 10, "level": "district", "ruleset": R2}, spoilt={"row": {"spread": 11}}
    ),
    ("start_promotion", "recognised.3--promotion.active", "producer/province_unit", 1): Way(
        row={"level": "district", "ruleset": R2}, certified=True, spoilt={"certified": False}
    ),
}  # fmt: skip
"""Rows that one trigger has several of, by the branch fact that chooses: event, dest (or source--dest), who, place."""
