"""Sessions of the pages, kept on the server: open, look up on every request, close, sign out everywhere.

It never trusts a cookie beyond being a key: rights are read anew on each request.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from core.db import ReadTx, Tx
from core.errors import NotFound
from core.instants import instant_text
from core.sql import Sql
from registry.accounts.appointments import today
from registry.accounts.models import Account, Appointment
from registry.accounts.people import get_account
from registry.actors import HELD, IN_ORDER, Actor, held_of, with_rights
from registry.sign_in.models import LoginLink, WebSession
from registry.sign_in.secret import digest, new_secret
from registry.tables import table

IDLE = timedelta(hours=12)
LASTS = timedelta(days=7)
IDLE_REMEMBERED = timedelta(days=30)
LASTS_REMEMBERED = timedelta(days=90)
TOUCH_AFTER = timedelta(minutes=5)
"""A visit is written down at most this often, so that reading pages does not write."""

_S = table(WebSession)
_A = table(Account)
_P = table(Appointment)
_L = table(LoginLink)
_NOW = sa.bindparam("now_wall", type_=_S.c.expires_at.type)
_HASH = _S.c.id_hash == sa.bindparam("id_hash")
_ADD = Sql(sa.insert(_S))
_LOOK_UP = Sql(
    sa.select(_S.c.csrf, _S.c.last_seen_at, _A.c.id, _A.c.name, *HELD)
    .select_from(with_rights(_S.join(_A, _A.c.id == _S.c.account_id)))
    .where(
        _HASH, _S.c.revoked_at.is_(None), _S.c.expires_at > _NOW, _S.c.idle_until > _NOW, _A.c.disabled_at.is_(None)
    )
    .order_by(*IN_ORDER),
    as_given=True,
)  # fmt: skip
_IDLE = Sql(sa.select(_S.c.idle_seconds).where(_HASH, _S.c.revoked_at.is_(None)))
_TOUCH = Sql(
    sa.update(_S)
    .where(_HASH, _S.c.revoked_at.is_(None))
    .values(last_seen_at=_NOW, idle_until=sa.bindparam("idle_until", type_=_S.c.idle_until.type))
)
_CLOSE = Sql(sa.update(_S).where(_HASH, _S.c.revoked_at.is_(None)).values(revoked_at=_NOW))
_OF = sa.bindparam("account_id", type_=sa.Text)
_CLOSE_ALL = Sql(
    sa.update(_S).where(_S.c.account_id == _OF, _S.c.revoked_at.is_(None)).values(revoked_at=_NOW)
)
_SPEND_LINKS = Sql(sa.update(_L).where(_L.c.account_id == _OF, _L.c.used_at.is_(None)).values(used_at=_NOW))


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: the secret for the cookie, the token for forms, and when it ends at the latest."""

    session_id: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a request comes from; `touch_due` asks the caller to write the visit down (`touch_session`)."""

    actor: Actor
    csrf: str
    id_hash: str
    touch_due: bool


def open_session(
    tx: Tx, account_id: str, *, remember: bool = False, now_wall: datetime | None = None
) -> Opened:
    """Open a session and return its secrets, which are nowhere else; `remember` is for a person's own phone.

    Raises:
        NotFound: `unknown_account`, also for a disabled one.
    """
    if get_account(tx, account_id).disabled:
        raise NotFound("unknown_account", account=account_id)
    now = now_wall or tx.clock.wall_now()
    idle, lasts = (IDLE_REMEMBERED, LASTS_REMEMBERED) if remember else (IDLE, LASTS)
    opened = Opened(new_secret(), new_secret(), now + lasts)
    tx.sql.run(
        _ADD, id_hash=digest(opened.session_id), account_id=account_id, csrf=opened.csrf, created_at=now,
        last_seen_at=now, idle_seconds=int(idle.total_seconds()), idle_until=now + idle,
        expires_at=opened.expires_at, revoked_at=None,
    )  # fmt: skip
    return opened


def session_actor(rtx: ReadTx, session_id: str, now_wall: datetime) -> SignedIn | None:
    """Return who is behind a cookie with the rights of today, in one select; None if the session is over or unknown.

    Both ends are exclusive: at the very instant of `expires_at` or of the idle end the session is over.
    """
    id_hash = digest(session_id)
    rows = rtx.sql.all(
        _LOOK_UP, id_hash=id_hash, now_wall=instant_text(now_wall), on_day=today(rtx).isoformat()
    )
    if not rows:
        return None
    csrf, last_seen_at, account_id, name = rows[0][:4]
    actor = Actor(account_id, name or "", "web", held_of(row[4:] for row in rows))
    return SignedIn(actor, csrf, id_hash, last_seen_at <= instant_text(now_wall - TOUCH_AFTER))


def touch_session(tx: Tx, id_hash: str, *, now_wall: datetime | None = None) -> None:
    """Write a visit down and put the idle end ahead; a closed session stays closed."""
    now = now_wall or tx.clock.wall_now()
    idle = tx.sql.value(_IDLE, id_hash=id_hash)
    if idle is not None:
        tx.sql.run(_TOUCH, id_hash=id_hash, now_wall=now, idle_until=now + timedelta(seconds=idle))


def close_session(tx: Tx, id_hash: str, *, now_wall: datetime | None = None) -> None:
    """Sign out here; doing it twice is harmless."""
    tx.sql.run(_CLOSE, id_hash=id_hash, now_wall=now_wall or tx.clock.wall_now())


def sign_out_everywhere(tx: Tx, account_id: str, *, now_wall: datetime | None = None) -> int:
    """Close every session of the account, spend its unused links, and return how many sessions were open."""
    now = now_wall or tx.clock.wall_now()
    tx.sql.run(_SPEND_LINKS, account_id=account_id, now_wall=now)
    return tx.sql.run(_CLOSE_ALL, account_id=account_id, now_wall=now)
