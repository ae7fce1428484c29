"""The one door to every move: (kind, trigger) to the command that does it with all its effects.

Pages, API, command line and sweep all come through ``fire``; a trigger without a command is a plain move. One
transaction; subjects are locked in the order cycle, batch, session, dossier, certificate.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple, TypeAlias

import sqlalchemy as sa

from core.clock import VIETNAM
from core.errors import BadInput, Refused
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.actors import SYSTEM_ACTOR, Actor
from regulations.errors import RegulationError
from states import moves_of_sessions
from states.appeal import commands as appeals
from states.appeal.lifecycle import MACHINE as APPEAL_MACHINE
from states.appeal.lifecycle import appeals_of
from states.certificate import commands as certificates
from states.certificate.facts import standing
from states.certificate.terms import holds_from
from states.council.agenda import agenda_of
from states.council.lifecycle import MACHINE as SESSION_MACHINE
from states.cycle import commands as cycles
from states.cycle import tasks
from states.cycle.lifecycle import BATCH_MACHINE, CYCLE_MACHINE
from states.dossier import commands as dossiers
from states.dossier import duties
from states.dossier.models import DOSSIER_TABLE
from states.engine import fire as engine
from states.engine.actions import Action
from states.engine.actions import actions as engine_actions
from states.engine.facts import Facts
from states.engine.fire import Fired
from states.engine.machine import Machine, Row, Supply
from states.outcomes import renewals, repairs, revocations, year_report
from states.outcomes.wake import is_due

MACHINES: Mapping[str, Machine] = {
    "cycle": CYCLE_MACHINE,
    "batch": BATCH_MACHINE,
    "dossier": dossiers.MACHINE,
    "session": SESSION_MACHINE,
    "certificate": certificates.MACHINE,
    "appeal": APPEAL_MACHINE,
}


def about_dossier(tx: ReadTx, row: Row) -> Facts:
    """What stands above a dossier: its product's certificate, the session that hears it, appeals about it."""
    return {**standing(tx, row), **agenda_of(tx, row), **appeals_of(tx, row)}


SUPPLIES: Mapping[str, Supply] = {"dossier": about_dossier}
"""Facts that stand above a lifecycle's own part of the room."""

_MISSES_CUT_OFF = Sql(
    sa.select(DOSSIER_TABLE.c.id)
    .where(
        DOSSIER_TABLE.c.batch_id == sa.bindparam("batch_id"),
        DOSSIER_TABLE.c.state.in_(
            ["commune.received", "commune.returned", "commune.reported", "province.returned"]
        ),
    )
    .order_by(DOSSIER_TABLE.c.id)
)


class Order(NamedTuple):
    """A move as asked for: by whom, with what data, seen at which move version, for which reason.

    ``above``: facts stated by the subject that brings the move about.
    """

    kind: str
    id: str
    trigger: str
    actor: Actor
    data: Mapping[str, object] | None = None
    expected_version: int | None = None
    reason: str | None = None
    effective_on: date | None = None
    above: Facts | None = None


Command: TypeAlias = Callable[[Tx, Order], Fired]


def fire(
    tx: Tx,
    kind: str,
    subject_id: str,
    trigger: str,
    *,
    actor: Actor,
    data: Mapping[str, object] | None = None,
    expected_version: int | None = None,
    reason: str | None = None,
) -> Fired:
    """Do one move with everything that follows from it, in this transaction.

    Raises:
        BadInput: there is no such kind of subject. Everything ``states.engine.fire.fire`` raises.
        Refused: also `calendar_year_missing`, a term of days ends in a year whose days off nobody has entered.
    """
    machine_of(kind)
    order = Order(kind, subject_id, trigger, actor, data, expected_version, reason)
    try:
        return COMMANDS.get((kind, trigger), plain)(tx, order)
    except RegulationError as error:
        if error.code != "calendar_year_missing":
            raise
        raise Refused("calendar_year_missing", year=error.place) from error


def _wake(
    tx: Tx,
    kind: str,
    subject_id: str,
    trigger: str,
    *,
    actor: Actor,
    data: Mapping[str, object] | None = None,
    effective_on: date | None = None,
) -> Fired:
    """A move in the wake of another one, by the same table: what it brings about follows too."""
    order = Order(kind, subject_id, trigger, actor, data, effective_on=effective_on)
    return COMMANDS.get((kind, trigger), plain)(tx, order)


