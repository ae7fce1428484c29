"""Cycles, dossiers, deadlines, certificates, producers, products.

`version` is everywhere the move version: what a move must name. `lines` counts all lines of the history.
"""

from datetime import date
from typing import Any

from pydantic import Field

from api.schemas.base import Body, Code, Id, Name, Read, Secret
from registry.producers import LegalForm, ProducerType
from registry.products import ProductGroup
from regulations.vocabulary import Kind

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


class ClosingDecision(Body):
    """What is to become of some dossiers: `act` is `carry_over`, `close_unfinished` or `proposed`."""

    act: Code
    reason: Name
    dossiers: list[Code] = Field(default_factory=list, description="codes of dossiers")
    states: list[Code] = Field(default_factory=list, description="every dossier in one of these states")
    rest: bool = Field(default=False, description="every dossier no decision before this one names")


class CloseAsked(Body):
    decisions: list[ClosingDecision] = Field(default_factory=list, max_length=2000)
    digest: Code | None = Field(
        default=None, description="digest of the list that was shown; absent: only list"
    )


class ClosingRead(Read):
    """What closing would do; `digest` stands for all of it."""

    digest: str
    format: str
    cycle: str
    province: str
    year: int
    state: str
    version: int
    next: dict[str, Any]
    dossiers: list[dict[str, Any]]
    report: dict[str, Any]
    undecided: int
    goes_on: int
    carried_over: int
    closed: int


class ClosedRead(Read):
    cycle_id: str
    year: int
    carried_over: int
    closed: int
    report_digest: str


class ReportRead(Read):
    """The year report; `made_at` is null while it is still counted anew."""

    digest: str
    made_at: str | None
    format: str
    cycle: str
    province: str
    year: int
    title: str
    plan_number: str | None
    theme: str | None
    illustrative: bool
    budget_million_vnd: int | None
    dossiers: dict[str, Any]
    producers: dict[str, Any]
    certificates: dict[str, Any]
    batches: list[dict[str, Any]]
    targets: list[dict[str, Any]]
    tasks: dict[str, Any]
    deadlines: dict[str, int]
    promotion: dict[str, int]
    outcomes: dict[str, int | None] = Field(
        default_factory=dict, description="sales as producers reported them"
    )


class CloneAsked(Body):
    year: int | None = Field(default=None, ge=2013, le=2100, description="the year after by default")


class CloneRead(Read):
    """The text of a plan file for another year; nothing was written."""

    year: int
    plan: str
    shifts: list[dict[str, Any]]
    left_out: list[str]


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


class ActionField(Read):
    name: str
    kind: str
    required: bool
    choices: list[str]
    least: int | None
    most: int | None


class ActionRead(Read):
    """A trigger open to one of this person's roles; `code` says why not where it is not allowed now."""

    trigger: str
    label: str
    allowed: bool
    code: str | None
    message: str | None
    needs_reason: bool
    fields: list[ActionField]


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


class TransitionRequest(Body):
    """A move: `data` are the fields of the trigger. Facts (`inputs`) are the server's alone and are refused."""

    trigger: Code
    expected_version: int = Field(ge=0, le=2**31 - 1)
    reason: str | None = Field(default=None, max_length=4000)
    data: dict[str, Any] | None = None


class FiredRead(Read):
    """A move that was made and stored."""

    kind: str
    id: str
    trigger: str
    source: str
    state: str
    level: str | None
    version: int
    lines: int
    at: str
    hash: str


class LineRead(Read):
    """A line as stored: canonical JSON (RFC 8785); `hash` is SHA-256 over a zero byte and its bytes."""

    hash: str
    line: dict[str, Any]


class HistoryRead(Read):
    subject: str
    items: list[LineRead]


class ReplayProblem(Read):
    version: int
    code: str
    detail: str | None


class ReplayRead(Read):
    state: str
    level: str | None
    ruleset: str | None
    version: int
    lines: int
    of_lines: int
    last_at: str | None
    attested: list[str]
    problems: list[ReplayProblem]
    equals_stored: bool | None


class CertificateCheck(Read):
    """A certificate on a day. `verdict`: valid, not_yet, expired, revoked, superseded, term_unknown.

    `last_day` is the last day in force, an extension included; `successor_no` the certificate that took its place;
    `corrections` what was put right on it, with the day and the document.
    """

    certificate_no: str | None
    product_code: str | None
    product_name: str
    producer_name: str
    stars: int | None
    decision_number: str | None
    issued_on: str | None
    expires_on: str | None
    last_valid_day: str | None
    origin: str
    source: str | None
    illustrative: bool
    commune: str | None
    province: str | None
    rehearsal: bool
    on: str
    valid: bool | None
    verdict: str
    last_day: str | None
    successor_no: str | None
    days_left: int | None
    corrections: list[dict[str, Any]]


class ProducerCreate(Body):
    name: Name
    type: ProducerType = Field(strict=False)
    commune_code: Code
    legal_form: LegalForm | None = Field(default=None, strict=False)
    community_majority: bool | None = None
    tax_code: Secret | None = None


class ProducerRead(Read):
    id: str
    name: str
    type: ProducerType
    legal_form: LegalForm | None
    community_majority: bool | None
    tax_code: str | None
    commune_code: str | None
    province_code: str


class ProducerPage(Read):
    items: list[ProducerRead]
    next: str | None


class ProductCreate(Body):
    producer_id: Id
    name: Name
    group: ProductGroup | None = Field(default=None, strict=False)
    set_code: Code | None = None


class ProductRead(Read):
    id: str
    producer_id: str
    name: str
    group_code: ProductGroup | None
    set_code: str | None
    commune_code: str | None
    province_code: str
    product_code: str | None


class ProductPage(Read):
    items: list[ProductRead]
    next: str | None
