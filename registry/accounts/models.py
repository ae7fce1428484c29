"""Tables of accounts and appointments.

Nothing here may stand in a history line but ids, roles, units and days: an account row is erasable, a line is not.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from core.columns import Choice, Day, Instant, SubjectColumns
from registry.roles import Role


class Account(SubjectColumns, table=True):
    """A person who may sign in (tài khoản); name, addresses, password and salt are the erasable part."""

    name: str | None = Field(default=None, max_length=200)
    email: str | None = Field(default=None, max_length=254, unique=True)
    phone: str | None = Field(default=None, max_length=16, unique=True)
    password_hash: str | None = Field(default=None, max_length=200)
    salt: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(sa_type=Instant)
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)


class Appointment(SubjectColumns, table=True):
    """One right: account, role, unit and period, with the seat on a council or the one acted for.

    `unit_code` is `vn` for the whole country; `ends_on` is the last day, on which the right still holds;
    `acting_for` is a subject (`account/…`, `producer/…`).
    """

    account_id: str = Field(max_length=36, foreign_key="account.id", index=True)
    role: Role = Field(sa_type=Choice(Role))
    unit_code: str = Field(max_length=120, index=True)
    producer_id: str | None = Field(default=None, max_length=36, foreign_key="producer.id", index=True)
    seat: str | None = Field(default=None, max_length=40)
    acting_for: str | None = Field(default=None, max_length=80)
    starts_on: date = Field(sa_type=Day)
    ends_on: date | None = Field(default=None, sa_type=Day)

    __table_args__ = (
        sa.CheckConstraint("producer_id IS NOT NULL OR role <> 'producer'", name="producer_named"),
    )
