"""Opening a cycle: in one transaction exactly what was previewed, or nothing.

It never opens what nobody has seen: the digest of the preview must be the one computed now.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from core.db import Tx
from core.errors import Refused
from core.ids import new_id
from core.lines import canonical_text
from core.sql import Sql
from registry.actors import Actor
from registry.roles import Role
from registry.tables import table
from registry.units import Unit
from regulations.periods import closes_at
from states.cycle.lifecycle import BATCH_MACHINE, CYCLE_MACHINE
from states.cycle.models import CYCLE_TABLE, TARGET_TABLE, WINDOW_TABLE
from states.cycle.plan import Target, parse, plain
from states.cycle.preview import Preview, preview
from states.cycle.schedule import CYCLE, Due, Round
from states.deadlines.commands import set_deadlines
from states.deadlines.entries import NewDeadline
from states.deadlines.ladders import start_of
from states.engine.fire import create, fire

_CODE = sa.bindparam("code", type_=sa.Text)
_UNIT = table(Unit)
_LOCK_PROVINCE = Sql(sa.select(_UNIT.c.code).where(_UNIT.c.code == _CODE).with_for_update())
_EXISTS = Sql(
    sa.select(CYCLE_TABLE.c.id).where(
        CYCLE_TABLE.c.province_code == _CODE, CYCLE_TABLE.c.year == sa.bindparam("year", type_=sa.Integer)
    )
)


@dataclass(frozen=True, slots=True)
class Opened:
    """What an opening wrote."""

    cycle_id: str
    province_code: str
    year: int
    title: str
    digest: str
    illustrative: bool
    batches: tuple[str, ...]
    deadlines: int

    def to_json(self) -> dict[str, object]:
        return {
            "cycle_id": self.cycle_id, "province_code": self.province_code, "year": self.year, "title": self.title,
            "digest": self.digest, "illustrative": self.illustrative, "batches": list(self.batches),
            "deadlines": self.deadlines,
        }  # fmt: skip


def open_cycle(
    tx: Tx,
    plan_text: str,
    filename: str,
    digest: str,
    actor: Actor,
    *,
    year: int | None = None,
    accepted: Mapping[str, str] | None = None,
) -> Opened:
    """Write cycle, windows, batches, targets and deadlines as previewed, and move the cycle to open.

    Call it through a write of its own (`alone=True`). `accepted` gives the reasons for warnings the plan does not
    accept itself.

    Raises:
        BadInput: the plan is broken, with line and column.
        Refused: `cycle_exists`, `preview_outdated`, `no_national_ruleset`, `guard_warnings_open`, `guard_plan_number_missing`.
        NotFound: this actor has no right in the province.
    """
    plan = parse(plan_text, filename)
    tx.sql.one(_LOCK_PROVINCE, code=plan.province)
    shown = preview(tx, plan, year=year, accepted=accepted)
    if tx.sql.one(_EXISTS, code=plan.province, year=shown.year) is not None:
        raise Refused("cycle_exists", province=shown.province_name, year=shown.year)
    if shown.digest != digest:
        raise Refused("preview_outdated", shown=digest, current=shown.digest)
    if shown.ruleset is None and shown.schedule.batches:
        raise Refused(
            "no_national_ruleset", year=shown.year
        )  # dates may be kept, an evaluation cannot be opened
    cycle_id = _create(tx, shown, actor)
    batches = {batch.key: _batch(tx, shown, batch, cycle_id, actor) for batch in shown.schedule.batches}
    _windows(tx, shown, cycle_id)
    _targets(tx, shown, cycle_id)
    _deadlines(tx, shown, cycle_id, batches, actor)
    return Opened(
        cycle_id, plan.province, shown.year, plan.title, digest, plan.illustrative, tuple(batches.values()),
        len(shown.schedule.deadlines),
    )  # fmt: skip


def _create(tx: Tx, shown: Preview, actor: Actor) -> str:
    plan = shown.plan
    document = plan.documents[0] if plan.documents else None
    values: dict[str, object] = {
        "province_code": plan.province, "year": shown.year, "title": plan.title,
        "plan_number": document.number if document else None,
        "plan_date": document.date.isoformat() if document and document.date else None,
        "plan": plan.to_json(), "digest": shown.digest, "ruleset": shown.ruleset.pin if shown.ruleset else None,
        "calendar_version": shown.calendar.days.version, "illustrative": plan.illustrative,
        "theme": plan.theme_of(shown.year), "budget_million_vnd": plan.budget_million_vnd,
        "warnings_open": len(shown.open_warnings), "calendar_open": shown.open_calendar_warnings,
    }  # fmt: skip
    cycle_id = create(tx, CYCLE_MACHINE, "draft_cycle", values, actor=actor).id
    reasons = "; ".join(f"{each.id}: {each.reason}" for each in shown.warnings if each.reason)
    fire(tx, CYCLE_MACHINE, cycle_id, "publish", actor=actor, reason=reasons or None)
    fire(tx, CYCLE_MACHINE, cycle_id, "open", actor=actor, data={"digest": shown.digest})
    return cycle_id


def _batch(tx: Tx, shown: Preview, batch: Round, cycle_id: str, actor: Actor) -> str:
    values: dict[str, object] = {
        "cycle_id": cycle_id, "province_code": shown.plan.province, "level": batch.level, "number": batch.number,
        "ruleset": shown.ruleset.pin if shown.ruleset else None, "opens_on": batch.opens_on,
        "propose_last_day": batch.propose_last_day, "evaluate_last_day": batch.evaluate_last_day,
        "intake_opens_at": start_of(batch.opens_on),
        "intake_closes_at": closes_at(batch.propose_last_day, shown.calendar.settings),
    }  # fmt: skip
    return create(tx, BATCH_MACHINE, "plan_batch", values, actor=actor).id


def _windows(tx: Tx, shown: Preview, cycle_id: str) -> None:
    rows = [
        {
            "id": new_id(), "cycle_id": cycle_id, "step": each.step, "batch_number": each.batch,
            "opens_on": each.opens_on.isoformat(), "closes_on": each.closes_on.isoformat(),
            "stated": each.stated.isoformat(), "bound": each.bound,
        }
        for each in shown.schedule.windows
    ]  # fmt: skip
    tx.sql.bulk(WINDOW_TABLE, rows)


def _targets(tx: Tx, shown: Preview, cycle_id: str) -> None:
    targets = [each for each in shown.plan.targets if each.year in (None, shown.year)]
    rows = [
        {
            "id": new_id(), "cycle_id": cycle_id, "position": position, "kind": each.kind, "label": each.what,
            "measure": canonical_text(_measure(each)),
        }
        for position, each in enumerate(targets)
    ]  # fmt: skip
    tx.sql.bulk(TARGET_TABLE, rows)


def _measure(target: Target) -> dict[str, object]:
    stated = plain(target)
    given = stated if isinstance(stated, dict) else {}
    return {
        name: value
        for name, value in given.items()
        if name not in ("kind", "what") and value not in (None, [])
    }


def _deadlines(tx: Tx, shown: Preview, cycle_id: str, batches: Mapping[str, str], actor: Actor) -> None:
    items = [_deadline(shown, due, cycle_id, batches) for due in shown.schedule.deadlines]
    set_deadlines(tx, items, actor.ref(Role.PROVINCE_UNIT), calendar=shown.calendar.days)


def _deadline(shown: Preview, due: Due, cycle_id: str, batches: Mapping[str, str]) -> NewDeadline:
    batch_id = batches.get(due.applies_to)
    subject = f"cycle/{cycle_id}" if due.applies_to == CYCLE or batch_id is None else f"batch/{batch_id}"
    return NewDeadline(
        code=due.code, subject=subject, title=due.title, province_code=shown.plan.province, cycle_id=cycle_id,
        batch_id=batch_id, owner_role=due.owner_role, stated_on=due.stated, bound=due.bound, last_day=due.last_day,
        due_at=due.due_at, rule=due.rule, basis=due.basis, calendar_version=shown.calendar.days.version,
    )  # fmt: skip
