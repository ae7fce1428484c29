"""When something is due next: what a rehearsal's clock moves to, and never runs past while behind.

It must never change anything.
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import SQLModel

from core.columns import parse_instant
from core.sql import Sql
from core.tx import ReadTx
from notifications.models import Outbox
from states.cycle.models import BATCH_TABLE
from states.deadlines.models import Deadline, Reminder
from workflows.schedule import TIMETABLE, Job, next_daily

_deadline = SQLModel.metadata.tables[str(Deadline.__tablename__)]
_reminder = SQLModel.metadata.tables[str(Reminder.__tablename__)]
_outbox = SQLModel.metadata.tables[str(Outbox.__tablename__)]


def _first(at: sa.Column[datetime], *still_empty: sa.Column[datetime]) -> Sql:
    return Sql(
        sa.select(sa.func.min(at)).where(
            *(column.is_(None) for column in still_empty), at > sa.bindparam("after", type_=at.type)
        )
    )


_FIRSTS = (
    _first(_deadline.c.due_at, _deadline.c.fired_at, _deadline.c.met_at, _deadline.c.cancelled_at),
    _first(_reminder.c.due_at, _reminder.c.fired_at, _reminder.c.cancelled_at),
    _first(_outbox.c.not_before, _outbox.c.settled_at),
    Sql(
        sa.select(sa.func.min(BATCH_TABLE.c.intake_opens_at)).where(
            BATCH_TABLE.c.state == "planned",
            BATCH_TABLE.c.intake_opens_at > sa.bindparam("after", type_=BATCH_TABLE.c.intake_opens_at.type),
        )
    ),
)


def next_due(rtx: ReadTx, after: datetime, jobs: Iterable[Job] = TIMETABLE) -> datetime:
    """The first instant after `after` with a deadline, a reminder, a notice held back at night, an intake or a daily job.

    Certificates need no query of their own: their days begin at midnight, when the daily watch runs.
    """
    rows = (rtx.sql.value(first, after=after) for first in _FIRSTS)
    return min([next_daily(after, jobs), *(parse_instant(row) for row in rows if row is not None)])
