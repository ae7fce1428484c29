"""Looking: a person's inbox, the outbox for the status page, and the proof that somebody was told.

It never shows a person another's inbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.columns import instant_text, parse_instant
from core.db import ReadTx, Tx
from core.errors import NotFound
from core.sql import Sql
from notifications.models import Attempt, ChannelPause, PlanningFault
from notifications.outbox import INBOX, OUTBOX
from notifications.planner import behind
from registry.tables import table

_ATTEMPT, _PAUSE, _FAULT = table(Attempt), table(ChannelPause), table(PlanningFault)
_LAST = "\x7f"  # after every id
_MINE = INBOX.c.account_id == sa.bindparam("account_id")
_ENTRIES = Sql(
    sa.select(
        INBOX.c.id,
        INBOX.c.kind,
        INBOX.c.title,
        INBOX.c.body,
        INBOX.c.subject,
        INBOX.c.created_at,
        INBOX.c.seen_at,
    )
    .where(_MINE, INBOX.c.id < sa.bindparam("before", type_=sa.Text))
    .order_by(INBOX.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_UNREAD = Sql(sa.select(sa.func.count()).select_from(INBOX).where(_MINE, INBOX.c.seen_at.is_(None)))
_SEEN = (
    sa.update(INBOX)
    .where(_MINE, INBOX.c.seen_at.is_(None))
    .values(seen_at=sa.bindparam("at", type_=INBOX.c.seen_at.type))
)
_SEE_ALL = Sql(_SEEN)
_SEE_SOME = Sql(_SEEN.where(INBOX.c.id.in_(sa.bindparam("ids", type_=sa.Text, expanding=True))))
_BY_STATE = Sql(sa.select(OUTBOX.c.state, sa.func.count()).group_by(OUTBOX.c.state))
_OLDEST = Sql(
    sa.select(sa.func.min(OUTBOX.c.not_before, type_=sa.Text)).where(
        OUTBOX.c.settled_at.is_(None),
        sa.type_coerce(OUTBOX.c.not_before, sa.Text) <= sa.bindparam("now", type_=sa.Text),
    )
)
_FAULTS = Sql(sa.select(sa.func.count()).select_from(_FAULT))
_PAUSES = Sql(sa.select(_PAUSE.c.name, _PAUSE.c.since, _PAUSE.c.code).order_by(_PAUSE.c.name))
_NOTICE = Sql(
    sa.select(
        OUTBOX.c.id, OUTBOX.c.cause, OUTBOX.c.recipient, OUTBOX.c.kind, OUTBOX.c.subject, OUTBOX.c.lawful, OUTBOX.c.state,
        OUTBOX.c.planned_at, OUTBOX.c.settled_at, OUTBOX.c.message_id, INBOX.c.seen_at,
    )
    .select_from(OUTBOX.outerjoin(INBOX, INBOX.c.id == OUTBOX.c.id))
    .where(OUTBOX.c.id == sa.bindparam("notice"))
)  # fmt: skip
_TRIES = Sql(
    sa.select(_ATTEMPT.c.channel, _ATTEMPT.c.provider, _ATTEMPT.c.at, _ATTEMPT.c.outcome, _ATTEMPT.c.code)
    .where(_ATTEMPT.c.message_id == sa.bindparam("key"))
    .order_by(_ATTEMPT.c.id)
)
_ABOUT = Sql(
    sa.select(OUTBOX.c.id)
    .where(OUTBOX.c.subject == sa.bindparam("subject"), OUTBOX.c.lawful == 1)
    .order_by(OUTBOX.c.id)
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One inbox entry as a page shows it."""

    id: str
    kind: str
    title: str
    body: str
    subject: str
    created_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class PausedChannel:
    """A channel nobody answers on, since when, with the server's code."""

    name: str
    since: datetime
    code: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The outbox at a glance; `oldest_unsent_at` is the oldest instant at which something could have left."""

    by_state: dict[str, int]
    oldest_unsent_at: datetime | None
    planner_behind: int
    faults: int
    paused: tuple[PausedChannel, ...]


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a message."""

    channel: str
    provider: str
    at: datetime
    outcome: str
    code: str


@dataclass(frozen=True, slots=True)
class Proof:
    """That a person was told: why, what, when planned, every try with the message's number, when seen."""

    id: str
    cause: str
    recipient: str
    kind: str
    subject: str
    lawful: bool
    state: str
    planned_at: datetime
    settled_at: datetime | None
    message_id: str | None
    seen_at: datetime | None
    tries: tuple[Try, ...]


def inbox(rtx: ReadTx, account_id: str, after: str | None = None, limit: int = 30) -> list[Entry]:
    """Return a person's entries, newest first; `after` is the id of the last one on the page before."""
    rows = rtx.sql.all(_ENTRIES, account_id=account_id, before=after or _LAST, most=limit)
    return [
        Entry(entry, kind, title, body, subject, parse_instant(created_at), _instant(seen_at))
        for entry, kind, title, body, subject, created_at, seen_at in rows
    ]


def unread_count(rtx: ReadTx, account_id: str) -> int:
    """Return how many entries a person has not opened."""
    return int(rtx.sql.value(_UNREAD, account_id=account_id))


def mark_seen(tx: Tx, account_id: str, ids: Sequence[str] | None = None) -> int:
    """Note that a person has seen these of the own entries, or all; the first time counts. Returns how many were new."""
    if ids is None:
        return tx.sql.run(_SEE_ALL, account_id=account_id, at=tx.now)
    return tx.sql.run(_SEE_SOME, account_id=account_id, at=tx.now, ids=list(ids)) if ids else 0


def outbox_summary(rtx: ReadTx) -> Summary:
    """Return the outbox at a glance, for the status page."""
    return Summary(
        by_state={state: int(count) for state, count in rtx.sql.all(_BY_STATE)},
        oldest_unsent_at=_instant(rtx.sql.value(_OLDEST, now=instant_text(rtx.now))),
        planner_behind=behind(rtx),
        faults=int(rtx.sql.value(_FAULTS)),
        paused=tuple(
            PausedChannel(name, parse_instant(since), code) for name, since, code in rtx.sql.all(_PAUSES)
        ),
    )


def proof_of_notice(rtx: ReadTx, outbox_id: str) -> Proof:
    """Return all that proves one notice; its history is the subject `notice/<id>`.

    Raises:
        NotFound: `notice_unknown`.
    """
    row = rtx.sql.one(_NOTICE, notice=outbox_id)
    if row is None:
        raise NotFound("notice_unknown")
    notice, cause, recipient, kind, subject, lawful, state, planned_at, settled_at, message_id, seen_at = row
    return Proof(
        id=notice,
        cause=cause,
        recipient=recipient,
        kind=kind,
        subject=subject,
        lawful=bool(lawful),
        state=state,
        planned_at=parse_instant(planned_at),
        settled_at=_instant(settled_at),
        message_id=message_id,
        seen_at=_instant(seen_at),
        tries=_tries(rtx, message_id),
    )


def _tries(rtx: ReadTx, message_id: str | None) -> tuple[Try, ...]:
    rows = rtx.sql.all(_TRIES, key=message_id) if message_id else []
    return tuple(
        Try(channel, provider, parse_instant(at), outcome, code)
        for channel, provider, at, outcome, code in rows
    )


def proofs_about(rtx: ReadTx, subject: str) -> list[Proof]:
    """Return the proofs of every lawful notice about a subject, oldest first."""
    return [proof_of_notice(rtx, row[0]) for row in rtx.sql.all(_ABOUT, subject=subject)]


def _instant(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)
