"""One-time links: they hold 24 hours, work once, and may be looked at (by people and by link previews) without being used.

It never signs anybody in by itself: using a link names the account, opening a session is the caller's next step.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from core.db import ReadTx, Tx
from core.errors import NotFound, Refused
from core.instants import instant_text, parse_instant
from core.sql import Sql
from registry.accounts.models import Account
from registry.accounts.people import find_account, get_account
from registry.sign_in.limits import count_try
from registry.sign_in.models import LoginLink
from registry.sign_in.passwords import set_password
from registry.sign_in.secret import digest, new_secret
from registry.tables import table

HOLDS = timedelta(hours=24)
ASKED_AT_MOST = 5
ASKED_WITHIN = timedelta(hours=1)
ASKED_FROM_ONE_PLACE = 30

_L = table(LoginLink)
_A = table(Account)
_NOW = sa.bindparam("now_wall", type_=_L.c.expires_at.type)
_TOKEN = _L.c.token_hash == sa.bindparam("token_hash")
_ADD = Sql(sa.insert(_L))
_LOOK = Sql(
    sa.select(_L.c.account_id, _L.c.purpose, _L.c.expires_at, _L.c.used_at, _A.c.disabled_at, _A.c.name)
    .join(_A, _A.c.id == _L.c.account_id)
    .where(_TOKEN)
)
_USE = Sql(sa.update(_L).where(_TOKEN, _L.c.used_at.is_(None), _L.c.expires_at > _NOW).values(used_at=_NOW))


class Purpose(StrEnum):
    """What a link is good for; one kind does not do for the other."""

    SIGN_IN = "sign_in"
    RECOVER = "recover"


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a page behind a link may show before its button is pressed."""

    account_id: str
    name: str | None
    purpose: Purpose
    expires_at: datetime


def make_link(
    tx: Tx, account_id: str, purpose: Purpose = Purpose.SIGN_IN, *, now_wall: datetime | None = None
) -> str:
    """Return the secret of a new link; only its hash is kept. The 24 hours are wall time.

    Raises:
        NotFound: `unknown_account`.
        Refused: `account_disabled`.
    """
    if get_account(tx, account_id).disabled:
        raise Refused("account_disabled")
    now = now_wall or tx.clock.wall_now()
    secret = new_secret()
    tx.sql.run(
        _ADD, token_hash=digest(secret), account_id=account_id, purpose=Purpose(purpose).value, created_at=now,
        expires_at=now + HOLDS, used_at=None,
    )  # fmt: skip
    return secret


def ask_link(
    tx: Tx, login: str, purpose: Purpose, *, address: str, now_wall: datetime | None = None
) -> tuple[str, str] | None:
    """Make a link for whom an e-mail address or phone number names: (account id, secret), or None for nobody.

    The caller answers the same words in both cases, or the page would tell who has an account.

    Raises:
        TooMany: `too_many_tries`, for the account or for the address the request came from.
    """
    now = now_wall or tx.clock.wall_now()
    count_try(tx, "ask_address", address, most=ASKED_FROM_ONE_PLACE, window=ASKED_WITHIN, now=now)
    account = find_account(tx, login)
    if account is None or account.disabled:
        return None
    count_try(tx, "ask_account", account.id, most=ASKED_AT_MOST, window=ASKED_WITHIN, now=now)
    return account.id, make_link(tx, account.id, purpose, now_wall=now)


def peek_link(
    rtx: ReadTx, token: str, purpose: Purpose = Purpose.SIGN_IN, *, now_wall: datetime | None = None
) -> LinkView:
    """Return whom a link is for without using it, as often as asked.

    Raises:
        NotFound: `link_unknown`, also for a link made for something else.
        Refused: `link_used`, `link_expired` (from the 24:00:00th hour on) or `account_disabled`.
    """
    row = rtx.sql.one(_LOOK, token_hash=digest(token))
    if row is None or row[1] != purpose:
        raise NotFound("link_unknown")
    account_id, stored, expires_at, used_at, disabled_at, name = row
    if used_at is not None:
        raise Refused("link_used")
    if expires_at <= instant_text(now_wall or rtx.clock.wall_now()):
        raise Refused("link_expired")
    if disabled_at is not None:
        raise Refused("account_disabled")
    return LinkView(account_id, name, Purpose(stored), parse_instant(expires_at))


def use_link(
    tx: Tx, token: str, purpose: Purpose = Purpose.SIGN_IN, *, now_wall: datetime | None = None
) -> str:
    """Use a link and return its account; of two at once exactly one gets it.

    Raises:
        NotFound: `link_unknown`.
        Refused: `link_used`, `link_expired` or `account_disabled`.
    """
    now = now_wall or tx.clock.wall_now()
    view = peek_link(tx, token, purpose, now_wall=now)
    if not tx.sql.run(_USE, token_hash=digest(token), now_wall=now):
        raise Refused("link_used")
    return view.account_id


def recover(
    tx: Tx, token: str, password_hash: str, *, via: str = "web", now_wall: datetime | None = None
) -> str:
    """Use a recovery link to set a new password (hash from `hash_password`), and return the account.

    Every session and every other link of the account ends: whoever took the old password is out.

    Raises:
        NotFound: `link_unknown`.
        Refused: `link_used`, `link_expired` or `account_disabled`.
    """
    account_id = use_link(tx, token, Purpose.RECOVER, now_wall=now_wall)
    set_password(tx, account_id, password_hash, via=via, now_wall=now_wall)
    return account_id
