"""What a producer states of one year: people at work, revenue, profit, the co-operative's grade; what the ballots ask.

It never scores: it gives the numbers a criterion speaks of, and "not stated" where a number is missing.
Source: QĐ 26/2026/QĐ-TTg, Phụ lục II, criteria 3.1 to 3.4; process.md §5.1.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.clock import VIETNAM
from core.columns import Choice, Instant
from core.db import ReadTx, Tx
from core.history import append
from core.lines import ActorRef
from core.sql import Sql, upsert
from registry.producer_people import person_of
from registry.producers import PRODUCER, LegalForm, ProducerType, get_producer
from registry.refusals import bad_field, required_text
from registry.tables import table

FIRST_YEAR = 2000
MOST = 1_000_000_000  # million đồng, or people: more is a slip of the keyboard


class CooperativeGrade(StrEnum):
    """Yearly grade of a co-operative (xếp loại hợp tác xã); the ballots count from average up."""

    GOOD = "good"
    FAIR = "fair"
    AVERAGE = "average"
    WEAK = "weak"


class ProducerYear(SQLModel, table=True):
    """One year of one producer, as stated; empty is not stated. `local_workers` live in the commune."""

    __tablename__ = "producer_year"
    __table_args__ = (
        sa.CheckConstraint(
            "workers IS NULL OR ((local_workers IS NULL OR local_workers <= workers) AND "
            "(women_workers IS NULL OR women_workers <= workers) AND "
            "(minority_workers IS NULL OR minority_workers <= workers))",
            name="parts_within_workers",
        ),
    )

    producer_id: str = Field(primary_key=True, max_length=36, foreign_key="producer.id")
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    workers: int | None = None
    local_workers: int | None = None
    women_workers: int | None = None
    minority_workers: int | None = None
    revenue_million_vnd: int | None = Field(default=None, sa_type=sa.BigInteger)
    profit_million_vnd: int | None = Field(default=None, sa_type=sa.BigInteger)
    cooperative_grade: CooperativeGrade | None = Field(default=None, sa_type=Choice(CooperativeGrade))
    stated_at: datetime = Field(sa_type=Instant)


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What is stated of one year."""

    year: int
    workers: int | None = None
    local_workers: int | None = None
    women_workers: int | None = None
    minority_workers: int | None = None
    revenue_million_vnd: int | None = None
    profit_million_vnd: int | None = None
    cooperative_grade: CooperativeGrade | None = None

    def percent(self, part: int | None) -> int | None:
        """Return a part of the people at work in whole percent, cut, never rounded up into a band."""
        return None if part is None or not self.workers else 100 * part // self.workers


@dataclass(frozen=True, slots=True)
class BallotFacts:
    """What the criteria on organisation, representative, labour and growth ask, for one evaluation year.

    `profit_growing_years` counts the years before it in which profit rose over the year before, going back.
    """

    type: ProducerType
    legal_form: LegalForm | None
    community_majority: bool | None
    representative_counts: bool | None
    local_labour_percent: int | None
    cooperative_grade: CooperativeGrade | None
    profit_growing_years: int | None
    revenue_growth_percent: int | None


_Y = table(ProducerYear)
_COLUMNS = tuple(name for name in YearFacts.__dataclass_fields__ if name != "year")
PARTS = ("local_workers", "women_workers", "minority_workers")
_SET = Sql(upsert(_Y, ["producer_id", "year"], *_COLUMNS, "stated_at"))
_OF = Sql(
    sa.select(_Y.c.year, *(_Y.c[name] for name in _COLUMNS))
    .where(_Y.c.producer_id == sa.bindparam("producer_id"))
    .order_by(_Y.c.year)
)


