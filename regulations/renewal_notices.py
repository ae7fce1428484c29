"""The ladder of notices about the end of a certificate: which notice on which day.

Practice, not law: only the window it speaks of is law. Whom to tell, and how, is the notices' own room.
Source: users.md 10; process.md 11.2, 11.15.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from regulations.certificate_terms import CertificateDates


class NoticeKind(StrEnum):
    """Kinds of notices that have a text."""

    RENEW_SOON = "renew_soon"
    RENEW_OPEN = "renew_open"
    RENEW_CLOSING = "renew_closing"
    RENEW_LAST = "renew_last"
    RENEW_TODAY = "renew_today"
    RENEW_MISSED = "renew_missed"
    EXPIRE_90_FILED = "expire_90_filed"
    EXPIRE_90_NOT_FILED = "expire_90_not_filed"
    EXPIRE_30 = "expire_30"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice on its nominal day; sending may choose an earlier working day."""

    kind: NoticeKind
    day: date


@dataclass(frozen=True, slots=True)
class _Rung:
    kind: NoticeKind
    days: int
    to_file: bool = False
    window: bool = False


LADDER: tuple[
    _Rung, ...
] = (  # days from the anniversary; `to_file` stops once filed, `window` needs a window
    _Rung(NoticeKind.RENEW_SOON, -240, to_file=True),
    _Rung(NoticeKind.RENEW_SOON, -210, to_file=True),
    _Rung(NoticeKind.RENEW_OPEN, -180, to_file=True),
    _Rung(NoticeKind.RENEW_CLOSING, -150, to_file=True, window=True),
    _Rung(NoticeKind.RENEW_CLOSING, -130, to_file=True, window=True),
    _Rung(NoticeKind.RENEW_LAST, -121, to_file=True, window=True),
    _Rung(NoticeKind.RENEW_TODAY, -120, to_file=True, window=True),
    _Rung(NoticeKind.RENEW_MISSED, -119, to_file=True, window=True),
    _Rung(NoticeKind.EXPIRE_90_FILED, -90),
    _Rung(NoticeKind.EXPIRE_90_NOT_FILED, -90, to_file=True),
    _Rung(NoticeKind.EXPIRE_30, -30),
)


def notice_ladder(dates: CertificateDates, filed_on: date | None = None) -> tuple[Notice, ...]:
    """Return the notices of one certificate in order of days; who has filed is no longer told to file.

    Days count from the anniversary; `expired` falls on the day after the last valid day.

    Source: users.md 10; process.md 11.2.
    """
    notices = [
        Notice(rung.kind, day)
        for rung in LADDER
        for day in [dates.expires_on + timedelta(days=rung.days)]
        if _is_due(rung, day, dates, filed_on)
    ]
    return (*notices, Notice(NoticeKind.EXPIRED, dates.first_invalid_day))


def _is_due(rung: _Rung, day: date, dates: CertificateDates, filed_on: date | None) -> bool:
    filed = filed_on is not None and filed_on <= day
    if rung.kind is NoticeKind.EXPIRE_90_FILED:
        return filed
    return not (rung.to_file and filed) and not (rung.window and dates.window_closes is None)
