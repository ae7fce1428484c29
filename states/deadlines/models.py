"""Tables of this part: deadlines as subjects, their extensions, and the one reminder each of them waits for.

A row is never deleted; `core.history` moves version and head, `entries.py` everything else.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel

from core.columns import Day, Flag, Instant, JsonText, SubjectColumns, partial_index

_OPEN = "fired_at IS NULL AND met_at IS NULL AND cancelled_at IS NULL"
_WAITING = "fired_at IS NULL AND cancelled_at IS NULL"


class Deadline(SubjectColumns, table=True):
    """What must be done, for what, by whom, until when, and how that was computed (thời hạn).

    `last_day` is the last good day, `due_at` the first instant too late. `extended_from` is the last good day before
    the first extension. `subject` is what it applies to.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        sa.CheckConstraint("substr(due_at, 1, 10) <= last_day", name="due_when_its_last_day_ends"),
        sa.CheckConstraint("met_at IS NULL OR cancelled_at IS NULL", name="settled_once"),
        sa.CheckConstraint("extended_from IS NULL OR extended_from < last_day", name="extended_to_later"),
        sa.CheckConstraint("bound IS NULL OR bound IN ('before', 'by', 'on')", name="bound_within_three"),
        sa.CheckConstraint("move_version <= version", name="moves_are_lines"),
        partial_index("ix_deadline_due", "due_at", "id", where=_OPEN),
        partial_index("ix_deadline_commune_due", "commune_code", "due_at", where="commune_code IS NOT NULL"),
        partial_index("ix_deadline_producer_due", "producer_id", "due_at", where="producer_id IS NOT NULL"),
        partial_index(
            "ix_deadline_cycle_due", "cycle_id", "due_at", where="cycle_id IS NOT NULL AND dossier_id IS NULL"
        ),
        Index("ix_deadline_subject_code", "subject", "code"),
    )

    code: str = Field(max_length=40)
    subject: str = Field(max_length=80)
    title: str | None = None
    cycle_id: str | None = Field(default=None, max_length=36)
    dossier_id: str | None = Field(default=None, max_length=36)
    batch_id: str | None = Field(default=None, max_length=36)
    certificate_id: str | None = Field(default=None, max_length=36)
    owner_role: str = Field(max_length=20)
    province_code: str = Field(max_length=120)
    commune_code: str | None = Field(default=None, max_length=120)
    producer_id: str | None = Field(default=None, max_length=36)
    stated_on: date | None = Field(default=None, sa_type=Day)
    bound: str | None = Field(default=None, max_length=10)
    last_day: date = Field(sa_type=Day)
    due_at: datetime = Field(sa_type=Instant)
    rule: str
    basis: str
    calendar_version: str | None = Field(default=None, max_length=80)
    hard: bool = Field(sa_type=Flag)
    on_due: str | None = Field(default=None, max_length=40)
    fired_at: datetime | None = Field(default=None, sa_type=Instant)
    met_at: datetime | None = Field(default=None, sa_type=Instant)
    cancelled_at: datetime | None = Field(default=None, sa_type=Instant)
    extended_from: date | None = Field(default=None, sa_type=Day)
    created_at: datetime = Field(sa_type=Instant)


class DeadlineExtension(SQLModel, table=True):
    """One act of extension (gia hạn): both dates, ground, approver, document, scope. Insert-only."""

    __tablename__ = "deadline_extension"
    __table_args__ = (sa.CheckConstraint("from_last_day < to_last_day", name="moves_later"),)

    id: str = Field(primary_key=True, max_length=36)
    deadline_id: str = Field(foreign_key="deadline.id", index=True, max_length=36)
    from_last_day: date = Field(sa_type=Day)
    to_last_day: date = Field(sa_type=Day)
    ground: str
    approver: str
    document: str
    scope: str
    actor_id: str = Field(max_length=80)
    at: datetime = Field(sa_type=Instant)


class Reminder(SQLModel, table=True):
    """The next reminder of one deadline; `rest` holds the rungs after it, written as rows in their turn.

    One waiting row per deadline keeps opening a cycle cheap and lets an extension replace a single row.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        sa.CheckConstraint("fired_at IS NULL OR cancelled_at IS NULL", name="settled_once"),
        partial_index("ix_reminder_due", "due_at", "id", where=_WAITING),
    )

    id: str = Field(primary_key=True, max_length=36)
    deadline_id: str = Field(foreign_key="deadline.id", index=True, max_length=36)
    kind: str = Field(max_length=40)
    day: date = Field(sa_type=Day)
    due_at: datetime = Field(sa_type=Instant)
    rest: list[list[str]] = Field(sa_type=JsonText)
    fired_at: datetime | None = Field(default=None, sa_type=Instant)
    cancelled_at: datetime | None = Field(default=None, sa_type=Instant)
