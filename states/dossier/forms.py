"""What a person sends with each trigger of a dossier. Kept fields go into the history line: no personal data in them."""

from states.dossier.guards import COMMUNE_MATTERS
from states.dossier.papers import STATED_PAPERS
from states.engine.forms import Field, Form

DECISION = (Field("decision_number", "text", most=60), Field("decision_on", "day"), Field("signer", "text"))
LETTER = (Field("letter_number", "text", kept=True), Field("letter_on", "day", kept=True))
EVENT = (Field("event_on", "day"), Field("event", "text", required=True, kept=True, most=200))
FORMS: dict[str, Form] = {
    "return_idea": Form((Field("due_days", "whole", kept=True, least=1, most=60),)),
    "return_plan": Form((Field("due_days", "whole", kept=True, least=1, most=60),)),
    "request_supplement": Form((Field("due_days", "whole", kept=True, least=1, most=60),)),
    "request_completion": Form((Field("due_days", "whole", kept=True, least=1, most=60),)),
    "accept_idea": Form((Field("appraisal", "text"),)),
    "record_training": Form((Field("trained_on", "day", kept=True), Field("waived", "yes_no", kept=True))),
    "report_progress": Form((Field("progress", "text", required=True),)),
    "flag_at_risk": Form((Field("milestone_missed", "yes_no"),)),
    "confirm_evidence": Form((Field("waived", "yes_no", kept=True),)),
    "submit_dossier": Form(
        (Field("paper_set", "yes_no", kept=True), Field("papers", "codes", kept=True, choices=STATED_PAPERS))
    ),
    "issue_commune_report": Form(
        (
            Field("matters", "codes", choices=tuple(COMMUNE_MATTERS)),
            Field("findings", "text"),
            Field("form_03_signed", "yes_no"),
            Field("report_number", "text", kept=True),
        )
    ),
    "propose_to_province": Form((*LETTER, Field("samples", "whole", least=0, most=99))),
    "accept_for_review": Form((Field("consolidated_report", "text"),)),
    "disqualify": Form((Field("rejection", "text"),)),
    "advisory_report_done": Form((Field("advisory_report", "text"),)),
    "schedule": Form((Field("session_on", "day"), Field("session", "text", kept=True))),
    "record_council_facts": Form(
        (
            Field("points_sum", "whole", kept=True, least=0, most=10000),
            Field("points_count", "whole", kept=True, least=1, most=99),
            Field("spread", "whole", kept=True, least=0, most=100),
            Field("quorum_met", "yes_no", kept=True),
            Field("ballots", "whole", kept=True, least=0, most=99),
            Field("required_ballots", "whole", kept=True, least=1, most=99),
            Field("floor_stars", "whole", kept=True, least=0, most=5),
            Field("materials_in_time", "yes_no", kept=True),
            Field("minutes_signed", "yes_no", kept=True),
        )
    ),
    "carry_over": Form((Field("year", "whole", required=True, kept=True, least=2000, most=2100),)),
    "decide_recognition": Form(DECISION),
    "decide_five_star": Form(DECISION),
    "approve_and_forward": Form((*DECISION, *LETTER)),
    "province_decides": Form((*DECISION, Field("decided_stars", "whole", least=3, most=4))),
    "reopen_decision": Form((Field("document", "text", kept=True, most=200),)),
    "reopen_evaluation": Form((Field("document", "text", kept=True, most=200),)),
    "ministry_orders_redo": Form((Field("ministry_document", "text", kept=True),)),
    "notify_result": Form((Field("notice_number", "text", kept=True),)),
    "appeal": Form((Field("grounds", "text", required=True),)),
    "start_promotion": Form((Field("event_on", "day"),)),
    "join_event": Form(EVENT),
    "list_on_marketplace": Form(EVENT),
    "open_sales_point": Form(EVENT),
    "sign_contract": Form(EVENT),
    "file_results": Form(
        (
            Field("revenue_million_vnd", "whole", required=True, kept=True, least=0),
            Field("output", "text", required=True),
            Field("market", "text", required=True),
        )
    ),
    "planned_inspection": Form(
        (Field("inspected_on", "day", required=True, kept=True), Field("document", "text", kept=True))
    ),
    "surprise_inspection": Form(
        (Field("inspected_on", "day", required=True, kept=True), Field("document", "text", kept=True))
    ),
    "finding_ok": Form((Field("conclusion", "text"),)),
    "finding_bad": Form((Field("ground", "text"), Field("conclusion_on", "day"))),
}
