"""The rows an opened cycle keeps of its plan: windows, targets, tasks, and the products the plan names.

It writes what was previewed and computes nothing anew; subjects and deadlines are written by `open_cycle.py`.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from core.ids import new_id
from core.lines import canonical_text
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.names import name_key
from registry.products import Product
from registry.tables import table
from states.cycle.models import PRODUCT_TABLE, TARGET_TABLE, TASK_TABLE, WINDOW_TABLE
from states.cycle.plan import plain
from states.cycle.plan_values import Target, Task
from states.cycle.preview import Preview

SORTS = (("key", "key_products"), ("national", "national_candidates"), ("potential", "potential_products"))
_PRODUCT = table(Product)
_NAMED = Sql(
    sa.select(_PRODUCT.c.name_key, _PRODUCT.c.id).where(
        _PRODUCT.c.province_code == sa.bindparam("province", type_=sa.Text),
        _PRODUCT.c.name_key.in_(sa.bindparam("keys", type_=sa.Text, expanding=True)),
    )
)


def write_windows(tx: Tx, shown: Preview, cycle_id: str) -> None:
    """The days on which each step is open."""
    rows = [
        {
            "id": new_id(), "cycle_id": cycle_id, "step": each.step, "batch_number": each.batch,
            "opens_on": each.opens_on.isoformat(), "closes_on": each.closes_on.isoformat(),
            "stated": each.stated.isoformat(), "bound": each.bound,
        }
        for each in shown.schedule.windows
    ]  # fmt: skip
    tx.sql.bulk(WINDOW_TABLE, rows)


def write_targets(tx: Tx, shown: Preview, cycle_id: str) -> None:
    """The targets of this year and those of the whole plan, each with what it states as its measure."""
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


def write_tasks(tx: Tx, shown: Preview, cycle_id: str, deadlines: Mapping[str, str]) -> None:
    """The tasks of this year; `deadlines` gives the id of a deadline by the path it stands for in the plan."""
    mine = [(index, task) for index, task in enumerate(shown.plan.tasks) if _of_year(task, shown)]
    place_of = {task.ref: place for place, (_, task) in enumerate(mine) if task.ref}
    rows = [
        {
            "id": new_id(), "cycle_id": cycle_id, "position": place, "title": task.title,
            "after": json.dumps([place_of[ref] for ref in task.after if ref in place_of]),
            "owner_role": task.owner, "department": task.department,
            "due_on": task.due.isoformat() if task.due else None, "output": task.output,
            "deadline_id": deadlines.get(f"tasks[{index}].due"), "status": "open", "reported_on": None, "document": None,
        }
        for place, (index, task) in enumerate(mine)
    ]  # fmt: skip
    tx.sql.bulk(TASK_TABLE, rows)


def _of_year(task: Task, shown: Preview) -> bool:
    """A task of another year of a programme is not this year's; one without a year is everybody's."""
    programme = shown.plan.first_year != shown.plan.last_year
    year = task.year or (task.due.year if task.due and programme else None)
    return year in (None, shown.year)


def write_products(tx: Tx, shown: Preview, cycle_id: str) -> None:
    """The products the plan names, each tied to the registered product of that name where there is exactly one."""
    named = [*_named(shown)]
    known = _registered(tx, shown.plan.province, {name_key(name) for _, _, name in named})
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(), "cycle_id": cycle_id, "sort": sort, "position": position, "name": name,
            "product_id": known.get(name_key(name)),
        }
        for sort, position, name in named
    ]  # fmt: skip
    tx.sql.bulk(PRODUCT_TABLE, rows)


def _named(shown: Preview) -> Iterator[tuple[str, int, str]]:
    for sort, listed in SORTS:
        for position, name in enumerate(getattr(shown.plan, listed)):
            yield sort, position, name


def _registered(rtx: ReadTx, province: str, keys: set[str]) -> dict[str, str]:
    """Product ids by the key of their name; a name two products bear is no key."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    if keys:
        for key, product_id in rtx.sql.all(_NAMED, province=province, keys=sorted(keys)):
            found[key].append(product_id)
    return {key: ids[0] for key, ids in found.items() if len(ids) == 1}
