"""Tables of a cycle: the cycle and its batches as subjects, its windows and its targets.

States are written by the engine only; a window or a target is never changed after opening, an extension is an act.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from core.columns import Day, Flag, Instant, JsonText, SubjectColumns


class Cycle(SubjectColumns, table=True):
    """One year of the programme in one province (chu trình OCOP thường niên)."""

    __tablename__ = "cycle"
    __table_args__ = (sa.UniqueConstraint("province_code", "year"), Index("ix_cycle_state", "state", "id"))

    province_code: str = Field(max_length=120)
    year: int
    title: str
    plan_number: str | None = Field(default=None, max_length=60)
    plan_date: date | None = Field(default=None, sa_type=Day)
    plan: dict[str, object] = Field(sa_type=JsonText)
    digest: str = Field(max_length=64)
    ruleset: str | None = Field(default=None, max_length=120)
    calendar_version: str = Field(max_length=80)
    illustrative: bool = Field(default=False, sa_type=Flag)
    theme: str | None = None
    budget_million_vnd: int | None = Field(default=None, sa_type=sa.BigInteger)
    warnings_open: int = Field(default=0)
    calendar_open: int = Field(default=0)
    state: str = Field(max_length=40)
    created_at: datetime = Field(sa_type=Instant)


class CycleWindow(SQLModel, table=True):
    """Days on which a step is open, both included; `stated` and `bound` are the plan's own words."""

    __tablename__ = "cycle_window"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "step", "batch_number", "opens_on"),)

    id: str = Field(primary_key=True, max_length=36)
    cycle_id: str = Field(foreign_key="cycle.id", max_length=36)
    step: str = Field(max_length=20)
    batch_number: int | None = None
    opens_on: date = Field(sa_type=Day)
    closes_on: date = Field(sa_type=Day)
    stated: date = Field(sa_type=Day)
    bound: str = Field(max_length=10)


class Target(SQLModel, table=True):
    """A target of the plan; `measure` holds what the plan states, as it states it."""

    __tablename__ = "target"

    id: str = Field(primary_key=True, max_length=36)
    cycle_id: str = Field(foreign_key="cycle.id", index=True, max_length=36)
    position: int
    kind: str = Field(max_length=20)
    label: str
    measure: dict[str, object] = Field(sa_type=JsonText)


class Batch(SubjectColumns, table=True):
    """A round of evaluation of one level (đợt đánh giá); intake runs from `intake_opens_at` to `intake_closes_at`."""

    __tablename__ = "batch"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "level", "number"),
        Index("ix_batch_state_opens", "state", "intake_opens_at"),
    )

    cycle_id: str = Field(foreign_key="cycle.id", max_length=36)
    province_code: str = Field(max_length=120)
    level: str = Field(max_length=16)
    number: int
    ruleset: str | None = Field(default=None, max_length=120)
    opens_on: date = Field(sa_type=Day)
    propose_last_day: date = Field(sa_type=Day)
    evaluate_last_day: date = Field(sa_type=Day)
    intake_opens_at: datetime = Field(sa_type=Instant)
    intake_closes_at: datetime = Field(sa_type=Instant)
    state: str = Field(max_length=40)
    created_at: datetime = Field(sa_type=Instant)


CYCLE_TABLE = SQLModel.metadata.tables["cycle"]
WINDOW_TABLE = SQLModel.metadata.tables["cycle_window"]
TARGET_TABLE = SQLModel.metadata.tables["target"]
BATCH_TABLE = SQLModel.metadata.tables["batch"]
