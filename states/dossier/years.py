"""The programme year a dossier counts in: which cycle that is, and when its next review opens.

Reads cycles and their windows only; carrying a dossier over is a move of its own. Decision record 0106.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from core.sql import Sql
from core.tx import ReadTx
from states.cycle.models import CYCLE_TABLE, WINDOW_TABLE

_C, _W = CYCLE_TABLE.c, WINDOW_TABLE.c
ENDED = ("closed", "archived")
"""States of a cycle that takes no dossier any more."""

_IN_PROVINCE = _C.province_code == sa.bindparam("province", type_=sa.Text)
_CYCLE = Sql(
    sa.select(_C.id, _C.state).where(_IN_PROVINCE, _C.year == sa.bindparam("year", type_=sa.Integer))
)
_REVIEWS = Sql(
    sa.select(_C.year, sa.func.min(sa.type_coerce(_W.opens_on, sa.Text)))
    .select_from(CYCLE_TABLE.join(WINDOW_TABLE, _W.cycle_id == _C.id))
    .where(_IN_PROVINCE, _C.year >= sa.bindparam("year", type_=sa.Integer), _W.step == "review")
    .group_by(_C.year)
)


class YearCycle(NamedTuple):
    """The cycle of a province in a year."""

    id: str
    state: str


def cycle_of(tx: ReadTx, province: str, year: int) -> YearCycle | None:
    """The province's cycle of a year; None while it is not opened."""
    found = tx.sql.one(_CYCLE, province=province, year=year)
    return YearCycle(*found) if found else None


def takes_dossiers(tx: ReadTx, province: str, year: int) -> str | None:
    """The id of a year's cycle that dossiers may still be carried into; None: they wait for it."""
    found = cycle_of(tx, province, year)
    return found.id if found and found.state not in ENDED else None


class Review(NamedTuple):
    """The yearly review that counts for a dossier: of which year, and its first day."""

    year: int
    opens_on: date


def review_of(tx: ReadTx, row: Mapping[str, Any]) -> Review:
    """The first review from the dossier's year on that opens after its recognition.

    A year whose cycle states no review window is reviewed from 1 January after it.
    """
    found = tx.sql.all(_REVIEWS, province=row["province_code"], year=row["year"])
    windows = {int(year): date.fromisoformat(day) for year, day in found}
    recognised = date.fromisoformat(row["decision_on"]) if row["decision_on"] else date.min
    year = int(row["year"])
    while (opens_on := windows.get(year, date(year + 1, 1, 1))) <= recognised:
        year += 1
    return Review(year, opens_on)
