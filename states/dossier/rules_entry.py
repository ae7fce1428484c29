"""How a dossier comes into being: a first idea, an upgrade, a renewal, another try, an evaluation opened again.

Every other place that names one of these moves reads it from here. Source: ``process.md`` §2.4, §2.5, §11.16; decision
records 0107 and 0109.
"""

from states.dossier import guards as g
from states.dossier.declare import CLOCK, K, P, S, move, note
from states.dossier.states import RECOGNISED

ENTRY = (
    move(
        S.NEW,
        "create_idea",
        S.IDEA_DRAFT,
        P,
        guards=(g.ONE_DOSSIER, g.NOT_CERTIFIED, g.CYCLE_OPEN, g.IDEA_WINDOW, g.ELIGIBLE),
    ),
    move(
        S.NEW,
        "open_reapplied",
        S.DOSSIER_PREPARING,
        P,
        guards=(g.ONE_DOSSIER, g.NOT_CERTIFIED, g.FAILED_BEFORE, g.CYCLE_OPEN, g.ELIGIBLE),
    ),
    move(
        S.NEW,
        "open_upgrade",
        S.DOSSIER_PREPARING,
        P,
        guards=(g.ONE_DOSSIER, g.CERTIFIED_NOW, g.CYCLE_OPEN, g.ELIGIBLE),
    ),
    move(
        S.NEW, "open_renewal", S.DOSSIER_PREPARING, P, CLOCK, guards=(g.ONE_DOSSIER, g.TO_RENEW, g.ELIGIBLE)
    ),
    move(
        S.NEW,
        "reopen_evaluation",
        S.COUNCIL_READY,
        K,
        guards=(g.ONE_DOSSIER, g.WAS_DECIDED, g.REASON, g.DOCUMENTED),
    ),
)

ENDS = (
    S.EVALUATION_NOT_PASSED,
    S.EVALUATION_DISQUALIFIED,
    S.COMMUNE_NOT_PROPOSED,
    S.IDEA_REJECTED,
    S.IDEA_DEFERRED,
    S.PLAN_REJECTED,
    S.PLAN_DEFERRED,
    S.WITHDRAWN,
)
FOLLOWING = (
    *note("reapply", P, guards=(g.ONE_DOSSIER, g.REAPPLY_TIME), sources=ENDS),
    *note(
        "plan_upgrade",
        P,
        guards=(g.ONE_DOSSIER, g.CERTIFIED_NOW),
        sources=(S.PROMOTION_ACTIVE, S.REVIEW_CLOSED),
    ),
    *note(
        "renewal_window_open",
        CLOCK,
        guards=(g.ONE_DOSSIER, g.WINDOW_ENTERED),
        sources=(
            *RECOGNISED,
            S.PROMOTION_ACTIVE,
            S.REVIEW_IN_PROGRESS,
            S.REVIEW_REPORTED,
            S.REVIEW_INSPECTED,
            S.REVIEW_CLOSED,
        ),
    ),
    *note(
        "reopen_decision",
        K,
        guards=(g.ONE_DOSSIER, g.UPHELD, g.REASON, g.DOCUMENTED),
        sources=(S.EVALUATION_NOT_PASSED, S.EVALUATION_DISQUALIFIED),
    ),
)
"""Notes on a dossier whose command opens the next one for the same product."""
