"""Opening a cycle: in one transaction exactly what was previewed, or nothing.

It never opens what nobody has seen: the digest of the preview must be the one computed now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from core.db import Tx
from core.errors import Refused
from core.sql import Sql
from registry.actors import Actor
from registry.roles import Role
from registry.tables import table
from registry.units import Unit
from regulations.periods import closes_at
from states.cycle.dues import CYCLE, Due
from states.cycle.lifecycle import BATCH_MACHINE, CYCLE_MACHINE
from states.cycle.opened_rows import write_products, write_targets, write_tasks, write_windows
from states.cycle.plan import parse
from states.cycle.preview import Preview, preview
from states.cycle.schedule import Round
from states.deadlines.commands import set_deadlines
from states.deadlines.entries import NewDeadline
from states.deadlines.ladders import start_of
from states.engine.fire import create, fire

_CODE = sa.bindparam("code", type_=sa.Text)
_UNIT = table(Unit)
_LOCK_PROVINCE = Sql(sa.select(_UNIT.c.code).where(_UNIT.c.code == _CODE).with_for_update())


@dataclass(frozen=True, slots=True)
class Opened:
    """What an opening wrote; `renewals` and `adopted` count the dossiers that `states.years.opening` adds."""

    cycle_id: str
    province_code: str
    year: int
    title: str
    digest: str
    illustrative: bool
    batches: tuple[str, ...]
    deadlines: int
    shown: Preview
    renewals: int = 0
    adopted: int = 0

    def to_json(self) -> dict[str, object]:
        return {
            "cycle_id": self.cycle_id, "province_code": self.province_code, "year": self.year, "title": self.title,
            "digest": self.digest, "illustrative": self.illustrative, "batches": list(self.batches),
            "deadlines": self.deadlines, "renewals": self.renewals, "adopted": self.adopted,
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
    moves: Mapping[str, date] | None = None,
    reason: str | None = None,
) -> Opened:
    """Write cycle, windows, batches, targets, tasks and deadlines as previewed, and move the cycle to open.

    The year's dossiers are not its business: `states.years.opening.open_year` opens a cycle with them. Call it through
    a write of its own (`alone=True`). `accepted` gives the reasons for warnings the plan does not accept itself, `moves`
    the other dates the preview was shown with, `reason` why they were moved.

    Raises:
        BadInput: the plan is broken, with line and column.
        Refused: `cycle_exists`, `preview_outdated`, `no_national_ruleset`, `guard_warnings_open`, `guard_plan_number_missing`.
        NotFound: this actor has no right in the province.
    """
    plan = parse(plan_text, filename)
    tx.sql.one(_LOCK_PROVINCE, code=plan.province)
    shown = preview(tx, plan, year=year, accepted=accepted, moves=moves)
    if shown.exists:
        raise Refused("cycle_exists", province=shown.province_name, year=shown.year)
    if shown.digest != digest:
        raise Refused("preview_outdated", shown=digest, current=shown.digest)
    if shown.ruleset is None and shown.schedule.batches:
        raise Refused(
            "no_national_ruleset", year=shown.year
        )  # dates may be kept, an evaluation cannot be opened
    cycle_id = _create(tx, shown, actor, reason)
    batches = {batch.key: _batch(tx, shown, batch, cycle_id, actor) for batch in shown.schedule.batches}
    write_windows(tx, shown, cycle_id)
    write_targets(tx, shown, cycle_id)
    write_tasks(tx, shown, cycle_id, _deadlines(tx, shown, cycle_id, batches, actor))
    write_products(tx, shown, cycle_id)
    return Opened(
        cycle_id, plan.province, shown.year, plan.title, digest, plan.illustrative, tuple(batches.values()),
        len(shown.schedule.deadlines), shown,
    )  # fmt: skip


def _create(tx: Tx, shown: Preview, actor: Actor, reason: str | None) -> str:
    """The cycle, published and open; its first line says how it differs from the issued plan, and why."""
    plan = shown.plan
    document = plan.documents[0] if plan.documents else None
    values: dict[str, object] = {
        "province_code": plan.province, "year": shown.year, "title": plan.title,
        "plan_number": document.number if document else None,
        "plan_date": document.date.isoformat() if document and document.date else None,
        "plan": plan.to_json(), "digest": shown.digest, "ruleset": shown.ruleset.pin if shown.ruleset else None,
        "calendar_version": shown.calendar.days.version, "illustrative": plan.illustrative,
        "theme": plan.theme_of(shown.year), "budget_million_vnd": plan.budget_of(shown.year),
        "warnings_open": len(shown.open_warnings), "calendar_open": shown.open_calendar_warnings,
    }  # fmt: skip
    said = _reasons(shown, reason) or None
    cycle_id = create(tx, CYCLE_MACHINE, "draft_cycle", values, actor=actor, reason=said).id
    fire(tx, CYCLE_MACHINE, cycle_id, "publish", actor=actor, reason=said)
    fire(tx, CYCLE_MACHINE, cycle_id, "open", actor=actor, data={"digest": shown.digest})
    return cycle_id


def _reasons(shown: Preview, reason: str | None) -> str:
    """What the lines of drafting and publishing say: the reason given, each warning accepted with its own, each date moved
    away from the plan's.
    """
    given = [reason.strip()] if reason and reason.strip() else []
    accepted = [f"{each.id}: {each.reason}" for each in shown.warnings if each.reason]
    moved = [f"{each.key}: {each.was or '-'} → {each.becomes or '-'} ({each.why})" for each in shown.moved]
    return "; ".join([*given, *accepted, *moved])


def _batch(tx: Tx, shown: Preview, batch: Round, cycle_id: str, actor: Actor) -> str:
    values: dict[str, object] = {
        "cycle_id": cycle_id, "province_code": shown.plan.province, "level": batch.level, "number": batch.number,
        "ruleset": shown.ruleset.pin if shown.ruleset else None, "opens_on": batch.opens_on,
        "propose_last_day": batch.propose_last_day, "evaluate_last_day": batch.evaluate_last_day,
        "intake_opens_at": start_of(batch.opens_on),
        "intake_closes_at": closes_at(batch.propose_last_day, shown.calendar.settings),
    }  # fmt: skip
    return create(tx, BATCH_MACHINE, "plan_batch", values, actor=actor).id


def _deadlines(
    tx: Tx, shown: Preview, cycle_id: str, batches: Mapping[str, str], actor: Actor
) -> dict[str, str]:
    """Set the deadlines; their ids by the path of the plan each stands for."""
    dues = shown.schedule.deadlines
    items = [_deadline(shown, due, cycle_id, batches) for due in dues]
    ids = set_deadlines(tx, items, actor.ref(Role.PROVINCE_UNIT), calendar=shown.calendar.days)
    return {due.path: deadline_id for due, deadline_id in zip(dues, ids, strict=True) if due.path}


def _deadline(shown: Preview, due: Due, cycle_id: str, batches: Mapping[str, str]) -> NewDeadline:
    batch_id = batches.get(due.applies_to)
    subject = f"cycle/{cycle_id}" if due.applies_to == CYCLE or batch_id is None else f"batch/{batch_id}"
    return NewDeadline(
        code=due.code, subject=subject, title=due.title, province_code=shown.plan.province, cycle_id=cycle_id,
        batch_id=batch_id, owner_role=due.owner_role, stated_on=due.stated, bound=due.bound, last_day=due.last_day,
        due_at=due.due_at, rule=due.rule, basis=due.basis, calendar_version=shown.calendar.days.version,
    )  # fmt: skip
