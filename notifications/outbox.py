"""Writing down what is to be told: outbox rows, inbox entries and, for lawful notices, the first line of their history.

It never sends, and never writes the same notice twice: `(cause, recipient, kind)` stands once, whoever plans it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from core import history
from core.clock import VIETNAM
from core.columns import instant_text
from core.db import Tx
from core.history import SubjectKind
from core.ids import new_ids
from core.lines import SYSTEM, Line
from core.sql import Into, Sql
from notifications.kinds import KINDS, Kind
from notifications.models import InboxEntry, Notice, Outbox
from notifications.quiet import OpenDays, next_opening
from registry.tables import table

OUTBOX = table(Outbox)
INBOX = table(InboxEntry)
NOTICE = SubjectKind("notice", table(Notice))

_OUTBOX_ROWS = Into(
    OUTBOX, "id", "cause", "recipient", "kind", "subject", "dossier_code", "params", "lawful", "urgent", "digest_day",
    "planned_at", "not_before", "state", "attempts", "unknowns",
)  # fmt: skip
_INBOX_ROWS = Into(INBOX, "id", "account_id", "kind", "title", "body", "subject", "created_at")
_NOTICE_ROWS = Into(NOTICE.table, "id", "version", "move_version", "head", "last_at")
_THERE = Sql(
    sa.select(OUTBOX.c.id).where(OUTBOX.c.id.in_(sa.bindparam("ids", type_=sa.Text, expanding=True)))
)


class Planned(NamedTuple):
    """One notice to one person, already in words; no title means no inbox entry."""

    cause: str
    recipient: str
    kind: str
    subject: str
    params: Mapping[str, str | int]
    title: str | None
    body: str = ""
    dossier_code: str | None = None


def put(tx: Tx, notices: Sequence[Planned], calendar: OpenDays) -> int:
    """Write notices with their inbox entries in a handful of statements; those already there stay. Returns the new ones."""
    if not notices:
        return 0
    ids = new_ids(len(notices))
    if tx.sql.insert_new(_OUTBOX_ROWS, _rows(tx, ids, notices, calendar)) != len(ids):
        there = {row[0] for row in tx.sql.all(_THERE, ids=ids)}
        new = [(row_id, one) for row_id, one in zip(ids, notices, strict=True) if row_id in there]
        ids, notices = [row_id for row_id, _ in new], [one for _, one in new]
    now = tx.now_text
    entries = [
        (row_id, recipient, kind, title, body, subject, now)
        for row_id, (_, recipient, kind, subject, _, title, body, _) in zip(ids, notices, strict=True)
        if title is not None
    ]
    tx.sql.insert(_INBOX_ROWS, entries)
    _open_histories(tx, [pair for pair in zip(ids, notices, strict=True) if KINDS[pair[1].kind].lawful])
    return len(ids)


def _rows(
    tx: Tx, ids: Sequence[str], notices: Sequence[Planned], calendar: OpenDays
) -> list[tuple[Any, ...]]:
    """Rows of the outbox; what follows from the kind is looked up once, params that notices share are written once."""
    opening = next_opening(tx.now, calendar)
    times = _Times(tx.now_text, instant_text(opening), opening.astimezone(VIETNAM).date().isoformat())
    of_kind: dict[str, tuple[Any, ...]] = {}
    packed: dict[int, str] = {}
    rows = []
    for row_id, notice in zip(ids, notices, strict=True):
        cause, recipient, kind, subject, params, _, _, dossier_code = notice
        rest = of_kind.get(kind)
        if rest is None:
            rest = of_kind[kind] = _of_kind(KINDS[kind], times)
        text = packed.get(id(params))
        if text is None:
            text = packed[id(params)] = orjson.dumps(params, option=orjson.OPT_SORT_KEYS).decode()
        rows.append((row_id, cause, recipient, kind, subject, dossier_code, text, *rest))
    return rows


class _Times(NamedTuple):
    """When notices are written down, may leave, and of which day's digest they are."""

    now: str
    opening: str
    day: str


def _of_kind(kind: Kind, times: _Times) -> tuple[Any, ...]:
    """The columns from `lawful` on."""
    return (
        int(kind.lawful), int(kind.urgent), times.day if kind.daily else None, times.now,
        times.now if kind.urgent else times.opening, "planned", 0, 0,
    )  # fmt: skip


def _open_histories(tx: Tx, pairs: Sequence[tuple[str, Planned]]) -> None:
    """Give each lawful notice its first line: ids only, no words and no person's data."""
    lines = [
        Line(
            subject=NOTICE.subject(row_id),
            version=1,
            kind="notice_planned",
            actor=SYSTEM,
            at=tx.now,
            inputs={
                "cause": one.cause,
                "notice": one.kind,
                "recipient": f"account/{one.recipient}",
                "about": one.subject,
            },
            rehearsal=tx.rehearsal,
        )
        for row_id, one in pairs
    ]
    heads = history.write_lines(tx, lines)
    rows = [(row_id, 1, 0, head, tx.now_text) for (row_id, _), head in zip(pairs, heads, strict=True)]
    tx.sql.insert(_NOTICE_ROWS, rows)
