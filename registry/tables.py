"""Small bridge between table classes and driver SQL: the bare table, days from stored text, a new subject's columns.

It never runs a statement.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import SQLModel

from core.ids import new_id
from core.lines import ZEROS


def table(model: type[SQLModel]) -> sa.Table:
    """Return the table of a table class, for statements written in SQLAlchemy Core."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def day(stored: object) -> date | None:
    """Return a stored day."""
    return None if stored is None else date.fromisoformat(str(stored))


def new_subject(now: datetime) -> dict[str, object]:
    """Return the subject columns of a row that has no history yet; its first line follows in the same transaction."""
    return {"id": new_id(), "version": 0, "move_version": 0, "head": ZEROS, "last_at": now}
