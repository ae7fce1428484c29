"""The one door to every move: (kind, trigger) to the command that does it with all its effects.

Pages, API, command line and sweep all come through ``fire``; a trigger without a command is a plain move. One
transaction; subjects are locked in the order cycle, batch, session, dossier, certificate.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeAlias

import sqlalchemy as sa

from core.errors import BadInput
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.actors import SYSTEM_ACTOR, Actor
from registry.producers import Producer
from registry.tables import table
from regulations.settings import DEFAULTS
from states.certificate import commands as certificates
from states.certificate.facts import standing
from states.cycle import commands as cycles
from states.cycle.lifecycle import BATCH_MACHINE, CYCLE_MACHINE
from states.dossier import commands as dossiers
from states.dossier import duties
from states.dossier.models import DOSSIER_TABLE
from states.engine import fire as engine
from states.engine.actions import Action
from states.engine.actions import actions as engine_actions
from states.engine.fire import Fired
from states.engine.machine import Machine, Row, Supply

MACHINES: Mapping[str, Machine] = {
    "cycle": CYCLE_MACHINE,
    "batch": BATCH_MACHINE,
    "dossier": dossiers.MACHINE,
    "certificate": certificates.MACHINE,
}
SUPPLIES: Mapping[str, Supply] = {"dossier": standing}
"""Facts that stand above a lifecycle's own part of the room."""

_PRODUCER_NAME = Sql(sa.select(table(Producer).c.name).where(table(Producer).c.id == sa.bindparam("id")))
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
    """A move as asked for: by whom, with what data, seen at which move version, for which reason."""

    kind: str
    id: str
    trigger: str
    actor: Actor
    data: Mapping[str, object] | None = None
    expected_version: int | None = None
    reason: str | None = None
    effective_on: date | None = None


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
    """
    machine_of(kind)
    order = Order(kind, subject_id, trigger, actor, data, expected_version, reason)
    return COMMANDS.get((kind, trigger), plain)(tx, order)


def machine_of(kind: str) -> Machine:
    """The machine of a kind of subject.

    Raises:
        BadInput: there is no such kind.
    """
    if kind not in MACHINES:
        raise BadInput("unknown_kind", kind=kind)
    return MACHINES[kind]


def plain(tx: Tx, order: Order) -> Fired:
    """The move alone, and the deadlines that follow a dossier."""
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
        supply=SUPPLIES.get(order.kind),
    )
    if order.kind == "dossier":
        _after_dossier(tx, machine, fired, order.actor)
    return fired


def _after_dossier(tx: Tx, machine: Machine, fired: Fired, actor: Actor) -> None:
    final = machine.spec.states[machine.spec.state_of[fired.dest]].final
    dossiers.keep_texts(tx, fired)
    if duties.duty_of(fired, final=final) is not None:
        duties.follow(tx, fired, final=final, actor=dossiers.actor_ref(actor, fired.row))


def _recognise(tx: Tx, order: Order) -> Fired:
    """Recognising issues the certificate in the same transaction, dated by the decision."""
    fired = plain(tx, _dated(order))
    if fired.dest.startswith("recognised."):
        name = tx.sql.one(_PRODUCER_NAME, id=fired.row["producer_id"])
        certificates.issue(tx, fired.row, producer_name=name[0] if name else "", actor=order.actor)
        _system_if_ready(tx, "cycle", fired.row["cycle_id"], "start_promotion")
    return fired


def _dated(order: Order, field: str = "decision_on") -> Order:
    """A decision takes effect on its own date, where the data state one that can be read."""
    stated = (order.data or {}).get(field)
    try:
        return order._replace(effective_on=date.fromisoformat(str(stated))) if stated else order
    except ValueError:
        return order


def _record_council_facts(tx: Tx, order: Order) -> Fired:
    """The last ballot in closes the scoring at once; the sweep would find it too."""
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


def _revoke(tx: Tx, order: Order) -> Fired:
    """Revoking takes effect on the decision's date and settles the review that proposed it."""
    fired = plain(tx, _dated(order, "revocation_on"))
    if dossier_id := fired.row["dossier_id"]:
        _system_if_ready(tx, "dossier", dossier_id, "revocation_decided")
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


COMMANDS: Mapping[tuple[str, str], Command] = {
    ("cycle", "extend_window"): _extend_window,
    ("dossier", "decide_recognition"): _recognise,
    ("dossier", "decide_five_star"): _recognise,
    ("dossier", "province_decides"): _recognise,
    ("dossier", "record_council_facts"): _record_council_facts,
    ("batch", "close_intake"): _close_intake,
    ("certificate", "revoke"): _revoke,
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A move the system may make now that no deadline announces."""

    kind: str
    id: str
    trigger: str


_D = DOSSIER_TABLE.c
_READY: tuple[tuple[str, Sql], ...] = (
    (
        "all_ballots_in",
        Sql(
            sa.select(_D.id).where(
                _D.state == "council.scoring", _D.required_ballots >= 1, _D.ballots >= _D.required_ballots
            )
        ),
    ),
    (
        "spread_too_wide",
        Sql(sa.select(_D.id).where(_D.state == "council.tallied", _D.spread > sa.bindparam("spread_limit"))),
    ),
    ("below_3_star", Sql(sa.select(_D.id).where(_D.state == "council.concluded", _D.stars < 3))),
)


def ready(tx: ReadTx, *, limit: int = 200) -> list[Ready]:
    """Dossiers whose recorded facts call for a move of the system; few at any time, found by state."""
    found: list[Ready] = []
    for trigger, statement in _READY:
        params = {"spread_limit": SPREAD_LIMIT} if trigger == "spread_too_wide" else {}
        found += [Ready("dossier", row[0], trigger) for row in tx.sql.all(statement, **params)]
    return found[:limit]


SPREAD_LIMIT = int(str(DEFAULTS["spread_limit"]))
"""Points; the default limit finds the candidates, the guard reads the council's own setting."""


def actions(tx: ReadTx, kind: str, row: Row, actor: Actor) -> list[Action]:
    """What this actor may do with a subject now, and why not the rest; forms are asked for when it is done."""
    return engine_actions(tx, machine_of(kind), row, actor=actor, supply=SUPPLIES.get(kind))
