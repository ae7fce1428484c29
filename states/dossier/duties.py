"""The deadlines a dossier's moves set, meet and take back: one table, read after every move.

Must never move a dossier: what happens when a deadline passes stands in the catalogue (``on_due``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from core.clock import VIETNAM
from core.columns import parse_instant
from core.history import read_lines
from core.lines import ActorRef, Line, parse_line
from core.tx import Tx
from registry import calendar_days
from registry import settings as registry_settings
from registry.roles import Role
from regulations import rulesets
from regulations.commune_check import Return, commune_check
from regulations.periods import closes_at, period_end
from regulations.vocabulary import Kind, Level, TermCode
from states.deadlines.commands import cancel, meet, set_deadlines
from states.deadlines.entries import NewDeadline
from states.dossier.states import RECOGNISED, DossierState
from states.dossier.years import review_of
from states.engine.fire import Fired

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A last good day, how it was found, and whose it is where the catalogue does not say."""

    last_day: date
    rule: str
    owner: Role | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """What one trigger does to deadlines of its dossier."""

    sets: tuple[tuple[str, Callable[[Tx, Fired], Due | None]], ...] = ()
    meets: tuple[str, ...] = ()
    cancels: tuple[str, ...] = ()


def _from_column(column: str, rule: str) -> Callable[[Tx, Fired], Due | None]:
    """The last good day before the first instant too late that the move wrote."""

    def due(_: Tx, fired: Fired) -> Due | None:
        at = fired.row[column]
        return Due(vietnam_day(at) - _DAY, rule) if at else None

    return due


def vietnam_day(at: str) -> date:
    return parse_instant(at).astimezone(VIETNAM).date()


def _commune(tx: Tx, fired: Fired) -> Due | None:
    """The commune's working days from receipt, less the days the dossier was back with the producer."""
    row = fired.row
    settings = registry_settings.resolved(tx, row["province_code"], at=tx.now)
    ruleset = rulesets.by_pin(row["ruleset"])
    if ruleset.commune_check is None:
        return None
    check = commune_check(
        ruleset,
        date.fromisoformat(row["received_on"]),
        calendar_days.calendar(tx),
        settings,
        returns=_returns(tx, fired.subject),
    )
    rule = f"receipt {row['received_on']} + {ruleset.commune_check.amount} working days"
    return Due(check.last_day, rule) if check.last_day else None


def _returns(tx: Tx, subject: str) -> Sequence[Return]:
    """The times a dossier was sent back at the commune, read from its history."""
    found: list[Return] = []
    for text, _ in read_lines(tx, subject):
        line = parse_line(text)
        day = line.at.astimezone(VIETNAM).date()
        if line.trigger == "request_supplement":
            found.append(Return(day))
        elif _comes_back(line) and found:
            found[-1] = Return(found[-1].returned_on, day)
    return found


def _comes_back(line: Line) -> bool:
    return line.trigger == "resubmit" and line.source == "commune.returned"


def _supplement(_: Tx, fired: Fired) -> Due | None:
    """The office's own term for what it asks for, where it states one."""
    days = fired.inputs.get("due_days")
    return Due(vietnam_day(fired.at) + timedelta(days=int(days)), f"request + {days} days") if days else None


def _renewal(tx: Tx, fired: Fired) -> Due | None:
    """The days a level has to settle a renewal, from the complete dossier's arrival on.

    Source: QĐ 26/2026/QĐ-TTg Điều 7.6.g; process.md §11.10.
    """
    row = fired.row
    law = rulesets.by_pin(row["ruleset"]) if row["ruleset"] else None
    term = law.data.terms.get(TermCode.RENEW_TOTAL) if law else None
    if row["kind"] != Kind.RE_EVALUATION or term is None:
        return None
    settings = registry_settings.resolved(tx, row["province_code"], at=tx.now)
    calendar = calendar_days.calendar(tx)
    last_day = period_end(vietnam_day(fired.at), term.amount, term.unit, calendar, settings)
    owner = Role.MINISTRY if fired.level == Level.CENTRAL else None
    return Due(last_day, f"complete dossier + {term.amount} days", owner)


def _review_opens(tx: Tx, fired: Fired) -> Due:
    return review_due(tx, fired.row, vietnam_day(fired.at))


def review_due(tx: Tx, row: Mapping[str, Any], day: date) -> Due:
    """The eve of the review that counts; at once where that has passed by this day."""
    return Due(max(review_of(tx, row).opens_on - _DAY, day - _DAY), "review window of the year")


def _year_over(tx: Tx, fired: Fired) -> Due:
    """The end of the year that was reviewed; at once where that has passed."""
    ends = date(review_of(tx, fired.row).year, 12, 31)
    return Due(max(ends, vietnam_day(fired.at) - _DAY), "end of the reviewed year")


RUNOFF = ("RUNOFF_FIRST", "RUNOFF_RENEW")
SUPPLEMENTS = ("IDEA_SUPPLEMENT", "PLAN_SUPPLEMENT")
OWN = (
    *SUPPLEMENTS,
    "DOSSIER_SUPPLEMENT",
    "PROGRESS_REPORT",
    "COMMUNE_CHECK",
    "RENEW_TOTAL",
    *RUNOFF,
    "REVIEW_OPENS",
    "CYCLE_ENDS",
)
"""Every code a dossier may carry: an end of the dossier takes them all back."""

