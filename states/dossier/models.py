"""The tables of a dossier: the subject's row, the forms people fill in, and the documents noted.

Names and free text stand here, never in a history line; the row repeats nothing that a line could not rebuild except
what was typed.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Day, Instant, JsonText, SubjectColumns


class Dossier(SubjectColumns, table=True):
    """A product's participation in a cycle (hồ sơ tham gia chu trình OCOP).

    ``year`` is the programme year in which it counts, also while that year's cycle is not open (decision record 0106);
    ``late`` says of a renewal whether it was filed after its window.
    """

    __table_args__ = (
        sa.CheckConstraint("kind IN ('first', 'upgrade', 're_evaluation')", name="kind_within_three"),
        sa.CheckConstraint(
            "level IN ('commune', 'district', 'province', 'central')", name="level_within_four"
        ),
        sa.CheckConstraint(
            "state NOT IN ('recognised.3', 'recognised.4', 'recognised.5')"
            " OR (decision_number IS NOT NULL AND decision_on IS NOT NULL)",
            name="recognised_has_decision",
        ),
        sa.CheckConstraint(
            "state NOT IN ('recognised.3', 'recognised.4', 'recognised.5')"
            " OR (stars IS NOT NULL AND state = 'recognised.' || CAST(stars AS TEXT))",
            name="recognised_has_its_stars",
        ),
        sa.CheckConstraint("filed_on IS NULL OR ruleset IS NOT NULL", name="filed_is_pinned"),
        sa.CheckConstraint("attempts >= 0", name="attempts_counted"),
        sa.CheckConstraint("predecessor_id IS NULL OR predecessor_id <> id", name="not_its_own_predecessor"),
        sa.CheckConstraint(
            "(points_sum IS NULL OR points_sum >= 0) AND (points_count IS NULL OR points_count >= 1)"
            " AND (spread IS NULL OR (spread >= 0 AND spread <= 100))",
            name="points_within_scale",
        ),
        sa.CheckConstraint("stars IS NULL OR (stars >= 0 AND stars <= 5)", name="stars_within_five"),
        sa.CheckConstraint(
            "points_sum IS NULL OR points_sum <= 100 * points_count", name="mean_within_hundred"
        ),
        sa.CheckConstraint("move_version <= version", name="moves_are_lines"),
        sa.Index("ix_dossier_commune_id", "commune_code", "id"),
        sa.Index("ix_dossier_province_id", "province_code", "id"),
        sa.Index("ix_dossier_commune_state", "commune_code", "state", "id"),
        sa.Index("ix_dossier_province_state", "province_code", "state", "id"),
        sa.Index("ix_dossier_producer", "producer_id", "id"),
        sa.Index("ix_dossier_cycle_state", "cycle_id", "state"),
        sa.Index("ix_dossier_product", "product_id"),
        sa.CheckConstraint("late IS NULL OR kind = 're_evaluation'", name="late_is_a_renewal"),
    )

    code: str = Field(max_length=140, unique=True)
    kind: str = Field(max_length=16)
    state: str = Field(max_length=40)
    level: str = Field(default="commune", max_length=16)
    ruleset: str | None = Field(default=None, max_length=120)
    ruleset_assessed: str | None = Field(default=None, max_length=120)
    year: int = Field(sa_column_kwargs={"server_default": "0"})
    cycle_id: str | None = Field(default=None, foreign_key="cycle.id", max_length=36)
    batch_id: str | None = Field(default=None, foreign_key="batch.id", max_length=36)
    product_id: str = Field(foreign_key="product.id", max_length=36)
    producer_id: str = Field(foreign_key="producer.id", max_length=36)
    province_code: str = Field(max_length=120)
    district_code: str | None = Field(default=None, max_length=120)
    commune_code: str | None = Field(default=None, max_length=120)
    product_name: str = Field(max_length=300)
    product_group: str | None = Field(default=None, max_length=40)
    product_set: str | None = Field(default=None, max_length=60)
    producer_type: str | None = Field(default=None, max_length=40)
    illustrative: int = Field(default=0)
    predecessor_id: str | None = Field(default=None, max_length=36)
    attempts: int = Field(default=0)
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    trained_on: date | None = Field(default=None, sa_type=Day)
    training_waived: int = Field(default=0)
    evidence_confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    report_due_at: datetime | None = Field(default=None, sa_type=Instant)
    filed_on: date | None = Field(default=None, sa_type=Day)
    received_on: date | None = Field(default=None, sa_type=Day)
    late: int | None = None
    session_on: date | None = Field(default=None, sa_type=Day)
    council_round: int | None = None
    points_sum: int | None = None
    points_count: int | None = None
    spread: int | None = None
    quorum_met: int | None = None
    ballots: int | None = None
    required_ballots: int | None = None
    floor_stars: int | None = None
    materials_in_time: int | None = None
    minutes_signed: int | None = None
    stars: int | None = None
    decision_number: str | None = Field(default=None, max_length=60)
    decision_on: date | None = Field(default=None, sa_type=Day)
    created_at: datetime = Field(sa_type=Instant)


class DossierForm(SQLModel, table=True):
    """One form of a dossier as last saved: idea, plan, registration (Mẫu 01), self_assessment (Mẫu 02)."""

    __tablename__ = "dossier_form"

    dossier_id: str = Field(primary_key=True, foreign_key="dossier.id", max_length=36)
    name: str = Field(primary_key=True, max_length=40)
    data: str = Field(sa_type=JsonText)
    digest: str = Field(max_length=64)
    saved_at: datetime = Field(sa_type=Instant)
    saved_by: str = Field(max_length=36)


class DossierText(SQLModel, table=True):
    """What somebody wrote along with a move (a report, an appraisal, a finding); the line keeps its digest only."""

    __tablename__ = "dossier_text"

    dossier_id: str = Field(primary_key=True, foreign_key="dossier.id", max_length=36)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    data: str = Field(sa_type=JsonText)


DOSSIER_TABLE = SQLModel.metadata.tables["dossier"]
STATED = ("product_name", "session_on", "decision_number", "decision_on")
"""Columns whose every value stands in a line, so that a replay is held against the row."""
FORM_TABLE = SQLModel.metadata.tables["dossier_form"]
TEXT_TABLE = SQLModel.metadata.tables["dossier_text"]
