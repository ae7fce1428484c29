"""The table of a dossier's moves under Decision 26/2026/QĐ-TTg: first-time products, commune to centre.

Every other place that names a move reads it from here. Source: ``process.md`` §2.5, §11, §11.16; decision record 0002
says where "idea.*", "production.*" and the like were spelt out.
"""

from enum import StrEnum

from registry.roles import Role
from states.dossier import guards as g
from states.dossier.forms import FORMS
from states.dossier.states import STATES, DossierState
from states.engine.rules import Branch, Guard, MachineSpec, TransitionRule, each

S = DossierState
P, C, V, T = Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT, Role.ADVISORY
M, K, B, CLOCK = Role.COUNCIL_MEMBER, Role.PROVINCE_CHAIR, Role.MINISTRY, Role.SYSTEM
H = (Role.CHAIR, Role.SECRETARY)
AT_PROVINCE, AT_CENTRE = (("level", "province"),), (("level", "central"),)


def move(
    source: DossierState,
    trigger: str,
    dest: DossierState,
    *roles: Role,
    guards: tuple[Guard, ...] = (),
    when: Branch = (),
    level_to: str | None = None,
) -> TransitionRule:
    return TransitionRule(trigger, source, dest, frozenset(roles), guards, when=when, level_to=level_to)


def note(
    trigger: str, *roles: Role, guards: tuple[Guard, ...] = (), sources: tuple[StrEnum, ...]
) -> tuple[TransitionRule, ...]:
    return each(sources, TransitionRule(trigger, sources[0], sources[0], frozenset(roles), guards, note=True))


def withdraw(*sources: DossierState) -> tuple[TransitionRule, ...]:
    return each(sources, move(sources[0], "withdraw", S.WITHDRAWN, P))


IDEA = (
    move(S.NEW, "create_idea", S.IDEA_DRAFT, P, guards=(g.CYCLE_OPEN, g.IDEA_WINDOW, g.ELIGIBLE)),
    move(S.IDEA_DRAFT, "submit_idea", S.IDEA_SUBMITTED, P, guards=(g.IDEA_COMPLETE, g.IDEA_WINDOW)),
    move(S.IDEA_SUBMITTED, "commune_screen_ok", S.IDEA_SCREENED, C, guards=(g.IN_COMMUNE,)),
    move(S.IDEA_SUBMITTED, "return_idea", S.IDEA_RETURNED, C, V, guards=(g.REASON,)),
    move(S.IDEA_SCREENED, "return_idea", S.IDEA_RETURNED, C, V, guards=(g.REASON,)),
    move(S.IDEA_RETURNED, "resubmit_idea", S.IDEA_SUBMITTED, P, guards=(g.IN_TIME, g.ATTEMPTS_LEFT)),
    move(S.IDEA_RETURNED, "due_passed", S.IDEA_DEFERRED, CLOCK, guards=(g.DUE_REACHED,)),
    move(S.IDEA_SCREENED, "accept_idea", S.IDEA_ACCEPTED, V, guards=(g.APPRAISED,)),
    move(S.IDEA_SCREENED, "reject_idea", S.IDEA_REJECTED, V, guards=(g.REASON,)),
    *note("record_training", C, V, sources=(S.IDEA_ACCEPTED,)),
    *withdraw(S.IDEA_DRAFT, S.IDEA_SUBMITTED, S.IDEA_RETURNED, S.IDEA_SCREENED, S.IDEA_ACCEPTED),
)

PLAN = (
    move(S.IDEA_ACCEPTED, "start_plan", S.PLAN_DRAFTING, P, guards=(g.TRAINED,)),
    move(S.PLAN_DRAFTING, "submit_plan", S.PLAN_SUBMITTED, P, guards=(g.PLAN_COMPLETE, g.PLAN_WINDOW)),
    move(S.PLAN_SUBMITTED, "return_plan", S.PLAN_RETURNED, V, C, guards=(g.REASON,)),
    move(S.PLAN_RETURNED, "resubmit_plan", S.PLAN_SUBMITTED, P, guards=(g.IN_TIME, g.ATTEMPTS_LEFT)),
    move(S.PLAN_SUBMITTED, "approve_plan", S.PLAN_APPROVED, V),
    move(S.PLAN_SUBMITTED, "reject_plan", S.PLAN_REJECTED, V, guards=(g.REASON,)),
    move(S.PLAN_RETURNED, "due_passed", S.PLAN_DEFERRED, CLOCK, guards=(g.DUE_REACHED,)),
    *withdraw(S.PLAN_DRAFTING, S.PLAN_SUBMITTED, S.PLAN_RETURNED, S.PLAN_APPROVED),
)

