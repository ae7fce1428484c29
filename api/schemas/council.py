"""Council sessions and appeals.

`version` is the move version: what a move must name. Members are named by their appointments, products by dossiers.
"""

from datetime import datetime

from pydantic import Field

from api.schemas.base import Body, Code, Id, Name, Read
from api.schemas.deadlines import DeadlineRead
from api.schemas.moves import ActionRead
from states.council.states import SessionKind


class SessionCreate(Body):
    """A session to plan; without `cycle_id` one of the central council. What is left out comes from cycle, law and appointments."""

    kind: SessionKind = Field(strict=False)
    title: Name = Field(min_length=1)
    convened_for: datetime = Field(strict=False, description="when it is held, with its zone")
    cycle_id: Id | None = None
    batch_id: Id | None = None
    district_code: Code | None = None
    place: Name | None = None
    load_limit: int | None = Field(default=None, ge=1, le=1000)
    ruleset: Code | None = None
    appointments: list[Id] | None = Field(default=None, max_length=100)
    without_ballot: list[Id] = Field(default_factory=list, max_length=100)
    dossiers: list[Id] = Field(default_factory=list, max_length=500, description="its first agenda")


class SessionListed(Read):
    id: str
    code: str
    kind: str
    state: str
    level: str
    province_code: str
    cycle_id: str | None
    batch_id: str | None
    title: str
    place: str | None
    convened_for: str
    adjourned_to: str | None
    illustrative: bool
    version: int
    products: int


class SessionPage(Read):
    items: list[SessionListed]
    next: str | None


class MemberRead(Read):
    appointment_id: str
    name: str | None
    office: str
    seat: str | None
    required: bool
    present: bool
    by_proxy: bool
    due_at: str | None


class ItemRead(Read):
    """One product; where `hidden`, a conflict this person has declared hides its scores."""

    dossier_id: str
    code: str
    product_name: str
    state: str
    position: int
    struck: bool
    visited_on: str | None
    seats: int | None
    present: int | None
    conflicted: int | None
    conflicts: list[str]
    hidden: bool
    ballots: int | None
    required_ballots: int | None
    points_sum: int | None
    points_count: int | None
    spread: int | None
    stars: int | None


class RoundRead(Read):
    """What a product had come to before it was scored again; not listed for whom its scores are hidden."""

    round: int
    dossier_id: str
    points_sum: int | None
    points_count: int | None
    spread: int | None
    ballots: int | None
    stars: int | None


class SessionRead(SessionListed):
    lines: int
    ruleset: str
    load_limit: int | None
    load_overruled: bool
    materials_on: str | None
    round: int
    results_digest: str | None
    chair_signed_at: str | None
    secretary_signed_at: str | None
    report_document: str | None
    minutes: str | None
    discussion: str | None
    members: list[MemberRead]
    items: list[ItemRead]
    rounds: list[RoundRead]
    deadlines: list[DeadlineRead]
    actions: list[ActionRead]


class AppealCreate(Body):
    dossier_id: Id
    grounds: str = Field(min_length=1, max_length=4000)


class AppealListed(Read):
    id: str
    code: str
    state: str
    dossier_id: str
    product_name: str
    producer_id: str
    province_code: str
    commune_code: str | None
    about_state: str
    due_at: str | None
    illustrative: bool
    version: int
    created_at: str


class AppealPage(Read):
    items: list[AppealListed]
    next: str | None


class AppealRead(AppealListed):
    lines: int
    texts: dict[str, str]
    deadlines: list[DeadlineRead]
    actions: list[ActionRead]
