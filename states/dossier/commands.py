"""What people do with a dossier beyond one move: save its forms, and keep what they wrote along with a move.

Every move itself goes through the engine's ``fire``; effects on other subjects belong to ``states.moves``.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from core.errors import BadInput, NotFound, Refused
from core.lines import ActorRef
from core.sql import Sql
from core.tx import Tx
from registry.actors import Actor
from states.dossier import papers
from states.dossier.machine import MACHINE
from states.dossier.models import TEXT_TABLE
from states.dossier.opening import open_dossier, reopen
from states.engine import permissions
from states.engine.fire import Fired
from states.engine.machine import Row

__all__ = [
    "EDITABLE",
    "MACHINE",
    "actor_ref",
    "editable",
    "keep_texts",
    "open_dossier",
    "reopen",
    "save_form",
]

_KEEP_TEXT = Sql(sa.insert(TEXT_TABLE))

EDITABLE: Mapping[str, tuple[str, ...]] = {
    "idea": ("idea.draft", "idea.returned"),
    "plan": ("plan.drafting", "plan.returned"),
    "registration": ("dossier.preparing", "dossier.self_assessed", "commune.returned", "province.returned"),
    "self_assessment": ("dossier.preparing", "commune.returned", "province.returned"),
    **dict.fromkeys(
        ("changes_since_recognition", "renewal_update"),
        ("dossier.preparing", "dossier.self_assessed", "commune.returned", "province.returned"),
    ),
}
"""In which states a form may be written: a filed form is evidence and stands still."""


def editable(row: Row) -> tuple[str, ...]:
    """The forms of this dossier that may be written in its state; which forms there are depends on its kind."""
    return tuple(
        name
        for name, states in EDITABLE.items()
        if row["state"] in states and row["kind"] in papers.KINDS[name]
    )


def save_form(tx: Tx, dossier_id: str, name: str, data: Mapping[str, object], *, actor: Actor) -> str:
    """Save a draft of a form and return its digest; nothing moves, no line is written for a draft.

    Raises:
        NotFound, BadInput: as ``papers.save``. Refused: the form stands still in this state.
    """
    row = MACHINE.lock(tx, dossier_id)
    if row is None or not permissions.may_see(actor, row):
        raise NotFound("subject_not_found", kind="dossier")
    if name not in EDITABLE:
        raise BadInput("form_unknown", form=name)
    if name not in editable(row) or "producer" not in permissions.roles_at(actor, row):
        raise Refused("form_closed", form=name, state=row["state"])
    return papers.save(tx, dossier_id, name, data, actor=actor)


def keep_texts(tx: Tx, fired: Fired) -> None:
    """Keep what somebody wrote along with a move beside the line that carries its digest."""
    if fired.texts:
        tx.sql.run(_KEEP_TEXT, dossier_id=fired.id, version=fired.version, data=fired.texts)


def actor_ref(actor: Actor, row: Row) -> ActorRef:
    """Who to name for the deadlines that follow a move; it may have handed the dossier to another level."""
    held = permissions.held_at(actor, row) or actor.appointments
    return actor.ref(held[0].role, held)
