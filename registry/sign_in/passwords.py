"""Passwords: Argon2id through pwdlib, the rule for new ones, and the door that signs in by one.

It never hashes inside a transaction (a hash takes 0.1 s and 64 MiB), and never tells a wrong name from a wrong password.
"""

import asyncio
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.db import Database, Tx
from core.errors import NotSignedIn
from core.history import append
from core.lines import ActorRef
from core.sql import Sql
from registry.accounts.models import Account
from registry.accounts.people import ACCOUNT, find_account
from registry.refusals import bad_field
from registry.sign_in.limits import count_try, forgive
from registry.sign_in.secret import new_secret
from registry.sign_in.sessions import Opened, open_session, sign_out_everywhere
from registry.tables import table

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST = 10
LONGEST = 200
AT_ONCE = 2
"""Hashes that may run at the same time: 64 MiB each."""
WRONG_PER_NAME = 5
TRIES_PER_ADDRESS = 50
WITHIN = timedelta(minutes=15)
_COMMON = frozenset(
    {"1234567890", "0123456789", "0987654321", "matkhau123", "password123", "qwertyuiop", "1q2w3e4r5t"}
)
_slots = BoundedSemaphore(AT_ONCE)

_A = table(Account)
_HASH_OF = Sql(sa.select(_A.c.password_hash).where(_A.c.id == sa.bindparam("account_id")))
_SET = Sql(
    sa.update(_A)
    .where(_A.c.id == sa.bindparam("account_id"))
    .values(password_hash=sa.bindparam("password_hash"))
)


@dataclass(frozen=True, slots=True)
class Challenge:
    """A try that has been counted and not yet judged; `account_id` is empty where the name is nobody's."""

    account_id: str | None
    password_hash: str
    key_hash: str


def check_new_password(password: str, path: str = "password") -> None:
    """Refuse a password that is too short, too long, one letter repeated, or among the first anybody tries.

    Raises:
        BadInput: `password_short` (with the number of characters asked for), `password_long` or `password_common`.
    """
    if len(password) < SHORTEST:
        raise bad_field(path, "password_short", shortest=SHORTEST)
    if len(password) > LONGEST:
        raise bad_field(path, "password_long", longest=LONGEST)
    if password.casefold() in _COMMON or len(set(password)) < 3:
        raise bad_field(path, "password_common")


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a new password; slow on purpose, so call it outside of every transaction.

    Raises:
        BadInput: as `check_new_password`.
    """
    check_new_password(password)
    with _slots:
        return _hasher().hash(_same_everywhere(password))


def set_password(
    tx: Tx, account_id: str, password_hash: str, *, via: str, now_wall: datetime | None = None
) -> None:
    """Store a person's own new password, end every session and link of the account, and note that it was done.

    Raises:
        NotFound: `subject_unknown`.
    """
    tx.sql.run(_SET, account_id=account_id, password_hash=password_hash)
    sign_out_everywhere(tx, account_id, now_wall=now_wall)
    actor = ActorRef(f"account/{account_id}", "holder", via)
    append(tx, ACCOUNT, account_id, "fact_noted", actor=actor, trigger="set_password")


async def sign_in_password(
    db: Database,
    login: str,
    password: str,
    *,
    address: str,
    remember: bool = False,
    now_wall: datetime | None = None,
) -> Opened:
    """Sign in by e-mail address or phone number and password: count the try, hash outside, open the session.

    Raises:
        NotSignedIn: `wrong_login`, whether the name is unknown, disabled, without a password, or the password wrong.
        TooMany: `too_many_tries`, after five wrong ones in 15 minutes under one name.
    """
    challenge = await db.write(lambda tx: begin(tx, login, address=address, now_wall=now_wall))
    if not await asyncio.to_thread(matches, challenge, password):
        raise NotSignedIn("wrong_login")
    return await db.write(lambda tx: finish(tx, challenge, remember=remember, now_wall=now_wall))


def begin(tx: Tx, login: str, *, address: str, now_wall: datetime | None = None) -> Challenge:
    """Count a try under the name and the address, and return what the password must be held against.

    Raises:
        TooMany: `too_many_tries`.
    """
    now = now_wall or tx.clock.wall_now()
    count_try(tx, "address", address, most=TRIES_PER_ADDRESS, window=WITHIN, now=now)
    account = find_account(tx, login)
    name = login.strip().lower() if account is None else account.id
    key_hash = count_try(tx, "login", name, most=WRONG_PER_NAME, window=WITHIN, now=now)
    if account is None or account.disabled or not account.has_password:
        return Challenge(None, "", key_hash)
    return Challenge(account.id, str(tx.sql.value(_HASH_OF, account_id=account.id)), key_hash)


def matches(challenge: Challenge, password: str) -> bool:
    """Hold a password against a challenge, outside of every transaction; for nobody's name it takes as long."""
    if len(password) > LONGEST:
        return False
    with _slots:
        right = _hasher().verify(_same_everywhere(password), challenge.password_hash or _nobodys_hash())
    return right and challenge.account_id is not None


def finish(
    tx: Tx, challenge: Challenge, *, remember: bool = False, now_wall: datetime | None = None
) -> Opened:
    """Open the session of a challenge that was met, and forget the tries under its name.

    Raises:
        NotSignedIn: `wrong_login`, the password was changed or the account disabled in between.
    """
    account_id = challenge.account_id
    if account_id is None or tx.sql.value(_HASH_OF, account_id=account_id) != challenge.password_hash:
        raise NotSignedIn("wrong_login")
    forgive(tx, challenge.key_hash)
    return open_session(tx, account_id, remember=remember, now_wall=now_wall)


def _same_everywhere(password: str) -> str:
    """Bring what different keyboards send for the same letters to one form."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher() -> "PasswordHash":
    """Load the hashing library on first use: most processes never need it."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(new_secret())