DUTIES: Mapping[str, Duty] = {
    "return_idea": Duty(sets=(("IDEA_SUPPLEMENT", _from_column("due_at", "return + supplement days")),)),
    "return_plan": Duty(sets=(("PLAN_SUPPLEMENT", _from_column("due_at", "return + supplement days")),)),
    "resubmit_idea": Duty(meets=("IDEA_SUPPLEMENT",)),
    "resubmit_plan": Duty(meets=("PLAN_SUPPLEMENT",)),
    "start_production": Duty(sets=(("PROGRESS_REPORT", _from_column("report_due_at", "start + 3 months")),)),
    "resume": Duty(sets=(("PROGRESS_REPORT", _from_column("report_due_at", "resumed + 3 months")),)),
    "report_progress": Duty(
        meets=("PROGRESS_REPORT",),
        sets=(("PROGRESS_REPORT", _from_column("report_due_at", "report + 3 months")),),
    ),
    "suspend": Duty(cancels=("PROGRESS_REPORT",)),
    "ready_for_evaluation": Duty(cancels=("PROGRESS_REPORT",)),
    "submit_dossier": Duty(sets=(("COMMUNE_CHECK", _commune),)),
    "request_supplement": Duty(cancels=("COMMUNE_CHECK",), sets=(("DOSSIER_SUPPLEMENT", _supplement),)),
    "request_completion": Duty(cancels=("RENEW_TOTAL",), sets=(("DOSSIER_SUPPLEMENT", _supplement),)),
    "resubmit": Duty(meets=("DOSSIER_SUPPLEMENT",), sets=(("RENEW_TOTAL", _renewal),)),
    "propose_to_province": Duty(meets=("COMMUNE_CHECK",), sets=(("RENEW_TOTAL", _renewal),)),
    "approve_and_forward": Duty(meets=("RENEW_TOTAL",), sets=(("RENEW_TOTAL", _renewal),)),
    "below_90": Duty(meets=("RENEW_TOTAL",)),
    **dict.fromkeys(
        ("decide_recognition", "decide_five_star", "refuse", "below_3_star", "disqualify"),
        Duty(meets=("RENEW_TOTAL", *RUNOFF)),
    ),
    "province_decides": Duty(meets=RUNOFF),
    "start_promotion": Duty(sets=(("REVIEW_OPENS", _review_opens),)),
    "cycle_review_due": Duty(meets=("REVIEW_OPENS",)),
    "finding_ok": Duty(sets=(("CYCLE_ENDS", _year_over),)),
    **dict.fromkeys(("revocation_decided", "successor_recognised"), Duty(cancels=("REVIEW_OPENS",))),
    "next_cycle": Duty(meets=("CYCLE_ENDS",), sets=(("REVIEW_OPENS", _review_opens),)),
}
BACK_AT_COMMUNE = Duty(meets=("DOSSIER_SUPPLEMENT",), sets=(("COMMUNE_CHECK", _commune),))
CARRIED: Mapping[str, Duty] = {
    DossierState.PROMOTION_ACTIVE: Duty(cancels=("REVIEW_OPENS",), sets=(("REVIEW_OPENS", _review_opens),)),
    DossierState.REVIEW_CLOSED: Duty(cancels=("CYCLE_ENDS",), sets=(("CYCLE_ENDS", _year_over),)),
}
"""What carrying over does to deadlines of the year, by the state it happens in."""
END = Duty(cancels=OWN)


def duty_of(fired: Fired, *, final: bool) -> Duty | None:
    """The row of the table for a move; an end takes back every deadline it does not meet, a note at an end nothing."""
    if final and fired.source == fired.dest:
        return None
    if final:
        return replace(END, meets=DUTIES.get(fired.trigger, END).meets)
    if fired.trigger == "resubmit" and fired.source == "commune.returned":
        return BACK_AT_COMMUNE
    if fired.trigger == "province_decides" and fired.dest not in RECOGNISED:
        return None  # evaluated once more, and still to be decided
    if fired.trigger == "carry_over":
        return CARRIED.get(fired.dest)
    return DUTIES.get(fired.trigger)


def follow(tx: Tx, fired: Fired, *, final: bool, actor: ActorRef) -> None:
    """Bring the deadlines of a dossier in line with the move it has just made."""
    duty = duty_of(fired, final=final)
    if duty is None:
        return
    for code in duty.meets:
        meet(tx, fired.subject, code, actor=actor)
    if duty.cancels:
        cancel(tx, fired.subject, duty.cancels, actor=actor)
    items = [
        new_deadline(tx, fired.row, code, due)
        for code, how in duty.sets
        if (due := how(tx, fired)) is not None
    ]
    set_deadlines(tx, items, actor)


def new_deadline(tx: Tx, row: Mapping[str, Any], code: str, due: Due) -> NewDeadline:
    """A deadline of a dossier, closing when its province's lawful periods close."""
    settings = registry_settings.resolved(tx, row["province_code"], at=tx.now)
    return NewDeadline(
        code=code,
        subject=f"dossier/{row['id']}",
        province_code=row["province_code"],
        commune_code=row["commune_code"],
        producer_id=row["producer_id"],
        dossier_id=row["id"],
        cycle_id=row["cycle_id"],
        last_day=due.last_day,
        due_at=closes_at(due.last_day, settings),
        rule=due.rule,
        calendar_version=calendar_days.calendar(tx).version,
        owner_role=due.owner,
    )
