"""The columns a move of a certificate writes beside the state.

Each function answers for one trigger; none looks at another subject or decides anything.
"""

from datetime import date, timedelta

from regulations import rulesets
from regulations.certificate_terms import certificate_dates, issued_for
from states.certificate.facts import grace_of, renewal_of, settings_of, successor_of, today
from states.certificate.states import CertificateState
from states.certificate.terms import date_columns
from states.engine.decide import Move
from states.engine.machine import Asked, Changes, Row

_DAY = timedelta(days=1)


def _filed(asked: Asked, _: Move) -> Row:
    return {"renewal_id": renewal_of(asked)[0]}


def _succeeded(asked: Asked, _: Move) -> Row:
    return {"successor_id": successor_of(asked)[0]}


def _extended(asked: Asked, _: Move) -> Row:
    ends_on = grace_of(asked)
    return {"grace_ends_on": ends_on.isoformat() if ends_on else None}


def _cut_short(asked: Asked, _: Move) -> Row:
    """An extension ends with the result: its day itself is not in force any more."""
    extended = asked.row["state"] == CertificateState.EXTENDED
    return {"grace_ends_on": (today(asked) - _DAY).isoformat()} if extended else {}


def _proposed(asked: Asked, _: Move) -> Row:
    """The first proposal stays the one on record until it is decided."""
    return {"revocation_proposed_on": asked.row["revocation_proposed_on"] or today(asked).isoformat()}


def _settled(_: Asked, __: Move) -> Row:
    return {"revocation_proposed_on": None}


def _stars(asked: Asked, _: Move) -> Row:
    return {"stars": asked.data["stated_stars"]}


def _term(asked: Asked, _: Move) -> Row:
    """Either end of the term gives the other; a stated end stands, whatever the months of its time."""
    issued, expires = asked.data["stated_issued_on"], asked.data["stated_expires_on"]
    ends = date.fromisoformat(str(expires)) if expires else None
    issued_on = issued_for(ends) if ends and not issued else date.fromisoformat(str(issued))
    ruleset = rulesets.in_force(issued_on)
    dates = certificate_dates(ruleset, issued_on, settings_of(asked), ends=ends)
    return {
        **date_columns(dates),
        "issued_on": issued_on.isoformat(),
        "ruleset": ruleset.pin if ruleset else None,
    }


CHANGES: Changes = {
    "dossier_filed": _filed,
    "renewed": _succeeded,
    "upgraded": _succeeded,
    "grace_extension": _extended,
    "not_renewed": _cut_short,
    "propose_revocation": _proposed,
    "decline_revocation": _settled,
    "revoke": _settled,
    "record_stars": _stars,
    "record_term": _term,
}
