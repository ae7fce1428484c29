"""Sessions as far as one actor may see them: lists, one session with its people and products, what a conflict hides.

Who may see what is decided by the actor's rights of the day and the roster; nothing here moves anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from json import loads
from typing import Any

import sqlalchemy as sa

from core.errors import Forbidden
from core.sql import Sql
from core.tx import ReadTx
from registry.actors import Actor
from states.council import agenda, members
from states.council.agenda import Item
from states.council.members import Member
from states.council.models import (
    CONFLICT_TABLE,
    ITEM_TABLE,
    MEMBER_TABLE,
    ROUND_TABLE,
    SESSION_TABLE,
    TEXT_TABLE,
)
from states.dossier.models import DOSSIER_TABLE
from states.dossier.queries import scope_of

_S, _I, _M, _C, _R, _X, _D = (
    table.c
    for table in (
        SESSION_TABLE, ITEM_TABLE, MEMBER_TABLE, CONFLICT_TABLE, ROUND_TABLE, TEXT_TABLE, DOSSIER_TABLE
    )
)  # fmt: skip
_OF = sa.bindparam("session_id", type_=sa.Text)
_ME = sa.bindparam("account_id", type_=sa.Text)
_AT_CENTRE = _S.level == "central"
_SITS = sa.exists().where(_M.session_id == _S.id, _M.account_id == _ME)
_HEARD = (
    sa.select(sa.func.count())
    .select_from(ITEM_TABLE)
    .where(_I.session_id == _S.id, _I.struck_at.is_(None))
    .correlate(SESSION_TABLE)
    .scalar_subquery()
)
_COLUMNS = (
    _S.id, _S.code, _S.kind, _S.state, _S.level, _S.province_code, _S.cycle_id, _S.batch_id, _S.title, _S.place,
    sa.type_coerce(_S.convened_for, sa.Text), sa.type_coerce(_S.adjourned_to, sa.Text), _S.illustrative,
    _S.move_version, _HEARD,
)  # fmt: skip
_BLIND = Sql(sa.select(sa.literal_column("1")).where(
    sa.exists().where(_C.dossier_id == sa.bindparam("dossier_id"), _C.account_id == _ME)
))  # fmt: skip
_BLIND_TO = Sql(sa.select(_C.dossier_id).where(_C.session_id == _OF, _C.account_id == _ME))
_ROUNDS = Sql(
    sa.select(_R.round, _R.dossier_id, _R.points_sum, _R.points_count, _R.spread, _R.ballots, _R.stars)
    .where(_R.session_id == _OF)
    .order_by(_R.round, _R.dossier_id)
)
_TEXTS = Sql(sa.select(_X.version, _X.data).where(_X.session_id == _OF).order_by(_X.version))
_WAITING = Sql(
    sa.select(_D.id, _D.code, _D.product_name, _D.kind)
    .where(
        _D.state.in_(agenda.READY),
        _D.level == sa.bindparam("level", type_=sa.Text),
        sa.or_(
            sa.bindparam("level", type_=sa.Text) == "central",
            _D.province_code == sa.bindparam("province_code", type_=sa.Text),
        ),
        ~sa.exists().where(_I.dossier_id == _D.id, _I.released_at.is_(None)),
    )
    .order_by(_D.id)
    .limit(500)
)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session in a list; instants as stored text."""

    id: str
    code: str
    kind: str
    state: str
    level: str
    province_code: str
    cycle_id: str | None
    batch_id: str | None
    title: str
    place: str | None
    convened_for: str
    adjourned_to: str | None
    illustrative: bool
    move_version: int
    products: int


