"""Administrative units with their days of force: codes as text, leading zeros kept.

It never forgets a unit: one that ceased keeps its row, so that old decisions stay readable.
Source: `users.md` §4 and §5, `process.md` §5.3; the data and its licence stand in `data/README.md`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Day
from core.db import ReadTx
from core.errors import NotFound
from core.sql import Sql
from registry.names import match_key, name_key
from registry.refusals import bad_field
from registry.tables import day, table


class UnitKind(StrEnum):
    """What a unit is (tỉnh, huyện, xã, phường, thị trấn, đặc khu); district and town exist in old units only."""

    COUNTRY = "country"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    WARD = "ward"
    TOWN = "town"
    SPECIAL_ZONE = "special_zone"

    @property
    def is_commune_level(self) -> bool:
        """Say whether a commune officer can be appointed to such a unit."""
        return self in (UnitKind.COMMUNE, UnitKind.WARD, UnitKind.TOWN, UnitKind.SPECIAL_ZONE)


class Unit(SQLModel, table=True):
    """One unit; `valid_to` is its last day, `valid_from` is empty where no source states the first."""

    code: str = Field(primary_key=True, max_length=120)
    parent_code: str | None = Field(default=None, index=True, max_length=120)
    kind: str = Field(max_length=20)
    name_vi: str
    name_en: str
    valid_from: date | None = Field(default=None, sa_type=Day)
    valid_to: date | None = Field(default=None, sa_type=Day)
    formed_from: str | None = None
    source: str
    name_key: str
    match_key: str
    sort_key: str


@dataclass(frozen=True, slots=True)
class UnitRead:
    """A unit as callers see it."""

    code: str
    parent_code: str | None
    kind: UnitKind
    name_vi: str
    name_en: str
    valid_from: date | None
    valid_to: date | None
    formed_from: str | None

    def in_force(self, on: date) -> bool:
        """Say whether the unit exists on that day; its first and its last day count."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


_U = table(Unit)
_READ = (
    _U.c.code, _U.c.parent_code, _U.c.kind, _U.c.name_vi, _U.c.name_en, _U.c.valid_from, _U.c.valid_to, _U.c.formed_from
)  # fmt: skip
_DAY = sa.bindparam("on_day", type_=Day)
_IN_FORCE = sa.and_(
    sa.or_(_U.c.valid_from.is_(None), _U.c.valid_from <= _DAY),
    sa.or_(_U.c.valid_to.is_(None), _U.c.valid_to >= _DAY),
)
_ONE = Sql(sa.select(*_READ).where(_U.c.code == sa.bindparam("code")))
_OF_KIND = Sql(sa.select(*_READ).where(_U.c.kind == sa.bindparam("kind")).order_by(_U.c.sort_key, _U.c.code))
_NAMED = Sql(
    sa.select(*_READ).where(_U.c.match_key == sa.bindparam("match_key"), _IN_FORCE).order_by(_U.c.code)
)
_CHILDREN = Sql(
    sa.select(*_READ)
    .where(_U.c.parent_code == sa.bindparam("parent"), _IN_FORCE)
    .order_by(_U.c.sort_key, _U.c.code)
)
_PROVINCES = Sql(
    sa.select(*_READ).where(_U.c.kind == "province", _IN_FORCE).order_by(_U.c.sort_key, _U.c.code)
)
_WORDS = sa.bindparam("words", type_=sa.Text)
_EXACT = sa.bindparam("exact", type_=sa.Text)
_FOUND = sa.select(*_READ).where((" " + _U.c.name_key).like(_WORDS), _IN_FORCE)
_BEST_FIRST = ((" " + _U.c.match_key).not_like(_EXACT), _U.c.kind != "province", _U.c.sort_key, _U.c.code)
_LIMIT = sa.bindparam("most", type_=sa.Integer)
_SEARCH = Sql(_FOUND.where(_U.c.kind != "country").order_by(*_BEST_FIRST).limit(_LIMIT))
_SEARCH_IN = Sql(
    _FOUND.where(_U.c.parent_code == sa.bindparam("parent")).order_by(*_BEST_FIRST).limit(_LIMIT)
)


