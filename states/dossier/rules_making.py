"""Moves of the phases idea, plan and production: from a wish to a product that can be evidenced.

Every other place that names one of these moves reads it from here. Source: ``process.md`` §2.5; decision record 0002.
"""

from states.dossier import guards as g
from states.dossier.declare import CLOCK, C, P, S, V, move, note, withdraw
from states.engine.rules import each

IDEA = (
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
