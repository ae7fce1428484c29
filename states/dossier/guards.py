"""The conditions a dossier's moves stand under, over facts that ``facts.py`` gathers.

Instants are compared as text in the house form; an instant called ``…_at`` in a guard is the first one too late, or
for openings the first one in time.
"""

from states.engine.facts import Condition, Fact
from states.engine.rules import Guard

NOW = Fact("now")

COMMUNE_MATTERS = ["idea_origin", "local_identity", "local_labour", "local_material"]
"""Mẫu số 03: the four matters of Art. 7.2.a, QĐ 26/2026/QĐ-TTg."""

REJECTIONS = ["forged_dossier", "mandatory_certificate_missing", "registration_not_met"]
"""'Hồ sơ bị loại khi', ballot header of Annex II, QĐ 26/2026/QĐ-TTg."""

REVOCATION_GROUNDS = [
    "untruthful_dossier",
    "criteria_no_longer_met",
    "law_broken",
    "mark_misused",
    "production_stopped",
    "other_conclusion",
]
"""Art. 8.1 a to e, QĐ 26/2026/QĐ-TTg."""

PRODUCERS = [
    "cooperative",
    "cooperative_group",
    "farm",
    "production_household",
    "registered_household",
    "small_medium_enterprise",
]
TOURISM_PRODUCERS = [*PRODUCERS, "association", "operation_centre"]
"""Art. 2.3, QĐ 26/2026/QĐ-TTg; associations and operation centres for the tourism group only."""

IN_FORCE = ["valid", "renewal_open", "renewal_in_process", "renewal_late", "extended"]
"""Certificate states in which the certificate is in force (process.md §11.7)."""

SAMPLES = 5
"""Samples that go to the province (Art. 6.2), none for tourism."""


def _before(closes: str) -> Condition:
    """In time: no limit is set, or the first instant too late has not come."""
    return ~Fact(closes).given() | (Fact(closes) > NOW)


def _from(opens: str) -> Condition:
    return ~Fact(opens).given() | (Fact(opens) <= NOW)


def stated(fact: str, code: str) -> Guard:
    """A fact that must be there: a reason, a report, a letter."""
    return Guard(code, Fact(fact).given())


IS_TOURISM = Fact("product_group").equals("tourism")

CYCLE_OPEN = Guard("cycle_not_open", Fact("cycle_state").is_in(["open", "evaluating", "promotion"]))
ELIGIBLE = Guard(
    "producer_not_eligible",
    Fact("producer_type").is_in(PRODUCERS) | (IS_TOURISM & Fact("producer_type").is_in(TOURISM_PRODUCERS)),
)
IDEA_WINDOW = Guard("window_closed", _from("idea_opens_at") & _before("idea_closes_at"))
PLAN_WINDOW = Guard("window_closed", _from("plan_opens_at") & _before("plan_closes_at"))
IDEA_COMPLETE = Guard("idea_incomplete", Fact("idea_gaps").equals(0))
PLAN_COMPLETE = Guard("plan_incomplete", Fact("plan_gaps").equals(0))
IN_COMMUNE = Guard("other_commune", Fact("product_commune").equals(Fact("dossier_commune")))
REASON = stated("reason_given", "reason_missing")
IN_TIME = Guard("due_passed", _before("due_at"))
DUE_REACHED = Guard("due_not_reached", Fact("due_at").given() & (Fact("due_at") <= NOW))
ATTEMPTS_LEFT = Guard("attempts_exhausted", Fact("attempts") < Fact("resubmit_max"))
APPRAISED = stated("appraisal_given", "appraisal_missing")
TRAINED = stated("training_recorded", "training_missing")
AT_RISK = Guard(
    "not_at_risk",
    Fact("milestone_missed").given() | (Fact("report_due_at").given() & (Fact("report_due_at") <= NOW)),
)
EVIDENCE_CONFIRMED = stated("evidence_confirmed", "evidence_unconfirmed")
ASSESSED = Guard("assessment_incomplete", Fact("criteria_open").equals(0))
FILED_COMPLETE = Guard(
    "documents_missing",
    Fact("documents").includes_all(["form_01", "form_02", "software_upload"])
    | Fact("documents").includes_all(["form_01", "form_02", "paper_set", "electronic_set"]),
)
SAME_RULESET = Guard("ruleset_changed", Fact("ruleset_assessed").equals(Fact("ruleset_today")))
MATTERS = Guard("matters_missing", Fact("matters").includes_all(COMMUNE_MATTERS))
SIGNED_REPORT = stated("form_03_signed", "report_unsigned")
PROPOSAL_LETTER = stated("letter_number_given", "letter_missing")
ENOUGH_SAMPLES = Guard("samples_missing", IS_TOURISM | (Fact("samples") >= SAMPLES))
CONSOLIDATED = stated("consolidated_report_given", "report_missing")
ADVISED = stated("advisory_report_given", "report_missing")
KNOWN_REJECTION = Guard("ground_unknown", Fact("rejection").is_in(REJECTIONS))
SESSION_NAMED = stated("session_on", "session_missing")
QUORUM = stated("quorum_met", "no_quorum")
MATERIALS = stated("materials_in_time", "materials_late")
BALLOTS_IN = Guard(
    "ballots_missing", (Fact("required_ballots") >= 1) & (Fact("ballots") >= Fact("required_ballots"))
)
SPREAD_WIDE = Guard("spread_within_limit", Fact("spread") > Fact("spread_limit"))
SPREAD_SETTLED = Guard("spread_too_wide", Fact("spread") <= Fact("spread_limit"))
MINUTES = stated("minutes_signed", "minutes_missing")
BELOW_THREE = Guard("score_above_band", Fact("stars") < 3)
THREE_OR_MORE = Guard("score_below_band", Fact("stars") >= 3)
FOUR_OR_LESS = Guard("score_above_band", Fact("stars") <= 4)
FIVE = Guard("score_below_band", Fact("stars") >= 5)
BELOW_FIVE = Guard("score_above_band", Fact("stars") < 5)
DECIDED = Guard(
    "decision_missing",
    Fact("decision_number").given() & Fact("decision_on").given() & Fact("signer_given").given(),
)
REACHES_3 = Guard("score_below_band", Fact("points_sum") >= Fact("points_count").times(50))
REACHES_4 = Guard("score_below_band", Fact("points_sum") >= Fact("points_count").times(70))
ORDERED = stated("ministry_document_given", "ministry_request_missing")
CUT_OFF_PASSED = Guard("cut_off_not_reached", Fact("cut_off_at").given() & (Fact("cut_off_at") <= NOW))
CERTIFIED = Guard(
    "certificate_not_valid",
    Fact("certificate_state").is_in(IN_FORCE) & (Fact("event_on") <= Fact("certificate_last_valid_day")),
)
REVIEW_DUE = Guard("review_not_due", Fact("review_opens_at").given() & (Fact("review_opens_at") <= NOW))
CONCLUDED = stated("conclusion_given", "conclusion_missing")
KNOWN_GROUND = Guard("ground_unknown", Fact("ground").is_in(REVOCATION_GROUNDS))
GROUND_CONCLUDED = stated("conclusion_on", "conclusion_missing")
CERTIFICATE_REVOKED = Guard("revocation_undecided", Fact("certificate_state").equals("revoked"))
YEAR_OVER = Guard("cycle_not_over", Fact("next_year_at") <= NOW)
