"""Moves of the evaluation at each level: advisory team, council, decision, the centre.

Every other place that names one of these moves reads it from here. Source: ``process.md`` §2.5, §11.6, §11.16.
"""

from registry.roles import Role
from regulations.vocabulary import Feature
from states.dossier import guards as g
from states.dossier.declare import AT_CENTRE, AT_DISTRICT, AT_PROVINCE, CLOCK, B, H, K, M, S, T, V, move, note
from states.dossier.states import RECOGNISED
from states.engine.rules import Branch, each

ADVISING = (S.ADVISORY_REVIEW, S.ADVISORY_SURVEY, S.ADVISORY_TESTING)
REPORTERS: tuple[tuple[Branch, Role], ...] = (
    ((("kind", "first"),), T),
    ((("kind", "upgrade"),), T),
    ((("kind", "re_evaluation"), ("level", "district")), V),
    ((("kind", "re_evaluation"), ("level", "province")), V),
    ((("kind", "re_evaluation"), ("level", "central")), B),
)
"""Who writes the report before the council: of a renewal the unit that handles it (Art. 7.6.c; process.md §11.9)."""

COUNCIL = (
    move(S.ADVISORY_REVIEW, "request_site_survey", S.ADVISORY_SURVEY, T),
    move(S.ADVISORY_REVIEW, "request_extra_testing", S.ADVISORY_TESTING, T),
    move(S.ADVISORY_REVIEW, "disqualify", S.EVALUATION_DISQUALIFIED, *H, guards=(g.KNOWN_REJECTION,)),
    *(
        rule
        for when, role in REPORTERS
        for rule in each(
            ADVISING,
            move(
                S.ADVISORY_REVIEW,
                "advisory_report_done",
                S.COUNCIL_READY,
                role,
                guards=(g.ADVISED,),
                when=when,
            ),
        )
    ),
    *each(
        (S.COUNCIL_READY, S.COUNCIL_SECOND_ROUND),
        move(
            S.COUNCIL_READY,
            "schedule",
            S.COUNCIL_SCHEDULED,
            V,
            CLOCK,
            guards=(g.SESSION_NAMED, g.SESSION_DAY, g.OUTSIDE_SESSIONS),
        ),
    ),
    move(S.COUNCIL_SCHEDULED, "unschedule", S.COUNCIL_READY, V, CLOCK, guards=(g.REASON, g.OUTSIDE_SESSIONS)),
    move(
        S.COUNCIL_SCHEDULED,
        "open_scoring",
        S.COUNCIL_SCORING,
        *H,
        CLOCK,
        guards=(g.QUORUM, g.MATERIALS, g.OUTSIDE_SESSIONS),
    ),
    *note(
        "record_council_facts",
        Role.SECRETARY,
        sources=(S.COUNCIL_SCHEDULED, S.COUNCIL_SCORING, S.COUNCIL_TALLIED, S.COUNCIL_RESCORING),
    ),
    move(S.COUNCIL_SCORING, "all_ballots_in", S.COUNCIL_TALLIED, CLOCK, guards=(g.BALLOTS_IN,)),
    move(
        S.COUNCIL_TALLIED,
        "spread_too_wide",
        S.COUNCIL_RESCORING,
        CLOCK,
        *H,
        guards=(g.SPREAD_WIDE, g.OUTSIDE_SESSIONS),
    ),
    move(S.COUNCIL_RESCORING, "revise_ballots", S.COUNCIL_SCORING, M, CLOCK, guards=(g.OUTSIDE_SESSIONS,)),
    move(
        S.COUNCIL_TALLIED,
        "adopt_result",
        S.COUNCIL_CONCLUDED,
        *H,
        CLOCK,
        guards=(g.SPREAD_SETTLED, g.MINUTES, g.OUTSIDE_SESSIONS),
        when=AT_PROVINCE,
    ),
    move(
        S.COUNCIL_TALLIED,
        "adopt_result",
        S.COUNCIL_CONCLUDED,
        *H,
        CLOCK,
        guards=(g.SPREAD_SETTLED, g.MINUTES, g.OUTSIDE_SESSIONS),
        when=AT_DISTRICT,
        requires=Feature.DISTRICT_LEVEL,
    ),
    move(
        S.COUNCIL_CONCLUDED,
        "supplement_then_second_round",
        S.COUNCIL_SECOND_ROUND,
        *H,
        guards=(g.REASON, g.FIRST_ROUND),
        requires=Feature.SECOND_ROUND,
    ),
    move(S.COUNCIL_CONCLUDED, "below_3_star", S.EVALUATION_NOT_PASSED, CLOCK, *H, guards=(g.BELOW_THREE,)),
    move(
        S.COUNCIL_CONCLUDED,
        "propose_recognition",
        S.DECISION_PENDING,
        V,
        guards=(g.THREE_OR_MORE, g.FOUR_OR_LESS, g.DECIDED_HERE),
    ),
    move(
        S.COUNCIL_CONCLUDED,
        "propose_five_star",
        S.DECISION_RESULT_APPROVAL,
        V,
        guards=(g.FIVE_PROPOSED, g.IN_PROVINCE),
    ),
    move(
        S.COUNCIL_CONCLUDED,
        "forward_to_province",
        S.PROVINCE_RECEIVED,
        V,
        guards=(g.IN_DISTRICT, g.FORWARDED),
        level_to="province",
        requires=Feature.DISTRICT_LEVEL,
    ),
    move(
        S.COUNCIL_CONCLUDED,
        "return_to_district",
        S.COUNCIL_CONCLUDED,
        V,
        guards=(g.IN_PROVINCE, g.DECIDED_BY_DISTRICT),
        level_to="district",
        requires=Feature.DISTRICT_LEVEL,
    ),
)

