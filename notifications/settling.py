"""What became of a message: recorded per try, settled per notice, repeated only where that is right.

It never repeats an unknown outcome before half an hour, nor more than once, nor for a notice no law asks for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from core import history
from core.columns import instant_text
from core.db import Tx
from core.ids import new_id
from core.lines import SYSTEM
from core.sql import Sql, upsert
from notifications.channels.base import Outcome, Verdict
from notifications.models import Attempt, ChannelPause
from notifications.outbox import NOTICE, OUTBOX
from registry.tables import table

UNKNOWN_WAITS = timedelta(minutes=30)
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=10)
STARTED = "started"

_ATTEMPT, _PAUSE = table(Attempt), table(ChannelPause)
_KEY = sa.bindparam("key", type_=sa.Text)
_OURS = sa.and_(
    OUTBOX.c.message_id == _KEY, OUTBOX.c.lease == sa.bindparam("token"), OUTBOX.c.state == "claimed"
)
_HOLD_ON = Sql(sa.update(OUTBOX).where(_OURS).values(lease_until=sa.bindparam("until")), as_given=True)
_BEGIN = Sql(sa.insert(_ATTEMPT), as_given=True)
_END = Sql(
    sa.update(_ATTEMPT)
    .where(_ATTEMPT.c.id == sa.bindparam("attempt"))
    .values(
        {name: sa.bindparam(f"new_{name}") for name in ("provider", "outcome", "code", "cost_vnd", "detail")}
    ),
    as_given=True,
)
_COLUMNS = (OUTBOX.c.id, OUTBOX.c.lawful, OUTBOX.c.urgent, OUTBOX.c.attempts, OUTBOX.c.unknowns)
_CLAIMED = Sql(sa.select(*_COLUMNS).where(_OURS).order_by(OUTBOX.c.id).with_for_update())
_CLAIMED_ONCE = Sql(
    sa.select(*_COLUMNS)
    .where(OUTBOX.c.message_id == _KEY, OUTBOX.c.state == "claimed")
    .order_by(OUTBOX.c.id)
    .with_for_update()
)
_OPEN_ATTEMPT = Sql(sa.select(_ATTEMPT.c.id).where(_ATTEMPT.c.message_id == _KEY, _ATTEMPT.c.code == STARTED))
_SETTLE = Sql(
    sa.update(OUTBOX)
    .where(OUTBOX.c.id == sa.bindparam("notice"))
    .values(
        {
            name: sa.bindparam(f"new_{name}")
            for name in ("state", "attempts", "unknowns", "next_try_at", "settled_at")
        }
    )
    .values(lease=None, lease_until=None),
)
_SCRUB = Sql(
    sa.update(OUTBOX)
    .where(OUTBOX.c.message_id == _KEY, OUTBOX.c.urgent == 1)
    .values(params=sa.literal("{}", sa.Text))
)
_RELEASE = Sql(
    sa.update(OUTBOX)
    .where(OUTBOX.c.lease == sa.bindparam("token"), OUTBOX.c.state == "claimed")
    .values(state="planned", lease=None, lease_until=None)
)
_FAILURES = Sql(sa.select(_PAUSE.c.failures, _PAUSE.c.since).where(_PAUSE.c.name == sa.bindparam("name")))
_SET_PAUSE = Sql(upsert(_PAUSE, ["name"], "until", "failures", "code"), as_given=True)
_END_PAUSE = Sql(sa.delete(_PAUSE).where(_PAUSE.c.name == sa.bindparam("name")))


@dataclass(frozen=True, slots=True)
class Fate:
    """What a notice becomes: its state, its counts, and when it is tried again (None: it is settled)."""

    state: str
    attempts: int
    unknowns: int
    next_try_at: datetime | None = None


def fate(verdict: Verdict, *, lawful: bool, attempts: int, unknowns: int, wall: datetime) -> Fate:
    """Decide what follows from an outcome; `attempts` and `unknowns` are the counts before it."""
    match verdict:
        case Verdict.DOWN:  # nobody answered: that says nothing of this notice, so it never dies of it
            return Fate("failed", attempts, unknowns, wall + FIRST_WAIT)
        case Verdict.LATER if (
            lawful or attempts + 1 < MOST_ATTEMPTS
        ):  # what the law rests on is never given up
            wait = min(FIRST_WAIT * 2 ** min(attempts, 6), LONGEST_WAIT)
            return Fate("failed", attempts + 1, unknowns, wall + wait)
        case Verdict.UNKNOWN if unknowns == 0:
            again = wall + UNKNOWN_WAITS if lawful else None
            return Fate("unknown", attempts + 1, 1, again)
    unknowns += verdict is Verdict.UNKNOWN
    return Fate("sent" if verdict is Verdict.ACCEPTED else "dead", attempts + 1, unknowns)


def begin(tx: Tx, key: str, token: str, *, channel: str, until: datetime) -> str | None:
    """Note that a try starts, so that a crash leaves it unknown; None where the lease has gone to somebody else."""
    if not tx.sql.run(_HOLD_ON, key=key, token=token, until=instant_text(until)):
        return None
    attempt = new_id()
    tx.sql.run(
        _BEGIN, id=attempt, outbox_id=key, message_id=key, channel=channel, provider="",
        at=instant_text(tx.clock.wall_now()), outcome="unknown", code=STARTED, cost_vnd=0, detail="",
    )  # fmt: skip
    return attempt


def settle(tx: Tx, key: str, token: str, *, channel: str, attempt: str, outcome: Outcome) -> None:
    """Record how a try ended and what follows for each of its notices."""
    _close(tx, attempt, outcome)
    _apply(tx, tx.sql.all(_CLAIMED, key=key, token=token), key, channel, outcome.verdict)
    if outcome.verdict is Verdict.DOWN:
        _pause(tx, channel, outcome.code)
    elif outcome.provider:
        tx.sql.run(_END_PAUSE, name=channel)


def settle_lost(tx: Tx, keys: Sequence[str]) -> None:
    """Take over messages whose claimer has gone: unknown if a try had started, else planned again as if never claimed."""
    for key in keys:
        attempt = tx.sql.value(_OPEN_ATTEMPT, key=key)
        rows = tx.sql.all(_CLAIMED_ONCE, key=key)
        if attempt is None:
            tx.sql.many(_SETTLE, [_row(row[0], Fate("planned", row[3], row[4]), None) for row in rows])
            continue
        _close(tx, attempt, Outcome(Verdict.UNKNOWN, code="stopped", detail="the sender stopped in between"))
        _apply(tx, rows, key, "", Verdict.UNKNOWN)


def release(tx: Tx, token: str) -> None:
    """Give back what was claimed and not tried."""
    tx.sql.run(_RELEASE, token=token)


def _close(tx: Tx, attempt: str, outcome: Outcome) -> None:
    tx.sql.run(
        _END, attempt=attempt, new_provider=outcome.provider, new_outcome=outcome.verdict.recorded,
        new_code=outcome.code[:40], new_cost_vnd=outcome.cost_vnd, new_detail=outcome.detail[:300],
    )  # fmt: skip


def _apply(tx: Tx, rows: Sequence[tuple[Any, ...]], key: str, channel: str, verdict: Verdict) -> None:
    lawful, wall = any(row[1] for row in rows), tx.clock.wall_now()
    for notice, is_lawful, urgent, attempts, unknowns in rows:
        ends = fate(verdict, lawful=lawful, attempts=attempts, unknowns=unknowns, wall=wall)
        settled_at = tx.now_text if ends.next_try_at is None else None
        tx.sql.run(_SETTLE, **_row(notice, ends, settled_at))
        if settled_at and is_lawful:
            _note(
                tx,
                notice,
                {"state": ends.state, "channel": channel, "message": key, "attempts": ends.attempts},
            )
        if settled_at and urgent:
            tx.sql.run(_SCRUB, key=key)


def _row(notice: str, ends: Fate, settled_at: str | None) -> dict[str, Any]:
    next_try = None if ends.next_try_at is None else instant_text(ends.next_try_at)
    return {
        "notice": notice, "new_state": ends.state, "new_attempts": ends.attempts, "new_unknowns": ends.unknowns,
        "new_next_try_at": next_try, "new_settled_at": settled_at,
    }  # fmt: skip


def _note(tx: Tx, notice: str, inputs: Mapping[str, Any]) -> None:
    """Write the line of a lawful notice's settlement: proof that it went out, or that it could not."""
    history.append(tx, NOTICE, notice, "notice_settled", actor=SYSTEM, inputs=inputs)


def _pause(tx: Tx, channel: str, code: str) -> None:
    """Leave a channel alone for a while, longer each time in a row."""
    wall = tx.clock.wall_now()
    before = tx.sql.one(_FAILURES, name=channel)
    failures, since = (before[0] + 1, before[1]) if before else (1, instant_text(wall))
    until = wall + min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
    tx.sql.run(
        _SET_PAUSE, name=channel, since=since, until=instant_text(until), failures=failures, code=code[:40]
    )
