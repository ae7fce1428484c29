"""What a person sends with each trigger of a certificate. Kept fields go into the history line: no personal data in them."""

from states.engine.forms import Field, Form

GROUND = (
    Field("ground", "text"),
    Field("conclusion_on", "day"),
    Field("commune_confirmation_on", "day"),
)
FORMS: dict[str, Form] = {
    "propose_revocation": Form(GROUND),
    "revoke": Form(
        (
            *GROUND,
            Field("revocation_number", "text", most=60),
            Field("revocation_on", "day"),
            Field("signer", "text"),
        )
    ),
    "notify_expiry": Form((Field("document", "text", kept=True, most=400),)),
    "annul": Form((Field("ministry_document", "text", kept=True, most=200),)),
    "record_stars": Form(
        (
            Field("stated_stars", "whole", least=3, most=5),
            Field("document", "text", kept=True, most=400),
        )
    ),
    "record_term": Form(
        (
            Field("stated_issued_on", "day"),
            Field("stated_expires_on", "day"),
            Field("document", "text", kept=True, most=400),
        )
    ),
}