def repair(tx: Tx, wanted: repairs.Wanted, actor: Actor) -> repairs.Repaired:
    """Put a mistyped number, name or date right; what the right days call for follows by the same table of moves.

    Raises:
        Everything ``states.outcomes.repairs.repair`` raises.
    """
    return repairs.repair(tx, wanted, actor, _wake)


def machine_of(kind: str) -> Machine:
    """The machine of a kind of subject.

    Raises:
        BadInput: there is no such kind.
    """
    if kind not in MACHINES:
        raise BadInput("unknown_kind", kind=kind)
    return MACHINES[kind]


def plain(tx: Tx, order: Order) -> Fired:
    """The move alone, the deadlines that follow it, and a renewal's certificate that follows its dossier."""
    machine = machine_of(order.kind)
    fired = engine.fire(
        tx,
        machine,
        order.id,
        order.trigger,
        actor=order.actor,
        data=order.data,
        expected_version=order.expected_version,
        reason=order.reason,
        effective_on=order.effective_on,
        supply=_supply(order),
    )
    if order.kind == "dossier":
        _after_dossier(tx, machine, fired, order.actor)
    elif order.kind == "certificate":
        certificates.follow(tx, fired, order.actor)
    return fired


def _supply(order: Order) -> Supply | None:
    """The facts that stand above a subject, with what the one that moves it states of it."""
    supply, above = SUPPLIES.get(order.kind), order.above
    if supply is None or above is None:
        return supply
    return lambda tx, row: {**supply(tx, row), **above}


def _after_dossier(tx: Tx, machine: Machine, fired: Fired, actor: Actor) -> None:
    final = machine.spec.states[machine.spec.state_of[fired.dest]].final
    dossiers.keep_texts(tx, fired)
    if duties.duty_of(fired, final=final) is not None:
        duties.follow(tx, fired, final=final, actor=dossiers.actor_ref(actor, fired.row))
    if fired.row["kind"] == renewals.RENEWAL:
        renewals.follow(tx, fired, actor, _wake)


def open_dossier(
    tx: Tx,
    *,
    kind: str,
    product_id: str,
    cycle_id: str | None = None,
    actor: Actor,
    predecessor_id: str | None = None,
) -> Fired:
    """Open a dossier of a kind for a product, with what follows from it.

    Raises:
        As ``states.dossier.opening.open_dossier``.
    """
    fired = dossiers.open_dossier(
        tx, kind=kind, product_id=product_id, cycle_id=cycle_id, actor=actor, predecessor_id=predecessor_id,
        supply=about_dossier,
    )  # fmt: skip
    _after_dossier(tx, machine_of("dossier"), fired, actor)
    return fired


def open_idea(tx: Tx, *, product_id: str, cycle_id: str, actor: Actor) -> Fired:
    """Open a first-time dossier for a product in a cycle, as a draft of its idea; raises as ``open_dossier``."""
    return open_dossier(tx, kind="first", product_id=product_id, cycle_id=cycle_id, actor=actor)


NEXT_KIND = {"plan_upgrade": "upgrade", "renewal_window_open": "re_evaluation"}


def _open_next(tx: Tx, order: Order) -> Fired:
    """A note on a dossier opens the next one of its product; to apply again is to ask for the same kind."""
    fired = plain(tx, order)
    kind = NEXT_KIND.get(order.trigger) or str(fired.row["kind"])
    product_id = fired.row["product_id"]
    open_dossier(tx, kind=kind, product_id=product_id, actor=order.actor, predecessor_id=order.id)
    return fired


def _reopen(tx: Tx, order: Order) -> Fired:
    """A recognition reopened falls with its certificate; another outcome stays, and a new dossier is evaluated."""
    fired = plain(tx, order)
    if fired.source != fired.dest:
        revocations.annulled(tx, fired, order.actor, _wake)
        return fired
    data = order.data or {}
    again = dossiers.reopen(
        tx, fired.row, actor=order.actor, data=data, reason=order.reason, supply=about_dossier
    )
    _after_dossier(tx, machine_of("dossier"), again, order.actor)
    return fired


def _enter_window(tx: Tx, order: Order) -> Fired:
    """The window opens whether or not a renewal can be drafted: dossier before certificate in the order of locks."""
    certificate = certificates.MACHINE.load(tx, order.id)
    dossier_id = certificate["dossier_id"] if certificate else None
    dossier = dossiers.MACHINE.lock(tx, dossier_id) if dossier_id else None
    fired = _on_its_day(tx, order)
    try:
        with tx.savepoint():
            _draft_renewal(tx, fired.row, dossier)
    except Refused:
        return fired  # one is open, or not eligible any more: the producer is told of the window and may ask the province
    return fired