MAKING = (S.PRODUCTION_IN_PROGRESS, S.PRODUCTION_AT_RISK)
PRODUCTION = (
    move(S.PLAN_APPROVED, "start_production", S.PRODUCTION_IN_PROGRESS, P),
    *note("report_progress", P, sources=MAKING),
    move(S.PRODUCTION_IN_PROGRESS, "flag_at_risk", S.PRODUCTION_AT_RISK, C, CLOCK, guards=(g.AT_RISK,)),
    *note("confirm_evidence", C, sources=MAKING),
    *each(
        MAKING,
        move(
            S.PRODUCTION_IN_PROGRESS,
            "ready_for_evaluation",
            S.DOSSIER_PREPARING,
            P,
            guards=(g.EVIDENCE_CONFIRMED,),
        ),
    ),
    *each(
        MAKING, move(S.PRODUCTION_IN_PROGRESS, "suspend", S.PRODUCTION_SUSPENDED, P, C, guards=(g.REASON,))
    ),
    *each(
        (*MAKING, S.PRODUCTION_SUSPENDED),
        move(S.PRODUCTION_IN_PROGRESS, "stop", S.WITHDRAWN, P, C, guards=(g.REASON,)),
    ),
    move(S.PRODUCTION_SUSPENDED, "resume", S.PRODUCTION_IN_PROGRESS, P, C),
)

FILING = (
    move(S.DOSSIER_PREPARING, "self_assess", S.DOSSIER_SELF_ASSESSED, P, guards=(g.ASSESSED,)),
    move(S.DOSSIER_SELF_ASSESSED, "reopen_self_assessment", S.DOSSIER_PREPARING, P),
    move(
        S.DOSSIER_SELF_ASSESSED,
        "submit_dossier",
        S.COMMUNE_RECEIVED,
        P,
        guards=(g.FILED_COMPLETE, g.SAME_RULESET),
        level_to="commune",
    ),
    move(S.COMMUNE_RECEIVED, "request_supplement", S.COMMUNE_RETURNED, C, guards=(g.REASON,)),
    move(S.COMMUNE_RETURNED, "resubmit", S.COMMUNE_RECEIVED, P),
    move(
        S.COMMUNE_RECEIVED, "issue_commune_report", S.COMMUNE_REPORTED, C, guards=(g.MATTERS, g.SIGNED_REPORT)
    ),
    move(S.COMMUNE_RECEIVED, "decline_to_propose", S.COMMUNE_NOT_PROPOSED, C, guards=(g.REASON,)),
    move(
        S.COMMUNE_REPORTED,
        "propose_to_province",
        S.PROVINCE_RECEIVED,
        C,
        guards=(g.PROPOSAL_LETTER, g.ENOUGH_SAMPLES),
        level_to="province",
    ),
    move(S.PROVINCE_RECEIVED, "request_completion", S.PROVINCE_RETURNED, V, guards=(g.REASON,)),
    move(S.PROVINCE_RETURNED, "resubmit", S.PROVINCE_RECEIVED, P, C),
    move(S.PROVINCE_RECEIVED, "accept_for_review", S.ADVISORY_REVIEW, V, guards=(g.CONSOLIDATED,)),
    *note(
        "miss_cut_off",
        CLOCK,
        guards=(g.CUT_OFF_PASSED,),
        sources=(
            S.COMMUNE_RECEIVED,
            S.COMMUNE_RETURNED,
            S.COMMUNE_REPORTED,
            S.PROVINCE_RECEIVED,
            S.PROVINCE_RETURNED,
        ),
    ),
)

