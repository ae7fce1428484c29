"""Moves of a dossier from its preparation to the provincial unit: filing, the commune's report, completion.

Every other place that names one of these moves reads it from here. Source: ``process.md`` §2.5, §11.16.
"""

from regulations.vocabulary import Feature
from states.dossier import guards as g
from states.dossier.declare import CLOCK, C, P, S, V, move, note

FILED = (g.FILED_COMPLETE, g.STILL_CERTIFIED, g.NOT_TOO_EARLY, g.NOT_TOO_LATE)
"""A whole file, and where a certificate is to be renewed or raised, one that lives and its window."""

FILING = (
    move(
        S.DOSSIER_PREPARING,
        "self_assess",
        S.DOSSIER_SELF_ASSESSED,
        P,
        guards=(g.ASSESSED,),
        requires=Feature.SELF_ASSESSMENT,
    ),
    move(S.DOSSIER_SELF_ASSESSED, "reopen_self_assessment", S.DOSSIER_PREPARING, P),
    move(
        S.DOSSIER_SELF_ASSESSED,
        "submit_dossier",
        S.COMMUNE_RECEIVED,
        P,
        guards=(*FILED, g.SAME_RULESET),
        when=(("first_level", "commune"),),
        level_to="commune",
        requires=Feature.COMMUNE_REPORT,
    ),
    move(
        S.DOSSIER_SELF_ASSESSED,
        "submit_dossier",
        S.ADVISORY_REVIEW,
        P,
        guards=(*FILED, g.SAME_RULESET),
        when=(("first_level", "district"),),
        level_to="district",
        requires=Feature.DISTRICT_LEVEL,
    ),
    move(
        S.DOSSIER_PREPARING,
        "submit_dossier",
        S.ADVISORY_REVIEW,
        P,
        guards=(g.NO_SELF_ASSESSMENT, *FILED),
        level_to="district",
        requires=Feature.DISTRICT_LEVEL,
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
        sources=(S.COMMUNE_RECEIVED, S.COMMUNE_RETURNED, S.COMMUNE_REPORTED, S.PROVINCE_RETURNED),
    ),
)
