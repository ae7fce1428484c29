"""The states of an appeal and what each means to people; labels stand in ``texts.vi.toml`` under ``state.appeal.*``.

Must never decide anything: which move leads where is the business of ``lifecycle.py``.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from registry.roles import Role
from states.engine.rules import StateInfo


class AppealState(StrEnum):
    """State of an appeal (kiến nghị). Source: ``process.md`` §2.5, §11.16."""

    NEW = "new"
    OPEN = "open"
    NOT_HEARD = "not_heard"
    ACCEPTED = "accepted"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


S = AppealState
_HEARS = frozenset({Role.PROVINCE_UNIT, Role.PROVINCE_CHAIR})
STATES: Mapping[StrEnum, StateInfo] = MappingProxyType(
    {
        S.NEW: StateInfo(),
        S.OPEN: StateInfo(waits_for=_HEARS, silence_days=7),
        S.NOT_HEARD: StateInfo(final=True),
        S.ACCEPTED: StateInfo(waits_for=_HEARS, silence_days=14),
        S.UPHELD: StateInfo(final=True),
        S.DISMISSED: StateInfo(final=True),
    }
)
UNDECIDED = tuple(str(state) for state, info in STATES.items() if not info.final and state is not S.NEW)
"""States of an appeal that still waits for its answer."""
