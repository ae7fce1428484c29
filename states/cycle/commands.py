"""Extending a deadline by an act, with all that follows for the window or the batch it closes.

An extension never edits silently: the plan's own dates stay in the plan, the act and the lines keep every date.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from core.columns import instant_text, parse_instant
from core.db import Tx
from core.errors import BadInput, FieldError, Forbidden, NotFound
from core.ids import split_subject
from core.sql import Sql
from registry.actors import Actor
from registry.roles import Role
from states.cycle.lifecycle import CYCLE_FORMS, CYCLE_MACHINE
from states.cycle.models import BATCH_TABLE, WINDOW_TABLE
from states.cycle.plan_format import WINDOW_CODES
from states.deadlines.commands import Extension, extend
from states.deadlines.entries import DEADLINE
from states.engine.fire import Fired, fire

_STEP_OF = {code: step for step, code in WINDOW_CODES.items()}
_FOUND = Sql(
    sa.select(DEADLINE.c.cycle_id, DEADLINE.c.subject, DEADLINE.c.code, DEADLINE.c.last_day, DEADLINE.c.due_at,
              DEADLINE.c.province_code, DEADLINE.c.dossier_id).where(DEADLINE.c.id == sa.bindparam("id"))
)  # fmt: skip
_WINDOW = Sql(
    sa.update(WINDOW_TABLE)
    .where(
        WINDOW_TABLE.c.cycle_id == sa.bindparam("of_cycle", type_=sa.Text),
        WINDOW_TABLE.c.step == sa.bindparam("of_step", type_=sa.Text),
        sa.type_coerce(WINDOW_TABLE.c.closes_on, sa.Text) == sa.bindparam("former", type_=sa.Text),
    )
    .values(closes_on=sa.bindparam("day")),
    as_given=True,
)
_MINE = BATCH_TABLE.c.id == sa.bindparam("of_batch", type_=sa.Text)
_INTAKE = Sql(
    sa.update(BATCH_TABLE)
    .where(_MINE)
    .values(propose_last_day=sa.bindparam("day"), intake_closes_at=sa.bindparam("at")),
    as_given=True,
)
_EVALUATION = Sql(
    sa.update(BATCH_TABLE).where(_MINE).values(evaluate_last_day=sa.bindparam("day")), as_given=True
)


def extend_window(
    tx: Tx,
    cycle_id: str,
    *,
    actor: Actor,
    data: Mapping[str, object] | None,
    expected_version: int | None = None,
    reason: str | None = None,
) -> Fired:
    """Extend one deadline of a cycle or of its batches; the cycle's own history notes the act.

    A window's last day and a batch's limits follow, so that what was extended is open again to everybody.

    Raises:
        NotFound: the deadline is not of this cycle, or the actor has no right there.
        BadInput, Refused: as `deadlines.extend`; `Refused` also where the cycle is closed.
    """
    fired = fire(
        tx, CYCLE_MACHINE, cycle_id, "extend_window", actor=actor, data=data, expected_version=expected_version,
        reason=reason,
    )  # fmt: skip
    sent = CYCLE_FORMS["extend_window"].clean(data)
    row = tx.sql.one(_FOUND, id=str(sent["deadline_id"]))
    if row is None or row[0] != cycle_id or row[6] is not None:
        raise NotFound("deadline_unknown")
    extension = _extension(sent)
    extend(tx, str(sent["deadline_id"]), extension, actor=actor.ref(Role.PROVINCE_UNIT))
    _carry_over(tx, row, extension.new_last_day)
    return fired


def extend_deadline(tx: Tx, deadline_id: str, data: Mapping[str, object], *, actor: Actor) -> None:
    """Extend any deadline by its id: one of a cycle or batch through its cycle, one of a dossier for itself.

    `data`: `new_last_day`, `ground`, `approver`, `document`, `scope`.

    Raises:
        NotFound: no such deadline, or nobody's business of this actor. Forbidden: not a provincial officer there.
        BadInput, Refused: as `deadlines.extend`.
    """
    row = tx.sql.one(_FOUND, id=deadline_id)
    roles = actor.roles_at(commune_code=None, province_code=row[5], producer_id=None) if row else frozenset()
    if row is None or not roles:
        raise NotFound("deadline_unknown")
    if Role.PROVINCE_UNIT not in roles:
        raise Forbidden("wrong_actor", trigger="extend_window")
    whole = {**data, "deadline_id": deadline_id}
    if row[0] is not None and row[6] is None:
        extend_window(tx, row[0], actor=actor, data=whole)
    else:
        checked = CYCLE_FORMS["extend_window"].clean(whole)
        extend(tx, deadline_id, _extension(checked), actor=actor.ref(Role.PROVINCE_UNIT))


def _extension(sent: Mapping[str, Any]) -> Extension:
    try:
        day = date.fromisoformat(str(sent.get("new_last_day")))
    except ValueError as error:
        raise BadInput("extension_invalid", fields=[FieldError("new_last_day", "bad_day")]) from error
    texts = {name: str(sent.get(name) or "") for name in ("ground", "approver", "document", "scope")}
    return Extension(new_last_day=day, **texts)


def _carry_over(tx: Tx, row: tuple[Any, ...], new_last_day: date) -> None:
    """Let the window or the batch that this deadline closes close later."""
    cycle_id, subject, code, last_day, due_at = row[:5]
    kind, subject_id = split_subject(subject)
    day = new_last_day.isoformat()
    if code in _STEP_OF:
        tx.sql.run(_WINDOW, of_cycle=cycle_id, of_step=_STEP_OF[code], former=last_day, day=day)
    elif kind == "batch" and code.endswith("_PROPOSE"):
        tx.sql.run(
            _INTAKE, of_batch=subject_id, day=day, at=instant_text(_later(due_at, last_day, new_last_day))
        )
    elif kind == "batch" and code.endswith(("_PROVINCE", "_DONE")):
        tx.sql.run(_EVALUATION, of_batch=subject_id, day=day)


def _later(due_at: str, last_day: str, new_last_day: date) -> datetime:
    return parse_instant(due_at) + (new_last_day - date.fromisoformat(last_day))
