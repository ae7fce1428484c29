"""Cycles of the provinces a person has to do with, and one with its windows, batches, targets and days.

A cycle concerns everybody in its province, so it is shown to everybody who holds a right there.
"""

import json
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from api.languages import Language
from api.queries import deadlines
from api.queries.moving import actions_of
from api.queries.scope import provinces_of
from core.errors import Forbidden, NotFound
from core.sql import Sql
from core.tx import ReadTx
from registry.actors import Actor
from registry.roles import Role
from states.cycle.models import BATCH_TABLE, CYCLE_TABLE, PRODUCT_TABLE, TARGET_TABLE, WINDOW_TABLE
from states.cycle.tasks import tasks_of
from states.moves import machine_of

_C, _W, _T, _B, _N = CYCLE_TABLE.c, WINDOW_TABLE.c, TARGET_TABLE.c, BATCH_TABLE.c, PRODUCT_TABLE.c
_LISTED = (
    _C.id, _C.province_code, _C.year, _C.title, _C.plan_number, _C.plan_date, _C.state, _C.ruleset, _C.theme,
    _C.illustrative, _C.move_version, _C.created_at,
)  # fmt: skip
_NAMES = tuple("version" if column.name == "move_version" else column.name for column in _LISTED)
_LAST = "~"  # after every id
_OF = sa.bindparam("cycle_id", type_=sa.Text)
_WINDOWS = Sql(
    sa.select(_W.step, _W.batch_number, _W.opens_on, _W.closes_on, _W.stated, _W.bound)
    .where(_W.cycle_id == _OF)
    .order_by(_W.opens_on, _W.step)
)
_TARGETS = Sql(sa.select(_T.kind, _T.label, _T.measure).where(_T.cycle_id == _OF).order_by(_T.position))
_BATCHES = Sql(
    sa.select(
        _B.id,
        _B.level,
        _B.number,
        _B.state,
        _B.opens_on,
        _B.propose_last_day,
        _B.evaluate_last_day,
        _B.move_version,
    )
    .where(_B.cycle_id == _OF)
    .order_by(_B.propose_last_day, _B.level, _B.number)
)
_PRODUCTS = Sql(
    sa.select(_N.sort, _N.name, _N.product_id).where(_N.cycle_id == _OF).order_by(_N.sort, _N.position)
)
_PRODUCT_NAMES = ("sort", "name", "product_id")
_WINDOW_NAMES = ("step", "batch_number", "opens_on", "closes_on", "stated", "bound")
_BATCH_NAMES = (
    "id", "level", "number", "state", "opens_on", "propose_last_day", "evaluate_last_day", "version"
)  # fmt: skip


def page(
    rtx: ReadTx, actor: Actor, *, year: int | None, before: str | None, limit: int
) -> list[dict[str, Any]]:
    """Cycles, the newest first, one more than asked for where there are more."""
    provinces = provinces_of(rtx, actor)
    given: dict[str, Any] = {"before": before or _LAST, "most": limit + 1}
    if provinces is not None:
        given["provinces"] = sorted(provinces)
    if year is not None:
        given["year"] = year
    rows = rtx.sql.all(_statement(provinces is None, year is not None), **given)
    return [_read(row) for row in rows]


@lru_cache(maxsize=4)
def _statement(everywhere: bool, of_year: bool) -> Sql:
    wanted = [_C.id < sa.bindparam("before", type_=sa.Text)]
    if not everywhere:
        wanted.append(_C.province_code.in_(sa.bindparam("provinces", type_=sa.Text, expanding=True)))
    if of_year:
        wanted.append(_C.year == sa.bindparam("year", type_=sa.Integer))
    most = sa.bindparam("most", type_=sa.Integer)
    return Sql(sa.select(*_LISTED).where(*wanted).order_by(_C.id.desc()).limit(most))


def one(rtx: ReadTx, actor: Actor, cycle_id: str, language: Language) -> dict[str, Any]:
    """A cycle with everything that was opened with it.

    Raises:
        NotFound: it is not there, or of a province this person has nothing to do with.
    """
    row, provinces = machine_of("cycle").load(rtx, cycle_id), provinces_of(rtx, actor)
    if row is None or (provinces is not None and row["province_code"] not in provinces):
        raise NotFound("subject_not_found", kind="cycle")
    return {
        **{name: row[name if name != "version" else "move_version"] for name in _NAMES},
        "illustrative": bool(row["illustrative"]),
        "lines": row["version"],
        "digest": row["digest"],
        "calendar_version": row["calendar_version"],
        "budget_million_vnd": row["budget_million_vnd"],
        "plan": json.loads(row["plan"]),
        "windows": [
            dict(zip(_WINDOW_NAMES, each, strict=True)) for each in rtx.sql.all(_WINDOWS, cycle_id=cycle_id)
        ],
        "batches": [
            dict(zip(_BATCH_NAMES, each, strict=True)) for each in rtx.sql.all(_BATCHES, cycle_id=cycle_id)
        ],
        "targets": [_target(*each) for each in rtx.sql.all(_TARGETS, cycle_id=cycle_id)],
        "tasks": [_task(each) for each in tasks_of(rtx, cycle_id)],
        "products": [
            dict(zip(_PRODUCT_NAMES, each, strict=True)) for each in rtx.sql.all(_PRODUCTS, cycle_id=cycle_id)
        ],
        "deadlines": deadlines.of_cycle(rtx, cycle_id),
        "actions": actions_of(rtx, "cycle", row, actor, language),
    }


def require_role(rtx: ReadTx, actor: Actor, cycle_id: str, roles: frozenset[Role]) -> str:
    """The province of a cycle in which this person holds one of these roles.

    Raises:
        NotFound: it is not there, or of a province this person has nothing to do with. Forbidden: none of the roles.
    """
    row, provinces = machine_of("cycle").load(rtx, cycle_id), provinces_of(rtx, actor)
    if row is None or (provinces is not None and row["province_code"] not in provinces):
        raise NotFound("subject_not_found", kind="cycle")
    province = str(row["province_code"])
    if not actor.roles_at(commune_code=None, province_code=province, producer_id=None) & roles:
        raise Forbidden("plan_not_yours", province=province)
    return province


def _target(kind: str, label: str, measure: str) -> dict[str, Any]:
    return {"kind": kind, "label": label, "measure": json.loads(measure)}


def _task(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "after": json.loads(row["after"])}


def _read(row: tuple[Any, ...]) -> dict[str, Any]:
    found = dict(zip(_NAMES, row, strict=True))
    found["illustrative"] = bool(found["illustrative"])
    return found
