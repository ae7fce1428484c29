"""The tables of an appeal: the subject's row and what was written along with its moves.

Grounds and findings stand here, never in a history line; an appeal freezes nothing of its dossier.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Instant, JsonText, SubjectColumns, partial_index


class Appeal(SubjectColumns, table=True):
    """A complaint about the outcome of an evaluation (kiến nghị về kết quả). One is open per dossier at a time.

    ``due_at`` is set by whoever hears it: the first instant too late. Source: ``process.md`` §2.5, §10 #10, §11.16.
    """

    __table_args__ = (
        sa.CheckConstraint("state <> 'accepted' OR due_at IS NOT NULL", name="accepted_has_due"),
        sa.CheckConstraint("move_version <= version", name="moves_are_lines"),
        sa.Index("ix_appeal_province_state", "province_code", "state", "id"),
        sa.Index("ix_appeal_producer", "producer_id", "id"),
        partial_index(
            "uq_appeal_open_dossier", "dossier_id", unique=True, where="state IN ('open', 'accepted')"
        ),
    )

    code: str = Field(max_length=40, unique=True)
    state: str = Field(max_length=40)
    level: str | None = Field(default=None, max_length=16)
    dossier_id: str = Field(foreign_key="dossier.id", max_length=36)
    product_id: str = Field(foreign_key="product.id", max_length=36)
    product_name: str = Field(max_length=300)
    producer_id: str = Field(foreign_key="producer.id", max_length=36)
    province_code: str = Field(max_length=40)
    commune_code: str | None = Field(default=None, max_length=60)
    about_state: str = Field(max_length=40)
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    illustrative: int = Field(default=0)
    created_at: datetime = Field(sa_type=Instant)


class AppealText(SQLModel, table=True):
    """What somebody wrote along with a move of an appeal; the line keeps its digest only."""

    __tablename__ = "appeal_text"

    appeal_id: str = Field(primary_key=True, foreign_key="appeal.id", max_length=36)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    data: str = Field(sa_type=JsonText)


APPEAL_TABLE = SQLModel.metadata.tables["appeal"]
TEXT_TABLE = SQLModel.metadata.tables["appeal_text"]
