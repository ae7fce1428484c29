"""How one subject's move wakes another: who makes it, whether it may be made now, and what the clock still owes.

Must never write a state: every move goes back through the one door, which is handed in as ``Moving``.
"""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

import sqlalchemy as sa

from core.clock import VIETNAM
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.actors import SYSTEM_ACTOR, Actor
from states.certificate.commands import MACHINE
from states.certificate.models import CERTIFICATE_TABLE
from states.certificate.states import NOT_ENDED
from states.certificate.terms import due_move
from states.engine import permissions
from states.engine.actions import actions
from states.engine.fire import Fired
from states.engine.machine import Machine, Row, Supply

_C = CERTIFICATE_TABLE.c
_LIVING = Sql(
    sa.select(_C.id)
    .where(_C.product_id == sa.bindparam("product_id"), _C.state.in_([str(state) for state in NOT_ENDED]))
    .order_by(_C.issued_on.desc().nulls_last(), _C.id.desc())
    .limit(1)
)


class Moving(Protocol):
    """The one door to every move, with all its effects."""

    def __call__(
        self,
        tx: Tx,
        kind: str,
        subject_id: str,
        trigger: str,
        *,
        actor: Actor,
        data: Mapping[str, object] | None = None,
        effective_on: date | None = None,
    ) -> Fired: ...


def today(tx: ReadTx) -> date:
    """The Vietnamese day of the transaction."""
    return tx.now.astimezone(VIETNAM).date()


def living_certificate(tx: Tx, product_id: str, move: Moving) -> Row | None:
    """The product's certificate that has not come to an end, locked and brought up to the day; None where there is none."""
    found = tx.sql.value(_LIVING, product_id=product_id)
    return caught_up(tx, found, move) if found else None


def caught_up(tx: Tx, certificate_id: str, move: Moving) -> Row | None:
    """A certificate, locked, after the moves its own days call for and no sweep has made yet; None once it has ended."""
    row = MACHINE.lock(tx, certificate_id)
    while row is not None and (trigger := due_move(row, today(tx))) is not None:
        row = move(tx, "certificate", certificate_id, trigger, actor=SYSTEM_ACTOR).row
    return row if row is not None and MACHINE.spec.state_of[row["state"]] in NOT_ENDED else None


def starts(machine: Machine, row: Row, trigger: str) -> bool:
    """Whether the table has this move from where the subject stands."""
    return (machine.spec.state_of[row["state"]], trigger) in machine.spec.by_move


def by_whom(machine: Machine, row: Row, trigger: str, actor: Actor) -> Actor:
    """The person, where the table names a role of theirs for this move; else the system in their wake."""
    roles = permissions.roles_at(actor, row)
    rules = machine.spec.by_move.get((machine.spec.state_of[row["state"]], trigger), ())
    return actor if any(rule.roles & roles for rule in rules) else SYSTEM_ACTOR


def is_due(tx: ReadTx, machine: Machine, row: Row, trigger: str, supply: Supply | None = None) -> bool:
    """Whether the system may make this move now: its guards hold."""
    found = actions(tx, machine, row, actor=SYSTEM_ACTOR, supply=supply)
    return any(one.trigger == trigger and one.allowed for one in found)