DECISION = (
    move(
        S.DECISION_PENDING,
        "decide_recognition",
        S.RECOGNISED_3,
        K,
        guards=(g.DECIDED, g.DECISION_DAY, g.IN_RUNOFF),
        when=(("stars", 3),),
    ),
    move(
        S.DECISION_PENDING,
        "decide_recognition",
        S.RECOGNISED_4,
        K,
        guards=(g.DECIDED, g.DECISION_DAY, g.IN_RUNOFF),
        when=(("stars", 4),),
    ),
    move(S.DECISION_PENDING, "refuse", S.EVALUATION_NOT_PASSED, K, guards=(g.REASON,)),
    move(S.DECISION_PENDING, "send_back", S.COUNCIL_READY, K, guards=(g.REASON,)),
    move(
        S.DECISION_RESULT_APPROVAL,
        "approve_and_forward",
        S.CENTRAL_RECEIVED,
        K,
        guards=(g.DECIDED, g.DECISION_DAY, g.IN_RUNOFF, g.PROPOSAL_LETTER),
        level_to="central",
    ),
    *each(
        RECOGNISED, move(S.RECOGNISED_3, "ministry_orders_redo", S.DECISION_ANNULLED, K, guards=(g.ORDERED,))
    ),
    *each(
        RECOGNISED,
        move(S.RECOGNISED_3, "reopen_decision", S.DECISION_ANNULLED, K, guards=(g.REASON, g.DOCUMENTED)),
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
        CLOCK,
        guards=(g.SPREAD_SETTLED, g.MINUTES, g.OUTSIDE_SESSIONS),
        when=AT_CENTRE,
    ),
    move(
        S.CENTRAL_CONCLUDED,
        "decide_five_star",
        S.RECOGNISED_5,
        B,
        guards=(g.FIVE, g.DECIDED, g.DECISION_DAY, g.IN_RUNOFF),
    ),
    move(
        S.CENTRAL_CONCLUDED,
        "below_90",
        S.CENTRAL_RETURNED,
        B,
        guards=(g.BELOW_FIVE,),
        when=(("returns_from_centre", True),),
        requires=Feature.RETURN_FROM_CENTRE,
    ),
    move(
        S.CENTRAL_CONCLUDED,
        "below_90",
        S.EVALUATION_NOT_PASSED,
        B,
        guards=(g.BELOW_FIVE,),
        when=(("returns_from_centre", False),),
    ),
    move(
        S.CENTRAL_RETURNED,
        "province_decides",
        S.RECOGNISED_3,
        K,
        guards=(g.REACHES_3, g.DECIDED, g.DECISION_DAY, g.IN_RUNOFF),
        when=(("decided_stars", 3),),
        level_to="province",
    ),
    move(
        S.CENTRAL_RETURNED,
        "province_decides",
        S.RECOGNISED_4,
        K,
        guards=(g.REACHES_4, g.DECIDED, g.DECISION_DAY, g.IN_RUNOFF),
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