ADVISING = (S.ADVISORY_REVIEW, S.ADVISORY_SURVEY, S.ADVISORY_TESTING)
COUNCIL = (
    move(S.ADVISORY_REVIEW, "request_site_survey", S.ADVISORY_SURVEY, T),
    move(S.ADVISORY_REVIEW, "request_extra_testing", S.ADVISORY_TESTING, T),
    move(S.ADVISORY_REVIEW, "disqualify", S.EVALUATION_DISQUALIFIED, *H, guards=(g.KNOWN_REJECTION,)),
    *each(ADVISING, move(S.ADVISORY_REVIEW, "advisory_report_done", S.COUNCIL_READY, T, guards=(g.ADVISED,))),
    move(S.COUNCIL_READY, "schedule", S.COUNCIL_SCHEDULED, V, guards=(g.SESSION_NAMED,)),
    move(S.COUNCIL_SCHEDULED, "unschedule", S.COUNCIL_READY, V, guards=(g.REASON,)),
    move(S.COUNCIL_SCHEDULED, "open_scoring", S.COUNCIL_SCORING, *H, guards=(g.QUORUM, g.MATERIALS)),
    *note(
        "record_council_facts",
        Role.SECRETARY,
        sources=(S.COUNCIL_SCHEDULED, S.COUNCIL_SCORING, S.COUNCIL_TALLIED, S.COUNCIL_RESCORING),
    ),
    move(S.COUNCIL_SCORING, "all_ballots_in", S.COUNCIL_TALLIED, CLOCK, guards=(g.BALLOTS_IN,)),
    move(S.COUNCIL_TALLIED, "spread_too_wide", S.COUNCIL_RESCORING, CLOCK, *H, guards=(g.SPREAD_WIDE,)),
    move(S.COUNCIL_RESCORING, "revise_ballots", S.COUNCIL_SCORING, M),
    move(
        S.COUNCIL_TALLIED,
        "adopt_result",
        S.COUNCIL_CONCLUDED,
        *H,
        guards=(g.SPREAD_SETTLED, g.MINUTES),
        when=AT_PROVINCE,
    ),
    move(S.COUNCIL_CONCLUDED, "below_3_star", S.EVALUATION_NOT_PASSED, CLOCK, *H, guards=(g.BELOW_THREE,)),
    move(
        S.COUNCIL_CONCLUDED,
        "propose_recognition",
        S.DECISION_PENDING,
        V,
        guards=(g.THREE_OR_MORE, g.FOUR_OR_LESS),
    ),
    move(S.COUNCIL_CONCLUDED, "propose_five_star", S.DECISION_RESULT_APPROVAL, V, guards=(g.FIVE,)),
)

RECOGNISED = (S.RECOGNISED_3, S.RECOGNISED_4, S.RECOGNISED_5)
DECISION = (
    move(
        S.DECISION_PENDING, "decide_recognition", S.RECOGNISED_3, K, guards=(g.DECIDED,), when=(("stars", 3),)
    ),
    move(
        S.DECISION_PENDING, "decide_recognition", S.RECOGNISED_4, K, guards=(g.DECIDED,), when=(("stars", 4),)
    ),
    move(S.DECISION_PENDING, "refuse", S.EVALUATION_NOT_PASSED, K, guards=(g.REASON,)),
    move(S.DECISION_PENDING, "send_back", S.COUNCIL_READY, K, guards=(g.REASON,)),
    move(
        S.DECISION_RESULT_APPROVAL,
        "approve_and_forward",
        S.CENTRAL_RECEIVED,
        K,
        guards=(g.DECIDED, g.PROPOSAL_LETTER),
        level_to="central",
    ),
    *each(
        RECOGNISED, move(S.RECOGNISED_3, "ministry_orders_redo", S.DECISION_ANNULLED, K, guards=(g.ORDERED,))
    ),
    move(S.DECISION_ANNULLED, "redo", S.COUNCIL_READY, V),
)

CENTRAL = (
    move(S.CENTRAL_RECEIVED, "accept_for_review", S.ADVISORY_REVIEW, B, guards=(g.CONSOLIDATED,)),
    move(
        S.COUNCIL_TALLIED,
        "adopt_result",
        S.CENTRAL_CONCLUDED,
        *H,
        guards=(g.SPREAD_SETTLED, g.MINUTES),
        when=AT_CENTRE,
    ),
    move(S.CENTRAL_CONCLUDED, "decide_five_star", S.RECOGNISED_5, B, guards=(g.FIVE, g.DECIDED)),
    move(S.CENTRAL_CONCLUDED, "below_90", S.CENTRAL_RETURNED, B, guards=(g.BELOW_FIVE,)),
    move(
        S.CENTRAL_RETURNED,
        "province_decides",
        S.RECOGNISED_3,
        K,
        guards=(g.REACHES_3, g.DECIDED),
        when=(("decided_stars", 3),),
        level_to="province",
    ),
    move(
        S.CENTRAL_RETURNED,
        "province_decides",
        S.RECOGNISED_4,
        K,
        guards=(g.REACHES_4, g.DECIDED),
        when=(("decided_stars", 4),),
        level_to="province",
    ),
    move(
        S.CENTRAL_RETURNED,
        "province_decides",
        S.COUNCIL_READY,
        K,
        when=(("decided_stars", None),),
        level_to="province",
    ),
)

