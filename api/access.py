"""What auditors open is noted in the history of what they opened.

It never notes anybody who also has work to do there: their acts speak for themselves.
"""

from api.service import Service
from core.history import SubjectKind, append
from core.tx import Tx
from registry.actors import Actor
from registry.roles import Role
from states.engine import permissions
from states.moves import MACHINES

_KINDS = {kind: SubjectKind(kind, machine.table) for kind, machine in MACHINES.items()}
AUDITOR = frozenset({Role.AUDITOR})


async def noted(service: Service, actor: Actor, kind: str, subject_id: str, what: str) -> None:
    """Note that an auditor opens something, before it is shown; for everybody else nothing is done."""
    if actor.has(Role.AUDITOR):
        await service.db.write(lambda tx: note_opened(tx, kind, subject_id, actor, what=what))


def note_opened(tx: Tx, kind: str, subject_id: str, actor: Actor, *, what: str) -> None:
    """Write an `access_logged` line where the person sees the subject as an auditor only; nothing moves."""
    row = MACHINES[kind].load(tx, subject_id)
    if row is None or permissions.roles_at(actor, row) != AUDITOR:
        return
    ref = actor.ref(Role.AUDITOR, permissions.held_at(actor, row))
    append(
        tx,
        _KINDS[kind],
        subject_id,
        "access_logged",
        actor=ref,
        inputs={"opened": what},
        level=row.get("level"),
    )
