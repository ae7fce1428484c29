"""States of a cycle and of a batch, and what each means to people; labels stand in the texts.

It decides nothing: which trigger leads where is the business of ``lifecycle.py``. Source: `process.md` §2.7, §11.16.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from registry.roles import Role
from states.engine.rules import StateInfo

_V = frozenset({Role.PROVINCE_UNIT})
_CLOCK = frozenset({Role.SYSTEM})


class CycleState(StrEnum):
    """State of a yearly cycle (chu trình)."""

    NEW = "new"
    DRAFT = "draft"
    PUBLISHED = "published"
    OPEN = "open"
    EVALUATING = "evaluating"
    PROMOTION = "promotion"
    UNDER_REVIEW = "under_review"
    CLOSED = "closed"
    ARCHIVED = "archived"


class BatchState(StrEnum):
    """State of a round of evaluation (đợt đánh giá)."""

    NEW = "new"
    PLANNED = "planned"
    INTAKE_OPEN = "intake_open"
    INTAKE_CLOSED = "intake_closed"
    IN_SESSION = "in_session"
    DECIDED = "decided"
    PUBLISHED = "published"


CYCLE_STATES: Mapping[StrEnum, StateInfo] = MappingProxyType(
    {
        CycleState.NEW: StateInfo(),
        CycleState.DRAFT: StateInfo(waits_for=_V, silence_days=30),
        CycleState.PUBLISHED: StateInfo(waits_for=_V, silence_days=14),
        CycleState.OPEN: StateInfo(),
        CycleState.EVALUATING: StateInfo(waits_for=_V),
        CycleState.PROMOTION: StateInfo(),
        CycleState.UNDER_REVIEW: StateInfo(waits_for=_V, silence_days=45),
        CycleState.CLOSED: StateInfo(waits_for=_V, silence_days=60),
        CycleState.ARCHIVED: StateInfo(final=True),
    }
)
BATCH_STATES: Mapping[StrEnum, StateInfo] = MappingProxyType(
    {
        BatchState.NEW: StateInfo(),
        BatchState.PLANNED: StateInfo(waits_for=_CLOCK),
        BatchState.INTAKE_OPEN: StateInfo(waits_for=_CLOCK),
        BatchState.INTAKE_CLOSED: StateInfo(waits_for=_V, silence_days=30),
        BatchState.IN_SESSION: StateInfo(waits_for=_V, silence_days=45),
        BatchState.DECIDED: StateInfo(waits_for=_V, silence_days=14),
        BatchState.PUBLISHED: StateInfo(final=True),
    }
)