@dataclass(frozen=True, slots=True)
class Round:
    """What a product had come to in a round before it was scored again."""

    number: int
    dossier_id: str
    points_sum: int | None
    points_count: int | None
    spread: int | None
    ballots: int | None
    stars: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One session with everything around it; ``blind_to`` are the products whose scores this person may not see."""

    members: list[Member]
    items: list[Item]
    conflicts: Mapping[str, frozenset[str]]
    rounds: list[Round]
    texts: list[tuple[int, Mapping[str, str]]]
    blind_to: frozenset[str]

    def written(self, name: str) -> str | None:
        """The newest text of this name: `minutes`, `discussion`."""
        return next((data[name] for _, data in reversed(self.texts) if name in data), None)


def page(
    rtx: ReadTx,
    actor: Actor,
    *,
    states: Sequence[str] = (),
    cycle: str = "",
    batch: str = "",
    before: str = "",
    limit: int = 50,
) -> list[SessionLine]:
    """Sessions this person may see, the newest first: of their offices' provinces, and those they sit in."""
    scope = scope_of(actor)
    parts = ("whole",) if scope.whole else tuple(name for name in _REACHES if getattr(scope, name))
    given: dict[str, Any] = {"states": list(states), "cycle": cycle, "batch": batch, "before": before}
    filters = tuple(name for name, value in given.items() if value)
    asked: dict[str, Any] = {name: given[name] for name in filters}
    asked |= {name: getattr(scope, name) for name in ("provinces", "councils") if name in parts}
    if "councils" in parts or "central" in parts:
        asked["account_id"] = actor.account_id
    rows = rtx.sql.all(_page(parts, filters), **asked, most=limit)
    return [_line(row) for row in rows]


def _line(row: Sequence[Any]) -> SessionLine:
    values = list(row)
    values[12] = bool(values[12])
    return SessionLine(*values)


def _within(column: Any, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(column.in_(sa.bindparam(name, type_=sa.Text, expanding=True)))


_REACHES: Mapping[str, sa.ColumnElement[bool]] = {
    "whole": sa.true(),
    "provinces": _within(_S.province_code, "provinces"),
    "councils": sa.and_(_within(_S.province_code, "councils"), sa.not_(_AT_CENTRE), _SITS),
    "central": sa.and_(_AT_CENTRE, _SITS),
}


@cache
def _page(parts: tuple[str, ...], filters: tuple[str, ...]) -> Sql:
    found = sa.select(*_COLUMNS).where(sa.or_(sa.false(), *(_REACHES[part] for part in parts)))
    if "states" in filters:
        found = found.where(_within(_S.state, "states"))
    if "cycle" in filters:
        found = found.where(_S.cycle_id == sa.bindparam("cycle", type_=sa.Text))
    if "batch" in filters:
        found = found.where(_S.batch_id == sa.bindparam("batch", type_=sa.Text))
    if "before" in filters:
        found = found.where(_S.id < sa.bindparam("before", type_=sa.Text))
    return Sql(found.order_by(_S.id.desc()).limit(sa.bindparam("most", type_=sa.Integer)))


def sheet(rtx: ReadTx, session_id: str, actor: Actor) -> Sheet:
    """Members, products, conflicts, rounds and texts of a session the caller has seen to be this person's to see."""
    blind_to = rtx.sql.all(_BLIND_TO, session_id=session_id, account_id=actor.account_id)
    return Sheet(
        members=members.members_of(rtx, session_id),
        items=agenda.items_of(rtx, session_id),
        conflicts=members.conflicts_of(rtx, session_id),
        rounds=[Round(*row) for row in rtx.sql.all(_ROUNDS, session_id=session_id)],
        texts=[(version, loads(data)) for version, data in rtx.sql.all(_TEXTS, session_id=session_id)],
        blind_to=frozenset(row[0] for row in blind_to),
    )


def heard(rtx: ReadTx, session_id: str) -> list[Item]:
    """The products a session hears now, for those who choose among them."""
    return agenda.heard(rtx, session_id)


def blind(rtx: ReadTx, actor: Actor, dossier_id: str) -> bool:
    """Whether a conflict this person has declared hides a dossier's scores from them."""
    return rtx.sql.value(_BLIND, dossier_id=dossier_id, account_id=actor.account_id) is not None


def check_sight(rtx: ReadTx, actor: Actor, kind: str, subject_id: str) -> None:
    """Refuse the lines of a dossier, which hold its scores, to somebody with a declared conflict.

    Raises:
        Forbidden: `conflict_hides_scores`.
    """
    if kind == "dossier" and blind(rtx, actor, subject_id):
        raise Forbidden("conflict_hides_scores")


def waiting(rtx: ReadTx, row: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Dossiers that could be put on a session's agenda: id, code, product, kind."""
    rows = rtx.sql.all(_WAITING, level=row["level"], province_code=row["province_code"])
    return [(one, code, product, kind) for one, code, product, kind in rows]
