"""What a person may see in tables other than dossiers: the reach of `states.dossier.queries`, over any columns.

It must never let a row through that `states.engine.permissions.may_see` would not; a test holds the two together.
"""

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from core.tx import ReadTx
from registry import units
from registry.actors import Actor
from registry.roles import COUNTRY, Role

Column = sa.ColumnElement[str]
Condition = sa.ColumnElement[bool]


def within(table: sa.Table, shape: tuple[str, ...], *, producer: str = "producer_id") -> Condition:
    """The condition for a shape (`Scope.shape()`); no part at all lets nothing through.

    `producer` names the column of the producer. A part whose column the table lacks lets nothing through.
    """
    return sa.or_(sa.false(), *(_PARTS[part](table.c, producer) for part in shape))


def _in(columns: sa.ColumnCollection[str, Column], name: str, part: str) -> Condition:
    if name not in columns:
        return sa.false()
    return columns[name].in_(sa.bindparam(part, type_=sa.Text, expanding=True))


def _at_centre(columns: sa.ColumnCollection[str, Column]) -> Condition:
    return sa.func.coalesce(columns["level"], "") == "central" if "level" in columns else sa.false()


_PARTS: Mapping[str, Callable[[sa.ColumnCollection[str, Column], str], Condition]] = {
    "whole": lambda _, __: sa.true(),
    "central": lambda columns, _: _at_centre(columns),
    "producers": lambda columns, producer: _in(columns, producer, "producers"),
    "communes": lambda columns, _: _in(columns, "commune_code", "communes"),
    "provinces": lambda columns, _: _in(columns, "province_code", "provinces"),
    "councils": lambda columns, _: sa.and_(
        _in(columns, "province_code", "councils"), sa.not_(_at_centre(columns))
    ),
    "districts": lambda columns, _: _in(columns, "district_code", "districts"),
    "district_councils": lambda columns, _: _in(columns, "district_code", "district_councils"),
}


def provinces_of(rtx: ReadTx, actor: Actor) -> frozenset[str] | None:
    """The provinces a person has to do with, also from a commune; None for all of them.

    What is decided for a whole province, such as a cycle and its days, concerns all who hold a right in it.
    """
    codes = {held.unit_code for held in actor.appointments}
    if COUNTRY in codes or actor.has(Role.SYSTEM):
        return None
    return frozenset(units.province_of(rtx, code) for code in codes)
