"""The certificate's row. Names are copied as they stood on the day of issue: a certificate shows what was certified."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Day, Instant, SubjectColumns


class Certificate(SubjectColumns, table=True):
    """A certificate of stars (giấy chứng nhận sản phẩm OCOP), valid 36 months. Source: QĐ 26/2026/QĐ-TTg Điều 4.3."""

    __table_args__ = (
        sa.CheckConstraint("stars IS NULL OR (stars >= 3 AND stars <= 5)", name="certifies_three_to_five"),
        sa.CheckConstraint(
            "origin <> 'live' OR (decision_number IS NOT NULL AND issued_on IS NOT NULL)",
            name="live_has_decision",
        ),
        sa.CheckConstraint("origin <> 'imported' OR source IS NOT NULL", name="imported_has_source"),
        sa.CheckConstraint("move_version <= version", name="moves_are_lines"),
        sa.Index("ix_certificate_product", "product_id"),
        sa.Index("ix_certificate_province_state", "province_code", "state", "id"),
        sa.Index("ix_certificate_producer", "producer_id"),
    )

    certificate_no: str | None = Field(default=None, max_length=60, unique=True)
    state: str = Field(max_length=40)
    level: str | None = Field(default=None, max_length=16)
    ruleset: str | None = Field(default=None, max_length=120)
    dossier_id: str | None = Field(default=None, foreign_key="dossier.id", max_length=36)
    product_id: str = Field(foreign_key="product.id", max_length=36)
    producer_id: str = Field(foreign_key="producer.id", max_length=36)
    province_code: str = Field(max_length=40)
    commune_code: str | None = Field(default=None, max_length=60)
    product_name: str = Field(max_length=300)
    producer_name: str = Field(max_length=300)
    stars: int | None = None
    decision_number: str | None = Field(default=None, max_length=60)
    issued_on: date | None = Field(default=None, sa_type=Day)
    expires_on: date | None = Field(default=None, sa_type=Day)
    last_valid_day: date | None = Field(default=None, sa_type=Day)
    window_opens_on: date | None = Field(default=None, sa_type=Day)
    window_closes_on: date | None = Field(default=None, sa_type=Day)
    origin: str = Field(default="live", max_length=16)
    source: str | None = Field(default=None, max_length=400)
    note: str | None = Field(default=None, max_length=600)
    import_key: str | None = Field(default=None, max_length=64, unique=True)
    illustrative: int = Field(default=0)
    successor_id: str | None = Field(default=None, max_length=36)
    created_at: datetime = Field(sa_type=Instant)


CERTIFICATE_TABLE = SQLModel.metadata.tables["certificate"]
