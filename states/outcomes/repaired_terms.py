"""What follows from a repaired day of a certificate: its other days, its deadlines, and the standing it never lost.

Must never decide a renewal or a revocation: a certificate that gave way or was withdrawn keeps its standing, whatever day
is put right. From the standing it goes back to, the clock's own moves lead on.
"""

from collections.abc import Mapping
from datetime import date

from core.lines import ActorRef
from core.tx import ReadTx, Tx
from registry import calendar_days
from registry import settings as registry_settings
from regulations import rulesets
from regulations.certificate_terms import certificate_dates, issued_for
from regulations.settings import Settings
from states.certificate.duties import OF_TERM, deadlines_of
from states.certificate.states import BEING_RENEWED, CertificateState
from states.certificate.terms import date_columns, due_move
from states.deadlines.commands import cancel, set_deadlines
from states.engine.machine import Row
from states.outcomes.repairable import misfit
from states.outcomes.wake import Moving, caught_up, today

S = CertificateState
DAYS = ("issued_on", "expires_on")
GONE = (S.SUPERSEDED, S.REVOKED)
LEADS_TO = {"enter_window": S.RENEWAL_OPEN, "window_missed": S.RENEWAL_LATE, "expire": S.EXPIRED}
AHEAD: Mapping[str, tuple[str, ...]] = {
    S.VALID: ("RENEW_OPEN", "RENEW_CLOSE", "EXPIRY_NOTICE", "EXPIRY"),
    S.RENEWAL_OPEN: ("RENEW_CLOSE", "EXPIRY_NOTICE", "EXPIRY"),
    S.RENEWAL_LATE: ("EXPIRY_NOTICE", "EXPIRY"),
    S.RENEWAL_IN_PROCESS: ("EXPIRY_NOTICE", "EXPIRY"),
}
"""Deadlines of the term that still lie before a certificate in each standing."""


def derived(rtx: ReadTx, row: Row, changes: Mapping[str, object]) -> Row:
    """The columns that follow from the days as put right; none where no day changes.

    Either end of the term gives the other. An end that something else than the term had fixed stays.

    Raises:
        BadInput: ``term_reversed``.
    """
    if not any(name in changes for name in DAYS):
        return {}
    settings = registry_settings.resolved(rtx, row["province_code"])
    issued, ends = _ends(row, changes, settings)
    live = row["origin"] == "live"
    ruleset = rulesets.by_pin(row["ruleset"]) if live else rulesets.in_force(issued)
    dates = certificate_dates(ruleset, issued, settings, ends=ends)
    if dates.expires_on <= issued:
        raise misfit("expires_on" if "expires_on" in changes else "issued_on", "term_reversed")
    return {
        **date_columns(dates),
        "issued_on": issued.isoformat(),
        "ruleset": ruleset.pin if ruleset else None,
    }


def _ends(row: Row, changes: Mapping[str, object], settings: Settings) -> tuple[date, date | None]:
    """The day of issue, and the day of the end where it does not follow from it."""
    issued_on = changes.get("issued_on", row["issued_on"])
    stated = changes.get("expires_on")
    if stated is not None:
        ends = date.fromisoformat(str(stated))
        return (date.fromisoformat(str(issued_on)) if issued_on else issued_for(ends)), ends
    issued = date.fromisoformat(str(issued_on))
    return issued, None if _by_term(row, settings) else date.fromisoformat(row["expires_on"])


def _by_term(row: Row, settings: Settings) -> bool:
    """Whether the end as stored is the one its day of issue gives, or there is none."""
    if row["issued_on"] is None or row["expires_on"] is None:
        return True
    issued = date.fromisoformat(row["issued_on"])
    ruleset = rulesets.by_pin(row["ruleset"]) if row["ruleset"] else None
    return certificate_dates(ruleset, issued, settings).expires_on == date.fromisoformat(row["expires_on"])


def standing(tx: ReadTx, row: Row, changed: Row) -> S | None:
    """Where a certificate belongs by the days put right, if a mistaken day had moved it elsewhere."""
    state = S(row["state"])
    if "last_valid_day" not in changed or state in GONE:
        return None
    base = S.RENEWAL_IN_PROCESS if state in BEING_RENEWED else S.VALID
    return None if state in (base, _by_days({**row, **changed}, base, today(tx))) else base


def _by_days(row: Row, base: S, day: date) -> S:
    """Where the clock would have led a certificate from its base by that day."""
    reached = base
    while (trigger := due_move({**row, "state": reached}, day)) is not None:
        reached = LEADS_TO[trigger] if base is S.VALID else S.EXPIRED_PENDING
    return reached


def follow(tx: Tx, before: Row, after: Row, *, actor: ActorRef, move: Moving) -> None:
    """Take the deadlines of the mistaken days back, set those of the right ones, and let the clock catch up."""
    moved = any(before[name] != after[name] for name in ("expires_on", "last_valid_day", "window_opens_on"))
    if not moved or S(after["state"]) in GONE:
        return
    cancel(tx, f"certificate/{after['id']}", OF_TERM, actor=actor)
    wanted = AHEAD.get(after["state"], ())
    if wanted and after["last_valid_day"]:
        calendar = calendar_days.calendar(tx)
        items = [each for each in deadlines_of(after, calendar, today(tx)) if each.code in wanted]
        set_deadlines(tx, items, actor, calendar=calendar)
    caught_up(tx, after["id"], move)
