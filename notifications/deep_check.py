"""What `history verify --deep` asks of the outbox: each lawful notice says what its lines say, and none is missing.

It must never write, and never show what a notice said or to whom.
"""

import json
from collections.abc import Iterator
from itertools import groupby

import sqlalchemy as sa

from audit.findings import Finding
from core.history import HISTORY
from core.sql import Sql
from core.tx import ReadTx, Row
from notifications.outbox import NOTICE, OUTBOX

_SUBJECT = sa.literal("notice/", sa.Text) + OUTBOX.c.id
_LAWFUL = Sql(
    sa.select(
        OUTBOX.c.id, OUTBOX.c.cause, OUTBOX.c.kind, OUTBOX.c.recipient, OUTBOX.c.subject, OUTBOX.c.state,
        sa.type_coerce(OUTBOX.c.settled_at, sa.Text), HISTORY.c.line,
    )
    .join_from(OUTBOX, HISTORY, HISTORY.c.subject == _SUBJECT, isouter=True)
    .where(OUTBOX.c.lawful == 1)
    .order_by(OUTBOX.c.id, HISTORY.c.version)
)  # fmt: skip
_LOST = Sql(
    sa.select(NOTICE.table.c.id)
    .where(~sa.exists().where(OUTBOX.c.id == NOTICE.table.c.id, OUTBOX.c.lawful == 1))
    .order_by(NOTICE.table.c.id)
)


def outbox(rtx: ReadTx) -> Iterator[Finding]:
    """Lawful notices without a line, with other words than their lines, or gone from the outbox."""
    for notice, rows in groupby(rtx.sql.stream(_LAWFUL), key=lambda row: str(row[0])):
        yield from _one(f"notice/{notice}", list(rows))
    for (notice,) in rtx.sql.all(_LOST):
        yield Finding(f"notice/{notice}", None, "notice_gone")


def _one(subject: str, rows: list[Row]) -> Iterator[Finding]:
    _, cause, kind, recipient, about, state, settled_at, first = rows[0]
    try:
        lines = [json.loads(row[-1]) for row in rows] if first is not None else []
        said = lines[0]["inputs"] if lines else {}
        last = lines[-1]["inputs"].get("state") if len(lines) > 1 else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # a line that cannot be read is told where lines are checked
    stored = {"cause": cause, "notice": kind, "recipient": f"account/{recipient}", "about": about}
    if not lines:
        yield Finding(subject, None, "notice_without_line")
        return
    for name, value in stored.items():
        if said.get(name) != value:
            yield Finding(subject, 1, "notice_differs", {"column": name})
    if settled_at is not None and last != state:
        yield Finding(subject, len(lines), "notice_differs", {"column": "state"})
