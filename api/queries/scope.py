"""What a person may see, as a condition: the same rule as `states.engine.permissions.may_see`, written in SQL.

It must never let a row through that `may_see` would not; a test holds the two against each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.tx import ReadTx
from registry import units
from registry.actors import Actor, Held
from registry.roles import COUNTRY, SCOPES, Role, Scope

_EVERYWHERE = "everywhere"
_CENTRAL = "central"
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see: `shape` names the parts of the condition, `values` fill them."""

    shape: tuple[str, ...]
    values: Values


def sight_of(actor: Actor) -> Sight:
    """The sight of one person."""
    found: dict[str, set[str]] = {}
    for held in actor.appointments:
        part, code = _part(held)
        found.setdefault(part, set()).add(code)
    if _EVERYWHERE in found:
        return Sight((_EVERYWHERE,), {})
    shape = tuple(sorted(found))
    return Sight(shape, {part: sorted(found[part]) for part in shape if part != _CENTRAL})


def _part(held: Held) -> tuple[str, str]:
    """Which part of the condition a right belongs to, and the code it adds."""
    scope, country = SCOPES[held.role], held.unit_code == COUNTRY
    if scope is Scope.PRODUCER:
        return "producers", held.producer_id or ""
    if scope is Scope.COMMUNE:
        return "communes", held.unit_code
    if scope is Scope.COUNCIL:
        return (_CENTRAL, "") if country else ("councils", held.unit_code)
    if scope is Scope.EVERYWHERE or (scope is Scope.COUNTRY_OR_PROVINCE and country):
        return _EVERYWHERE, ""
    return "provinces", held.unit_code


def condition(
    table: sa.Table,
    shape: Iterable[str],
    *,
    by_place: bool = True,
    producer: sa.ColumnElement[str] | None = None,
) -> sa.ColumnElement[bool]:
    """The condition of a shape over a table's own columns; no part at all lets nothing through.

    `producer` names the column of the producer where it is not `producer_id`.

    `by_place` False keeps the database from walking the index of places: for pages in the order of the id, of which
    nearly every row is one's own, that index would mean sorting the whole province for each page.
    """
    return sa.or_(sa.false(), *(_one(table, part, by_place, producer) for part in shape))


def _one(
    table: sa.Table,
    part: str,
    by_place: bool,
    producer: sa.ColumnElement[str] | None,
) -> sa.ColumnElement[bool]:
    columns = table.c
    if part == _EVERYWHERE:
        return sa.true()
    listed = sa.bindparam(part, type_=sa.Text, expanding=True)
    if part == "producers":
        own = columns.get("producer_id") if producer is None else producer
        return sa.false() if own is None else own.in_(listed)
    if part == "communes":
        return columns.commune_code.in_(listed) if "commune_code" in columns else sa.false()
    province: sa.ColumnElement[str] = (
        columns.province_code if by_place else sa.func.coalesce(columns.province_code, "")
    )
    if part == "provinces":
        return _held_in(province, listed)
    at_centre = sa.func.coalesce(columns.level, "") == "central" if "level" in columns else sa.false()
    if part == _CENTRAL:
        return at_centre
    return sa.and_(_held_in(province, listed), sa.not_(at_centre))


def _held_in(column: sa.ColumnElement[str], listed: sa.BindParameter[str]) -> sa.ColumnElement[bool]:
    return column.in_(listed)


def provinces_of(rtx: ReadTx, actor: Actor) -> frozenset[str] | None:
    """The provinces a person has to do with, also from a commune; None for all of them.

    What is decided for a whole province, such as a cycle and its days, concerns all who hold a right in it.
    """
    codes = {held.unit_code for held in actor.appointments}
    if COUNTRY in codes or actor.has(Role.SYSTEM):
        return None
    return frozenset(units.province_of(rtx, code) for code in codes)
