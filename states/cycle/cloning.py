"""Cloning the plan of a cycle, or a plan file, with the law, settings and calendar of its province on both years.

It writes nothing: the new plan is a text somebody looks through.
"""

from datetime import date

import sqlalchemy as sa

from core.errors import NotFound
from core.sql import Sql
from core.tx import ReadTx
from registry import calendar_days
from registry import settings as choices
from regulations import rulesets
from states.cycle.clone import Cloned, clone
from states.cycle.dating import Calendar
from states.cycle.models import CYCLE_TABLE
from states.cycle.plan import Plan
from states.cycle.plan_dates import Values
from states.cycle.plan_writing import read_stored

_PLAN = Sql(
    sa.select(CYCLE_TABLE.c.province_code, CYCLE_TABLE.c.ruleset, sa.type_coerce(CYCLE_TABLE.c.plan, sa.Text))
    .where(CYCLE_TABLE.c.id == sa.bindparam("id", type_=sa.Text))
)  # fmt: skip


def clone_of_plan(rtx: ReadTx, plan: Plan, year: int | None = None) -> Cloned:
    """The plan of another year, the year after its last one by default.

    Raises:
        BadInput: `clone_year`.
    """
    return _cloned(rtx, plan.written, plan.province, plan.ruleset, year)


def clone_of_cycle(rtx: ReadTx, cycle_id: str, year: int | None = None) -> Cloned:
    """The plan of another year from the plan a cycle was opened by, dates moved at its opening included.

    Raises:
        NotFound: no such cycle. BadInput: `clone_year`.
    """
    row = rtx.sql.one(_PLAN, id=cycle_id)
    if row is None:
        raise NotFound("subject_not_found", kind="cycle")
    ruleset = row[1].partition("@")[0] if row[1] else None
    return _cloned(rtx, read_stored(row[2]), row[0], ruleset, year)


def _cloned(rtx: ReadTx, values: Values, province: str, ruleset: str | None, year: int | None) -> Cloned:
    years = values["years"] or [values["year"], values["year"]]
    wanted = year if year is not None else years[1] + 1
    days, settings = calendar_days.calendar(rtx), choices.resolved(rtx, province)
    then = rulesets.get(ruleset) if ruleset else rulesets.in_force(date(years[0], 1, 1))
    now = rulesets.in_force(date(wanted, 1, 1))
    return clone(values, wanted, then=Calendar(days, settings, then), now=Calendar(days, settings, now))
