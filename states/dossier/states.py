"""The states of a dossier and what each means to people; labels stand in ``texts.vi.toml`` under ``dossier.state.*``.

Must never decide anything: which move leads where is the business of ``lifecycle.py``.
"""

from enum import StrEnum

from registry.roles import Role
from states.engine.rules import Phase, StateInfo


class DossierState(StrEnum):
    """State of a participation (hồ sơ). Source: ``process.md`` §2.5, §2.9, §11.16."""

    NEW = "new"
    IDEA_DRAFT = "idea.draft"
    IDEA_SUBMITTED = "idea.submitted"
    IDEA_RETURNED = "idea.returned"
    IDEA_SCREENED = "idea.screened"
    IDEA_ACCEPTED = "idea.accepted"
    IDEA_REJECTED = "idea.rejected"
    IDEA_DEFERRED = "idea.deferred_next_cycle"
    PLAN_DRAFTING = "plan.drafting"
    PLAN_SUBMITTED = "plan.submitted"
    PLAN_RETURNED = "plan.returned"
    PLAN_APPROVED = "plan.approved"
    PLAN_REJECTED = "plan.rejected"
    PLAN_DEFERRED = "plan.deferred_next_cycle"
    PRODUCTION_IN_PROGRESS = "production.in_progress"
    PRODUCTION_AT_RISK = "production.at_risk"
    PRODUCTION_SUSPENDED = "production.suspended"
    DOSSIER_PREPARING = "dossier.preparing"
    DOSSIER_SELF_ASSESSED = "dossier.self_assessed"
    COMMUNE_RECEIVED = "commune.received"
    COMMUNE_RETURNED = "commune.returned"
    COMMUNE_REPORTED = "commune.reported"
    COMMUNE_NOT_PROPOSED = "commune.not_proposed"
    PROVINCE_RECEIVED = "province.received"
    PROVINCE_RETURNED = "province.returned"
    ADVISORY_REVIEW = "advisory.review"
    ADVISORY_SURVEY = "advisory.survey"
    ADVISORY_TESTING = "advisory.testing"
    COUNCIL_READY = "council.ready"
    COUNCIL_SCHEDULED = "council.scheduled"
    COUNCIL_SCORING = "council.scoring"
    COUNCIL_TALLIED = "council.tallied"
    COUNCIL_RESCORING = "council.rescoring"
    COUNCIL_CONCLUDED = "council.concluded"
    COUNCIL_SECOND_ROUND = "council.second_round"
    EVALUATION_DISQUALIFIED = "evaluation.disqualified"
    EVALUATION_NOT_PASSED = "evaluation.not_passed"
    DECISION_PENDING = "decision.pending"
    DECISION_RESULT_APPROVAL = "decision.pending_result_approval"
    DECISION_ANNULLED = "decision.annulled"
    CENTRAL_RECEIVED = "central.received"
    CENTRAL_CONCLUDED = "central.concluded"
    CENTRAL_RETURNED = "central.returned_to_province"
    RECOGNISED_3 = "recognised.3"
    RECOGNISED_4 = "recognised.4"
    RECOGNISED_5 = "recognised.5"
    PROMOTION_ACTIVE = "promotion.active"
    REVIEW_IN_PROGRESS = "review.in_progress"
    REVIEW_REPORTED = "review.reported"
    REVIEW_INSPECTED = "review.inspected"
    REVIEW_CLOSED = "review.closed"
    REVOCATION_PROPOSED = "certificate.revocation_proposed"
    WITHDRAWN = "withdrawn"


S = DossierState
_P, _C, _V = frozenset({Role.PRODUCER}), frozenset({Role.COMMUNE}), frozenset({Role.PROVINCE_UNIT})
_T, _H = frozenset({Role.ADVISORY}), frozenset({Role.CHAIR, Role.SECRETARY})
_M, _K, _B, _S = (
    frozenset({role}) for role in (Role.COUNCIL_MEMBER, Role.PROVINCE_CHAIR, Role.MINISTRY, Role.SYSTEM)
)


