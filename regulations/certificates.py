"""Certificates (giấy chứng nhận): how long one runs, when its renewal may be filed, what it is worth on a day.

A certificate keeps the ruleset it was issued under; its renewal follows the ruleset of the filing day.
Nothing here moves a certificate: the state is computed from dates and events.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from regulations.certificate_terms import CertificateDates, certificate_dates, months_of
from regulations.errors import RegulationError
from regulations.periods import plain_end
from regulations.renewal_notices import Notice, NoticeKind, notice_ladder
from regulations.rulesets import in_force
from regulations.settings import DEFAULTS, Settings
from regulations.vocabulary import Unit

__all__ = [
    "CertificateDates",
    "CertificateEvent",
    "CertificateState",
    "CertificateStatus",
    "Event",
    "Notice",
    "NoticeKind",
    "Successor",
    "certificate_dates",
    "certificate_on",
    "cohort_on",
    "notice_ladder",
]


class CertificateState(StrEnum):
    """States of `process.md` §2.6; §11.7 says which of them are in force."""

    VALID = "valid"
    RENEWAL_OPEN = "renewal_open"
    RENEWAL_IN_PROCESS = "renewal_in_process"
    RENEWAL_LATE = "renewal_late"
    EXTENDED = "extended"
    EXPIRED_PENDING = "expired_pending"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"

    @property
    def in_force(self) -> bool:
        """Return True where the mark may be used.

        Source: process.md 11.7.
        """
        return self in _IN_FORCE


_IN_FORCE = frozenset(
    {
        CertificateState.VALID,
        CertificateState.RENEWAL_OPEN,
        CertificateState.RENEWAL_IN_PROCESS,
        CertificateState.RENEWAL_LATE,
        CertificateState.EXTENDED,
    }
)


class CertificateEvent(StrEnum):
    """What may happen to a certificate; a failed upgrade and a hand-over to the centre leave it as it is."""

    DOSSIER_FILED = "dossier_filed"
    RENEWED = "renewed"
    NOT_RENEWED = "not_renewed"
    UPGRADED = "upgraded"
    UPGRADE_FAILED = "upgrade_failed"
    FORWARDED_TO_CENTRAL = "forwarded_to_central"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Event:
    """An event with the day it has effect; `stars` are those of the new certificate."""

    day: date
    event: CertificateEvent
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class Successor:
    """The certificate that replaced an earlier one."""

    issued_on: date
    stars: int | None
    expires_on: date


@dataclass(frozen=True, slots=True)
class CertificateStatus:
    """What a certificate is on a day; before its day of issue it has no state."""

    state: CertificateState | None
    stars: int | None
    successor: Successor | None = None
    grace_ends: date | None = None

    @property
    def valid(self) -> bool:
        """Return True where the certificate is in force on that day."""
        return self.state is not None and self.state.in_force


def certificate_on(
    dates: CertificateDates,
    stars: int | None,
    day: date,
    events: Iterable[Event] = (),
    settings: Settings = DEFAULTS,
) -> CertificateStatus:
    """Return the state of a certificate on a day, after the events up to and including that day.

    Source: QĐ 26/2026/QĐ-TTg Điều 7.6, 8, 12; process.md 2.6, 11.7, 11.11.
    """
    if day < dates.issued_on:
        return CertificateStatus(None, None)
    filed, failed = False, False
    for each in sorted((each for each in events if each.day <= day), key=lambda each: each.day):
        if each.event is CertificateEvent.REVOKED:
            return CertificateStatus(CertificateState.REVOKED, stars)
        if each.event in (CertificateEvent.RENEWED, CertificateEvent.UPGRADED):
            return CertificateStatus(CertificateState.SUPERSEDED, stars, _successor(dates, each, settings))
        if each.event is CertificateEvent.DOSSIER_FILED and each.day <= dates.last_valid_day:
            filed, failed = True, False
        if each.event is CertificateEvent.NOT_RENEWED:
            filed, failed = False, True
    state = _filed_state(dates, day) if filed else _plain_state(dates, day, failed=failed)
    extended = state is CertificateState.EXTENDED
    return CertificateStatus(state, stars, grace_ends=dates.grace_ends if extended else None)


def cohort_on(dates: CertificateDates, certificates: int, renewed: int, day: date) -> tuple[int, int]:
    """Return how many certificates of one day are over on a day, and how many were renewed before.

    Raises:
        RegulationError: `cohort_size`, more renewed than issued.
    """
    if not 0 <= renewed <= certificates:
        raise RegulationError("cohort_size", f"{renewed} of {certificates} cannot be renewed")
    over = day > dates.last_valid_day
    return (certificates - renewed if over else 0), renewed


def _filed_state(dates: CertificateDates, day: date) -> CertificateState:
    """Return the state while a renewal dossier is open."""
    if day <= dates.last_valid_day:
        return CertificateState.RENEWAL_IN_PROCESS
    if dates.grace_ends is None:
        return CertificateState.EXPIRED_PENDING
    return CertificateState.EXTENDED if day <= dates.grace_ends else CertificateState.EXPIRED


def _plain_state(dates: CertificateDates, day: date, *, failed: bool) -> CertificateState:
    """Return the state while no renewal dossier is open."""
    if day > dates.last_valid_day:
        return CertificateState.EXPIRED
    if failed:
        return CertificateState.RENEWAL_LATE
    if dates.window_opens is None or dates.window_closes is None or day < dates.window_opens:
        return CertificateState.VALID
    return CertificateState.RENEWAL_OPEN if day <= dates.window_closes else CertificateState.RENEWAL_LATE


def _successor(dates: CertificateDates, event: Event, settings: Settings) -> Successor:
    """Return the new certificate; an upgrade starts a new term unless the setting keeps the old one.

    Source: process.md 10 #11 (setting `upgrade_resets_term`).
    """
    ruleset = in_force(event.day)
    expires_on = plain_end(event.day, months_of(ruleset), Unit.MONTHS)
    if event.event is CertificateEvent.UPGRADED and not settings["upgrade_resets_term"]:
        expires_on = dates.expires_on
    return Successor(event.day, event.stars, expires_on)