def _draft_renewal(tx: Tx, certificate: Row, dossier: Row | None) -> None:
    """The dossier the certificate came from opens the draft; one taken over from paper has none to open it."""
    if dossier is None:
        open_dossier(tx, kind=renewals.RENEWAL, product_id=certificate["product_id"], actor=SYSTEM_ACTOR)
    elif is_due(tx, dossiers.MACHINE, dossier, "renewal_window_open", about_dossier):
        _wake(tx, "dossier", dossier["id"], "renewal_window_open", actor=SYSTEM_ACTOR)


def _recognise(tx: Tx, order: Order) -> Fired:
    """Recognising issues the certificate in the same transaction, dated by the decision, in place of a former one."""
    fired = plain(tx, _dated(order))
    if fired.dest.startswith("recognised."):
        renewals.recognised(tx, fired.row, order.actor, _wake)
        _succeed(tx, fired.row["predecessor_id"])
        _system_if_ready(tx, "cycle", fired.row["cycle_id"], "start_promotion")
    return fired


def _succeed(tx: Tx, predecessor_id: str | None) -> None:
    """The dossier whose certificate gave way has nothing left to be promoted or reviewed."""
    row = dossiers.MACHINE.lock(tx, predecessor_id) if predecessor_id else None
    if row is not None and is_due(tx, dossiers.MACHINE, row, "successor_recognised", about_dossier):
        plain(tx, Order("dossier", row["id"], "successor_recognised", SYSTEM_ACTOR))


def _dated(order: Order, field: str = "decision_on") -> Order:
    """A decision takes effect on its own date, where the data state one that can be read."""
    stated = (order.data or {}).get(field)
    try:
        return order._replace(effective_on=date.fromisoformat(str(stated))) if stated else order
    except ValueError:
        return order


def _record_council_facts(tx: Tx, order: Order) -> Fired:
    """The last ballot in closes the scoring at once; the sweep would find it too."""
    moves_of_sessions.check_facts_open(tx, order.id)
    fired = plain(tx, order)
    required = fired.row["required_ballots"]
    if fired.dest == "council.scoring" and required and (fired.row["ballots"] or 0) >= required:
        return plain(tx, Order("dossier", order.id, "all_ballots_in", SYSTEM_ACTOR))
    return fired


def _close_intake(tx: Tx, order: Order) -> Fired:
    """Dossiers that have not left the commune when the intake closes go to the next batch."""
    fired = plain(tx, order)
    for (dossier_id,) in tx.sql.all(_MISSES_CUT_OFF, batch_id=order.id):
        plain(tx, Order("dossier", dossier_id, "miss_cut_off", SYSTEM_ACTOR))
    return fired


def _end_certificate(tx: Tx, order: Order) -> Fired:
    """What ends a certificate, or a proposal to revoke it, settles the reviews that speak of it: dossiers come first.

    A term that is over goes on where Art. 12.3 extends it; a revocation takes effect on the decision's date.
    """
    reviews = revocations.reviews_of(tx, order.id)
    if order.trigger == "expire" and renewals.may_extend(tx, order.id):
        order = order._replace(trigger="grace_extension")
    fired = _on_its_day(tx, _dated(order, "revocation_on"))
    revocations.settle(tx, reviews, _wake)
    return fired


def _on_its_day(tx: Tx, order: Order) -> Fired:
    """A move of a certificate's own days takes effect on its day, however late the clock makes it."""
    row = certificates.MACHINE.load(tx, order.id)
    lawful = holds_from(row, order.trigger) if row else None
    late = lawful is not None and lawful < tx.now.astimezone(VIETNAM).date()
    return plain(tx, order._replace(effective_on=lawful) if late else order)


def _find_bad(tx: Tx, order: Order) -> Fired:
    """A bad finding proposes to revoke the certificate."""
    fired = plain(tx, order)
    revocations.proposed(tx, fired, order.actor, _wake)
    return fired


def _annul(tx: Tx, order: Order) -> Fired:
    """A recognition taken back takes its certificate with it."""
    fired = plain(tx, order)
    revocations.annulled(tx, fired, order.actor, _wake)
    return fired


