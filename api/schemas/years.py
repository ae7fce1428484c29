"""The end of a year: closing a cycle, its report, the plan of the next one."""

from typing import Any

from pydantic import Field

from api.schemas.base import Body, Code, Name, Read


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
