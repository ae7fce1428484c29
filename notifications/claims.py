"""Claiming what is to be sent now: grouped into messages, under a lease, one claimer at a time.

It never sends, and never gives one notice to two claimers while the lease of the first holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import instant_text, parse_instant
from core.db import ReadTx, Tx
from core.sql import Sql, insert_ignore
from notifications import reminders
from notifications.compose import Item, Parcel, parse_params
from notifications.kinds import KINDS
from notifications.models import Attempt, ChannelPause, PlannerCursor
from notifications.outbox import INBOX, OUTBOX
from notifications.quiet import OpenDays, is_quiet, next_opening, open_days
from notifications.settling import settle_lost
from registry.accounts.models import Account
from registry.tables import table

LEASE = timedelta(minutes=5)
_LOCK_NAME = "claims"
_TODAY_IS_OVER = timedelta(days=1)

_CURSOR, _PAUSE, _ACCOUNT, _ATTEMPT = (
    table(PlannerCursor),
    table(ChannelPause),
    table(Account),
    table(Attempt),
)
_WALL = sa.bindparam("wall", type_=sa.Text)
_NOW = sa.bindparam("now", type_=sa.Text)


def _text(column: Any) -> Any:
    return sa.type_coerce(column, sa.Text)


_BEGIN = Sql(insert_ignore(_CURSOR))
_ONE_AT_A_TIME = Sql(sa.select(_CURSOR.c.seq).where(_CURSOR.c.name == sa.bindparam("name")).with_for_update())
_PAUSED = Sql(sa.select(_PAUSE.c.name).where(_text(_PAUSE.c.until) > _WALL))
_READY = sa.and_(
    OUTBOX.c.settled_at.is_(None),
    _text(OUTBOX.c.not_before) <= _NOW,
    sa.or_(
        OUTBOX.c.state == "planned",
        sa.and_(OUTBOX.c.state.in_(["failed", "unknown"]), _text(OUTBOX.c.next_try_at) <= _WALL),
    ),
)
_CANDIDATES = Sql(
    sa.select(OUTBOX.c.id, OUTBOX.c.recipient, OUTBOX.c.digest_day, OUTBOX.c.message_id)
    .where(_READY, OUTBOX.c.urgent >= sa.bindparam("least_urgent", type_=sa.Integer))
    .where(
        sa.or_(
            sa.bindparam("with_daily", type_=sa.Integer) == 1,
            OUTBOX.c.digest_day.is_(None),
            OUTBOX.c.message_id.is_not(None),
        )
    )
    .order_by(OUTBOX.c.urgent.desc(), OUTBOX.c.not_before, OUTBOX.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
_DAY = sa.bindparam("today", type_=sa.Text)
_PEOPLE = sa.bindparam("people", type_=sa.Text, expanding=True)
_OF_THE_DAY = Sql(
    sa.select(OUTBOX.c.id, OUTBOX.c.recipient)
    .where(OUTBOX.c.recipient.in_(_PEOPLE), OUTBOX.c.digest_day.is_not(None), OUTBOX.c.message_id.is_(None))
    .where(_READY)
    .order_by(OUTBOX.c.id)
    .with_for_update(skip_locked=True)
)
_HAD_TODAY = Sql(
    sa.select(OUTBOX.c.recipient)
    .where(
        OUTBOX.c.recipient.in_(_PEOPLE), _text(OUTBOX.c.digest_day) == _DAY, OUTBOX.c.message_id.is_not(None)
    )
    .distinct()
)
_PUT_OFF = Sql(
    sa.update(OUTBOX)
    .where(OUTBOX.c.id == sa.bindparam("notice"))
    .values(digest_day=sa.bindparam("day"), not_before=sa.bindparam("opening")),
    as_given=True,
)
_CLAIM = Sql(
    sa.update(OUTBOX)
    .where(OUTBOX.c.id == sa.bindparam("notice"))
    .values(
        state="claimed", message_id=sa.bindparam("key"), lease=sa.bindparam("token"), lease_until=sa.bindparam("until"),
        digest_day=sa.case((OUTBOX.c.digest_day.is_(None), sa.null()), else_=sa.bindparam("day")),
    )
)  # fmt: skip
_LOST = Sql(
    sa.select(OUTBOX.c.message_id)
    .where(OUTBOX.c.settled_at.is_(None), OUTBOX.c.state == "claimed", _text(OUTBOX.c.lease_until) <= _WALL)
    .distinct()
)
_MEMBERS = Sql(
    sa.select(OUTBOX.c.id, OUTBOX.c.message_id)
    .where(
        OUTBOX.c.message_id.in_(sa.bindparam("keys", type_=sa.Text, expanding=True)),
        OUTBOX.c.settled_at.is_(None),
    )
    .order_by(OUTBOX.c.id)
)
_CONTENTS = Sql(
    sa.select(
        OUTBOX.c.message_id, OUTBOX.c.id, OUTBOX.c.kind, OUTBOX.c.lawful, OUTBOX.c.params, INBOX.c.title, INBOX.c.body,
        _ACCOUNT.c.id, _ACCOUNT.c.email, _ACCOUNT.c.phone,
    )
    .join(_ACCOUNT, _ACCOUNT.c.id == OUTBOX.c.recipient)
    .outerjoin(INBOX, INBOX.c.id == OUTBOX.c.id)
    .where(OUTBOX.c.lease == sa.bindparam("token"), OUTBOX.c.state == "claimed")
    .order_by(OUTBOX.c.message_id, OUTBOX.c.id)
)  # fmt: skip
_LEAVES = Sql(
    sa.select(OUTBOX.c.id)
    .where(
        sa.or_(
            _READY,
            sa.and_(
                OUTBOX.c.settled_at.is_(None),
                OUTBOX.c.state == "claimed",
                _text(OUTBOX.c.lease_until) <= _WALL,
            ),
        )
    )
    .where(OUTBOX.c.urgent >= sa.bindparam("least_urgent", type_=sa.Integer))
    .limit(1)
)
_NEXT = Sql(
    sa.select(sa.func.min(OUTBOX.c.not_before, type_=sa.Text)).where(
        OUTBOX.c.settled_at.is_(None), OUTBOX.c.state == "planned", _text(OUTBOX.c.not_before) > _NOW
    )
)


def claim(tx: Tx, token: str, limit: int) -> list[Parcel]:
    """Take messages that may leave now, at most about `limit`, for five minutes, under the claimer's own token.

    Reminders of one person for one day become one message; a person who had one today gets the next tomorrow.
    """
    wall = tx.clock.wall_now()
    tx.sql.run(_BEGIN, name=_LOCK_NAME, seq=0)
    tx.sql.one(_ONE_AT_A_TIME, name=_LOCK_NAME)
    settle_lost(tx, [row[0] for row in tx.sql.all(_LOST, wall=instant_text(wall))])
    if tx.sql.one(_PAUSED, wall=instant_text(wall)) is not None:
        return []
    calendar = open_days(tx)
    keys = _keys(tx, _candidates(tx, wall, calendar, limit), wall, calendar)
    if not keys:
        return []
    day, until = _today(tx.now), instant_text(wall + LEASE)
    claimed = [
        {"notice": notice, "key": key, "token": token, "until": until, "day": day}
        for notice, key in keys.items()
    ]
    tx.sql.many(_CLAIM, claimed)
    return parcels(tx.sql.all(_CONTENTS, token=token))


def _candidates(tx: Tx, wall: datetime, calendar: OpenDays, limit: int) -> list[tuple[Any, ...]]:
    quiet = is_quiet(tx.now, calendar)
    return tx.sql.all(
        _CANDIDATES,
        now=tx.now_text,
        wall=instant_text(wall),
        least_urgent=int(quiet),
        with_daily=int(not reminders.waiting(tx, tx.now)),
        most=limit,
    )


def _keys(tx: Tx, rows: Sequence[tuple[Any, ...]], wall: datetime, calendar: OpenDays) -> dict[str, str]:
    """Return the message of each notice: its own, the one it left in before, or the person's digest of the day."""
    keys = {notice: notice for notice, _, daily, sent_in in rows if sent_in is None and daily is None}
    before = {sent_in for _, _, _, sent_in in rows if sent_in is not None}
    if before:
        keys.update((notice, sent_in) for notice, sent_in in tx.sql.all(_MEMBERS, keys=sorted(before)))
    people = {person for _, person, daily, sent_in in rows if sent_in is None and daily is not None}
    if people:
        keys.update(_digests(tx, people, wall, calendar))
    return keys


