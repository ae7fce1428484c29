"""Tables of signing in; every secret stands as its SHA-256 only.

Instants here are wall time. None of these rows is a subject: signing in is no act of the programme.
"""

from datetime import datetime

from sqlmodel import Field, SQLModel

from core.columns import Instant


class LoginLink(SQLModel, table=True):
    """A one-time link; `expires_at` is the first instant too late."""

    __tablename__ = "login_link"

    token_hash: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(max_length=36, foreign_key="account.id", index=True)
    purpose: str = Field(max_length=16)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class WebSession(SQLModel, table=True):
    """A session of the pages: ends at `expires_at`, or at `idle_until`, which each visit puts `idle_seconds` ahead."""

    __tablename__ = "web_session"

    id_hash: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(max_length=36, foreign_key="account.id", index=True)
    csrf: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime = Field(sa_type=Instant)
    idle_seconds: int
    idle_until: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class ApiToken(SQLModel, table=True):
    """A token of the API for one account, with the name its owner gave it."""

    __tablename__ = "api_token"

    token_hash: str = Field(primary_key=True, max_length=64)
    id: str = Field(max_length=36, unique=True)
    account_id: str = Field(max_length=36, foreign_key="account.id", index=True)
    name: str = Field(max_length=100)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class LoginAttempt(SQLModel, table=True):
    """How many tries one name or one address has made in its running window; the key is hashed."""

    __tablename__ = "login_attempt"

    key_hash: str = Field(primary_key=True, max_length=64)
    tries: int
    window_ends_at: datetime = Field(sa_type=Instant, index=True)
