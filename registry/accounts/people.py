"""Add, change, disable and erase accounts; find one by the e-mail address or phone number a person types.

Lines say that something was done and by whom, never a name, an address or a number.
"""

from dataclasses import dataclass
from secrets import token_hex

import sqlalchemy as sa

from core.db import ReadTx, Tx
from core.errors import BadInput, NotFound, Refused
from core.history import SubjectKind, append
from core.lines import ActorRef
from core.sql import Sql, insert_ignore
from registry import contact
from registry.accounts.models import Account
from registry.refusals import bad_field, required_text
from registry.tables import new_subject, table

_A = table(Account)
ACCOUNT = SubjectKind("account", _A)
_READ = (
    _A.c.id,
    _A.c.name,
    _A.c.email,
    _A.c.phone,
    _A.c.password_hash.is_not(None),
    _A.c.disabled_at.is_not(None),
)
_ID = _A.c.id == sa.bindparam("account_id")
_BY_ID = Sql(sa.select(*_READ).where(_ID))
_BY_EMAIL = Sql(sa.select(*_READ).where(_A.c.email == sa.bindparam("email")))
_BY_PHONE = Sql(sa.select(*_READ).where(_A.c.phone == sa.bindparam("phone")))
_ADD = Sql(insert_ignore(_A))
_CHANGE = Sql(
    sa.update(_A)
    .where(_ID)
    .values(name=sa.bindparam("name"), email=sa.bindparam("email"), phone=sa.bindparam("phone"))
)
_DISABLE = Sql(sa.update(_A).where(_ID).values(disabled_at=sa.bindparam("at", type_=_A.c.disabled_at.type)))
_ERASE = Sql(
    sa.update(_A)
    .where(_ID)
    .values(
        name=sa.null(), email=sa.null(), phone=sa.null(), password_hash=sa.null(), salt=sa.null(),
        disabled_at=sa.func.coalesce(_A.c.disabled_at, sa.bindparam("at", type_=_A.c.disabled_at.type)),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountRead:
    """An account as callers see it; name and addresses are empty once erased."""

    id: str
    name: str | None
    email: str | None
    phone: str | None
    has_password: bool
    disabled: bool


def add_account(
    tx: Tx, name: str, *, actor: ActorRef, email: str | None = None, phone: str | None = None
) -> str:
    """Write a new account and return its id; it has no right before an appointment and no password yet.

    Raises:
        BadInput: `required`, `bad_email`, `bad_phone`, `old_phone`, `email_taken`, `phone_taken`.
    """
    who = _checked(name, email, phone)
    row = {**new_subject(tx.now), **who, "password_hash": None, "salt": token_hex(16)}
    if not tx.sql.run(_ADD, **row, created_at=tx.now, disabled_at=None):
        raise _taken(tx, who, None)
    _note(tx, str(row["id"]), "fact_noted", "add_account", actor)
    return str(row["id"])


def change_account(
    tx: Tx, account_id: str, *, name: str, email: str | None, phone: str | None, actor: ActorRef
) -> None:
    """Write a person's name and addresses anew; the line names what changed, never the values.

    Raises:
        NotFound: `unknown_account`.
        BadInput: as `add_account`.
    """
    before = get_account(tx, account_id)
    who = _checked(name, email, phone)
    if (taken := _taken_by_another(tx, who, account_id)) is not None:
        raise taken
    changed = sorted(key for key, value in who.items() if value != getattr(before, key))
    if changed:
        tx.sql.run(_CHANGE, account_id=account_id, **who)
        _note(tx, account_id, "fact_noted", "change_account", actor, inputs={"changed": changed})


def disable_account(tx: Tx, account_id: str, *, actor: ActorRef, reason: str) -> None:
    """Shut an account out from this moment: its links, sessions and tokens stop working; its appointments stay.

    Raises:
        NotFound: `unknown_account`.
        Refused: `account_disabled`, it is already.
    """
    if get_account(tx, account_id).disabled:
        raise Refused("account_disabled")
    tx.sql.run(_DISABLE, account_id=account_id, at=tx.now)
    _note(tx, account_id, "right_ended", "disable_account", actor, reason=required_text(reason, "reason"))


def enable_account(tx: Tx, account_id: str, *, actor: ActorRef, reason: str) -> None:
    """Let a disabled account in again; sessions closed meanwhile stay closed.

    Raises:
        NotFound: `unknown_account`.
        Refused: `account_not_disabled`, or `account_erased`: nobody is behind it any more.
    """
    account = get_account(tx, account_id)
    if account.name is None:
        raise Refused("account_erased")
    if not account.disabled:
        raise Refused("account_not_disabled")
    tx.sql.run(_DISABLE, account_id=account_id, at=None)
    _note(tx, account_id, "right_granted", "enable_account", actor, reason=required_text(reason, "reason"))


def erase_account(tx: Tx, account_id: str, *, actor: ActorRef, reason: str) -> None:
    """Take the person out of the account for good; the id and every act under it stay.

    The salt goes too, so that no digest in a line can be led back to a person.

    Raises:
        NotFound: `unknown_account`.
    """
    get_account(tx, account_id)
    tx.sql.run(_ERASE, account_id=account_id, at=tx.now)
    _note(tx, account_id, "erased", "erase_account", actor, reason=required_text(reason, "reason"))


def get_account(rtx: ReadTx, account_id: str) -> AccountRead:
    """Return the account.

    Raises:
        NotFound: `unknown_account`.
    """
    row = rtx.sql.one(_BY_ID, account_id=account_id)
    if row is None:
        raise NotFound("unknown_account", account=account_id)
    return _read(row)


def find_account(rtx: ReadTx, login: str) -> AccountRead | None:
    """Return the account of an e-mail address or a phone number in any spelling; None for anything else."""
    try:
        if "@" in login:
            row = rtx.sql.one(_BY_EMAIL, email=contact.email(login))
        else:
            row = rtx.sql.one(_BY_PHONE, phone=contact.phone(login))
    except BadInput:
        return None
    return None if row is None else _read(row)


def _checked(name: str, email: str | None, phone: str | None) -> dict[str, str | None]:
    return {
        "name": required_text(name, "name", longest=200),
        "email": contact.email(email) if email else None,
        "phone": contact.phone(phone) if phone else None,
    }


def _taken_by_another(rtx: ReadTx, who: dict[str, str | None], own_id: str | None) -> BadInput | None:
    """Return the error if another account has this address or number."""
    for path, statement in (("email", _BY_EMAIL), ("phone", _BY_PHONE)):
        if who[path] is None:
            continue
        row = rtx.sql.one(statement, **{path: who[path]})
        if row is not None and row[0] != own_id:
            return bad_field(path, f"{path}_taken")
    return None


def _taken(rtx: ReadTx, who: dict[str, str | None], own_id: str | None) -> BadInput:
    return _taken_by_another(rtx, who, own_id) or bad_field("email", "email_taken")


def _note(
    tx: Tx,
    account_id: str,
    kind: str,
    trigger: str,
    actor: ActorRef,
    *,
    inputs: dict[str, object] | None = None,
    reason: str | None = None,
) -> None:
    append(tx, ACCOUNT, account_id, kind, actor=actor, inputs=inputs, reason=reason, trigger=trigger)


def _read(row: tuple[object, ...]) -> AccountRead:
    account_id, name, email, phone, has_password, disabled = row
    return AccountRead(
        id=str(account_id),
        name=None if name is None else str(name),
        email=None if email is None else str(email),
        phone=None if phone is None else str(phone),
        has_password=bool(has_password),
        disabled=bool(disabled),
    )
