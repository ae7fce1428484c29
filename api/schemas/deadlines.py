"""Deadlines and their extensions."""

from datetime import date

from pydantic import Field

from api.schemas.base import Body, Name, Read


class DeadlineRead(Read):
    """A deadline: `last_day` is the last good day, `due_at` the first instant too late; `rule` says how it was found."""

    id: str
    code: str
    title: str | None
    subject: str
    owner_role: str
    province_code: str
    commune_code: str | None
    producer_id: str | None
    cycle_id: str | None
    dossier_id: str | None
    batch_id: str | None
    certificate_id: str | None
    stated_on: str | None
    bound: str | None
    last_day: str
    due_at: str
    rule: str
    basis: str
    calendar_version: str | None
    hard: bool
    extended_from: str | None
    fired_at: str | None
    met_at: str | None
    cancelled_at: str | None


class DeadlinePage(Read):
    items: list[DeadlineRead]
    next: str | None


class ExtensionCreate(Body):
    new_last_day: date = Field(strict=False)
    ground: Name
    approver: Name
    document: Name
    scope: Name


class ExtensionRead(Read):
    deadline_id: str
    new_last_day: str
