"""Repairs, tables taken over, settings, offices, and what a producer states of itself over the years.

A value that a line keeps only as a digest is never given out here.
"""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from api.schemas.base import Body, Code, Name, Read
from registry.producer_years import CooperativeGrade
from registry.producers import LegalForm, ProducerType
from states.outcomes.repairs import LONGEST

Why = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
Cell = Annotated[str, StringConstraints(max_length=1000)] | bool | int | None


class RepairCreate(Body):
    """`changes`: column to its right value, days as YYYY-MM-DD. `expected_lines` is the number of lines one has seen."""

    changes: dict[Code, Cell] = Field(min_length=1, max_length=40)
    reason: Why
    document: Why
    expected_lines: int | None = Field(default=None, ge=0)


class RepairMade(Read):
    subject: str
    lines: int
    changed: list[str]
    before: dict[str, Any]
    after: dict[str, Any]
    follows: list[str]


class ChangedRead(Read):
    """One column put right; of a `hidden` one neither value is given out."""

    column: str
    before: Any
    after: Any
    hidden: bool


class RepairRead(Read):
    line: int
    at: str
    role: str
    reason: str
    document: str
    follows: str | None
    changes: list[ChangedRead]


class RepairableRead(Read):
    """A column the asker may repair, as it stands."""

    column: str
    value: Any
    look: str
    choices: list[str]
    may_be_emptied: bool


class RepairList(Read):
    subject: str
    lines: int
    items: list[RepairRead]
    repairable: list[RepairableRead]


class ImportRead(Read):
    """What an import did, or with `dry_run` would do; `facts` are counts of its kind."""

    kind: str
    file: str
    file_digest: str
    rows: int
    new: int
    known: int
    written: bool
    facts: dict[str, int]


class SettingRead(Read):
    """One choice the law leaves open: the value in force, what it may be, and every choice made so far."""

    name: str
    value: Any
    default: Any
    allowed: list[Any]
    basis: str
    choices: list[dict[str, Any]]


class SettingList(Read):
    unit_code: str
    items: list[SettingRead]


class SettingChoice(Body):
    unit_code: Code
    name: Code
    value: bool | int | Code
    document: Why = Field(description="the document that decides it")
    reason: Why
    from_at: datetime | None = Field(default=None, strict=False, description="from when; now if left out")


class OfficeSet(Body):
    phone: Code
    hours: Name


class OfficeRead(Read):
    commune_code: str
    commune: str
    phone: str | None
    hours: str | None


class OfficeList(Read):
    """Every commune in force, with `missing` of them that have no office entered."""

    province_code: str
    missing: int
    items: list[OfficeRead]


class LegalFormChange(Body):
    """An organisation that became another from a day on; the producer keeps its id and its past."""

    since: date = Field(strict=False)
    type: ProducerType = Field(strict=False)
    legal_form: LegalForm | None = Field(default=None, strict=False)
    community_majority: bool | None = None
    document: Why
    reason: Why


class LegalFormRead(Read):
    since: str | None
    type: ProducerType
    legal_form: LegalForm | None
    community_majority: bool | None
    document: str | None


class LegalFormList(Read):
    items: list[LegalFormRead]


class YearState(Body):
    """What a producer states of a year; stating it anew is a correction with reason and document."""

    year: int
    workers: int | None = None
    local_workers: int | None = None
    women_workers: int | None = None
    minority_workers: int | None = None
    revenue_million_vnd: int | None = None
    profit_million_vnd: int | None = None
    cooperative_grade: CooperativeGrade | None = Field(default=None, strict=False)
    reason: Name | None = None
    document: Name | None = None


class YearRead(Read):
    year: int
    workers: int | None
    local_workers: int | None
    women_workers: int | None
    minority_workers: int | None
    revenue_million_vnd: int | None
    profit_million_vnd: int | None
    cooperative_grade: CooperativeGrade | None


class YearList(Read):
    """`ballot`: the numbers the ballot of the coming evaluation asks for; null is not stated."""

    items: list[YearRead]
    ballot: dict[str, Any]


class SimilarRead(Read):
    """A product that may be the same: a hint, since a name is no key."""

    id: str
    name: str
    producer_id: str


class SimilarList(Read):
    items: list[SimilarRead]
