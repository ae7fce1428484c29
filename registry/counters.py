"""Numbers that people read, counted per year and unit: unique under any concurrency, gaps allowed.

It never gives a number back: a transaction that fails after taking one leaves a gap or nothing at all.
"""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.db import Tx
from core.sql import Sql, insert_or
from registry.tables import table


class Counter(SQLModel, table=True):
    """The last number taken under a name in a year at a unit."""

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    unit_code: str = Field(primary_key=True, max_length=120)
    name: str = Field(primary_key=True, max_length=40)
    last: int


_C = table(Counter)
_HOW_MANY = sa.bindparam("how_many", type_=sa.Integer)
_TAKE = Sql(
    insert_or(_C)
    .values(
        year=sa.bindparam("year"), unit_code=sa.bindparam("unit_code"), name=sa.bindparam("name"), last=_HOW_MANY
    )
    .on_conflict_do_update(index_elements=["year", "unit_code", "name"], set_={"last": _C.c.last + _HOW_MANY})
    .returning(_C.c.last)
)  # fmt: skip


def next_number(tx: Tx, year: int, unit_code: str, name: str) -> int:
    """Return the next number from 1; the counter stays locked until the transaction ends."""
    return int(tx.sql.value(_TAKE, year=year, unit_code=unit_code, name=name, how_many=1))


def next_numbers(tx: Tx, year: int, unit_code: str, name: str, how_many: int) -> range:
    """Return `how_many` numbers in a row, taken at once, for writing many rows together.

    Raises:
        ValueError: fewer than one.
    """
    if how_many < 1:
        raise ValueError("at least one number")
    last = int(tx.sql.value(_TAKE, year=year, unit_code=unit_code, name=name, how_many=how_many))
    return range(last - how_many + 1, last + 1)
