"""The days of one certificate: its end, the window of its renewal, the grace it may get.

Counted from the day of issue alone; none of these days ever moves off a day off.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from regulations.errors import RegulationError
from regulations.periods import add_months, plain_end
from regulations.rulesets import Ruleset, all_rulesets, in_force
from regulations.settings import DEFAULTS, Settings
from regulations.vocabulary import Feature, TermCode, Unit

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CertificateDates:
    """The dates of one certificate; window and grace are None where the renewing ruleset has none.

    `expires_on` (issue + 36 months) is the day all windows count from; `last_valid_day` follows its setting.
    """

    issued_on: date
    expires_on: date
    last_valid_day: date
    first_invalid_day: date
    window_opens: date | None
    window_closes: date | None
    grace_ends: date | None


def certificate_dates(
    ruleset: Ruleset | None,
    issued_on: date,
    settings: Settings = DEFAULTS,
    *,
    renewed_under: Ruleset | None = None,
    ends: date | None = None,
) -> CertificateDates:
    """Return when a certificate ends and when its renewal may be filed; none of these days ever moves.

    `ruleset` is the one it was issued under, None for a certificate older than the national rulesets.
    `renewed_under` is by default the ruleset in force on the day it ends, as far as the law is known.
    `ends` is the anniversary where something else than the term fixes it: an upgrade that keeps the old term, or a
    document that states another day.

    Source: QĐ 26/2026/QĐ-TTg Điều 4.3, 7.6.a, 12.3; BLDS 2015 Điều 148.3; process.md 11.2, 11.3, 11.11.
    """
    expires_on = ends or plain_end(issued_on, months_of(ruleset), Unit.MONTHS)
    short = settings["last_valid_day"] == "anniversary_minus_1"
    last_valid_day = expires_on - _DAY if short else expires_on
    renewing = renewed_under or in_force(expires_on)
    opens, closes = _window(renewing, expires_on)
    return CertificateDates(
        issued_on=issued_on,
        expires_on=expires_on,
        last_valid_day=last_valid_day,
        first_invalid_day=last_valid_day + _DAY,
        window_opens=opens,
        window_closes=closes,
        grace_ends=grace_end(expires_on, settings, renewed_under=renewing),
    )


def issued_for(expires_on: date) -> date:
    """Return the day of issue of a certificate of which only the end is known, by the term in force on that end."""
    return add_months(expires_on, -months_of(in_force(expires_on)))


def months_of(ruleset: Ruleset | None) -> int:
    """Return how many months a certificate issued under this ruleset runs.

    Raises:
        RegulationError: `not_in_ruleset`.
    """
    if ruleset is not None:
        return ruleset.certificate.amount
    first = all_rulesets()[0].data.earlier_certificate_months
    if first is None:
        raise RegulationError("not_in_ruleset", "no term of certificates before the national rulesets")
    return first.value


def _window(renewing: Ruleset | None, expires_on: date) -> tuple[date | None, date | None]:
    if renewing is None or renewing.windows is None:
        return None, None
    opens, closes = renewing.windows
    return plain_end(expires_on, opens.amount, opens.unit), plain_end(expires_on, closes.amount, closes.unit)


def grace_end(
    expires_on: date, settings: Settings = DEFAULTS, *, renewed_under: Ruleset | None = None
) -> date | None:
    """Return the last day of the extension a certificate may get, None where it may get none.

    Source: QĐ 26/2026/QĐ-TTg Điều 12.3; process.md 11.11 (setting `grace`).
    """
    renewing = renewed_under or in_force(expires_on)
    if renewing is None or Feature.LATE_RENEWAL_GRACE not in renewing.features or settings["grace"] == "off":
        return None
    window_closes = _window(renewing, expires_on)[1]
    alive = expires_on >= renewing.valid_from
    closed_before = window_closes is not None and window_closes < renewing.valid_from
    if not alive or not (closed_before or settings["grace"] == "all"):
        return None
    term = renewing.term(TermCode.GRACE_END)
    return plain_end(expires_on, term.amount, term.unit)
