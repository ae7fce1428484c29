"""The conditions a certificate's moves stand under, over facts that ``facts.py`` gathers.

Days and instants are compared as text in the house form; an instant called ``…_closed_at`` or ``…_from_at`` is the
first one too late, ``…_opens_at`` the first one in time.
"""

from states.dossier.guards import REVOCATION_GROUNDS
from states.dossier.states import RECOGNISED as RECOGNISED_STATES
from states.dossier.states import STATES
from states.dossier.states import DossierState as D
from states.engine.facts import Condition, Fact
from states.engine.rules import Guard, Phase

NOW, TODAY = Fact("now"), Fact("today")

_NOT_FILED = (D.DOSSIER_PREPARING, D.DOSSIER_SELF_ASSESSED)
UNDER_EVALUATION = [
    str(state)
    for state, info in STATES.items()
    if info.phase is Phase.EVALUATION
    and not info.final
    and state not in (*_NOT_FILED, *RECOGNISED_STATES, D.DECISION_ANNULLED)
]
"""States of a renewal dossier that is filed and not yet decided."""

ENDED_UNRECOGNISED = [
    str(state)
    for state in (D.COMMUNE_NOT_PROPOSED, D.EVALUATION_NOT_PASSED, D.EVALUATION_DISQUALIFIED, D.WITHDRAWN)
]
"""States in which a renewal dossier has come to nothing."""


def _not_before(name: str) -> Condition:
    """From an opening on; where there is none, at any time."""
    return ~Fact(name).given() | (Fact(name) <= NOW)


def _until(name: str) -> Condition:
    """As long as an end has not come; where there is none, at any time."""
    return ~Fact(name).given() | (Fact(name) > NOW)


def _come(name: str) -> Condition:
    return Fact(name).given() & (Fact(name) <= NOW)


def _not_after_today(*names: str) -> Condition:
    conditions = [~Fact(name).given() | (Fact(name) <= TODAY) for name in names]
    return conditions[0] if len(conditions) == 1 else conditions[0] & conditions[1]


RECOGNISED = Guard("not_recognised", Fact("dossier_stars").is_in([3, 4, 5]) & Fact("decision_number").given())

# ---- the clock
WINDOW_OPEN = Guard("too_early", _come("window_opens_at"))
WINDOW_OVER = Guard("window_open", _come("window_closed_at"))
TERM_OVER = Guard("still_valid", _come("invalid_from_at"))
NO_GRACE_DUE = Guard("grace_due", ~Fact("grace_last_day").given())
GRACE_GIVEN = Guard("no_grace", Fact("grace_last_day").given())
GRACE_RUNS = Guard("grace_over", Fact("grace_over_at").given() & (Fact("grace_over_at") > NOW))
EXTENSION_OVER = Guard("grace_runs", _come("extended_until_at"))

# ---- renewal and upgrade
RENEWAL_FILED = Guard(
    "renewal_not_filed", Fact("renewal_filed_on").given() & Fact("renewal_state").is_in(UNDER_EVALUATION)
)
FILING_BEGUN = Guard("too_early", _not_before("window_opens_at"))
FILED_IN_WINDOW = Guard("too_late", _until("window_closed_at"))
TERM_RUNS = Guard("certificate_not_valid", _until("invalid_from_at"))
RENEWAL_FAILED = Guard("renewal_undecided", Fact("renewal_state").is_in(ENDED_UNRECOGNISED))
RENEWED_BY = Guard(
    "successor_missing", Fact("successor_id").given() & Fact("successor_kind").equals("re_evaluation")
)
UPGRADED_BY = Guard(
    "successor_missing", Fact("successor_id").given() & Fact("successor_kind").equals("upgrade")
)
MORE_STARS = Guard("not_higher", ~Fact("stars").given() | (Fact("successor_stars") > Fact("stars")))

# ---- revocation and annulment
KNOWN_GROUND = Guard("ground_unknown", Fact("ground").is_in(REVOCATION_GROUNDS))
CONCLUSION = Guard(
    "conclusion_missing",
    Fact("conclusion_on").given()
    | (Fact("ground").equals("production_stopped") & Fact("commune_confirmation_on").given()),
)
CONCLUDED_BY_NOW = Guard("conclusion_ahead", _not_after_today("conclusion_on", "commune_confirmation_on"))
REVOCATION_STATED = Guard(
    "decision_missing",
    Fact("revocation_number").given() & Fact("revocation_on").given() & Fact("signer_given").given(),
)
REVOKED_BY_NOW = Guard("decision_ahead", _not_after_today("revocation_on"))
REVOKED_AFTER_ISSUE = Guard(
    "decision_before_issue", ~Fact("issued_on").given() | (Fact("issued_on") <= Fact("revocation_on"))
)
REVOKED_ON_CONCLUSION = Guard(
    "decision_before_conclusion",
    (~Fact("conclusion_on").given() | (Fact("conclusion_on") <= Fact("revocation_on")))
    & (~Fact("commune_confirmation_on").given() | (Fact("commune_confirmation_on") <= Fact("revocation_on"))),
)
PROPOSED = Guard("revocation_not_proposed", Fact("revocation_proposed_on").given())
REASON = Guard("reason_missing", Fact("reason_given").given())
ORDERED = Guard("ministry_request_missing", Fact("ministry_document_given").given())
ANNULLED = Guard("recognition_stands", Fact("dossier_state").equals(str(D.DECISION_ANNULLED)))

# ---- what a source did not state
FROM_A_SOURCE = Guard("not_imported", Fact("origin").equals("imported"))
DOCUMENT = Guard("document_missing", Fact("document").given())
STARS_UNKNOWN = Guard("stars_known", ~Fact("stars").given())
STARS_STATED = Guard("stars_missing", Fact("stated_stars").given())
TERM_UNKNOWN = Guard("term_known", ~Fact("last_valid_day").given())
TERM_STATED = Guard("term_missing", Fact("stated_issued_on").given() | Fact("stated_expires_on").given())
ISSUED_BY_NOW = Guard("issue_ahead", _not_after_today("stated_issued_on"))
TERM_IN_ORDER = Guard(
    "term_reversed",
    ~Fact("stated_issued_on").given()
    | ~Fact("stated_expires_on").given()
    | (Fact("stated_issued_on") < Fact("stated_expires_on")),
)
