"""The deadlines a certificate brings, and what each of its moves does to them: one table, read after every move.

Must never move a certificate: what happens when a deadline passes stands in the catalogue (``on_due``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from core.clock import VIETNAM
from core.lines import ActorRef
from core.tx import Tx
from registry import calendar_days
from registry import settings as registry_settings
from registry.roles import Role
from regulations import rulesets
from regulations.certificate_terms import CertificateDates
from regulations.deadlines import deadline
from regulations.periods import closes_at, plain_end
from regulations.renewal_notices import NoticeKind, notice_ladder
from regulations.settings import DEFAULTS
from regulations.vocabulary import Feature, TermCode
from regulations.working_calendar import WorkingCalendar
from states.certificate.lifecycle import DECIDER
from states.certificate.states import CertificateState
from states.certificate.terms import dates_of
from states.deadlines.commands import cancel, meet, set_deadlines
from states.deadlines.entries import NewDeadline
from states.deadlines.ladders import SPEAK_OF_TODAY, Rung, climb, renewal
from states.engine.fire import Fired
from states.engine.machine import Row

_DAY = timedelta(days=1)
_WARNED_DAYS_BEFORE = 30
OF_TERM = ("RENEW_OPEN", "RENEW_CLOSE", "EXPIRY_NOTICE", "EXPIRY", "GRACE_END")
OWN = (*OF_TERM, "REVOKE_DECISION")
"""Every code a certificate may carry."""

NewDeadlines = Callable[[Tx, Fired, WorkingCalendar], Sequence[NewDeadline]]


@dataclass(frozen=True, slots=True)
class Duty:
    """What one trigger does to the deadlines of its certificate."""

    meets: tuple[str, ...] = ()
    cancels: tuple[str, ...] = ()
    sets: NewDeadlines | None = None


def _common(row: Mapping[str, Any], calendar: WorkingCalendar) -> dict[str, Any]:
    return {
        "subject": f"certificate/{row['id']}",
        "certificate_id": row["id"],
        "province_code": row["province_code"],
        "commune_code": row["commune_code"],
        "producer_id": row["producer_id"],
        "calendar_version": calendar.version,
    }


def deadlines_of(row: Mapping[str, Any], calendar: WorkingCalendar, today: date) -> list[NewDeadline]:
    """The eve of the window, the last filing day, the authority's notice and the last valid day, as far as it has them."""
    dates, common = dates_of(row), _common(row, calendar)
    to_file, to_end = _rungs(dates, calendar)
    items = [_until("EXPIRY", dates.last_valid_day, "issue + 36 months", to_end, common)]
    if dates.window_opens and dates.window_closes:
        items.append(
            _until("RENEW_OPEN", dates.window_opens - _DAY, "day before expiry - 180 days", None, common)
        )
        items.append(_until("RENEW_CLOSE", dates.window_closes, "expiry - 120 days", to_file, common))
    notice_by = notify_by(row, dates.expires_on)
    if notice_by is not None and notice_by >= today:
        owner = Role.MINISTRY.value if DECIDER.get(row["stars"]) is Role.MINISTRY else None
        due = _until("EXPIRY_NOTICE", notice_by, "expiry - 30 days", None, common)
        items.append(replace(due, owner_role=owner))
    return items


def notify_by(row: Mapping[str, Any], expires_on: date) -> date | None:
    """The last day for the authority's written notice, by the ruleset the certificate was issued under; None: no duty.

    Counted back from the anniversary, so it never moves off a day off. Source: QĐ 148/QĐ-TTg (process.md 2.6, 2.8).
    """
    law = rulesets.by_pin(row["ruleset"]) if row["ruleset"] else None
    if law is None or Feature.EXPIRY_NOTICE not in law.features:
        return None
    term = law.term(TermCode.EXPIRY_NOTICE)
    return plain_end(expires_on, term.amount, term.unit)


def _until(
    code: str, last_day: date, rule: str, rungs: tuple[Rung, ...] | None, common: Mapping[str, Any]
) -> NewDeadline:
    """A deadline of a certificate's own days: they end at 24:00, whatever an office's hours."""
    return NewDeadline(code=code, last_day=last_day, due_at=_ends(last_day), rule=rule, rungs=rungs, **common)


def _ends(last_day: date) -> datetime:
    return closes_at(last_day, DEFAULTS)


def _rungs(dates: CertificateDates, calendar: WorkingCalendar) -> tuple[tuple[Rung, ...], tuple[Rung, ...]]:
    """The notices that end with filing, and those of the certificate's end; without a window all are of its end."""
    notices = notice_ladder(dates)
    if dates.window_closes is not None:
        return renewal(notices, calendar)
    return (), climb([(str(one.kind), one.day) for one in notices], calendar, fixed=SPEAK_OF_TODAY)


