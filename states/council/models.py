"""The tables of a council session: the subject's row, its agenda, its members, conflicts, rounds, and what was written.

Names and free text stand here, never in a history line; a dossier is on the agenda of one session at a time.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Day, Instant, JsonText, SubjectColumns, partial_index


class CouncilSession(SubjectColumns, table=True):
    """A session of an evaluation council (phiên họp Hội đồng đánh giá, phân hạng).

    ``convened_for`` is when it is held, in writing the day the opinions are asked for. ``roster`` holds the account
    ids of its members, blanks between them: a copy of ``session_member`` for the pure check of who may see it.
    """

    __tablename__ = "session"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('in_person', 'online', 'written', 'field')", name="kind_within_four"),
        sa.CheckConstraint("level IN ('district', 'province', 'central')", name="level_holds_councils"),
        sa.CheckConstraint("round >= 1 AND (load_limit IS NULL OR load_limit >= 1)", name="rounds_counted"),
        sa.CheckConstraint(
            "(chair_signed_at IS NULL) = (chair_signed_by IS NULL)"
            " AND (secretary_signed_at IS NULL) = (secretary_signed_by IS NULL)",
            name="signature_has_its_instant",
        ),
        sa.CheckConstraint(
            "state NOT IN ('minutes_signed', 'closed')"
            " OR (chair_signed_by IS NOT NULL AND secretary_signed_by IS NOT NULL)",
            name="minutes_have_both_signatures",
        ),
        sa.CheckConstraint(
            "chair_signed_by IS NULL OR secretary_signed_by IS NULL OR chair_signed_by <> secretary_signed_by",
            name="two_people_sign",
        ),
        sa.CheckConstraint("move_version <= version", name="moves_are_lines"),
        sa.Index("ix_session_province_state", "province_code", "state", "id"),
        sa.Index("ix_session_batch", "batch_id", "state"),
    )

    code: str = Field(max_length=32, unique=True)
    kind: str = Field(max_length=16)
    state: str = Field(max_length=40)
    level: str = Field(max_length=16)
    ruleset: str = Field(max_length=120)
    province_code: str = Field(max_length=120)
    district_code: str | None = Field(default=None, max_length=60)
    cycle_id: str | None = Field(default=None, foreign_key="cycle.id", max_length=36)
    batch_id: str | None = Field(default=None, foreign_key="batch.id", max_length=36)
    title: str = Field(max_length=300)
    place: str | None = Field(default=None, max_length=300)
    convened_for: datetime = Field(sa_type=Instant)
    adjourned_to: datetime | None = Field(default=None, sa_type=Instant)
    load_limit: int | None = None
    load_overruled: int = Field(default=0)
    materials_on: date | None = Field(default=None, sa_type=Day)
    round: int = Field(default=1)
    results_digest: str | None = Field(default=None, max_length=64)
    chair_signed_at: datetime | None = Field(default=None, sa_type=Instant)
    chair_signed_by: str | None = Field(default=None, max_length=36)
    secretary_signed_at: datetime | None = Field(default=None, sa_type=Instant)
    secretary_signed_by: str | None = Field(default=None, max_length=36)
    report_document: str | None = Field(default=None, max_length=60)
    roster: str = Field(default="", sa_type=sa.Text)
    illustrative: int = Field(default=0)
    created_at: datetime = Field(sa_type=Instant)


class SessionItem(SQLModel, table=True):
    """One product on the agenda. It binds its dossier until ``released_at``: struck off, cancelled, or minutes signed.

    ``seats``, ``present`` and ``conflicted`` are its quorum as confirmed; points, spread and stars its result as concluded.
    """

    __tablename__ = "session_item"
    __table_args__ = (
        sa.CheckConstraint(
            "present IS NULL OR (present >= 0 AND present <= seats)", name="present_within_seats"
        ),
        sa.CheckConstraint("stars IS NULL OR (stars >= 0 AND stars <= 5)", name="stars_within_five"),
        sa.CheckConstraint(
            "points_sum IS NULL OR points_sum <= 100 * points_count", name="mean_within_hundred"
        ),
        partial_index(
            "uq_session_item_bound_dossier", "dossier_id", unique=True, where="released_at IS NULL"
        ),
    )

    session_id: str = Field(primary_key=True, foreign_key="session.id", max_length=36)
    dossier_id: str = Field(primary_key=True, foreign_key="dossier.id", max_length=36)
    position: int
    visited_on: date | None = Field(default=None, sa_type=Day)
    seats: int | None = None
    present: int | None = None
    conflicted: int | None = None
    points_sum: int | None = None
    points_count: int | None = None
    spread: int | None = None
    stars: int | None = None
    struck_at: datetime | None = Field(default=None, sa_type=Instant)
    released_at: datetime | None = Field(default=None, sa_type=Instant)


class SessionMember(SQLModel, table=True):
    """A person in a session by one appointment; ``office`` is chair, deputy, secretary or member.

    ``required``: the seat counts for the quorum and its ballot is waited for. ``due_at``: until when a written opinion
    or a ballot is due, the first instant too late.
    """

    __tablename__ = "session_member"
    __table_args__ = (sa.Index("ix_session_member_account", "account_id", "session_id"),)

    session_id: str = Field(primary_key=True, foreign_key="session.id", max_length=36)
    appointment_id: str = Field(primary_key=True, foreign_key="appointment.id", max_length=36)
    account_id: str = Field(foreign_key="account.id", max_length=36)
    office: str = Field(max_length=16)
    seat: str | None = Field(default=None, max_length=40)
    required: int = Field(default=1)
    present: int = Field(default=0)
    by_proxy: int = Field(default=0)
    due_at: datetime | None = Field(default=None, sa_type=Instant)


class SessionConflict(SQLModel, table=True):
    """A conflict of interest (xung đột lợi ích) of one member with one product, as declared."""

    __tablename__ = "session_conflict"

    session_id: str = Field(primary_key=True, foreign_key="session.id", max_length=36)
    dossier_id: str = Field(primary_key=True, foreign_key="dossier.id", max_length=36)
    account_id: str = Field(primary_key=True, foreign_key="account.id", max_length=36)
    declared_at: datetime = Field(sa_type=Instant)
    declared_by: str = Field(max_length=36)


class SessionRound(SQLModel, table=True):
    """What a round of scoring had come to for one product before it was scored again. Insert-only."""

    __tablename__ = "session_round"

    session_id: str = Field(primary_key=True, foreign_key="session.id", max_length=36)
    dossier_id: str = Field(primary_key=True, foreign_key="dossier.id", max_length=36)
    round: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    points_sum: int | None = None
    points_count: int | None = None
    spread: int | None = None
    ballots: int | None = None
    required_ballots: int | None = None
    stars: int | None = None
    kept_at: datetime = Field(sa_type=Instant)


class SessionText(SQLModel, table=True):
    """What somebody wrote along with a move (a discussion, the minutes); the line keeps its digest only."""

    __tablename__ = "session_text"

    session_id: str = Field(primary_key=True, foreign_key="session.id", max_length=36)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    data: str = Field(sa_type=JsonText)


SESSION_TABLE = SQLModel.metadata.tables["session"]
STATED = ("report_document",)
"""Columns whose every value stands in a line, so that a replay is held against the row."""
ITEM_TABLE = SQLModel.metadata.tables["session_item"]
MEMBER_TABLE = SQLModel.metadata.tables["session_member"]
CONFLICT_TABLE = SQLModel.metadata.tables["session_conflict"]
ROUND_TABLE = SQLModel.metadata.tables["session_round"]
TEXT_TABLE = SQLModel.metadata.tables["session_text"]
