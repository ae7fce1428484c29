"""What is due when and for whom, in the order of the days.

It never computes a day; how each was computed stands in its row.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from api.queries.scope import provinces_of, within
from core.columns import instant_text
from core.sql import Sql
from core.tx import ReadTx
from registry.actors import Actor
from states.deadlines.entries import DEADLINE, IS_LIVE
from states.dossier.queries import scope_of

_D = DEADLINE.c
_COLUMNS = (
    _D.id, _D.code, _D.title, _D.subject, _D.owner_role, _D.province_code, _D.commune_code, _D.producer_id, _D.cycle_id,
    _D.dossier_id, _D.batch_id, _D.certificate_id, _D.stated_on, _D.bound, _D.last_day, _D.due_at, _D.rule, _D.basis,
    _D.calendar_version, _D.hard, _D.extended_from, _D.fired_at, _D.met_at, _D.cancelled_at,
)  # fmt: skip
_NAMES = tuple(column.name for column in _COLUMNS)
_FIRST = ("", "")
_DUE = sa.type_coerce(_D.due_at, sa.Text)
_AFTER = sa.tuple_(_DUE, _D.id) > sa.tuple_(
    sa.bindparam("after_due", type_=sa.Text), sa.bindparam("after_id", type_=sa.Text)
)
_OF_SUBJECT = Sql(
    sa.select(*_COLUMNS).where(_D.subject == sa.bindparam("subject"), IS_LIVE).order_by(_D.due_at, _D.id)
)
_OF_CYCLE = Sql(
    sa.select(*_COLUMNS)
    .where(_D.cycle_id == sa.bindparam("cycle_id"), _D.dossier_id.is_(None), _D.certificate_id.is_(None))
    .order_by(_D.due_at, _D.id)
)


def page(
    rtx: ReadTx,
    actor: Actor,
    *,
    due_before: datetime | None,
    settled: bool,
    after: tuple[str, ...] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Deadlines of what a person sees, and those of the whole province, one more than asked for where there are more.

    `settled` adds those met or taken back.
    """
    scope, provinces = scope_of(actor), provinces_of(rtx, actor)
    after_due, after_id = after or _FIRST
    rows = rtx.sql.all(
        _statement(scope.shape(), settled),
        **scope.values(),
        of_provinces=sorted(provinces or ()),
        before=instant_text(due_before) if due_before else "~",
        after_due=after_due,
        after_id=after_id,
        most=limit + 1,
    )
    return [_read(row) for row in rows]


@lru_cache(maxsize=128)
def _statement(shape: tuple[str, ...], settled: bool) -> Sql:
    listed = sa.bindparam("of_provinces", type_=sa.Text, expanding=True)
    for_all = sa.and_(_D.commune_code.is_(None), _D.producer_id.is_(None), _D.province_code.in_(listed))
    return Sql(
        sa.select(*_COLUMNS)
        .where(
            sa.or_(within(DEADLINE, shape), for_all),
            sa.true() if settled else IS_LIVE,
            sa.bindparam("before", type_=sa.Text) > _DUE,
            _AFTER,
        )
        .order_by(_D.due_at, _D.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def of_subject(rtx: ReadTx, subject: str) -> list[dict[str, Any]]:
    """What waits on one subject."""
    return [_read(row) for row in rtx.sql.all(_OF_SUBJECT, subject=subject)]


def of_cycle(rtx: ReadTx, cycle_id: str) -> list[dict[str, Any]]:
    """The days of a cycle itself: its windows, its batches, its tasks."""
    return [_read(row) for row in rtx.sql.all(_OF_CYCLE, cycle_id=cycle_id)]


def _read(row: tuple[Any, ...]) -> dict[str, Any]:
    found = dict(zip(_NAMES, row, strict=True))
    found["hard"] = bool(found["hard"])
    return found
