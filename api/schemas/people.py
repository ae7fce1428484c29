"""Accounts, appointments, signing in, the inbox.

Nothing given out here ever holds a stored secret; what is shown once says so.
"""

from datetime import date

from pydantic import Field

from api.schemas.base import Body, Code, Id, Name, Read, Secret
from registry.roles import Role, Seat


class PasswordSignIn(Body):
    login: Secret = Field(description="e-mail address or phone number")
    password: Secret
    remember: bool = False


class NewPassword(Body):
    password: Secret


class RecoverRequest(Body):
    login: Secret = Field(description="e-mail address or phone number")


class TokenCreate(Body):
    name: Name
    days: int = 90


class AccountCreate(Body):
    name: Name
    email: Code | None = None
    phone: Code | None = None


class AppointmentCreate(Body):
    account_id: Id
    role: Role = Field(strict=False)
    unit_code: Code
    producer_id: Id | None = None
    seat: Seat | None = Field(default=None, strict=False)
    acting_for: Code | None = None
    starts_on: date | None = Field(default=None, strict=False)
    ends_on: date | None = Field(default=None, strict=False)
    reason: Name | None = None


class AppointmentEnd(Body):
    reason: Name
    last_day: date | None = Field(default=None, strict=False)


class LinkCreate(Body):
    send: bool = Field(default=False, description="send it by e-mail instead of showing it")


class HeldRead(Read):
    role: Role
    unit_code: str
    producer_id: str | None
    seat: str | None
    acting_for: str | None


class MeRead(Read):
    """Who is signed in; `csrf` goes back in the header `X-CSRF-Token` of every change by cookie."""

    account_id: str
    name: str
    via: str
    rights: list[HeldRead]
    csrf: str | None
    unread: int


class SessionRead(Read):
    """A session just opened; its key is in the cookie only."""

    csrf: str
    expires_at: str


class IdRead(Read):
    id: str


class LinkRead(Read):
    """A one-time link, shown this once; null where it was sent by e-mail."""

    url: str | None


class TokenMade(Read):
    """A token, shown this once."""

    token: str


class TokenRead(Read):
    id: str
    name: str
    created_at: str
    expires_at: str


class TokenList(Read):
    items: list[TokenRead]


class InboxEntryRead(Read):
    id: str
    kind: str
    title: str
    body: str
    subject: str
    created_at: str
    seen_at: str | None


class InboxPage(Read):
    items: list[InboxEntryRead]
    next: str | None
    unread: int
