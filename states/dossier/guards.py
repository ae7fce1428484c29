"""The conditions a dossier's moves stand under, over facts that ``facts.py`` gathers.

Instants are compared as text in the house form; an instant called ``…_at`` in a guard is the first one too late, or
for openings the first one in time.
"""

from states.engine.facts import Condition, Fact
from states.engine.rules import Guard

NOW, TODAY = Fact("now"), Fact("today")

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

IN_FORCE = ["valid", "renewal_open", "renewal_in_process", "renewal_late", "extended"]
"""Certificate states in which the certificate is in force (process.md §11.7)."""

RENEWABLE = [*IN_FORCE, "expired_pending"]
"""Certificate states in which a renewal may still be asked for: the certificate has not come to its end."""

DECIDED_AGAINST = ["evaluation.not_passed", "evaluation.disqualified"]
FAILED_EVALUATION = [*DECIDED_AGAINST, "commune.not_proposed"]
"""Ends of a dossier whose product is made already: who comes again starts with the papers, not with the idea."""

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

IS_UPGRADE, IS_RENEWAL = Fact("kind").equals("upgrade"), Fact("kind").equals("re_evaluation")
IS_CERTIFIED = (
    Fact("certificate_state").given()
    & Fact("certificate_state").is_in(IN_FORCE)
    & (~Fact("certificate_last_valid_day").given() | (Fact("certificate_last_valid_day") >= TODAY))
)
IS_RENEWABLE = Fact("certificate_state").given() & Fact("certificate_state").is_in(RENEWABLE)

