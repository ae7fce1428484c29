"""Which text a reminder uses: by who owes what, and by the days really left when it is told.

It never says "tomorrow" or "14 days" when a day off or a stopped clock has made that untrue.
"""

from collections.abc import Mapping

from notifications.wording import Params
from registry.roles import Role

_FILING = {14: "due_14", 7: "due_7", 3: "due_3", 1: "due_1", 0: "due_0"}
_RENEWAL = frozenset({"renew_open", "renew_closing", "renew_last", "renew_today", "renew_missed"})
_CERTIFICATE = _RENEWAL | {"renew_soon", "expire_90_filed", "expire_90_not_filed", "expire_30", "expired"}
_FILES_DOSSIER = ("_FILE", "_PROPOSE")
_IN_PROCESS = frozenset({"renewal_in_process", "extended", "expired_pending"})


def text_of(kind: str, *, code: str, role: Role, has_dossier: bool, days_left: int) -> str:
    """Return the text a rung is told with."""
    if kind in _CERTIFICATE:
        return _certificate_text(kind, role, days_left)
    if role is Role.PRODUCER and has_dossier and code.endswith(_FILES_DOSSIER):
        return "overdue" if days_left < 0 else _FILING.get(days_left, "due_days")
    family = "task" if has_dossier or role is not Role.PRODUCER else "window"
    if days_left < 0:
        return f"{family}_over"
    return f"{family}_{ {1: 'last', 0: 'today'}.get(days_left, 'due') }"


def _certificate_text(kind: str, role: Role, days_left: int) -> str:
    if kind not in _RENEWAL:
        return kind
    if days_left < 0:
        return "renew_missed" if role is Role.PRODUCER else "renew_missed_officer"
    if kind == "renew_open":
        return kind
    return {1: "renew_last", 0: "renew_today"}.get(days_left, "renew_closing")


def told_kind(kind: str, *, certificate_state: str | None) -> str:
    """Return the notice kind of a rung; 90 days before the end it depends on whether a renewal is filed."""
    if kind.startswith("expire_90"):
        return "expire_90_filed" if certificate_state in _IN_PROCESS else "expire_90_not_filed"
    return kind


def named(facts: Mapping[str, str | int | None]) -> Params:
    """Return only what is known, for the texts to choose by."""
    return {name: value for name, value in facts.items() if value is not None}
