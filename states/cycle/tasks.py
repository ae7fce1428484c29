"""Reporting on a task of the plan: what has become of it, by which document; its deadline follows.

The task's row says how it stands, the cycle's history says who reported it and when; nothing is reported silently.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.errors import NotFound
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.actors import Actor
from registry.roles import Role
from states.cycle.lifecycle import CYCLE_FORMS, CYCLE_MACHINE
from states.cycle.models import TASK_TABLE
from states.deadlines.commands import cancel_one, meet_one
from states.engine.fire import Fired, fire

_T = TASK_TABLE.c
_FOUND = Sql(sa.select(_T.cycle_id, _T.deadline_id).where(_T.id == sa.bindparam("id", type_=sa.Text)))
_REPORT = Sql(
    sa.update(TASK_TABLE)
    .where(_T.id == sa.bindparam("task", type_=sa.Text))
    .values(status=sa.bindparam("to"), reported_on=sa.bindparam("day"), document=sa.bindparam("by")),
    as_given=True,
)
_READ = (_T.id, _T.position, _T.title, _T.after, _T.owner_role, _T.department, _T.due_on, _T.output, _T.status,
         _T.reported_on, _T.document)  # fmt: skip
_OF_CYCLE = Sql(
    sa.select(*_READ).where(_T.cycle_id == sa.bindparam("cycle_id", type_=sa.Text)).order_by(_T.position)
)


def report_task(
    tx: Tx,
    cycle_id: str,
    *,
    actor: Actor,
    data: Mapping[str, object] | None,
    expected_version: int | None = None,
    reason: str | None = None,
) -> Fired:
    """Note how a task of this cycle stands; done meets its deadline, dropped takes it back.

    Raises:
        NotFound: no such task in this cycle. Refused: `guard_task_reason_missing`, or the cycle is not running.
    """
    fired = fire(
        tx, CYCLE_MACHINE, cycle_id, "report_task", actor=actor, data=data, expected_version=expected_version,
        reason=reason,
    )  # fmt: skip
    said = CYCLE_FORMS["report_task"].clean(data)
    task_id, status = str(said["task_id"]), str(said["task_status"])
    row = tx.sql.one(_FOUND, id=task_id)
    if row is None or row[0] != cycle_id:
        raise NotFound("task_unknown")
    day = tx.now.astimezone(VIETNAM).date().isoformat()
    tx.sql.run(_REPORT, task=task_id, to=status, day=day, by=said["task_document"])
    settle = {"done": meet_one, "dropped": cancel_one}.get(status)
    if settle is not None and row[1] is not None:
        settle(tx, row[1], actor=actor.ref(Role.PROVINCE_UNIT))
    return fired


def tasks_of(rtx: ReadTx, cycle_id: str) -> list[dict[str, Any]]:
    """The tasks of a cycle in the order of its plan, as pages and the interface show them."""
    names = [column.name for column in _READ]
    return [dict(zip(names, row, strict=True)) for row in rtx.sql.all(_OF_CYCLE, cycle_id=cycle_id)]
