"""The table of a dossier's moves under every ruleset, assembled from the tables of its phases.

Must never be repeated: machine, rights, buttons, diagram and editions read this one. Decision record 0002 says where
"idea.*", "production.*" and the like were spelt out.
"""

from states.dossier import guards as g
from states.dossier.declare import P, S, V, note, withdraw
from states.dossier.forms import FORMS
from states.dossier.rules_after import PROMOTION, REVIEW
from states.dossier.rules_entry import ENTRY, FOLLOWING
from states.dossier.rules_evaluation import ADVISING, CENTRAL, COUNCIL, DECISION
from states.dossier.rules_filing import FILING
from states.dossier.rules_making import IDEA, PLAN, PRODUCTION
from states.dossier.rules_year import YEAR
from states.dossier.states import NOT_FINAL, STATES
from states.engine.rules import MachineSpec

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
    S.COUNCIL_SECOND_ROUND,
    S.DECISION_PENDING,
    S.DECISION_RESULT_APPROVAL,
    S.CENTRAL_RECEIVED,
    S.CENTRAL_CONCLUDED,
    S.CENTRAL_RETURNED,
)

RESULT_KNOWN = (
    *NOT_FINAL,
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
    edition="dossier/3",
    states=STATES,
    rules=(
        *ENTRY,
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
        *FOLLOWING,
        *YEAR,
        *note("notify_result", V, sources=RESULT_KNOWN),
        *note(
            "appeal",
            P,
            guards=(g.NO_APPEAL_OPEN,),
            sources=(S.EVALUATION_NOT_PASSED, S.EVALUATION_DISQUALIFIED),
        ),
    ),
    forms=FORMS,
)
