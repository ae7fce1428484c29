"""Tokens of the API: named, dated, shown once, and revocable one by one.

A token never has a right of its own: it acts with what its account holds that day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from core.db import ReadTx, Tx
from core.errors import NotFound
from core.ids import new_id
from core.instants import instant_text, parse_instant
from core.sql import Sql
from registry.accounts.appointments import today
from registry.accounts.models import Account, Appointment
from registry.accounts.people import get_account
from registry.actors import HELD, IN_ORDER, Actor, held_of, with_rights
from registry.refusals import bad_field, required_text
from registry.sign_in.models import ApiToken
from registry.sign_in.secret import digest, new_secret
from registry.tables import table

LONGEST_DAYS = 366
"""A token must be made anew once a year."""

_T = table(ApiToken)
_A = table(Account)
_P = table(Appointment)
_NOW = sa.bindparam("now_wall", type_=_T.c.expires_at.type)
_ADD = Sql(sa.insert(_T))
_ACTOR = Sql(
    sa.select(_A.c.id, _A.c.name, *HELD)
    .select_from(with_rights(_T.join(_A, _A.c.id == _T.c.account_id)))
    .where(
        _T.c.token_hash == sa.bindparam("token_hash"), _T.c.revoked_at.is_(None), _T.c.expires_at > _NOW,
        _A.c.disabled_at.is_(None),
    )
    .order_by(*IN_ORDER),
    as_given=True,
)  # fmt: skip
_OF_ACCOUNT = Sql(
    sa.select(_T.c.id, _T.c.name, _T.c.created_at, _T.c.expires_at)
    .where(_T.c.account_id == sa.bindparam("account_id"), _T.c.revoked_at.is_(None), _T.c.expires_at > _NOW)
    .order_by(_T.c.created_at, _T.c.id)
)
_REVOKE = Sql(
    sa.update(_T)
    .where(
        _T.c.id == sa.bindparam("token_id"),
        _T.c.account_id == sa.bindparam("account_id"),
        _T.c.revoked_at.is_(None),
    )
    .values(revoked_at=_NOW)
)


@dataclass(frozen=True, slots=True)
class TokenRead:
    """A token in force as its owner sees it; the secret itself is not kept."""

    id: str
    name: str
    created_at: datetime
    expires_at: datetime


def make_token(
    tx: Tx, account_id: str, name: str, *, days: int = 90, now_wall: datetime | None = None
) -> str:
    """Return a new token for the account; it is shown this once and holds for `days`.

    Raises:
        NotFound: `unknown_account`.
        BadInput: `required`, `too_long`, `token_days`.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise bad_field("days", "token_days", longest=LONGEST_DAYS)
    now = now_wall or tx.clock.wall_now()
    get_account(tx, account_id)
    secret = new_secret()
    tx.sql.run(
        _ADD, token_hash=digest(secret), id=new_id(), account_id=account_id,
        name=required_text(name, "name", longest=100), created_at=now, expires_at=now + timedelta(days=days),
        revoked_at=None,
    )  # fmt: skip
    return secret


def token_actor(rtx: ReadTx, token: str, now_wall: datetime) -> Actor | None:
    """Return who acts by this token; None if it is unknown, over, revoked, or its account is disabled. One select."""
    rows = rtx.sql.all(
        _ACTOR, token_hash=digest(token), now_wall=instant_text(now_wall), on_day=today(rtx).isoformat()
    )
    if not rows:
        return None
    return Actor(rows[0][0], rows[0][1] or "", "api", held_of(row[2:] for row in rows))


def tokens_of(rtx: ReadTx, account_id: str, now_wall: datetime) -> list[TokenRead]:
    """Return the account's tokens in force, oldest first."""
    rows = rtx.sql.all(_OF_ACCOUNT, account_id=account_id, now_wall=now_wall)
    return [TokenRead(row[0], row[1], parse_instant(row[2]), parse_instant(row[3])) for row in rows]


def revoke_token(tx: Tx, account_id: str, token_id: str, *, now_wall: datetime | None = None) -> None:
    """End one of the account's own tokens from this moment.

    Raises:
        NotFound: `unknown_token`, also for another's.
    """
    now = now_wall or tx.clock.wall_now()
    if not tx.sql.run(_REVOKE, token_id=token_id, account_id=account_id, now_wall=now):
        raise NotFound("unknown_token")
