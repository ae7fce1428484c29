"""Issuing a certificate in the transaction that recognises the product, and the deadlines it brings.

Must never issue without a recognised dossier; past certificates come in through ``states.outcomes``.
"""

from datetime import date, timedelta
from typing import Any

from core.tx import Tx
from registry import calendar_days, counters
from registry import settings as registry_settings
from registry.actors import Actor
from registry.roles import Role
from regulations import rulesets
from regulations.certificate_terms import CertificateDates, certificate_dates
from regulations.periods import closes_at
from regulations.renewal_notices import NoticeKind, notice_ladder
from regulations.settings import DEFAULTS
from regulations.working_calendar import WorkingCalendar
from states.certificate.facts import FACTS
from states.certificate.lifecycle import CERTIFICATE
from states.certificate.models import CERTIFICATE_TABLE
from states.deadlines.commands import set_deadlines
from states.deadlines.entries import NewDeadline
from states.deadlines.ladders import Rung, climb
from states.engine.fire import Fired, create
from states.engine.machine import Machine, Row

_DAY = timedelta(days=1)
MACHINE = Machine(CERTIFICATE, CERTIFICATE_TABLE, facts=FACTS)


def issue(tx: Tx, dossier: Row, *, producer_name: str, actor: Actor) -> Fired:
    """Issue the certificate of a dossier just recognised, dated by its decision, with its deadlines.

    Raises:
        Refused: the dossier is not recognised.
    Source: QĐ 26/2026/QĐ-TTg Điều 4.3.
    """
    issued_on = date.fromisoformat(dossier["decision_on"])
    settings = registry_settings.resolved(tx, dossier["province_code"], at=tx.now)
    dates = certificate_dates(rulesets.by_pin(dossier["ruleset"]), issued_on, settings)
    number = counters.next_number(tx, issued_on.year, dossier["province_code"], "certificate")
    values: Row = {
        **{name: dossier[name] for name in SHARED},
        **date_columns(dates),
        "dossier_id": dossier["id"],
        "certificate_no": f"OCOP-{dossier['province_code']}-{issued_on.year}-{number:04d}",
        "producer_name": producer_name,
        "issued_on": issued_on.isoformat(),
        "origin": "live",
    }
    fired = create(tx, MACHINE, "issue", values, actor=actor, effective_on=issued_on)
    watch(tx, fired.row, actor=actor)
    return fired


SHARED = (
    "level",
    "ruleset",
    "product_id",
    "producer_id",
    "province_code",
    "commune_code",
    "product_name",
    "stars",
    "decision_number",
    "illustrative",
)


def date_columns(dates: CertificateDates) -> dict[str, Any]:
    """The days of a certificate as its row stores them."""
    return {
        "expires_on": dates.expires_on.isoformat(),
        "last_valid_day": dates.last_valid_day.isoformat(),
        "window_opens_on": dates.window_opens.isoformat() if dates.window_opens else None,
        "window_closes_on": dates.window_closes.isoformat() if dates.window_closes else None,
    }


def watch(tx: Tx, row: Row, *, actor: Actor) -> None:
    """Set the deadlines a certificate brings: its window opens, closes, its end; with the renewal notices."""
    if row["last_valid_day"]:
        calendar = calendar_days.calendar(tx)
        set_deadlines(tx, deadlines_of(row, calendar), actor.ref(Role.SYSTEM), calendar=calendar)


def deadlines_of(row: Row, calendar: WorkingCalendar) -> list[NewDeadline]:
    """Window opening, last filing day and last valid day, as far as the certificate has them."""
    dates = dates_of(row)
    common: dict[str, Any] = {
        "subject": f"certificate/{row['id']}",
        "certificate_id": row["id"],
        "province_code": row["province_code"],
        "commune_code": row["commune_code"],
        "producer_id": row["producer_id"],
        "calendar_version": calendar.version,
    }
    to_file, to_end = _rungs(dates, calendar)
    items = [
        NewDeadline(
            code="EXPIRY",
            last_day=dates.last_valid_day,
            due_at=closes_at(dates.last_valid_day, DEFAULTS),
            rule="issue + 36 months",
            rungs=to_end,
            **common,
        )
    ]
    if dates.window_opens and dates.window_closes:
        opens, closes = dates.window_opens, dates.window_closes
        items.append(
            NewDeadline(
                code="RENEW_OPEN",
                last_day=opens,
                due_at=closes_at(opens - _DAY, DEFAULTS),
                rule="expiry - 180 days",
                **common,
            )
        )
        items.append(
            NewDeadline(
                code="RENEW_CLOSE",
                last_day=closes,
                due_at=closes_at(closes, DEFAULTS),
                rule="expiry - 120 days",
                rungs=to_file,
                **common,
            )
        )
    return items


def dates_of(row: Row) -> CertificateDates:
    """The stored days of a certificate, in the shape the law's arithmetic uses."""
    last_valid = date.fromisoformat(row["last_valid_day"])
    return CertificateDates(
        issued_on=_day(row["issued_on"]) or last_valid,
        expires_on=_day(row["expires_on"]) or last_valid,
        last_valid_day=last_valid,
        first_invalid_day=last_valid + _DAY,
        window_opens=_day(row["window_opens_on"]),
        window_closes=_day(row["window_closes_on"]),
        grace_ends=None,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


TO_FILE = frozenset(
    {NoticeKind.RENEW_CLOSING, NoticeKind.RENEW_LAST, NoticeKind.RENEW_TODAY, NoticeKind.RENEW_MISSED}
)
ON_THE_DAY = frozenset(
    str(kind)
    for kind in (
        NoticeKind.RENEW_OPEN,
        NoticeKind.RENEW_LAST,
        NoticeKind.RENEW_TODAY,
        NoticeKind.RENEW_MISSED,
        NoticeKind.EXPIRED,
    )
)
"""Kinds whose words name the very day; they never move off a day off (process.md §11.2)."""


def _rungs(dates: CertificateDates, calendar: WorkingCalendar) -> tuple[tuple[Rung, ...], tuple[Rung, ...]]:
    """The notices of the filing window, and those of the certificate's end."""
    notices = notice_ladder(dates)
    soon = frozenset({NoticeKind.RENEW_SOON, NoticeKind.RENEW_OPEN}) if dates.window_closes else frozenset()
    filing = [(str(one.kind), one.day) for one in notices if one.kind in TO_FILE | soon]
    ending = [(str(one.kind), one.day) for one in notices if one.kind not in TO_FILE | soon]
    return climb(filing, calendar, fixed=ON_THE_DAY), climb(ending, calendar, fixed=ON_THE_DAY)
