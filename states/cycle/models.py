"""Tables of a cycle: the cycle and its batches as subjects, its windows, targets, tasks and the products its plan names.

States are written by the engine only; what was opened is never changed silently: an extension and the report of a task
are acts.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from core.columns import Day, Flag, Instant, JsonText, SubjectColumns


class Cycle(SubjectColumns, table=True):
    """One year of the programme in one province (chu trình OCOP thường niên)."""

    __tablename__ = "cycle"
    __table_args__ = (
        sa.CheckConstraint("year >= 2018 AND year <= 2999", name="year_plausible"),
        sa.CheckConstraint(
            "state = 'draft' OR (plan_number IS NOT NULL AND plan_date IS NOT NULL)",
            name="published_has_plan_number",
        ),
        sa.CheckConstraint("warnings_open >= 0 AND calendar_open >= 0", name="open_points_counted"),
        sa.CheckConstraint(
            "budget_million_vnd IS NULL OR budget_million_vnd >= 0", name="budget_not_negative"
        ),
        sa.CheckConstraint("move_version <= version", name="moves_are_lines"),
        sa.UniqueConstraint("province_code", "year"),
        Index("ix_cycle_state", "state", "id"),
    )

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
    __table_args__ = (
        sa.CheckConstraint("opens_on <= closes_on", name="closes_after_opening"),
        sa.CheckConstraint("bound IN ('before', 'by', 'on')", name="bound_within_three"),
        sa.UniqueConstraint("cycle_id", "step", "batch_number", "opens_on"),
    )

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


class CycleTask(SQLModel, table=True):
    """A task of the plan (nhiệm vụ): who answers for it, until when, what has become of it and by which document.

    `after` holds the positions of the tasks it follows; `deadline_id` is empty where the plan states no day.
    """

    __tablename__ = "cycle_task"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "position"),)

    id: str = Field(primary_key=True, max_length=36)
    cycle_id: str = Field(foreign_key="cycle.id", max_length=36)
    position: int
    title: str
    after: list[int] = Field(sa_type=JsonText)
    owner_role: str | None = Field(default=None, max_length=20)
    department: str | None = None
    due_on: date | None = Field(default=None, sa_type=Day)
    output: str | None = None
    deadline_id: str | None = Field(default=None, foreign_key="deadline.id", max_length=36)
    status: str = Field(default="open", max_length=10)
    reported_on: date | None = Field(default=None, sa_type=Day)
    document: str | None = None


class CycleProduct(SQLModel, table=True):
    """A product the plan names: a key product (chủ lực), a candidate for the national round, or a potential product.

    `product_id` is set where exactly one product of the province bears the name.
    """

    __tablename__ = "cycle_product"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "sort", "position"),)

    id: str = Field(primary_key=True, max_length=36)
    cycle_id: str = Field(foreign_key="cycle.id", max_length=36)
    sort: str = Field(max_length=10)
    position: int
    name: str
    product_id: str | None = Field(default=None, foreign_key="product.id", index=True, max_length=36)


class CycleReport(SQLModel, table=True):
    """The year report of a cycle (báo cáo năm) as it stood when the cycle was closed; archiving cites its digest."""

    __tablename__ = "cycle_report"

    cycle_id: str = Field(primary_key=True, foreign_key="cycle.id", max_length=36)
    data: dict[str, object] = Field(sa_type=JsonText)
    digest: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=Instant)


class Batch(SubjectColumns, table=True):
    """A round of evaluation of one level (đợt đánh giá); intake runs from `intake_opens_at` to `intake_closes_at`."""

    __tablename__ = "batch"
    __table_args__ = (
        sa.CheckConstraint("level IN ('district', 'province', 'central')", name="level_holds_councils"),
        sa.CheckConstraint("number >= 1", name="number_counted"),
        sa.CheckConstraint(
            "opens_on <= propose_last_day AND propose_last_day <= evaluate_last_day", name="days_in_order"
        ),
        sa.CheckConstraint("intake_opens_at < intake_closes_at", name="intake_in_order"),
        sa.CheckConstraint("move_version <= version", name="moves_are_lines"),
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
STATED = ("title", "plan_number", "plan_date")
"""Columns of a cycle whose every value stands in a line, so that a replay is held against the row."""
WINDOW_TABLE = SQLModel.metadata.tables["cycle_window"]
TARGET_TABLE = SQLModel.metadata.tables["target"]
TASK_TABLE = SQLModel.metadata.tables["cycle_task"]
REPORT_TABLE = SQLModel.metadata.tables["cycle_report"]
PRODUCT_TABLE = SQLModel.metadata.tables["cycle_product"]
BATCH_TABLE = SQLModel.metadata.tables["batch"]