def watch(tx: Tx, row: Row, *, actor: ActorRef) -> None:
    """Set the deadlines a certificate brings with it, where its term is known."""
    if row["last_valid_day"]:
        calendar = calendar_days.calendar(tx)
        set_deadlines(tx, deadlines_of(row, calendar, _today(tx)), actor, calendar=calendar)


def _today(tx: Tx) -> date:
    return tx.now.astimezone(VIETNAM).date()


def _term(tx: Tx, fired: Fired, calendar: WorkingCalendar) -> Sequence[NewDeadline]:
    return deadlines_of(fired.row, calendar, _today(tx))


def _extension(_: Tx, fired: Fired, calendar: WorkingCalendar) -> Sequence[NewDeadline]:
    """The end of the extension, with a warning before it and the notice that it is over."""
    last_day = date.fromisoformat(fired.row["grace_ends_on"])
    told = (
        (str(NoticeKind.EXPIRE_30), last_day - _WARNED_DAYS_BEFORE * _DAY),
        (str(NoticeKind.EXPIRED), last_day + _DAY),
    )
    rungs = climb(told, calendar, fixed=SPEAK_OF_TODAY)
    return [_until("GRACE_END", last_day, "expiry + 180 days", rungs, _common(fired.row, calendar))]


def _decision(tx: Tx, fired: Fired, calendar: WorkingCalendar) -> Sequence[NewDeadline]:
    """The days the law gives from the conclusion, or from the commune's word that production has ended.

    Source: QĐ 26/2026/QĐ-TTg Điều 8.4.
    """
    row, start = fired.row, fired.inputs["conclusion_on"] or fired.inputs["commune_confirmation_on"]
    ruleset = rulesets.in_force(date.fromisoformat(start))
    if ruleset is None or TermCode.REVOKE_DECISION not in ruleset.data.terms:
        return []
    settings = registry_settings.resolved(tx, row["province_code"], at=tx.now)
    found = deadline(ruleset, TermCode.REVOKE_DECISION, date.fromisoformat(start), calendar, settings)
    return [
        NewDeadline(
            code="REVOKE_DECISION",
            last_day=found.last_day,
            due_at=found.closes_at,
            rule=f"conclusion {start} + {found.amount} days",
            owner_role=DECIDER.get(row["stars"], Role.PROVINCE_CHAIR).value,
            **_common(row, calendar),
        )
    ]


DUTIES: Mapping[str, Duty] = {
    "enter_window": Duty(meets=("RENEW_OPEN",)),
    "dossier_filed": Duty(meets=("RENEW_CLOSE",)),
    "grace_extension": Duty(cancels=("EXPIRY",), sets=_extension),
    "notify_expiry": Duty(meets=("EXPIRY_NOTICE",)),
    "propose_revocation": Duty(sets=_decision),
    "decline_revocation": Duty(meets=("REVOKE_DECISION",)),
    "revoke": Duty(meets=("REVOKE_DECISION",), cancels=OF_TERM),
    "annul": Duty(cancels=OWN),
    "renewed": Duty(cancels=OWN),
    "upgraded": Duty(cancels=OWN),
    "record_term": Duty(sets=_term),
}
LAPSED = Duty(cancels=("REVOKE_DECISION", "EXPIRY_NOTICE"))
"""What has run out cannot be revoked, nor announced; the notices of its end are still told."""

TURNED_DOWN = Duty(cancels=("GRACE_END", "REVOKE_DECISION"))


def duty_of(fired: Fired) -> Duty | None:
    """The row of the table for a move; a certificate that runs out or is not renewed in time keeps its last notices."""
    if fired.trigger == "expire":
        return LAPSED
    if fired.trigger == "not_renewed":
        return TURNED_DOWN if fired.dest == CertificateState.EXPIRED else None
    return DUTIES.get(fired.trigger)


def follow(tx: Tx, fired: Fired, *, actor: ActorRef) -> None:
    """Bring the deadlines of a certificate in line with the move it has just made."""
    duty = duty_of(fired)
    if duty is None:
        return
    for code in duty.meets:
        meet(tx, fired.subject, code, actor=actor)
    if duty.cancels:
        cancel(tx, fired.subject, duty.cancels, actor=actor)
    if duty.sets is not None:
        calendar = calendar_days.calendar(tx)
        set_deadlines(tx, duty.sets(tx, fired, calendar), actor, calendar=calendar)
