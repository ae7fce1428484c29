"""Which text a reminder uses: by who owes what, and by the days really left when it is told.

It never says "tomorrow" or "14 days" when a day off or a stopped clock has made that untrue.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from notifications.wording import Params
from registry.roles import Role

_FILING = {14: "due_14", 7: "due_7", 3: "due_3", 1: "due_1", 0: "due_0"}
_FILING_TIME = frozenset(
    {"renew_soon", "renew_open", "renew_closing", "renew_last", "renew_today", "renew_missed"}
)
_CERTIFICATE = _FILING_TIME | {"expire_90_filed", "expire_90_not_filed", "expire_30", "expired"}
_ENDINGS = {
    "expire_90_filed": (90, "expire_filed_days"),
    "expire_90_not_filed": (90, "expire_not_filed_days"),
    "expire_30": (30, "expire_days"),
}
_FILES_DOSSIER = ("_FILE", "_PROPOSE")
_IN_PROCESS = frozenset({"renewal_in_process", "extended", "expired_pending"})


@dataclass(frozen=True, slots=True)
class Held:
    """What a certificate's texts depend on: its state, where it comes from, a renewal filed before, its filing window.

    ``window_days``: from the first filing day to the last, None where no window is set.
    """

    state: str | None = None
    imported: bool = False
    filed_before: bool = False
    window_days: int | None = 60


def text_of(
    kind: str, *, code: str, role: Role, has_dossier: bool, days_left: int, held: Held | None = None
) -> str:
    """Return the text a rung is told with."""
    if kind == "session_reminder":
        return kind
    if kind in _CERTIFICATE:
        return _certificate_text(kind, role, days_left, held or Held())
    if role is Role.PRODUCER and has_dossier and code.endswith(_FILES_DOSSIER):
        return "overdue" if days_left < 0 else _FILING.get(days_left, "due_days")
    family = "task" if has_dossier or role is not Role.PRODUCER else "window"
    if days_left < 0:
        return f"{family}_over"
    return f"{family}_{ {1: 'last', 0: 'today'}.get(days_left, 'due') }"


def _certificate_text(kind: str, role: Role, days_left: int, held: Held) -> str:
    if kind in _FILING_TIME:
        if held.window_days is not None:
            return _filing_text(role, days_left, held.window_days, imported=held.imported)
        return "renew_open_any_day" if kind == "renew_open" else _soon(imported=held.imported)
    if kind == "expired" or days_left < 0:
        return "expired_pending" if held.state == "expired_pending" else "expired"
    if kind == "expire_90_not_filed" and held.filed_before:
        return "expire_failed_days"
    named_days, counted = _ENDINGS[kind]
    return kind if days_left == named_days else counted


def _soon(*, imported: bool) -> str:
    return "renew_soon_imported" if imported else "renew_soon"


def _filing_text(role: Role, days_left: int, window_days: int, *, imported: bool) -> str:
    """By the days really left until the last filing day, whichever rung is told: a late one says what is so by then."""
    if days_left < 0:
        return "renew_missed" if role is Role.PRODUCER else "renew_missed_officer"
    if days_left > window_days:
        return _soon(imported=imported)
    exact = {window_days: "renew_open", 1: "renew_last", 0: "renew_today"}
    return exact.get(days_left, "renew_closing")


def told_kind(kind: str, *, certificate_state: str | None) -> str:
    """Return the notice kind of a rung; 90 days before the end it depends on whether a renewal is filed."""
    if kind.startswith("expire_90"):
        return "expire_90_filed" if certificate_state in _IN_PROCESS else "expire_90_not_filed"
    return kind


def named(facts: Mapping[str, str | int | None]) -> Params:
    """Return only what is known, for the texts to choose by."""
    return {name: value for name, value in facts.items() if value is not None}