ONE_DOSSIER = Guard("dossier_already_open", Fact("open_dossiers") < Fact("open_dossiers_per_product"))
CERTIFIED_NOW = Guard("no_certificate", IS_CERTIFIED)
NOT_CERTIFIED = Guard("certificate_in_force", ~IS_CERTIFIED)
"""Who holds a certificate asks for more stars or for a renewal, not for a first evaluation."""
TO_RENEW = Guard("no_certificate", IS_RENEWABLE)
STILL_CERTIFIED = Guard("no_certificate", (~IS_UPGRADE | IS_CERTIFIED) & (~IS_RENEWAL | IS_RENEWABLE))
FAILED_BEFORE = Guard("nothing_to_reapply", Fact("predecessor_state").is_in(FAILED_EVALUATION))
REAPPLY_TIME = Guard(
    "reapply_too_early",
    ~Fact("reapply_from").equals("next_cycle") | (Fact("this_year") > Fact("dossier_year")),
)
WINDOW_ENTERED = Guard("renewal_not_open", Fact("certificate_state").equals("renewal_open"))
CYCLE_OPEN = Guard("cycle_not_open", Fact("cycle_state").is_in(["open", "evaluating", "promotion"]))
ELIGIBLE = Guard("producer_not_eligible", Fact("producer_type").is_in(Fact("producer_types")))
"""Which types take part with this group of product is the ruleset's list (``producers`` in its file)."""
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
FILED_COMPLETE = Guard("documents_missing", Fact("documents").includes_all(Fact("documents_required")))
NO_SELF_ASSESSMENT = Guard("assessment_incomplete", Fact("self_assessment_asked").equals(False))
NOT_TOO_EARLY = Guard("too_early", ~IS_RENEWAL | _from("window_opens_at"))
NOT_TOO_LATE = Guard(
    "too_late", ~IS_RENEWAL | ~Fact("late_renewal").equals("refuse") | _before("window_closed_at")
)
"""Art. 7.6.a; what happens outside the window is a setting (process.md §10 #6)."""
SAME_RULESET = Guard("ruleset_changed", Fact("ruleset_assessed").equals(Fact("ruleset_today")))
MATTERS = Guard("matters_missing", Fact("matters").includes_all(COMMUNE_MATTERS))
SIGNED_REPORT = stated("form_03_signed", "report_unsigned")
PROPOSAL_LETTER = stated("letter_number_given", "letter_missing")
ENOUGH_SAMPLES = Guard("samples_missing", IS_TOURISM | (Fact("samples") >= SAMPLES))
CONSOLIDATED = stated("consolidated_report_given", "report_missing")
ADVISED = stated("advisory_report_given", "report_missing")
KNOWN_REJECTION = Guard("ground_unknown", Fact("rejection").is_in(REJECTIONS))
SESSION_NAMED = stated("session_on", "session_missing")
SESSION_DAY = Guard(
    "session_date_impossible",
    (~Fact("filed_on").given() | (Fact("session_on") >= Fact("filed_on"))) & (Fact("session_on") >= TODAY),
)
NO_APPEAL_OPEN = Guard("appeal_already_open", Fact("open_appeals").equals(0))
OUTSIDE_SESSIONS = Guard(
    "on_an_agenda", ~Fact("agenda_of").given() | Fact("moved_by").equals(Fact("agenda_of"))
)
"""What is on a session's agenda is moved by that session alone; decision record 0113."""
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
FORWARDED_ON_POINTS = Fact("forward_on_points").equals(True) & (
    Fact("points_sum") >= Fact("points_count").times(90)
)
"""Art. 7.3.e read by its words: points alone, whatever the floors say (setting, process.md §11.6)."""
FOUR_OR_LESS = Guard("score_above_band", (Fact("stars") <= 4) & ~FORWARDED_ON_POINTS)
FIVE_PROPOSED = Guard("score_below_band", (Fact("stars") >= 5) | FORWARDED_ON_POINTS)
FIVE = Guard("score_below_band", Fact("stars") >= 5)
DECIDED_HERE = Guard("other_level_decides", Fact("decider").equals(Fact("level")))
DECIDED_BY_DISTRICT = Guard("other_level_decides", Fact("decider").equals("district"))
FORWARDED = Guard("score_below_band", Fact("forwards_to").equals("province"))
IN_DISTRICT = Guard("wrong_level", Fact("level").equals("district"))
IN_PROVINCE = Guard("wrong_level", Fact("level").equals("province"))
FIRST_ROUND = Guard("second_round_held", Fact("council_round") < 2)
BELOW_FIVE = Guard("score_above_band", Fact("stars") < 5)
DECIDED = Guard(
    "decision_missing",
    Fact("decision_number").given() & Fact("decision_on").given() & Fact("signer_given").given(),
)
DECISION_DAY = Guard(
    "decision_date_impossible",
    (~Fact("filed_on").given() | (Fact("decision_on") >= Fact("filed_on"))) & (Fact("decision_on") <= TODAY),
)
IN_RUNOFF = Guard(
    "runoff_passed",
    ~Fact("runoff_ends_on").given()
    | (Fact("decision_on") <= Fact("runoff_ends_on"))
    | Fact("runoff_missed").equals("allow"),
)
"""Art. 12.2, QĐ 26/2026/QĐ-TTg: filed under the rules before and decided in time; else refiled (a setting)."""
REACHES_3 = Guard("score_below_band", Fact("points_sum") >= Fact("points_count").times(50))
REACHES_4 = Guard("score_below_band", Fact("points_sum") >= Fact("points_count").times(70))
DOCUMENTED = stated("document_given", "document_missing")
UPHELD = Guard("appeal_not_upheld", Fact("appeal_upheld").equals(True))
WAS_DECIDED = Guard("nothing_to_reopen", Fact("predecessor_state").is_in(DECIDED_AGAINST))
ORDERED = stated("ministry_document_given", "ministry_request_missing")
CUT_OFF_PASSED = Guard("cut_off_not_reached", Fact("cut_off_at").given() & (Fact("cut_off_at") <= NOW))
CERTIFIED = Guard(
    "certificate_not_valid",
    Fact("certificate_state").is_in(IN_FORCE)
    & (~Fact("certificate_issued_on").given() | (Fact("certificate_issued_on") <= Fact("event_on")))
    & (Fact("event_on") <= Fact("certificate_last_valid_day")),
)
REVIEW_DUE = Guard("review_not_due", Fact("review_opens_at").given() & (Fact("review_opens_at") <= NOW))
INSPECTED_BY_NOW = Guard("date_ahead", Fact("inspected_on") <= TODAY)
CONCLUDED_BY_NOW = Guard("conclusion_ahead", Fact("conclusion_on") <= TODAY)
SUPERSEDED = Guard("certificate_not_superseded", Fact("certificate_state").equals("superseded"))
CONCLUDED = stated("conclusion_given", "conclusion_missing")
KNOWN_GROUND = Guard("ground_unknown", Fact("ground").is_in(REVOCATION_GROUNDS))
GROUND_CONCLUDED = stated("conclusion_on", "conclusion_missing")
REVOKED = Guard("revocation_undecided", Fact("certificate_state").equals("revoked"))
REVOCATION_SETTLED = Guard(
    "revocation_undecided",
    ~Fact("certificate_state").is_in(IN_FORCE) | ~Fact("revocation_proposed_on").given(),
)
"""Revoked, declined, or nothing is left to revoke; decision record 0112."""
YEAR_LATER = Guard(
    "year_impossible",
    (
        (Fact("year") > Fact("dossier_year"))
        | (~Fact("cycle_known").given() & (Fact("year") >= Fact("dossier_year")))
    )
    & (Fact("year") <= Fact("latest_year")),
)
"""A later year; or its own, where that year's cycle was not open when the dossier came into it."""
CYCLE_TAKES = Guard(
    "cycle_ended",
    ~Fact("carried_cycle_state").given() | ~Fact("carried_cycle_state").is_in(["closed", "archived"]),
)
YEAR_ENDING = Guard(
    "cycle_still_running",
    (Fact("cycle_state").given() & Fact("cycle_state").is_in(["under_review", "closed", "archived"]))
    | (Fact("next_year_at") <= NOW),
)
YEAR_OVER = Guard("cycle_not_over", Fact("next_year_at") <= NOW)