def state_year(
    tx: Tx,
    producer_id: str,
    facts: YearFacts,
    *,
    actor: ActorRef,
    reason: str | None = None,
    document: str | None = None,
) -> None:
    """State a year, or state it anew: the second time is a correction with reason and document.

    Raises:
        NotFound: `unknown_producer`.
        BadInput: `year_out_of_range`, `number_out_of_range`, `part_of_more`, `grade_not_expected`, `required`, `nothing_changed`.
    """
    producer = get_producer(tx, producer_id)
    _check(facts, producer.type, tx.now.astimezone(VIETNAM).year)
    before = next((each for each in years_of(tx, producer_id) if each.year == facts.year), None)
    if before == facts:
        raise bad_field("year", "nothing_changed")
    tx.sql.run(_SET, producer_id=producer_id, **asdict(facts), stated_at=tx.now)
    if before is None:
        append(
            tx, PRODUCER, producer_id, "fact_noted", actor=actor, trigger="state_year", inputs=asdict(facts)
        )
        return
    was, is_now = asdict(before), asdict(facts)
    changed = sorted(name for name in was if was[name] != is_now[name])
    append(
        tx, PRODUCER, producer_id, "repaired", actor=actor, trigger="state_year",
        reason=required_text(reason or "", "reason"),
        inputs={
            "document": required_text(document or "", "document"), "year": facts.year, "changed": [], "digests": {},
            "before": {}, "after": {}, "year_before": {name: was[name] for name in changed},
            "year_after": {name: is_now[name] for name in changed},
        },
    )  # fmt: skip


def _check(facts: YearFacts, kind: ProducerType, this_year: int) -> None:
    if not FIRST_YEAR <= facts.year <= this_year:
        raise bad_field("year", "year_out_of_range", first=FIRST_YEAR, last=this_year)
    for name in _COLUMNS:
        value = getattr(facts, name)
        least = -MOST if name == "profit_million_vnd" else 0
        if isinstance(value, int) and not least <= value <= MOST:
            raise bad_field(name, "number_out_of_range", least=least, most=MOST)
    for name in PARTS:
        part = getattr(facts, name)
        if part is not None and facts.workers is not None and part > facts.workers:
            raise bad_field(name, "part_of_more", whole=facts.workers)
    if facts.cooperative_grade is not None and kind is not ProducerType.COOPERATIVE:
        raise bad_field("cooperative_grade", "grade_not_expected")


def years_of(rtx: ReadTx, producer_id: str) -> list[YearFacts]:
    """Return every year a producer stated, the oldest first."""
    return [_read(row) for row in rtx.sql.all(_OF, producer_id=producer_id)]


def _read(row: Sequence[Any]) -> YearFacts:
    found = dict(zip(("year", *_COLUMNS), row, strict=True))
    grade = found["cooperative_grade"]
    return YearFacts(**{**found, "cooperative_grade": None if grade is None else CooperativeGrade(grade)})


def ballot_facts(rtx: ReadTx, producer_id: str, year: int) -> BallotFacts:
    """Return what the ballot of an evaluation year asks, from the years before it.

    Raises:
        NotFound: `unknown_producer`.
    """
    producer, person = get_producer(rtx, producer_id), person_of(rtx, producer_id)
    past = [each for each in years_of(rtx, producer_id) if each.year < year]
    last = past[-1] if past and past[-1].year == year - 1 else None
    return BallotFacts(
        type=producer.type,
        legal_form=producer.legal_form,
        community_majority=producer.community_majority,
        representative_counts=person.representative.counts_for_the_ballot if person else None,
        local_labour_percent=last.percent(last.local_workers) if last else None,
        cooperative_grade=last.cooperative_grade if last else None,
        profit_growing_years=growing_years(past, year),
        revenue_growth_percent=_revenue_growth(past, year),
    )


def growing_years(past: Sequence[YearFacts], year: int) -> int | None:
    """Return for how many years up to `year` - 1 profit rose without a break; None if the last two are not stated."""
    profit = {each.year: each.profit_million_vnd for each in past}
    if profit.get(year - 1) is None or profit.get(year - 2) is None:
        return None
    count = 0
    while _rose(profit.get(year - 1 - count), profit.get(year - 2 - count)):
        count += 1
    return count


def _rose(later: int | None, earlier: int | None) -> bool:
    return later is not None and earlier is not None and later > earlier


def _revenue_growth(past: Sequence[YearFacts], year: int) -> int | None:
    """Return the growth of revenue in whole percent, cut towards less; None where it cannot be said."""
    revenue = {each.year: each.revenue_million_vnd for each in past}
    last, before = revenue.get(year - 1), revenue.get(year - 2)
    return None if last is None or not before else 100 * (last - before) // before