def find(rtx: ReadTx, code: str) -> UnitRead | None:
    """Return the unit with this code, in force or not."""
    row = rtx.sql.one(_ONE, code=code)
    return None if row is None else _read(row)


def get(rtx: ReadTx, code: str) -> UnitRead:
    """Return the unit with this code, in force or not.

    Raises:
        NotFound: `unknown_unit`.
    """
    unit = find(rtx, code)
    if unit is None:
        raise NotFound("unknown_unit", unit=code)
    return unit


def named(rtx: ReadTx, name: str, on: date) -> list[UnitRead]:
    """Return every unit in force on that day that carries exactly this name, anywhere in the country."""
    return [_read(row) for row in rtx.sql.all(_NAMED, match_key=match_key(name), on_day=on)]


def of_kind(rtx: ReadTx, kind: UnitKind) -> list[UnitRead]:
    """Return every unit of a kind, those that ceased too, in Vietnamese order."""
    return [_read(row) for row in rtx.sql.all(_OF_KIND, kind=kind.value)]


def provinces(rtx: ReadTx, on: date) -> list[UnitRead]:
    """Return the provinces in force on that day, in Vietnamese order."""
    return [_read(row) for row in rtx.sql.all(_PROVINCES, on_day=on)]


def communes(rtx: ReadTx, province_code: str, on: date) -> list[UnitRead]:
    """Return the communes, wards and special zones of a province in force on that day, in Vietnamese order."""
    rows = rtx.sql.all(_CHILDREN, parent=province_code, on_day=on)
    return [unit for unit in map(_read, rows) if unit.kind.is_commune_level]


def province_of(rtx: ReadTx, code: str) -> str:
    """Return the province a unit belongs to (a province: itself), as the unit stood in its own time.

    Raises:
        NotFound: `unknown_unit`.
    """
    unit = get(rtx, code)
    while unit.kind is not UnitKind.PROVINCE and unit.parent_code:
        unit = get(rtx, unit.parent_code)
    return unit.code


def commune_of(rtx: ReadTx, text: str, province_code: str, on: date, *, path: str = "commune") -> str:
    """Return the commune a person or a file means: by code, or by full name within the province.

    Case, spaces and tone placement do not matter, accents do: a name that fits only without them is
    offered in `suggestions`, never taken (Xã Sơn Hà and Xã Sơn Hạ are two communes of one province).

    Raises:
        BadInput: `unknown_commune`, or `similar_communes` with up to five names.
    """
    inside = communes(rtx, province_code, on)
    wanted, loose = match_key(text), name_key(text)
    for unit in inside:
        if text.strip() == unit.code or match_key(unit.name_vi) == wanted:
            return unit.code
    near = [unit.name_vi for unit in inside if loose and f" {loose} " in f" {name_key(unit.name_vi)} "]
    if not near:
        raise bad_field(path, "unknown_commune", given=text.strip())
    raise bad_field(path, "similar_communes", given=text.strip(), suggestions=", ".join(near[:5]))


def search(
    rtx: ReadTx, text: str, on: date, *, province_code: str | None = None, limit: int = 20
) -> list[UnitRead]:
    """Return units in force whose name has these words at the start of a word, best first, accents not needed.

    Names that also fit with their accents stand first, then provinces, then in Vietnamese order.
    """
    words = name_key(text)
    if not words:
        return []
    given = {"words": f"% {words}%", "exact": f"% {_plain(match_key(text))}%", "on_day": on, "most": limit}
    if province_code is None:
        return [_read(row) for row in rtx.sql.all(_SEARCH, **given)]
    return [_read(row) for row in rtx.sql.all(_SEARCH_IN, parent=province_code, **given)]


def _plain(text: str) -> str:
    """Take out the two signs that mean something to LIKE."""
    return text.replace("%", "").replace("_", "")


def _read(row: Sequence[object]) -> UnitRead:
    code, parent, kind, name_vi, name_en, first, last, formed_from = row
    return UnitRead(
        code=str(code),
        parent_code=None if parent is None else str(parent),
        kind=UnitKind(str(kind)),
        name_vi=str(name_vi),
        name_en=str(name_en),
        valid_from=day(first),
        valid_to=day(last),
        formed_from=None if formed_from is None else str(formed_from),
    )
