"""The deadlines a session sets, meets and takes back: one table, read after every move.

Must never move a session; what is due is told to its own members.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from core.clock import VIETNAM
from core.columns import parse_instant
from core.lines import ActorRef
from core.tx import Tx
from registry import calendar_days
from registry import settings as registry_settings
from regulations.periods import closes_at
from states.council import members
from states.council.facts import materials_last_day
from states.council.states import SessionKind
from states.deadlines.commands import cancel, meet, set_deadlines
from states.deadlines.entries import NewDeadline
from states.deadlines.ladders import climb
from states.engine.fire import Fired

MATERIAL, HELD, BALLOTS = "COUNCIL_MATERIAL", "COUNCIL_SESSION", "BALLOT_DUE"
OWN = (MATERIAL, HELD, BALLOTS)
REMINDER = "session_reminder"
_DAY = timedelta(days=1)
Set = Callable[[Tx, Fired], Iterable[NewDeadline]]


@dataclass(frozen=True, slots=True)
class Duty:
    """What one trigger does to the deadlines of its session."""

    sets: tuple[Set, ...] = ()
    meets: tuple[str, ...] = ()
    cancels: tuple[str, ...] = ()


def session_day(fired: Fired) -> date:
    return parse_instant(fired.row["convened_for"]).astimezone(VIETNAM).date()


def _material(tx: Tx, fired: Fired) -> Iterable[NewDeadline]:
    """Until when the members must have the dossiers; not asked again of a session whose members have them."""
    row, calendar = fired.row, calendar_days.calendar(tx)
    settings = registry_settings.resolved(tx, row["province_code"], at=tx.now)
    last_day = materials_last_day(row["ruleset"], session_day(fired), calendar, settings)
    if last_day is not None and row["materials_on"] is None:
        rule = f"session {session_day(fired).isoformat()}, ruleset {row['ruleset'].partition('@')[0]}"
        yield _new(fired, MATERIAL, last_day, closes_at(last_day, settings), rule, calendar.version)


def _held(tx: Tx, fired: Fired) -> Iterable[NewDeadline]:
    """The session itself: its members are reminded on the last working day before."""
    if fired.row["kind"] == SessionKind.WRITTEN:
        return
    day, calendar = session_day(fired), calendar_days.calendar(tx)
    settings = registry_settings.resolved(tx, fired.row["province_code"], at=tx.now)
    held = _new(fired, HELD, day, closes_at(day, settings), "convened for this day", calendar.version)
    hour = parse_instant(fired.row["convened_for"]).astimezone(VIETNAM).strftime("%H:%M")
    rungs = climb([(REMINDER, day - _DAY)], calendar)
    yield replace(held, title=f"{fired.row['title']}, {hour}", rungs=rungs)


def _ballots(tx: Tx, fired: Fired) -> Iterable[NewDeadline]:
    """One deadline for every instant at which ballots of some members are due."""
    due = {one.due_at for one in members.members_of(tx, fired.id) if one.required and one.due_at}
    for at in sorted(parse_instant(each) for each in due):
        yield _new(
            fired, BALLOTS, last_day_before(at), at, "set by the council", calendar_days.calendar(tx).version
        )


def last_day_before(due_at: datetime) -> date:
    """The last day on which something due at this first instant too late can still be done."""
    return (due_at - timedelta(microseconds=1)).astimezone(VIETNAM).date()


def _new(fired: Fired, code: str, last_day: date, due_at: datetime, rule: str, version: str) -> NewDeadline:
    return NewDeadline(
        code=code, subject=fired.subject, province_code=fired.row["province_code"], last_day=last_day, due_at=due_at,
        rule=rule, calendar_version=version,
    )  # fmt: skip


DUTIES: Mapping[str, Duty] = {
    "convene": Duty(sets=(_material, _held)),
    "deliver_materials": Duty(meets=(MATERIAL,)),
    "confirm_quorum": Duty(meets=(HELD,)),
    "set_ballot_due": Duty(cancels=(BALLOTS,), sets=(_ballots,)),
    "convene_meeting": Duty(cancels=(BALLOTS,), sets=(_held,)),
    "conclude": Duty(meets=(BALLOTS,)),
    "adjourn": Duty(cancels=OWN),
    "cancel": Duty(cancels=OWN),
}


def follow(tx: Tx, fired: Fired, *, actor: ActorRef) -> None:
    """Bring the deadlines of a session in line with the move it has just made."""
    duty = DUTIES.get(fired.trigger)
    if duty is None:
        return
    for code in duty.meets:
        meet(tx, fired.subject, code, actor=actor)
    cancel(tx, fired.subject, duty.cancels, actor=actor)
    set_deadlines(tx, [item for make in duty.sets for item in make(tx, fired)], actor)
