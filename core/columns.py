"""Column types of the house, the same text on both databases, and the columns every subject carries.

They must never store a naive instant, a float or a decimal, nor depend on a database's own date type.
"""

import json
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from core.instants import instant_text, parse_instant
from core.lines import ZEROS, canonical_text

__all__ = [
    "HOUSE_TYPES",
    "NAMING_CONVENTION",
    "ZEROS",
    "Choice",
    "Day",
    "Flag",
    "Instant",
    "JsonText",
    "SubjectColumns",
    "instant_text",
    "parse_instant",
    "partial_index",
]

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING_CONVENTION
SQLModel.model_config["defer_build"] = (
    True  # a row is never validated, so what would check it is built when asked for
)


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as UTC text of 27 characters."""

    impl = sa.String(27)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 -- the base's signature
        return instant_text(value) if isinstance(value, datetime) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- as above
        return None if value is None else parse_instant(value)

    def __repr__(self) -> str:
        return "Instant()"


class Day(TypeDecorator[date]):
    """A calendar day, stored as ISO text of 10 characters."""

    impl = sa.String(10)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 -- the base's signature
        if isinstance(value, datetime):
            raise TypeError("a day, not an instant")
        return value.isoformat() if isinstance(value, date) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:  # noqa: ARG002 -- as above
        return None if value is None else date.fromisoformat(value)

    def __repr__(self) -> str:
        return "Day()"


class JsonText(TypeDecorator[Any]):
    """JSON stored as its canonical text. To change a value, assign a new one: changes inside are not seen."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 -- the base's signature
        return None if value is None else canonical_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 -- as above
        return None if value is None else json.loads(value)

    def __repr__(self) -> str:
        return "JsonText()"


class Flag(TypeDecorator[bool]):
    """Yes or no, stored as 1 or 0, so that both drivers give the same number."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:  # noqa: ARG002 -- the base's signature
        return None if value is None else int(bool(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:  # noqa: ARG002 -- as above
        return None if value is None else bool(value)

    def __repr__(self) -> str:
        return "Flag()"


class Choice(TypeDecorator[StrEnum]):
    """One member of a StrEnum, stored as its value in VARCHAR without a CHECK: a new member needs no migration."""

    impl = sa.String(40)
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 -- the base's signature
        return None if value is None else self.members(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 -- as above
        return None if value is None else self.members(value)

    def __repr__(self) -> str:
        return "sa.String(length=40)"  # what a migration needs to know of it


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index over some rows only. PostgreSQL is given the condition when a migration is written (`ocop.schema`):

    naming it here would import its whole dialect into every start.
    """
    return sa.Index(name, *columns, unique=unique, sqlite_where=sa.text(where))


HOUSE_TYPES = (Instant, Day, JsonText, Flag, Choice)


class SubjectColumns(SQLModel):
    """What every subject's row carries besides its own columns. `core.history` moves all but `id`."""

    id: str = Field(primary_key=True, max_length=36)
    version: int = Field(default=0)
    move_version: int = Field(default=0)
    head: str = Field(default=ZEROS, max_length=64)
    last_at: datetime = Field(sa_type=Instant)
