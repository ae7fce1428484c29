"""Appeals as far as one actor may see them, and what was written in one.

Who may see what is decided by the actor's rights of the day; nothing here moves anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from json import loads
from typing import Any

import sqlalchemy as sa

from core.sql import Sql
from core.tx import ReadTx
from registry.actors import Actor
from states.appeal.models import APPEAL_TABLE, TEXT_TABLE
from states.dossier.queries import scope_of

_A = APPEAL_TABLE.c
_COLUMNS = (
    _A.id, _A.code, _A.state, _A.dossier_id, _A.product_name, _A.producer_id, _A.province_code, _A.commune_code,
    _A.about_state, sa.type_coerce(_A.due_at, sa.Text), _A.illustrative, _A.move_version,
    sa.type_coerce(_A.created_at, sa.Text),
)  # fmt: skip
_TEXTS = Sql(
    sa.select(TEXT_TABLE.c.data)
    .where(TEXT_TABLE.c.appeal_id == sa.bindparam("appeal_id"))
    .order_by(TEXT_TABLE.c.version)
)


@dataclass(frozen=True, slots=True)
class AppealLine:
    """One appeal in a list; instants as stored text."""

    id: str
    code: str
    state: str
    dossier_id: str
    product_name: str
    producer_id: str
    province_code: str
    commune_code: str | None
    about_state: str
    due_at: str | None
    illustrative: bool
    move_version: int
    created_at: str


def page(
    rtx: ReadTx,
    actor: Actor,
    *,
    states: Sequence[str] = (),
    dossier: str = "",
    before: str = "",
    limit: int = 50,
) -> list[AppealLine]:
    """Appeals this person may see, the newest first."""
    scope = scope_of(actor)
    parts = ("whole",) if scope.whole else tuple(name for name in _REACHES if getattr(scope, name))
    given: dict[str, Any] = {"states": list(states), "dossier": dossier, "before": before}
    filters = tuple(name for name, value in given.items() if value)
    asked: dict[str, Any] = {name: given[name] for name in filters}
    asked |= {name: getattr(scope, name) for name in parts if name not in ("whole", "central")}
    return [_line(row) for row in rtx.sql.all(_page(parts, filters), **asked, most=limit)]


def _line(row: Sequence[Any]) -> AppealLine:
    values = list(row)
    values[10] = bool(values[10])
    return AppealLine(*values)


def texts_of(rtx: ReadTx, appeal_id: str) -> Mapping[str, str]:
    """What was written in an appeal by field, the newest of each; the salt of the digests stays inside."""
    found: dict[str, str] = {}
    for (data,) in rtx.sql.all(_TEXTS, appeal_id=appeal_id):
        found |= {name: text for name, text in loads(data).items() if name != "salt"}
    return found


def _within(column: Any, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(column.in_(sa.bindparam(name, type_=sa.Text, expanding=True)))


_REACHES: Mapping[str, sa.ColumnElement[bool]] = {
    "whole": sa.true(),
    "producers": _within(_A.producer_id, "producers"),
    "communes": _within(_A.commune_code, "communes"),
    "provinces": _within(_A.province_code, "provinces"),
    "councils": sa.and_(_within(_A.province_code, "councils"), _A.level != "central"),
    "central": _A.level == "central",
}


@cache
def _page(parts: tuple[str, ...], filters: tuple[str, ...]) -> Sql:
    found = sa.select(*_COLUMNS).where(sa.or_(sa.false(), *(_REACHES[part] for part in parts)))
    if "states" in filters:
        found = found.where(_within(_A.state, "states"))
    if "dossier" in filters:
        found = found.where(_A.dossier_id == sa.bindparam("dossier", type_=sa.Text))
    if "before" in filters:
        found = found.where(_A.id < sa.bindparam("before", type_=sa.Text))
    return Sql(found.order_by(_A.id.desc()).limit(sa.bindparam("most", type_=sa.Integer)))
