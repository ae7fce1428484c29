"""Moves after recognition: promotion, the yearly review and what a review leads to.

Every other place that names one of these moves reads it from here. Source: ``process.md`` §2.5, §11.16.
"""

from states.dossier import guards as g
from states.dossier.declare import AT_DISTRICT, AT_PROVINCE, CLOCK, B, P, S, V, move, note
from states.dossier.states import RECOGNISED
from states.engine.rules import each

PROMOTION = (
    move(
        S.RECOGNISED_3,
        "start_promotion",
        S.PROMOTION_ACTIVE,
        V,
        P,
        guards=(g.CERTIFIED,),
        when=AT_DISTRICT,
        level_to="province",
    ),
    move(
        S.RECOGNISED_3, "start_promotion", S.PROMOTION_ACTIVE, V, P, guards=(g.CERTIFIED,), when=AT_PROVINCE
    ),
    *each(
        (S.RECOGNISED_4, S.RECOGNISED_5),
        move(S.RECOGNISED_4, "start_promotion", S.PROMOTION_ACTIVE, V, P, guards=(g.CERTIFIED,)),
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
        for rule in each(
            REVIEWING,
            move(S.REVIEW_IN_PROGRESS, trigger, S.REVIEW_INSPECTED, V, B, guards=(g.INSPECTED_BY_NOW,)),
        )
    ),
    move(S.REVIEW_INSPECTED, "finding_ok", S.REVIEW_CLOSED, V, guards=(g.CONCLUDED,)),
    move(
        S.REVIEW_INSPECTED,
        "finding_bad",
        S.REVOCATION_PROPOSED,
        V,
        guards=(g.KNOWN_GROUND, g.GROUND_CONCLUDED, g.CONCLUDED_BY_NOW),
    ),
    move(S.REVOCATION_PROPOSED, "revocation_decided", S.REVIEW_CLOSED, CLOCK, guards=(g.REVOCATION_SETTLED,)),
    *each(
        (*RECOGNISED, S.PROMOTION_ACTIVE, *REVIEWING, S.REVIEW_INSPECTED),
        move(S.PROMOTION_ACTIVE, "revocation_decided", S.REVIEW_CLOSED, CLOCK, guards=(g.REVOKED,)),
    ),
    *each(
        (*RECOGNISED, S.PROMOTION_ACTIVE, *REVIEWING, S.REVIEW_INSPECTED),
        move(S.PROMOTION_ACTIVE, "successor_recognised", S.REVIEW_CLOSED, CLOCK, guards=(g.SUPERSEDED,)),
    ),
    move(S.REVIEW_CLOSED, "next_cycle", S.PROMOTION_ACTIVE, CLOCK, guards=(g.YEAR_OVER, g.CERTIFIED)),
)