def _digests(tx: Tx, people: Iterable[str], wall: datetime, calendar: OpenDays) -> Mapping[str, str]:
    asked, today = sorted(people), _today(tx.now)
    had = {row[0] for row in tx.sql.all(_HAD_TODAY, people=asked, today=today)}
    by_person: dict[str, list[str]] = defaultdict(list)
    for notice, person in tx.sql.all(_OF_THE_DAY, people=asked, now=tx.now_text, wall=instant_text(wall)):
        by_person[person].append(notice)
    _put_off(tx, [notice for person in had for notice in by_person.get(person, ())], calendar)
    return {
        notice: notices[0] for person, notices in by_person.items() if person not in had for notice in notices
    }


def _put_off(tx: Tx, notices: Sequence[str], calendar: OpenDays) -> None:
    """Move what a person may not get today to the next opening."""
    midnight = tx.now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    opening = next_opening(midnight + _TODAY_IS_OVER, calendar)
    put_off = {"day": _today(opening), "opening": instant_text(opening)}
    tx.sql.many(_PUT_OFF, [{"notice": notice, **put_off} for notice in notices])


def _today(now: datetime) -> str:
    return now.astimezone(VIETNAM).date().isoformat()


def parcels(rows: Iterable[tuple[Any, ...]]) -> list[Parcel]:
    items: dict[str, list[Item]] = defaultdict(list)
    people: dict[str, tuple[str, str | None, str | None]] = {}
    for key, notice, kind, lawful, params, title, body, account, email, phone in rows:
        items[key].append(Item(notice, kind, bool(lawful), parse_params(params), title, body))
        people[key] = (account, email, phone)
    parcels = [
        Parcel(key, *people[key], tuple(found), lawful=any(item.lawful for item in found))
        for key, found in items.items()
    ]
    return sorted(parcels, key=lambda parcel: (not KINDS[parcel.items[0].kind].urgent, parcel.key))


def leaves(rtx: ReadTx, now: datetime) -> bool:
    """Say whether something may leave at this instant: due, in open hours or urgent, and no channel left alone."""
    wall = instant_text(rtx.clock.wall_now())
    if rtx.sql.one(_PAUSED, wall=wall) is not None:
        return False
    quiet = is_quiet(now, open_days(rtx))
    return rtx.sql.one(_LEAVES, now=instant_text(now), wall=wall, least_urgent=int(quiet)) is not None


def next_opening_at(rtx: ReadTx, now: datetime) -> datetime | None:
    """Return the next business instant at which something planned may leave; None where nothing waits."""
    text = rtx.sql.value(_NEXT, now=instant_text(now))
    return None if text is None else parse_instant(text)
