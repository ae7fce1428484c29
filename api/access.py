"""What auditors open is noted in their own history: looking at a dossier never lengthens the dossier's chain.

It never notes a look that was refused.
"""

from api.service import Service
from core.history import append
from core.tx import Tx
from registry.accounts.people import ACCOUNT
from registry.actors import Actor
from registry.roles import Role
from states.engine import permissions
from states.moves import MACHINES


async def noted(service: Service, actor: Actor, kind: str, subject_id: str, what: str) -> None:
    """Note that an auditor opens something, before it is shown; for everybody else nothing is done."""
    if actor.has(Role.AUDITOR):
        await service.db.write(lambda tx: note_opened(tx, kind, subject_id, actor, what=what))


def note_opened(tx: Tx, kind: str, subject_id: str, actor: Actor, *, what: str) -> None:
    """Write an `access_logged` line into the account's history where the person sees the subject as an auditor."""
    row = MACHINES[kind].load(tx, subject_id)
    if row is None or Role.AUDITOR not in permissions.roles_at(actor, row):
        return
    ref = actor.ref(Role.AUDITOR, permissions.held_at(actor, row))
    inputs = {"subject": f"{kind}/{subject_id}", "opened": what}
    append(tx, ACCOUNT, actor.account_id, "access_logged", actor=ref, inputs=inputs)
