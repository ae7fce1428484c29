"""Plans, previews and cycles: what is sent and what is answered."""

from typing import Any

from pydantic import Field

from api.schemas.base import Body, Code, Name, Read
from api.schemas.deadlines import DeadlineRead
from api.schemas.moves import ActionRead

MOST_PLAN = 600_000  # characters of a plan file


class PlanPreview(Body):
    plan: str = Field(max_length=MOST_PLAN, description="the text of a plan file, format ocop-plan/1")
    filename: Name = "plan.yaml"
    year: int | None = Field(default=None, ge=2013, le=2100)
    accepted: dict[Code, Name] | None = Field(
        default=None, description="id of a warning to the reason it is accepted"
    )
    moves: dict[Code, Code] | None = Field(
        default=None, description="key of a date, as the preview shows it, to the day it is moved to"
    )


class CycleCreate(PlanPreview):
    digest: Code = Field(description="digest of the preview that was shown")
    reason: Name | None = Field(
        default=None, description="why dates were moved; kept in the cycle's first line with the moves"
    )


class PreviewRead(Read):
    """Everything opening would write; `digest` stands for all of it."""

    digest: str
    format: str
    province: dict[str, str]
    year: int
    title: str
    illustrative: bool
    ruleset: str | None
    settings: dict[str, Any]
    calendar: str
    windows: list[dict[str, Any]]
    batches: list[dict[str, Any]]
    deadlines: list[dict[str, Any]]
    moves: list[dict[str, Any]]
    moved: list[dict[str, Any]]
    councils: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    channels: list[dict[str, Any]]
    renewals: dict[str, Any]
    carried: dict[str, Any]
    offices_missing: int
    warnings: list[dict[str, Any]]
    accepted_unused: list[str]
    keeps_shut: list[str] = Field(description="codes of what opening would be refused with as things stand")
    plan: dict[str, Any]


class CycleOpened(Read):
    cycle_id: str
    province_code: str
    year: int
    title: str
    digest: str
    illustrative: bool
    batches: list[str]
    deadlines: int
    renewals: int
    adopted: int


class CycleListed(Read):
    id: str
    province_code: str
    year: int
    title: str
    plan_number: str | None
    plan_date: str | None
    state: str
    ruleset: str | None
    theme: str | None
    illustrative: bool
    version: int
    created_at: str


class CyclePage(Read):
    items: list[CycleListed]
    next: str | None


class WindowRead(Read):
    step: str
    batch_number: int | None
    opens_on: str
    closes_on: str
    stated: str
    bound: str


class BatchRead(Read):
    id: str
    level: str
    number: int
    state: str
    opens_on: str
    propose_last_day: str
    evaluate_last_day: str
    version: int


class TargetRead(Read):
    kind: str
    label: str
    measure: dict[str, Any]


class TaskRead(Read):
    """A task of the plan; `after` are the positions of the tasks it follows."""

    id: str
    position: int
    title: str
    after: list[int]
    owner_role: str | None
    department: str | None
    due_on: str | None
    output: str | None
    status: str
    reported_on: str | None
    document: str | None


class PlanProductRead(Read):
    """A product the plan names: `sort` is key, national or potential."""

    sort: str
    name: str
    product_id: str | None


class CycleRead(CycleListed):
    lines: int
    digest: str
    calendar_version: str
    budget_million_vnd: int | None
    windows: list[WindowRead]
    batches: list[BatchRead]
    targets: list[TargetRead]
    tasks: list[TaskRead]
    products: list[PlanProductRead]
    plan: dict[str, Any]
    deadlines: list[DeadlineRead]
    actions: list[ActionRead]
