"""The states of a certificate and what each means to people; labels stand in ``texts.vi.toml`` under ``state.certificate``.

Must never decide anything: which move leads where is the business of ``lifecycle.py``.
"""

from enum import StrEnum

from registry.roles import Role
from states.engine.rules import Phase, StateInfo


class CertificateState(StrEnum):
    """State of a certificate (giấy chứng nhận). Source: ``process.md`` §2.6, §11.7."""

    NEW = "new"
    VALID = "valid"
    RENEWAL_OPEN = "renewal_open"
    RENEWAL_IN_PROCESS = "renewal_in_process"
    RENEWAL_LATE = "renewal_late"
    EXTENDED = "extended"
    EXPIRED_PENDING = "expired_pending"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


S = CertificateState
_P = frozenset({Role.PRODUCER})
STATES: dict[StrEnum, StateInfo] = {
    S.NEW: StateInfo(),
    S.VALID: StateInfo(Phase.PROMOTION),
    S.RENEWAL_OPEN: StateInfo(Phase.REVIEW, waits_for=_P, silence_days=30),
    S.RENEWAL_IN_PROCESS: StateInfo(Phase.REVIEW),
    S.RENEWAL_LATE: StateInfo(Phase.REVIEW, waits_for=_P, silence_days=14),
    S.EXTENDED: StateInfo(Phase.REVIEW),
    S.EXPIRED_PENDING: StateInfo(Phase.REVIEW),
    S.EXPIRED: StateInfo(Phase.REVIEW, final=True),
    S.SUPERSEDED: StateInfo(Phase.REVIEW, final=True),
    S.REVOKED: StateInfo(Phase.REVIEW, final=True),
}
BY_TERM = (S.VALID, S.RENEWAL_OPEN, S.RENEWAL_IN_PROCESS, S.RENEWAL_LATE)
"""In force until the end of the term."""

IN_FORCE = (*BY_TERM, S.EXTENDED)
"""The mark may be used. Source: ``process.md`` §11.7."""

BEING_RENEWED = (S.RENEWAL_IN_PROCESS, S.EXTENDED, S.EXPIRED_PENDING)
"""A renewal dossier is with the authorities."""

NOT_ENDED = (*IN_FORCE, S.EXPIRED_PENDING)
