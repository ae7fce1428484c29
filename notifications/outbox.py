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
from core.ids import new_id
from core.lines import SYSTEM, Line
from core.sql import Sql, insert_ignore
from notifications.kinds import KINDS
from notifications.models import InboxEntry, Notice, Outbox
from notifications.quiet import OpenDays, next_opening
from registry.tables import table

OUTBOX = table(Outbox)
INBOX = table(InboxEntry)
NOTICE = SubjectKind("notice", table(Notice))

_ADD = Sql(insert_ignore(OUTBOX), as_given=True)
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
    opening = next_opening(tx.now, calendar)
    times = {"now": tx.now_text, "opening": instant_text(opening)}
    times["day"] = opening.astimezone(VIETNAM).date().isoformat()
    packed: dict[int, str] = {}
    rows = [_row(notice, times, _packed(notice.params, packed)) for notice in notices]
    pairs = list(zip(rows, notices, strict=True))
    if tx.sql.many(_ADD, rows) != len(rows):
        there = {row[0] for row in tx.sql.all(_THERE, ids=[row["id"] for row in rows])}
        pairs = [(row, notice) for row, notice in pairs if row["id"] in there]
    tx.sql.bulk(INBOX, [_entry(row, notice) for row, notice in pairs if notice.title is not None])
    _open_histories(tx, [row for row, _ in pairs if row["lawful"]])
    return len(pairs)


def _packed(params: Mapping[str, str | int], known: dict[int, str]) -> str:
    """Return the stored text; notices of one cause share their params, so each is written out once."""
    text = known.get(id(params))
    if text is None:
        text = known[id(params)] = orjson.dumps(params, option=orjson.OPT_SORT_KEYS).decode()
    return text


def _row(notice: Planned, times: Mapping[str, str], params: str) -> dict[str, Any]:
    kind = KINDS[notice.kind]
    return {
        "id": new_id(), "cause": notice.cause, "recipient": notice.recipient, "kind": notice.kind,
        "subject": notice.subject, "dossier_code": notice.dossier_code, "params": params,
        "lawful": int(kind.lawful), "urgent": int(kind.urgent), "digest_day": times["day"] if kind.daily else None,
        "planned_at": times["now"], "not_before": times["now"] if kind.urgent else times["opening"],
        "state": "planned", "attempts": 0, "unknowns": 0, "next_try_at": None, "lease": None, "lease_until": None,
        "message_id": None, "settled_at": None,
    }  # fmt: skip


def _entry(row: Mapping[str, Any], notice: Planned) -> dict[str, Any]:
    return {
        "id": row["id"], "account_id": notice.recipient, "kind": notice.kind, "title": notice.title,
        "body": notice.body, "subject": notice.subject, "created_at": row["planned_at"], "seen_at": None,
    }  # fmt: skip


def _open_histories(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give each lawful notice its first line: ids only, no words and no person's data."""
    lines = [
        Line(
            subject=NOTICE.subject(row["id"]),
            version=1,
            kind="notice_planned",
            actor=SYSTEM,
            at=tx.now,
            inputs={
                "cause": row["cause"],
                "notice": row["kind"],
                "recipient": f"account/{row['recipient']}",
                "about": row["subject"],
            },
            rehearsal=tx.rehearsal,
        )
        for row in rows
    ]
    heads = history.write_lines(tx, lines)
    tx.sql.bulk(
        NOTICE.table,
        [
            {"id": row["id"], "version": 1, "move_version": 0, "head": head, "last_at": tx.now_text}
            for row, head in zip(rows, heads, strict=True)
        ],
    )
