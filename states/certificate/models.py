"""The certificate's row. Names are copied as they stood on the day of issue: a certificate shows what was certified.

Must never hold what a line does not: every column follows from issue, import or a move.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Day, Instant, SubjectColumns


class Certificate(SubjectColumns, table=True):
    """A certificate of stars (giấy chứng nhận sản phẩm OCOP), valid 36 months. Source: QĐ 26/2026/QĐ-TTg Điều 4.3.

    `renewal_id` is the dossier last filed to renew it; `predecessor_id` and `successor_id` are the certificates before
    and after it. `grace_ends_on` is the last day of its extension, `revocation_proposed_on` stands while one is undecided.
    """

    __table_args__ = (
        sa.CheckConstraint("stars IS NULL OR (stars >= 3 AND stars <= 5)", name="certifies_three_to_five"),
        sa.CheckConstraint(
            "origin <> 'live' OR (decision_number IS NOT NULL AND issued_on IS NOT NULL)",
            name="live_has_decision",
        ),
        sa.CheckConstraint(
            "origin <> 'live' OR (certificate_no IS NOT NULL AND stars IS NOT NULL AND expires_on IS NOT NULL"
            " AND last_valid_day IS NOT NULL)",
            name="live_has_number_stars_and_term",
        ),
        sa.CheckConstraint("origin IN ('live', 'imported')", name="origin_within_two"),
        sa.CheckConstraint(
            "(issued_on IS NULL OR expires_on IS NULL OR issued_on <= expires_on)"
            " AND (expires_on IS NULL OR last_valid_day IS NULL OR last_valid_day <= expires_on)",
            name="term_in_order",
        ),
        sa.CheckConstraint(
            "(window_opens_on IS NULL AND window_closes_on IS NULL) OR (window_opens_on IS NOT NULL"
            " AND window_closes_on IS NOT NULL AND window_opens_on <= window_closes_on)",
            name="window_in_order",
        ),
        sa.CheckConstraint(
            "grace_ends_on IS NULL OR last_valid_day IS NULL OR grace_ends_on >= last_valid_day",
            name="grace_after_term",
        ),
        sa.CheckConstraint(
            "(successor_id IS NULL OR successor_id <> id) AND (predecessor_id IS NULL OR predecessor_id <> id)",
            name="follows_another",
        ),
        sa.CheckConstraint("origin <> 'imported' OR source IS NOT NULL", name="imported_has_source"),
        sa.CheckConstraint(
            "origin <> 'live' OR state <> 'superseded' OR successor_id IS NOT NULL",
            name="superseded_has_successor",
        ),
        sa.CheckConstraint("state <> 'extended' OR grace_ends_on IS NOT NULL", name="extended_has_end"),
        sa.CheckConstraint("move_version <= version", name="moves_are_lines"),
        sa.Index("ix_certificate_product", "product_id"),
        sa.Index("ix_certificate_province_state", "province_code", "state", "id"),
        sa.Index("ix_certificate_producer", "producer_id"),
        sa.Index("ix_certificate_predecessor", "predecessor_id"),
        sa.Index("ix_certificate_province_window", "province_code", "window_closes_on"),
    )

    certificate_no: str | None = Field(default=None, max_length=60, unique=True)
    state: str = Field(max_length=40)
    level: str | None = Field(default=None, max_length=16)
    ruleset: str | None = Field(default=None, max_length=120)
    dossier_id: str | None = Field(default=None, foreign_key="dossier.id", max_length=36)
    product_id: str = Field(foreign_key="product.id", max_length=36)
    producer_id: str = Field(foreign_key="producer.id", max_length=36)
    province_code: str = Field(max_length=120)
    district_code: str | None = Field(default=None, max_length=120)
    commune_code: str | None = Field(default=None, max_length=120)
    product_name: str = Field(max_length=300)
    producer_name: str = Field(max_length=300)
    stars: int | None = None
    decision_number: str | None = Field(default=None, max_length=60)
    issued_on: date | None = Field(default=None, sa_type=Day)
    expires_on: date | None = Field(default=None, sa_type=Day)
    last_valid_day: date | None = Field(default=None, sa_type=Day)
    window_opens_on: date | None = Field(default=None, sa_type=Day)
    window_closes_on: date | None = Field(default=None, sa_type=Day)
    grace_ends_on: date | None = Field(default=None, sa_type=Day)
    revocation_proposed_on: date | None = Field(default=None, sa_type=Day)
    origin: str = Field(default="live", max_length=16)
    source: str | None = Field(default=None, max_length=400)
    note: str | None = Field(default=None, max_length=600)
    import_key: str | None = Field(default=None, max_length=64, unique=True)
    illustrative: int = Field(default=0)
    renewal_id: str | None = Field(default=None, max_length=36)
    predecessor_id: str | None = Field(default=None, max_length=36)
    successor_id: str | None = Field(default=None, max_length=36)
    created_at: datetime = Field(sa_type=Instant)


CERTIFICATE_TABLE = SQLModel.metadata.tables["certificate"]
STATED = (
    "certificate_no", "product_name", "stars", "decision_number", "issued_on", "expires_on", "last_valid_day",
)  # fmt: skip
"""Columns whose every value stands in a line, so that a replay is held against the row."""
