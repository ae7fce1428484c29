"""What the tests of deadlines stand on: a calendar, an actor, items to set."""

import json
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from core.columns import instant_text
from core.db import Database
from core.history import read_lines
from core.lines import ActorRef
from core.sql import Sql
from core.tx import ReadTx
from regulations.periods import closes_at
from regulations.settings import DEFAULTS
from regulations.working_calendar import WorkingCalendar, packaged
from states.deadlines.commands import set_deadlines
from states.deadlines.entries import REMINDER, NewDeadline
from states.deadlines.ladders import Rung

OFFICER = ActorRef("account/0192a000-0000-7000-8000-000000000001", "province_unit", "web")
CALENDAR = packaged()
SUBJECT = "dossier/0192b000-0000-7000-8000-000000000001"


def vn(text: str) -> datetime:
    """An instant of Vietnam, in UTC."""
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def item(
    last_day: str = "2027-03-31",
    *,
    code: str = "COMMUNE_CHECK",
    subject: str = SUBJECT,
    rungs: tuple[Rung, ...] | None = None,
) -> NewDeadline:
    day = date.fromisoformat(last_day)
    return NewDeadline(
        code=code,
        subject=subject,
        province_code="19",
        commune_code="05440",
        last_day=day,
        due_at=closes_at(day, DEFAULTS),
        rule="test",
        calendar_version=CALENDAR.version,
        rungs=rungs,
    )


def given(db: Database, *items: NewDeadline, calendar: WorkingCalendar = CALENDAR) -> list[str]:
    return db.write_now(lambda tx: set_deadlines(tx, items, OFFICER, calendar=calendar))


def rows(db: Database, table: sa.Table, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of every row, in the order of the first of them."""
    chosen = [table.c[name] for name in columns]
    return db.read_now(lambda rtx: rtx.sql.all(Sql(sa.select(*chosen).order_by(*chosen))))


def waiting(db: Database) -> list[tuple[str, str, str]]:
    """Kind, day and instant of every reminder that waits."""
    statement = Sql(
        sa.select(REMINDER.c.kind, REMINDER.c.day, REMINDER.c.due_at)
        .where(REMINDER.c.fired_at.is_(None), REMINDER.c.cancelled_at.is_(None))
        .order_by(REMINDER.c.due_at)
    )
    return db.read_now(lambda rtx: [(kind, day, due_at) for kind, day, due_at in rtx.sql.all(statement)])


def lines(db: Database, deadline_id: str) -> list[dict[str, Any]]:
    def read(rtx: ReadTx) -> list[dict[str, Any]]:
        return [json.loads(line) for line, _ in read_lines(rtx, f"deadline/{deadline_id}")]

    return db.read_now(read)


def at(text: str) -> str:
    """An instant of Vietnam as it is stored."""
    return instant_text(vn(text))
