"""The states of a session and what each means to people; labels stand in ``texts.vi.toml`` under ``state.session.*``.

Must never decide anything: which move leads where is the business of ``lifecycle.py``.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from registry.roles import Role
from states.engine.rules import StateInfo


class SessionState(StrEnum):
    """State of a council session (phiên họp). Source: ``process.md`` §2.7, §11.16."""

    NEW = "new"
    PLANNED = "planned"
    CONVENED = "convened"
    ADJOURNED = "adjourned"
    QUORUM_OK = "quorum_ok"
    SCORING = "scoring"
    RECONCILING = "reconciling"
    CONCLUDED = "concluded"
    MINUTES_SIGNED = "minutes_signed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class SessionKind(StrEnum):
    """How a council decides: at a table, on line, by written opinions, or on the spot."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    WRITTEN = "written"
    FIELD = "field"


class Office(StrEnum):
    """What a person is in one session; whoever is appointed as chair beside its chair is a deputy."""

    CHAIR = "chair"
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    MEMBER = "member"


S = SessionState
HEADS = (Office.CHAIR, Office.DEPUTY)
_V = frozenset({Role.PROVINCE_UNIT})
_H = frozenset({Role.CHAIR, Role.SECRETARY})
_M = frozenset({Role.COUNCIL_MEMBER})

STATES: Mapping[StrEnum, StateInfo] = MappingProxyType(
    {
        S.NEW: StateInfo(),
        S.PLANNED: StateInfo(waits_for=_V, silence_days=14),
        S.CONVENED: StateInfo(waits_for=_H),
        S.ADJOURNED: StateInfo(waits_for=_V, silence_days=7),
        S.QUORUM_OK: StateInfo(waits_for=_H, silence_days=1),
        S.SCORING: StateInfo(waits_for=_M, silence_days=3),
        S.RECONCILING: StateInfo(waits_for=_H, silence_days=3),
        S.CONCLUDED: StateInfo(waits_for=_H, silence_days=3),
        S.MINUTES_SIGNED: StateInfo(waits_for=_V, silence_days=10),
        S.CLOSED: StateInfo(final=True),
        S.CANCELLED: StateInfo(final=True),
    }
)
STATE_NAMES = tuple(str(state) for state in STATES if state is not S.NEW)
HELD = tuple(
    str(state)
    for state in (
        S.CONVENED, S.QUORUM_OK, S.SCORING, S.RECONCILING, S.CONCLUDED, S.MINUTES_SIGNED, S.CLOSED
    )
)  # fmt: skip
"""States of a session that is convened and has not been put off or called off since."""
