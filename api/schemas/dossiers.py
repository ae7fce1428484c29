"""Dossiers and their forms."""

from typing import Any

from pydantic import Field

from api.schemas.base import Body, Id, Read
from api.schemas.deadlines import DeadlineRead
from api.schemas.moves import ActionRead
from regulations.vocabulary import Kind


class DossierCreate(Body):
    """Without a cycle a dossier counts in this year's of the province; a renewal may wait for that to open."""

    product_id: Id
    cycle_id: Id | None = None
    kind: Kind = Field(default=Kind.FIRST, strict=False)


class DossierBase(Read):
    id: str
    code: str
    kind: str
    state: str
    phase: str | None
    waits_for: list[str]
    level: str
    version: int
    cycle_id: str | None
    batch_id: str | None
    product_id: str
    product_name: str
    producer_id: str
    commune_code: str | None
    province_code: str
    year: int
    stars: int | None
    illustrative: bool
    last_at: str


class DossierListed(DossierBase):
    producer_name: str
    commune_name: str | None
    next_due_at: str | None


class DossierPage(Read):
    items: list[DossierListed]
    next: str | None


class DossierRead(DossierBase):
    district_code: str | None
    filed_on: str | None
    late: bool | None
    council_round: int | None
    certificates: list[str | None]
    lines: int
    final: bool
    ruleset: str | None
    product_group: str | None
    product_set: str | None
    producer_type: str | None
    predecessor_id: str | None
    attempts: int
    due_at: str | None
    report_due_at: str | None
    received_on: str | None
    session_on: str | None
    points_sum: int | None
    points_count: int | None
    decision_number: str | None
    decision_on: str | None
    created_at: str
    actions: list[ActionRead]
    forms: dict[str, dict[str, Any]]
    deadlines: list[DeadlineRead]


class FormSave(Body):
    data: dict[str, Any]


class FormSaved(Read):
    name: str
    digest: str
