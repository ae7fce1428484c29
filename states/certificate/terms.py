"""The days of a certificate as its row stores them, and which move of the clock they call for.

Pure: it reads a row and a day, and computes nothing from today's law.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from regulations.certificate_terms import CertificateDates
from states.certificate.states import CertificateState

S = CertificateState
_DAY = timedelta(days=1)


def date_columns(dates: CertificateDates) -> dict[str, str | None]:
    """The days of a certificate as its row stores them."""
    return {
        "expires_on": dates.expires_on.isoformat(),
        "last_valid_day": dates.last_valid_day.isoformat(),
        "window_opens_on": dates.window_opens.isoformat() if dates.window_opens else None,
        "window_closes_on": dates.window_closes.isoformat() if dates.window_closes else None,
    }


def dates_of(row: Mapping[str, Any]) -> CertificateDates:
    """The stored days of a certificate with a known term, in the shape the law's arithmetic uses."""
    last_valid = date.fromisoformat(row["last_valid_day"])
    return CertificateDates(
        issued_on=_day(row["issued_on"]) or last_valid,
        expires_on=_day(row["expires_on"]) or last_valid,
        last_valid_day=last_valid,
        first_invalid_day=last_valid + _DAY,
        window_opens=_day(row["window_opens_on"]),
        window_closes=_day(row["window_closes_on"]),
        grace_ends=_day(row["grace_ends_on"]),
    )


def due_move(row: Mapping[str, Any], today: date) -> str | None:
    """The move the clock owes a certificate on a day, as far as it has not been made; an end goes before a window."""
    for trigger in BY_CLOCK.get(row["state"], ()):
        from_on = holds_from(row, trigger)
        if from_on is not None and from_on <= today:
            return trigger
    return None


def holds_from(row: Mapping[str, Any], trigger: str) -> date | None:
    """The day from which a move of the clock holds by law; None where the certificate has no such day.

    The last valid day, the last day of the window and that of an extension still count.
    """
    if trigger == "enter_window":
        return _day(row["window_opens_on"])
    if trigger == "window_missed":
        return _day_after(row["window_closes_on"])
    if trigger == "expire" and row["state"] == S.EXTENDED:
        return _day_after(row["grace_ends_on"])
    return _day_after(row["last_valid_day"]) if trigger in ("expire", "grace_extension") else None


BY_CLOCK: Mapping[str, tuple[str, ...]] = {
    S.VALID: ("expire", "enter_window"),
    S.RENEWAL_OPEN: ("expire", "window_missed"),
    S.RENEWAL_IN_PROCESS: ("expire",),
    S.RENEWAL_LATE: ("expire",),
    S.EXTENDED: ("expire",),
}


def _day_after(last_day: str | None) -> date | None:
    return date.fromisoformat(last_day) + _DAY if last_day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
