"""The strip of six phases over a dossier: what is past, where it stands, what comes.

It reads the phases from the table of states; it knows no state by name.
"""

from collections.abc import Collection
from dataclasses import dataclass

from states.engine.rules import MachineSpec, Phase
from web import wording

ICONS = {
    Phase.IDEA: "idea", Phase.PLAN: "plan", Phase.PRODUCTION: "make", Phase.EVALUATION: "star", Phase.PROMOTION: "sell",
    Phase.REVIEW: "review",
}  # fmt: skip
_LOOKS = {
    "past": ("past", "check", "đã qua"),
    "now": ("now", "", "đang ở đây"),
    "next": ("next", "", "chưa tới"),
    "skip": ("skip-p", "dash", "không áp dụng"),
    "stop": ("stop", "cross", "dừng ở đây"),
}


@dataclass(frozen=True, slots=True)
class PhaseMark:
    """One marker of the strip."""

    look: str
    icon: str
    word: str
    said: str
    current: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The six markers and the caption under them."""

    marks: tuple[PhaseMark, ...]
    caption: str


def strip_of(spec: MachineSpec, state: str, visited: Collection[str], *, kind: str) -> Strip:
    """The strip for a dossier in a state; upgrades and re-evaluations begin at the evaluation."""
    info = spec.states[spec.state_of[state]]
    seen = {spec.states[spec.state_of[name]].phase for name in visited if name in spec.state_of} - {None}
    phases = list(Phase)
    here = info.phase or max((p for p in seen if p), key=phases.index, default=Phase.IDEA)
    first = Phase.IDEA if kind == "first" else Phase.EVALUATION
    marks = tuple(
        _mark(phase, _standing(phases, phase, here, first, stopped=_stopped(spec, state))) for phase in phases
    )
    number = phases.index(here) + 1
    return Strip(marks, f"Bước {number}/6: {wording.label('phase', here)}")


def _stopped(spec: MachineSpec, state: str) -> bool:
    return spec.states[spec.state_of[state]].final


def _standing(phases: list[Phase], phase: Phase, here: Phase, first: Phase, *, stopped: bool) -> str:
    if phase is here:
        return "stop" if stopped else "now"
    if phases.index(phase) < phases.index(first):
        return "skip"
    return "past" if phases.index(phase) < phases.index(here) else "next"


def _mark(phase: Phase, standing: str) -> PhaseMark:
    look, icon, said = _LOOKS[standing]
    return PhaseMark(
        look, icon or ICONS[phase], wording.label("phase_short", phase), said, standing in ("now", "stop")
    )