def _system_if_ready(tx: Tx, kind: str, subject_id: str | None, trigger: str) -> None:
    """Let the system make a move that follows, where the subject stands where that move starts."""
    machine = machine_of(kind)
    row: Row | None = machine.lock(tx, subject_id) if subject_id else None
    if row is not None and (machine.spec.state_of[row["state"]], trigger) in machine.spec.by_move:
        plain(tx, Order(kind, row["id"], trigger, SYSTEM_ACTOR))


def _extend_window(tx: Tx, order: Order) -> Fired:
    """An extension moves the deadline it names; both dates stay."""
    return cycles.extend_window(
        tx,
        order.id,
        actor=order.actor,
        data=order.data or {},
        expected_version=order.expected_version,
        reason=order.reason,
    )


def _close_cycle(tx: Tx, order: Order) -> Fired:
    """Closing keeps the year report as it stands; archiving cites it."""
    fired = plain(tx, order)
    year_report.keep(tx, order.id)
    return fired


def _report_task(tx: Tx, order: Order) -> Fired:
    """A task that is done meets its deadline, one that is dropped takes it back."""
    return tasks.report_task(
        tx,
        order.id,
        actor=order.actor,
        data=order.data or {},
        expected_version=order.expected_version,
        reason=order.reason,
    )


def _move_session(tx: Tx, order: Order) -> Fired:
    """A session's move with its agenda, its people and its dossiers."""
    fired = plain(tx, order)
    moves_of_sessions.follow(tx, fired, actor=order.actor, reason=order.reason, move=_move_heard)
    return fired


def _move_heard(
    tx: Tx,
    dossier_id: str,
    trigger: str,
    *,
    data: Mapping[str, object] | None,
    reason: str | None,
    above: Facts,
) -> Fired:
    """A dossier moved by the session that hears it."""
    return plain(tx, Order("dossier", dossier_id, trigger, SYSTEM_ACTOR, data, reason=reason, above=above))


def _appeal(tx: Tx, order: Order) -> Fired:
    """The producer's note on the dossier opens an appeal about its outcome."""
    fired = plain(tx, order)
    appeals.open_appeal(tx, fired.row, str((order.data or {})["grounds"]), actor=order.actor)
    return fired


def _move_appeal(tx: Tx, order: Order) -> Fired:
    """An answer to an appeal, with its term."""
    fired = plain(tx, order)
    appeals.follow(tx, fired, order.actor)
    return fired


COMMANDS: Mapping[tuple[str, str], Command] = {
    **{("session", trigger): _move_session for trigger in SESSION_MACHINE.spec.triggers},
    **{("appeal", trigger): _move_appeal for trigger in APPEAL_MACHINE.spec.triggers},
    ("dossier", "appeal"): _appeal,
    ("cycle", "report_task"): _report_task,
    ("cycle", "close"): _close_cycle,
    ("cycle", "extend_window"): _extend_window,
    ("dossier", "decide_recognition"): _recognise,
    ("dossier", "decide_five_star"): _recognise,
    ("dossier", "province_decides"): _recognise,
    ("dossier", "record_council_facts"): _record_council_facts,
    ("batch", "close_intake"): _close_intake,
    ("dossier", "finding_bad"): _find_bad,
    ("dossier", "ministry_orders_redo"): _annul,
    ("dossier", "reapply"): _open_next,
    ("dossier", "plan_upgrade"): _open_next,
    ("dossier", "renewal_window_open"): _open_next,
    ("dossier", "reopen_decision"): _reopen,
    ("certificate", "enter_window"): _enter_window,
    ("certificate", "window_missed"): _on_its_day,
    ("certificate", "grace_extension"): _on_its_day,
    ("certificate", "expire"): _end_certificate,
    ("certificate", "renewed"): _end_certificate,
    ("certificate", "upgraded"): _end_certificate,
    ("certificate", "not_renewed"): _end_certificate,
    ("certificate", "revoke"): _end_certificate,
    ("certificate", "decline_revocation"): _end_certificate,
    ("certificate", "annul"): _end_certificate,
}


def actions(tx: ReadTx, kind: str, row: Row, actor: Actor) -> list[Action]:
    """What this actor may do with a subject now, and why not the rest; forms are asked for when it is done."""
    return engine_actions(tx, machine_of(kind), row, actor=actor, supply=SUPPLIES.get(kind))
