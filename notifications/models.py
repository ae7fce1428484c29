"""Tables of telling: what is planned for whom, what stands in the inbox, every try, and how far the planner has read.

They never hold a text that could be had from history: only what was really put before a person.
"""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Day, Flag, Instant, JsonText, SubjectColumns, partial_index


class Outbox(SQLModel, table=True):
    """One notice (thông báo) to one person; `(cause, recipient, kind)` can stand there once.

    `not_before` is business time; `next_try_at` and `lease_until` are wall time. `message_id` is shared by
    the notices that left in one message. `settled_at` is empty while something is still to be done.
    """

    __table_args__: ClassVar[Any] = (
        sa.UniqueConstraint("cause", "recipient", "kind"),
        partial_index("ix_outbox_open", "not_before", where="settled_at IS NULL"),
        partial_index("ix_outbox_day", "recipient", "digest_day", where="digest_day IS NOT NULL"),
        partial_index("ix_outbox_lawful", "subject", where="lawful = 1"),
        partial_index("ix_outbox_message", "message_id", where="message_id IS NOT NULL"),
    )  # fmt: skip

    id: str = Field(primary_key=True, max_length=36)
    cause: str = Field(max_length=200)
    recipient: str = Field(foreign_key="account.id", max_length=36)
    kind: str = Field(max_length=40)
    subject: str = Field(max_length=80)
    dossier_code: str | None = Field(default=None, max_length=40)
    params: Any = Field(sa_type=JsonText)
    lawful: bool = Field(sa_type=Flag)
    urgent: bool = Field(sa_type=Flag)
    digest_day: date | None = Field(default=None, sa_type=Day)
    planned_at: datetime = Field(sa_type=Instant)
    not_before: datetime = Field(sa_type=Instant)
    state: str = Field(max_length=10)
    attempts: int = 0
    unknowns: int = 0
    next_try_at: datetime | None = Field(default=None, sa_type=Instant)
    lease: str | None = Field(default=None, max_length=36)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    message_id: str | None = Field(default=None, max_length=36)
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


class InboxEntry(SQLModel, table=True):
    """What a person finds in the inbox (hộp thư); its id is the notice's. It stands there whatever the channels do."""

    __tablename__ = "inbox_entry"
    __table_args__: ClassVar[Any] = (sa.Index("ix_inbox_entry_account", "account_id", "id"),)

    id: str = Field(primary_key=True, max_length=36, foreign_key="outbox.id")
    account_id: str = Field(max_length=36)
    kind: str = Field(max_length=40)
    title: str
    body: str
    subject: str = Field(max_length=80)
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime | None = Field(default=None, sa_type=Instant)


class Attempt(SQLModel, table=True):
    """One try of one message on one channel; `unknown` from the moment it starts until it is known."""

    id: str = Field(primary_key=True, max_length=36)
    outbox_id: str = Field(max_length=36, index=True, foreign_key="outbox.id")
    message_id: str = Field(max_length=36, index=True)
    channel: str = Field(max_length=20)
    provider: str = Field(max_length=255)
    at: datetime = Field(sa_type=Instant)
    outcome: str = Field(max_length=10)
    code: str = Field(max_length=40)
    cost_vnd: int = 0
    detail: str = ""


class Notice(SubjectColumns, table=True):
    """The head of a lawful notice's own history; its id is the outbox row's."""


class PlannerCursor(SQLModel, table=True):
    """The last log position a reader has dealt with; moved in the transaction of its result."""

    __tablename__ = "planner_cursor"

    name: str = Field(primary_key=True, max_length=40)
    seq: int


class PlanningFault(SQLModel, table=True):
    """A line or reminder that could not be told: passed over until `next_try_at` (wall time), never dropped."""

    __tablename__ = "planning_fault"

    cause: str = Field(primary_key=True, max_length=200)
    kind: str = Field(max_length=40)
    detail: str
    attempts: int
    at: datetime = Field(sa_type=Instant)
    next_try_at: datetime = Field(sa_type=Instant)


class ChannelPause(SQLModel, table=True):
    """A channel nobody answers on: since when, and when to knock again (wall time)."""

    __tablename__ = "channel_pause"

    name: str = Field(primary_key=True, max_length=20)
    since: datetime = Field(sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    failures: int
    code: str = Field(max_length=40)
