"""Delivery: claim with a lease, commit, send outside any transaction, record the outcome. At least once.

It never sends inside a transaction, and never lets one bad message stop the others.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from core.clock import Clock
from core.db import Database, Tx
from core.ids import new_id
from core.sql import Sql
from notifications import claims, settling
from notifications.channels.base import Channel, Message, Outcome, Verdict
from notifications.compose import Parcel, compose
from notifications.outbox import OUTBOX

log = logging.getLogger(__name__)

BATCH = 50  # messages under one lease
LONGEST_ROUND = (
    20.0  # seconds: the clock's other jobs wait for a round, and a server may be slow for each message
)

_AGAIN = Sql(
    sa.update(OUTBOX)
    .where(OUTBOX.c.state == "dead")
    .values(state="planned", attempts=0, unknowns=0, next_try_at=None, settled_at=None)
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round of delivery did, in messages; `down`: a channel did not answer and the rest waits."""

    accepted: int = 0
    refused: int = 0
    later: int = 0
    unknown: int = 0
    down: int = 0

    @property
    def tried(self) -> int:
        """Return how many messages a server or an inbox had a say in."""
        return self.accepted + self.refused + self.later + self.unknown

    def with_all(self, verdicts: Iterable[Verdict]) -> "Sent":
        """Return the counts with these messages."""
        counts = Counter(verdict.value for verdict in verdicts)
        return replace(self, **{name: getattr(self, name) + count for name, count in counts.items()})


def send_due(
    db: Database, channels: Sequence[Channel], clock: Clock, *, base_url: str, limit: int = 1000
) -> Sent:
    """Send what may leave now, at most about `limit` messages and not for long; what is left goes in the next round.

    Two senders at once, or one killed, do no harm.
    """
    sender = _Sender(db, channels, clock, base_url, clock.monotonic() + LONGEST_ROUND)
    done = Sent()
    try:
        while done.tried < limit and not done.down and not sender.late:
            batch = sender.batch()
            if batch is None:
                break
            done = done.with_all(batch)
    finally:
        for channel in channels:
            channel.close()
    return done


@dataclass(frozen=True, slots=True)
class _Sender:
    """One process's way of sending; each batch has a token of its own, so that a late sender cannot settle it."""

    db: Database
    channels: Sequence[Channel]
    clock: Clock
    base_url: str
    until: float  # on the monotonic clock

    @property
    def late(self) -> bool:
        """The round has lasted long enough."""
        return self.clock.monotonic() >= self.until

    def batch(self) -> list[Verdict] | None:
        """Claim and send one batch; None where nothing may leave."""
        token = new_id()
        parcels = self.db.write_now(lambda tx: claims.claim(tx, token, BATCH))
        verdicts: list[Verdict] = []
        for parcel in parcels:
            verdict = self.send(token, parcel)
            if verdict is not None:
                verdicts.append(verdict)
            if verdict is Verdict.DOWN or self.late:
                self.db.write_now(lambda tx: settling.release(tx, token))
                break
        return verdicts if parcels else None

    def send(self, token: str, parcel: Parcel) -> Verdict | None:
        """Send one message; None where the lease went to somebody else meanwhile."""
        message = self._composed(parcel)
        channel = (
            self.channels[-1]
            if message is None
            else next(each for each in self.channels if each.reaches(message))
        )
        until = self.clock.wall_now() + claims.LEASE
        key, name = parcel.key, channel.name
        attempt = self.db.write_now(lambda tx: settling.begin(tx, key, token, channel=name, until=until))
        if attempt is None:
            return None
        outcome = (
            Outcome(Verdict.REFUSED, code="no_text") if message is None else _hand_over(channel, message)
        )
        self.db.write_now(
            lambda tx: settling.settle(tx, key, token, channel=name, attempt=attempt, outcome=outcome)
        )
        log.info("notice tried", extra={"key": key, "channel": name, "verdict": outcome.verdict.value})
        return outcome.verdict

    def _composed(self, parcel: Parcel) -> Message | None:
        """Put the message together; None where its words are gone, which must not stop the others."""
        try:
            return compose(parcel, base_url=self.base_url, rehearsal=self.db.rehearsal)
        except Exception:
            log.exception("message cannot be put together", extra={"key": parcel.key})
            return None


def _hand_over(channel: Channel, message: Message) -> Outcome:
    """Send, and take an error nobody foresaw for what it is: nobody knows whether the message left."""
    try:
        return channel.send(message)
    except Exception as error:
        log.exception("channel failed", extra={"channel": channel.name, "key": message.key})
        return Outcome(Verdict.UNKNOWN, code="error", detail=type(error).__name__)


def resend_failed(tx: Tx) -> int:
    """Plan again what was given up (dead letters), and only that; returns how many notices."""
    return tx.sql.run(_AGAIN)
