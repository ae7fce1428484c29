"""Sessions move their dossiers: which move of a session makes which move of the products it hears, as one table.

Effects are the system's: a dossier's line names the session (``moved_by``), the session's line the person; decision
record 0113. It must never move a dossier the session does not hear.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import parse_instant
from core.errors import Refused
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry import settings as registry_settings
from registry.actors import Actor
from states.council import agenda, commands, members
from states.council.agenda import Item
from states.council.lifecycle import MACHINE
from states.council.models import ITEM_TABLE, SESSION_TABLE
from states.council.quorum import judges
from states.council.states import SessionKind, SessionState
from states.dossier.models import DOSSIER_TABLE
from states.engine.facts import Facts
from states.engine.fire import Fired

S = SessionState


class MoveDossier(Protocol):
    """The one door, for the system, with what the session states of the dossier."""

    def __call__(
        self,
        tx: Tx,
        dossier_id: str,
        trigger: str,
        *,
        data: Mapping[str, object] | None,
        reason: str | None,
        above: Facts,
    ) -> Fired: ...


Data: TypeAlias = Callable[[Fired], Mapping[str, object]]
Stated: TypeAlias = Callable[[Tx, Fired], Callable[[Item], Facts]]
Chosen: TypeAlias = Callable[[Tx, Fired], Callable[[Item], bool]]


@dataclass(frozen=True, slots=True)
class Effect:
    """One row: the trigger of the dossiers, the states they may stand in, what is sent along and stated of each.

    ``dest``: only where the session's move leads there. ``chosen``: only some of its products.
    """

    trigger: str
    sources: tuple[str, ...]
    data: Data | None = None
    stated: Stated | None = None
    chosen: Chosen | None = None
    dest: str | None = None


def _when_and_where(fired: Fired) -> Mapping[str, object]:
    at = parse_instant(fired.row["convened_for"])
    return {"session_on": at.astimezone(VIETNAM).date().isoformat(), "session": fired.row["code"]}


def _opened(tx: Tx, fired: Fired) -> Callable[[Item], Facts]:
    """Quorum and materials hold, or the session would not have opened; every judge of a product owes it a ballot."""
    settings = registry_settings.resolved(tx, fired.row["province_code"], at=tx.now)
    conflicts, written = members.conflicts_of(tx, fired.id), fired.row["kind"] == SessionKind.WRITTEN
    asked = [one.sitting for one in members.members_of(tx, fired.id) if written or one.present]

    def stated(item: Item) -> Facts:
        ballots = len(judges(asked, conflicts.get(item.dossier_id, ()), settings))
        return {"quorum_met": True, "materials_in_time": True, "required_ballots": ballots}

    return stated


def _signed(_: Tx, __: Fired) -> Callable[[Item], Facts]:
    return lambda _: {"minutes_signed": True}


def _named(_: Tx, fired: Fired) -> Callable[[Item], bool]:
    return lambda item: item.dossier_id in fired.inputs["dossiers"]


def _too_wide(_: Tx, fired: Fired) -> Callable[[Item], bool]:
    return lambda item: item.spread is not None and item.spread > fired.inputs["spread_limit"]


EFFECTS: Mapping[str, Effect] = {
    "convene": Effect("schedule", agenda.READY, data=_when_and_where),
    "put_on_agenda": Effect("schedule", agenda.READY, data=_when_and_where, chosen=_named, dest=S.CONVENED),
    "strike_off": Effect("unschedule", (agenda.SCHEDULED,), chosen=_named),
    "adjourn": Effect("unschedule", (agenda.SCHEDULED,)),
    "cancel": Effect("unschedule", (agenda.SCHEDULED,)),
    "open_scoring": Effect("open_scoring", (agenda.SCHEDULED,), stated=_opened),
    "reconcile": Effect("spread_too_wide", (agenda.TALLIED,), chosen=_too_wide),
    "reopen_scoring": Effect("revise_ballots", (agenda.RESCORING,)),
    "sign_minutes": Effect("adopt_result", (agenda.TALLIED,), stated=_signed, dest=S.MINUTES_SIGNED),
}
"""Source: process.md §11.16, "Sessions move their dossiers"."""
LETS_GO = (S.MINUTES_SIGNED, S.CANCELLED)
TAKES_FACTS = (S.CONVENED, S.QUORUM_OK, S.SCORING, S.RECONCILING)
"""States of a session in which its secretary may record what the council has found of a product."""


def follow(tx: Tx, fired: Fired, *, actor: Actor, reason: str | None, move: MoveDossier) -> None:
    """Everything that follows from a session's move: its own rows, then its dossiers in the order of their ids."""
    struck = agenda.heard(tx, fired.id) if fired.trigger == "strike_off" else []
    commands.after(tx, fired, actor=actor)
    effect = EFFECTS.get(fired.trigger)
    if effect is not None and effect.dest in (None, fired.dest):
        for item in _moved(tx, fired, effect, struck or agenda.heard(tx, fired.id)):
            stated = effect.stated(tx, fired)(item) if effect.stated else {}
            data = effect.data(fired) if effect.data else None
            above: Facts = {**stated, "moved_by": fired.subject}
            move(tx, item.dossier_id, effect.trigger, data=data, reason=reason, above=above)
    if fired.dest in LETS_GO:
        agenda.release(tx, fired.id)


def _moved(tx: Tx, fired: Fired, effect: Effect, items: list[Item]) -> list[Item]:
    chosen = effect.chosen(tx, fired) if effect.chosen else None
    found = [item for item in items if item.state in effect.sources and (chosen is None or chosen(item))]
    return sorted(found, key=lambda item: item.dossier_id)


def check_facts_open(tx: Tx, dossier_id: str) -> None:
    """Refuse to record what a council found once its session has concluded; the session waits until this is written.

    Raises:
        Refused: the session that hears the dossier is not at work, so its results stand still.
    """
    session_id = agenda.session_hearing(tx, dossier_id)
    row = MACHINE.lock(tx, session_id) if session_id else None
    if row is not None and row["state"] not in TAKES_FACTS:
        raise Refused("session_not_at_work", kind="session", session=row["code"], state=row["state"])


_D, _I = DOSSIER_TABLE.c, ITEM_TABLE.c
_HEARD = sa.and_(_I.dossier_id == _D.id, _I.released_at.is_(None))
OUTSIDE_SESSIONS = ~sa.exists().where(_HEARD)
"""For the system's own look at dossiers: what a session hears is the session's to move."""
_RECONCILE = Sql(
    sa.select(SESSION_TABLE.c.id)
    .where(
        SESSION_TABLE.c.state == S.SCORING,
        sa.exists().where(
            _I.session_id == SESSION_TABLE.c.id,
            _HEARD,
            _D.state == agenda.TALLIED,
            _D.spread > sa.bindparam("spread_limit"),
        ),
    )
    .order_by(SESSION_TABLE.c.id)
)


def to_reconcile(tx: ReadTx, spread_limit: int) -> list[str]:
    """Sessions in which the members differ more than the usual limit over a product."""
    return [row[0] for row in tx.sql.all(_RECONCILE, spread_limit=spread_limit)]