def _end(phase: Phase | None, portal: int) -> StateInfo:
    return StateInfo(phase, final=True, portal_state=portal)


STATES: dict[StrEnum, StateInfo] = {
    S.NEW: StateInfo(),
    S.IDEA_DRAFT: StateInfo(Phase.IDEA, waits_for=_P, silence_days=30),
    S.IDEA_SUBMITTED: StateInfo(Phase.IDEA, waits_for=_C, silence_days=7, portal_state=1),
    S.IDEA_RETURNED: StateInfo(Phase.IDEA, waits_for=_P, silence_days=7, portal_state=5),
    S.IDEA_SCREENED: StateInfo(Phase.IDEA, waits_for=_V, silence_days=14, portal_state=4),
    S.IDEA_ACCEPTED: StateInfo(Phase.IDEA, waits_for=_P, silence_days=30, portal_state=4),
    S.IDEA_REJECTED: _end(Phase.IDEA, 3),
    S.IDEA_DEFERRED: _end(Phase.IDEA, 8),
    S.PLAN_DRAFTING: StateInfo(Phase.PLAN, waits_for=_P, silence_days=30),
    S.PLAN_SUBMITTED: StateInfo(Phase.PLAN, waits_for=_V, silence_days=14, portal_state=4),
    S.PLAN_RETURNED: StateInfo(Phase.PLAN, waits_for=_P, silence_days=7, portal_state=5),
    S.PLAN_APPROVED: StateInfo(Phase.PLAN, waits_for=_P, silence_days=30, portal_state=4),
    S.PLAN_REJECTED: _end(Phase.PLAN, 3),
    S.PLAN_DEFERRED: _end(Phase.PLAN, 8),
    S.PRODUCTION_IN_PROGRESS: StateInfo(Phase.PRODUCTION, waits_for=_P, silence_days=90),
    S.PRODUCTION_AT_RISK: StateInfo(Phase.PRODUCTION, waits_for=_P, silence_days=14),
    S.PRODUCTION_SUSPENDED: StateInfo(Phase.PRODUCTION, waits_for=_P, silence_days=90, portal_state=8),
    S.DOSSIER_PREPARING: StateInfo(Phase.EVALUATION, waits_for=_P, silence_days=30),
    S.DOSSIER_SELF_ASSESSED: StateInfo(Phase.EVALUATION, waits_for=_P, silence_days=14),
    S.COMMUNE_RECEIVED: StateInfo(Phase.EVALUATION, waits_for=_C, silence_days=7, portal_state=2),
    S.COMMUNE_RETURNED: StateInfo(Phase.EVALUATION, waits_for=_P, silence_days=7, portal_state=5),
    S.COMMUNE_REPORTED: StateInfo(Phase.EVALUATION, waits_for=_C, silence_days=3, portal_state=4),
    S.COMMUNE_NOT_PROPOSED: _end(Phase.EVALUATION, 3),
    S.PROVINCE_RECEIVED: StateInfo(Phase.EVALUATION, waits_for=_V, silence_days=10, portal_state=4),
    S.PROVINCE_RETURNED: StateInfo(Phase.EVALUATION, waits_for=_P | _C, silence_days=7, portal_state=5),
    S.ADVISORY_REVIEW: StateInfo(Phase.EVALUATION, waits_for=_T, silence_days=14, portal_state=4),
    S.ADVISORY_SURVEY: StateInfo(Phase.EVALUATION, waits_for=_T, silence_days=14, portal_state=4),
    S.ADVISORY_TESTING: StateInfo(Phase.EVALUATION, waits_for=_T, silence_days=21, portal_state=4),
    S.COUNCIL_READY: StateInfo(Phase.EVALUATION, waits_for=_V, silence_days=21, portal_state=4),
    S.COUNCIL_SCHEDULED: StateInfo(Phase.EVALUATION, waits_for=_H, silence_days=14, portal_state=4),
    S.COUNCIL_SCORING: StateInfo(Phase.EVALUATION, waits_for=_M, silence_days=3, portal_state=4),
    S.COUNCIL_TALLIED: StateInfo(Phase.EVALUATION, waits_for=_H, silence_days=3, portal_state=4),
    S.COUNCIL_RESCORING: StateInfo(Phase.EVALUATION, waits_for=_M, silence_days=3, portal_state=4),
    S.COUNCIL_CONCLUDED: StateInfo(Phase.EVALUATION, waits_for=_V, silence_days=10, portal_state=4),
    S.COUNCIL_SECOND_ROUND: StateInfo(Phase.EVALUATION, waits_for=_P | _V, silence_days=14, portal_state=5),
    S.EVALUATION_DISQUALIFIED: _end(Phase.EVALUATION, 9),
    S.EVALUATION_NOT_PASSED: _end(Phase.EVALUATION, 9),
    S.DECISION_PENDING: StateInfo(Phase.EVALUATION, waits_for=_K, silence_days=10, portal_state=4),
    S.DECISION_RESULT_APPROVAL: StateInfo(Phase.EVALUATION, waits_for=_K, silence_days=10, portal_state=4),
    S.DECISION_ANNULLED: StateInfo(Phase.EVALUATION, waits_for=_V, silence_days=10, portal_state=4),
    S.CENTRAL_RECEIVED: StateInfo(Phase.EVALUATION, waits_for=_B, silence_days=60, portal_state=4),
    S.CENTRAL_CONCLUDED: StateInfo(Phase.EVALUATION, waits_for=_B, silence_days=30, portal_state=4),
    S.CENTRAL_RETURNED: StateInfo(Phase.EVALUATION, waits_for=_K, silence_days=14, portal_state=4),
    S.RECOGNISED_3: StateInfo(Phase.EVALUATION, waits_for=_P, silence_days=30, portal_state=9),
    S.RECOGNISED_4: StateInfo(Phase.EVALUATION, waits_for=_P, silence_days=30, portal_state=9),
    S.RECOGNISED_5: StateInfo(Phase.EVALUATION, waits_for=_P, silence_days=30, portal_state=9),
    S.PROMOTION_ACTIVE: StateInfo(Phase.PROMOTION, waits_for=_P, portal_state=10),
    S.REVIEW_IN_PROGRESS: StateInfo(Phase.REVIEW, waits_for=_P, silence_days=30, portal_state=10),
    S.REVIEW_REPORTED: StateInfo(Phase.REVIEW, waits_for=_V, silence_days=60, portal_state=10),
    S.REVIEW_INSPECTED: StateInfo(Phase.REVIEW, waits_for=_V, silence_days=14, portal_state=10),
    S.REVIEW_CLOSED: StateInfo(Phase.REVIEW, waits_for=_S, portal_state=10),
    S.REVOCATION_PROPOSED: StateInfo(Phase.REVIEW, waits_for=_K, silence_days=10, portal_state=10),
    S.WITHDRAWN: _end(None, 7),
}

IN_INTAKE = (
    S.COMMUNE_RECEIVED,
    S.COMMUNE_RETURNED,
    S.COMMUNE_REPORTED,
    S.PROVINCE_RECEIVED,
    S.PROVINCE_RETURNED,
)
"""Filed and not yet before a council: in these states a dossier stands in a batch that takes dossiers in."""

NOT_FINAL = tuple(state for state, info in STATES.items() if not info.final and state is not S.NEW)
RECOGNISED = (S.RECOGNISED_3, S.RECOGNISED_4, S.RECOGNISED_5)
AFTER_RECOGNITION = (
    *RECOGNISED,
    S.PROMOTION_ACTIVE,
    S.REVIEW_IN_PROGRESS,
    S.REVIEW_REPORTED,
    S.REVIEW_INSPECTED,
    S.REVIEW_CLOSED,
    S.REVOCATION_PROPOSED,
)
BEFORE_RECOGNITION = tuple(state for state in NOT_FINAL if state not in AFTER_RECOGNITION)
"""On the way to a decision: a product has one such dossier at a time (process.md §10 #11)."""
