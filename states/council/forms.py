"""What a person sends with each trigger of a session. Kept fields go into the history line: no personal data in them.

Members are named by their appointments, products by their dossiers.
"""

from states.engine.forms import Field, Form

DOSSIERS = Field("dossiers", "ids", required=True, kept=True)
DIFFERING = (Field("opinions_differ", "yes_no", kept=True), Field("complex", "yes_no", kept=True))

FORMS: dict[str, Form] = {
    "name_members": Form(
        (
            Field("appointments", "ids", required=True, kept=True),
            Field("without_ballot", "ids", kept=True),
        )
    ),
    "put_on_agenda": Form((DOSSIERS, *DIFFERING)),
    "strike_off": Form((DOSSIERS,)),
    "record_visit": Form((DOSSIERS, Field("visited_on", "day", required=True, kept=True))),
    "declare_conflict": Form((DOSSIERS, Field("member", "ids", kept=True, most=1))),
    "record_attendance": Form(
        (Field("present", "ids", required=True, kept=True), Field("proxies", "ids", kept=True))
    ),
    "deliver_materials": Form((Field("delivered_on", "day", required=True, kept=True),)),
    "set_ballot_due": Form(
        (Field("due_at", "instant", required=True, kept=True), Field("members", "ids", kept=True))
    ),
    "convene": Form((Field("overrule", "yes_no", kept=True),)),
    "adjourn": Form((Field("adjourned_to", "instant", kept=True),)),
    "reopen_scoring": Form((Field("discussion", "text"),)),
    "conclude": Form((Field("minutes", "text"),)),
    "convene_meeting": Form(
        (*DIFFERING, Field("convened_for", "instant", required=True, kept=True), Field("place", "text", most=300))
    ),
    "close": Form((Field("report_document", "text", kept=True, most=60),)),
}  # fmt: skip
