"""How often a name or an address may try before it must wait, counted in the database for all processes together.

It never keeps a name or an address readable, and never blocks an account for good.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from core.db import Tx
from core.errors import TooMany
from core.instants import parse_instant
from core.sql import Sql, insert_or
from registry.sign_in.models import ApiToken, LoginAttempt, LoginLink, WebSession
from registry.sign_in.secret import digest
from registry.tables import table

_L = table(LoginAttempt)
_NOW = sa.bindparam("now_wall", type_=_L.c.window_ends_at.type)
_ENDS = sa.bindparam("window_ends_at", type_=_L.c.window_ends_at.type)
_over = _L.c.window_ends_at <= _NOW
_COUNT = Sql(
    insert_or(_L)
    .values(key_hash=sa.bindparam("key_hash"), tries=1, window_ends_at=_ENDS)
    .on_conflict_do_update(
        index_elements=["key_hash"],
        set_={
            "tries": sa.case((_over, 1), else_=_L.c.tries + 1),
            "window_ends_at": sa.case((_over, _ENDS), else_=_L.c.window_ends_at),
        },
    )
    .returning(_L.c.tries, _L.c.window_ends_at)
)
_FORGET = Sql(sa.delete(_L).where(_L.c.key_hash == sa.bindparam("key_hash")))
_OLD = tuple(
    Sql(sa.delete(each).where(column <= sa.bindparam("before", type_=column.type)))
    for each, column in (
        (_L, _L.c.window_ends_at),
        (table(LoginLink), table(LoginLink).c.expires_at),
        (table(WebSession), table(WebSession).c.expires_at),
        (table(ApiToken), table(ApiToken).c.expires_at),
    )
)


def count_try(tx: Tx, what: str, key: str, *, most: int, window: timedelta, now: datetime) -> str:
    """Count one try and return the hashed key for `forgive`; the row stays locked, so parallel tries are counted one by one.

    A refused try is rolled back with its transaction: waiting is never made longer by trying.

    Raises:
        TooMany: `too_many_tries`, with the minutes to wait.
    """
    key_hash = digest(f"{what}:{key}")
    row = tx.sql.one(_COUNT, key_hash=key_hash, now_wall=now, window_ends_at=now + window)
    tries, ends = row or (1, None)
    if tries > most and ends is not None:
        minutes = max(1, -(-int((parse_instant(ends) - now).total_seconds()) // 60))
        raise TooMany("too_many_tries", minutes=minutes)
    return key_hash


def forgive(tx: Tx, key_hash: str) -> None:
    """Forget the tries under a key, after one that succeeded."""
    tx.sql.run(_FORGET, key_hash=key_hash)


def forget_old(tx: Tx, before: datetime) -> int:
    """Delete links, sessions, tokens and counts that ended at or before this wall instant; return how many."""
    return sum(tx.sql.run(statement, before=before) for statement in _OLD)