EVALUATING = (
    S.DOSSIER_PREPARING,
    S.DOSSIER_SELF_ASSESSED,
    S.COMMUNE_RECEIVED,
    S.COMMUNE_RETURNED,
    S.COMMUNE_REPORTED,
    S.PROVINCE_RECEIVED,
    S.PROVINCE_RETURNED,
    *ADVISING,
    S.COUNCIL_READY,
    S.COUNCIL_SCHEDULED,
    S.COUNCIL_SCORING,
    S.COUNCIL_TALLIED,
    S.COUNCIL_RESCORING,
    S.COUNCIL_CONCLUDED,
    S.DECISION_PENDING,
    S.DECISION_RESULT_APPROVAL,
    S.CENTRAL_RECEIVED,
    S.CENTRAL_CONCLUDED,
    S.CENTRAL_RETURNED,
)

PROMOTION = (
    *each(
        RECOGNISED, move(S.RECOGNISED_3, "start_promotion", S.PROMOTION_ACTIVE, V, P, guards=(g.CERTIFIED,))
    ),
    *(
        rule
        for trigger in ("join_event", "list_on_marketplace", "open_sales_point", "sign_contract")
        for rule in note(trigger, V, P, guards=(g.CERTIFIED,), sources=(S.PROMOTION_ACTIVE,))
    ),
    move(S.PROMOTION_ACTIVE, "cycle_review_due", S.REVIEW_IN_PROGRESS, CLOCK, guards=(g.REVIEW_DUE,)),
)

REVIEWING = (S.REVIEW_IN_PROGRESS, S.REVIEW_REPORTED)
REVIEW = (
    move(S.REVIEW_IN_PROGRESS, "file_results", S.REVIEW_REPORTED, P),
    *(
        rule
        for trigger in ("planned_inspection", "surprise_inspection")
        for rule in each(REVIEWING, move(S.REVIEW_IN_PROGRESS, trigger, S.REVIEW_INSPECTED, V, B))
    ),
    move(S.REVIEW_INSPECTED, "finding_ok", S.REVIEW_CLOSED, V, guards=(g.CONCLUDED,)),
    move(
        S.REVIEW_INSPECTED,
        "finding_bad",
        S.REVOCATION_PROPOSED,
        V,
        guards=(g.KNOWN_GROUND, g.GROUND_CONCLUDED),
    ),
    move(
        S.REVOCATION_PROPOSED, "revocation_decided", S.REVIEW_CLOSED, CLOCK, guards=(g.CERTIFICATE_REVOKED,)
    ),
    move(S.REVIEW_CLOSED, "next_cycle", S.PROMOTION_ACTIVE, CLOCK, guards=(g.YEAR_OVER, g.CERTIFIED)),
)

RESULT_KNOWN = (
    *(s for s in STATES if s is not S.NEW and not STATES[s].final),
    S.EVALUATION_DISQUALIFIED,
    S.EVALUATION_NOT_PASSED,
    S.COMMUNE_NOT_PROPOSED,
    S.IDEA_REJECTED,
    S.PLAN_REJECTED,
    S.IDEA_DEFERRED,
    S.PLAN_DEFERRED,
    S.WITHDRAWN,
)
"""``notify_result`` is open in every state, final ones too (process.md §11.8)."""

DOSSIER = MachineSpec(
    kind="dossier",
    edition="dossier/1",
    states=STATES,
    rules=(
        *IDEA,
        *PLAN,
        *PRODUCTION,
        *FILING,
        *COUNCIL,
        *DECISION,
        *CENTRAL,
        *withdraw(*EVALUATING),
        *PROMOTION,
        *REVIEW,
        *note("notify_result", V, sources=RESULT_KNOWN),
    ),
    forms=FORMS,
)
