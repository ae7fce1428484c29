"""Where a dossier stands, for the one who looks: whose turn it is, in which tone, until when.

It reads the table of states and the deadlines; it decides nothing.
"""

from collections.abc import Collection, Iterable

from registry.roles import Role
from states.dossier.queries import DueRead
from states.dossier.states import STATES, DossierState
from web import wording

WINDOW_OF = {"idea.draft": "IDEA_WINDOW", "plan.drafting": "PLAN_WINDOW"}
"""States in which a window of the cycle is the deadline that counts."""


def waits_for_one_of(state: str, roles: Collection[Role]) -> bool:
    """Whether something is to be done by one of these roles; what goes on by itself is nobody's task."""
    info = STATES[DossierState(state)]
    return bool(info.waits_for & set(roles)) and info.silence_days is not None


def tone_of(state: str, *, mine: bool) -> str:
    """The tone follows the viewer: yours to do, somebody else's, over."""
    if state.startswith(("recognised", "promotion", "review.closed")):
        return "do" if mine and state.startswith("recognised") else "done"
    if mine:
        return "do"
    if STATES[DossierState(state)].final:
        return (
            "late" if state.startswith(("evaluation.", "commune.not")) or state.endswith(".rejected") else ""
        )
    return "wait"


def icon_of(state: str, *, mine: bool) -> str:
    """The icon that goes with the word of a state."""
    tone = tone_of(state, mine=mine)
    return {"do": "pen", "wait": "wait", "done": "check", "late": "cross"}.get(tone, "lock")


def holder_of(state: str, roles: frozenset[Role], commune: str | None) -> str:
    """Who holds it, in words; the viewer's own turn is said to the viewer."""
    info = STATES[DossierState(state)]
    if Role.PRODUCER in roles and Role.PRODUCER in info.waits_for:
        return "Quý chủ thể"
    if info.final:
        return "Không còn ai phải làm gì"
    return wording.holder_names(sorted(info.waits_for), commune=commune) or "Hệ thống"


def subjects_of(dossier_id: str, batch_id: str | None, cycle_id: str | None) -> list[str]:
    """Everything whose deadlines may count for a dossier."""
    parts = (("dossier", dossier_id), ("batch", batch_id), ("cycle", cycle_id))
    return [f"{kind}/{each}" for kind, each in parts if each]


def due_of(state: str, found: Iterable[DueRead]) -> DueRead | None:
    """The deadline that counts in a state: the next one of those whose turn it is, of a cycle only its window."""
    window = WINDOW_OF.get(state)
    roles = {str(role) for role in STATES[DossierState(state)].waits_for}
    counting = [
        one
        for one in found
        if one.met_at is None
        and one.cancelled_at is None
        and one.owner_role in roles
        and (one.code == window or not one.subject.startswith("cycle/"))
    ]
    return min(counting, key=lambda one: one.due_at, default=None)
