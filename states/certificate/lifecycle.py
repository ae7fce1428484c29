"""The table of a certificate's moves as far as issue, watch, expiry and revocation go.

Renewal, upgrade and grace stand in ``process.md`` §2.6 and join with the dossiers that renew.
"""

from enum import StrEnum

from registry.roles import Role
from states.engine.facts import Fact
from states.engine.forms import Field, Form
from states.engine.rules import Guard, MachineSpec, Phase, StateInfo, TransitionRule


class CertificateState(StrEnum):
    """State of a certificate. Source: ``process.md`` §2.6, §11.7."""

    NEW = "new"
    VALID = "valid"
    RENEWAL_OPEN = "renewal_open"
    RENEWAL_LATE = "renewal_late"
    EXPIRED = "expired"
    REVOKED = "revoked"


S = CertificateState
STATES: dict[StrEnum, StateInfo] = {
    S.NEW: StateInfo(),
    S.VALID: StateInfo(Phase.PROMOTION),
    S.RENEWAL_OPEN: StateInfo(Phase.REVIEW, waits_for=frozenset({Role.PRODUCER}), silence_days=30),
    S.RENEWAL_LATE: StateInfo(Phase.REVIEW, waits_for=frozenset({Role.PRODUCER}), silence_days=14),
    S.EXPIRED: StateInfo(Phase.REVIEW, final=True),
    S.REVOKED: StateInfo(Phase.REVIEW, final=True),
}
IN_FORCE = (S.VALID, S.RENEWAL_OPEN, S.RENEWAL_LATE)

NOW = Fact("now")
_SYSTEM = frozenset({Role.SYSTEM})
RECOGNISED = Guard("not_recognised", Fact("dossier_stars").is_in([3, 4, 5]) & Fact("decision_number").given())
WINDOW_OPEN = Guard("too_early", Fact("window_opens_at").given() & (Fact("window_opens_at") <= NOW))
WINDOW_OVER = Guard("window_open", Fact("window_closed_at").given() & (Fact("window_closed_at") <= NOW))
TERM_OVER = Guard("still_valid", Fact("invalid_from_at").given() & (Fact("invalid_from_at") <= NOW))
KNOWN_GROUND = Guard(
    "ground_unknown",
    Fact("ground").is_in(
        [
            "untruthful_dossier",
            "criteria_no_longer_met",
            "law_broken",
            "mark_misused",
            "production_stopped",
            "other_conclusion",
        ]
    ),
)
CONCLUSION = Guard(
    "conclusion_missing",
    Fact("conclusion_on").given()
    | (Fact("ground").equals("production_stopped") & Fact("commune_confirmation_on").given()),
)
DECIDED = Guard(
    "decision_missing",
    Fact("revocation_number").given() & Fact("revocation_on").given() & Fact("signer_given").given(),
)


def _revoke(source: CertificateState, stars: int, role: Role) -> TransitionRule:
    guards = (KNOWN_GROUND, CONCLUSION, DECIDED)
    return TransitionRule("revoke", source, S.REVOKED, frozenset({role}), guards, when=(("stars", stars),))


RULES = (
    TransitionRule("issue", S.NEW, S.VALID, frozenset({Role.PROVINCE_CHAIR, Role.MINISTRY}), (RECOGNISED,)),
    TransitionRule("enter_window", S.VALID, S.RENEWAL_OPEN, _SYSTEM, (WINDOW_OPEN,)),
    TransitionRule("window_missed", S.RENEWAL_OPEN, S.RENEWAL_LATE, _SYSTEM, (WINDOW_OVER,)),
    *(TransitionRule("expire", source, S.EXPIRED, _SYSTEM, (TERM_OVER,)) for source in IN_FORCE),
    *(
        _revoke(source, stars, Role.MINISTRY if stars == 5 else Role.PROVINCE_CHAIR)
        for source in IN_FORCE
        for stars in (3, 4, 5)
    ),
)

CERTIFICATE = MachineSpec(
    kind="certificate",
    edition="certificate/1",
    states=STATES,
    rules=RULES,
    forms={
        "revoke": Form(
            (
                Field("ground", "text"),
                Field("conclusion_on", "day"),
                Field("commune_confirmation_on", "day"),
                Field("revocation_number", "text"),
                Field("revocation_on", "day"),
                Field("signer", "text"),
            )
        )
    },
)
