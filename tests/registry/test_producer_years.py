"""What a producer states of a year, and the numbers a ballot's criteria ask for."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.db import Database
from core.errors import OcopError
from registry.producer_years import (
    BallotFacts,
    CooperativeGrade,
    YearFacts,
    ballot_facts,
    growing_years,
    state_year,
    years_of,
)
from registry.producers import ProducerData, ProducerType, register_producer
from tests.registry.factories import COMMUNE, OFFICE, a_producer, lines

LAST = YearFacts(2026, workers=40, local_workers=31, revenue_million_vnd=1190, profit_million_vnd=90)
BEFORE = YearFacts(2025, workers=40, local_workers=10, revenue_million_vnd=1000, profit_million_vnd=80)


def state(db: Database, producer: str, facts: YearFacts, **why: str) -> None:
    db.write_now(lambda tx: state_year(tx, producer, facts, actor=OFFICE, **why))


def refusal(call) -> tuple[str, str]:
    with pytest.raises(OcopError) as refused:
        call()
    return refused.value.fields[0].path, refused.value.code


def test_years_are_stated_once_and_corrected_by_an_act(house: Database) -> None:
    producer = house.write_now(a_producer)
    state(house, producer, LAST)
    state(house, producer, BEFORE)
    mended = replace(LAST, workers=41)

    assert refusal(lambda: state(house, producer, mended)) == ("reason", "required")
    assert refusal(lambda: state(house, producer, mended, reason="gõ nhầm")) == ("document", "required")
    assert refusal(lambda: state(house, producer, LAST, reason="x", document="y")) == (
        "year",
        "nothing_changed",
    )
    state(house, producer, mended, reason="gõ nhầm", document="3/BC")

    assert house.read_now(lambda rtx: years_of(rtx, producer)) == [BEFORE, mended]
    noted = [(line.kind, line.trigger) for line in lines(house, f"producer/{producer}")][1:]
    assert noted == [("fact_noted", "state_year"), ("fact_noted", "state_year"), ("repaired", "state_year")]
    last = lines(house, f"producer/{producer}")[-1].inputs
    assert (last["year_before"], last["year_after"], last["document"]) == (
        {"workers": 40}, {"workers": 41}, "3/BC",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        pytest.param(replace(LAST, year=1999), ("year", "year_out_of_range"), id="before-the-first"),
        pytest.param(replace(LAST, year=2000), None, id="the-first"),
        pytest.param(replace(LAST, year=2027), None, id="this-year"),
        pytest.param(replace(LAST, year=2028), ("year", "year_out_of_range"), id="next-year"),
        pytest.param(replace(LAST, local_workers=40), None, id="all-are-local"),
        pytest.param(replace(LAST, local_workers=41), ("local_workers", "part_of_more"), id="more-than-all"),
        pytest.param(replace(LAST, women_workers=41), ("women_workers", "part_of_more"), id="more-women"),
        pytest.param(replace(LAST, minority_workers=41), ("minority_workers", "part_of_more"), id="more-minority"),
        pytest.param(replace(LAST, workers=-1), ("workers", "number_out_of_range"), id="fewer-than-none"),
        pytest.param(replace(LAST, profit_million_vnd=-5), None, id="a-loss"),
        pytest.param(
            replace(LAST, revenue_million_vnd=1_000_000_001), ("revenue_million_vnd", "number_out_of_range"), id="too-much"
        ),
        pytest.param(replace(LAST, cooperative_grade=CooperativeGrade.FAIR), None, id="graded-cooperative"),
    ],
)  # fmt: skip
def test_a_year_that_cannot_be_is_refused(
    house: Database, facts: YearFacts, fault: tuple[str, str] | None
) -> None:
    producer = house.write_now(a_producer)

    if fault is None:
        state(house, producer, facts)
    else:
        assert refusal(lambda: state(house, producer, facts)) == fault
    assert house.read_now(lambda rtx: years_of(rtx, producer)) == ([facts] if fault is None else [])


def test_only_a_cooperative_is_graded(house: Database) -> None:
    data = ProducerData("Hộ Thử", ProducerType.REGISTERED_HOUSEHOLD, COMMUNE)
    producer = house.write_now(lambda tx: register_producer(tx, data, actor=OFFICE))

    graded = replace(LAST, cooperative_grade=CooperativeGrade.GOOD)
    assert refusal(lambda: state(house, producer, graded)) == ("cooperative_grade", "grade_not_expected")


def test_the_ballot_of_a_year_asks_for_the_years_before_it(house: Database) -> None:
    producer = house.write_now(a_producer)
    for facts in (LAST, BEFORE, YearFacts(2027, workers=10, local_workers=10)):
        state(house, producer, facts)

    found = house.read_now(lambda rtx: ballot_facts(rtx, producer, 2027))

    assert found == BallotFacts(
        ProducerType.COOPERATIVE, None, None, representative_counts=None, local_labour_percent=77, cooperative_grade=None,
        profit_growing_years=1, revenue_growth_percent=19,
    )  # fmt: skip


def test_what_is_not_stated_stays_unknown(house: Database) -> None:
    producer = house.write_now(a_producer)
    state(house, producer, replace(LAST, workers=None))

    found = house.read_now(lambda rtx: ballot_facts(rtx, producer, 2027))

    assert (found.local_labour_percent, found.profit_growing_years, found.revenue_growth_percent) == (
        None, None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("profits", "years"),
    [({}, None), ({2026: 5}, None), ({2026: 5, 2025: 5}, 0), ({2026: 6, 2025: 5}, 1), ({2026: 6, 2025: 5, 2024: 4}, 2),
     ({2026: 6, 2025: 5, 2024: 5}, 1), ({2026: 6, 2025: 5, 2023: 1}, 1), ({2026: -1, 2025: -2}, 1)],
)  # fmt: skip
def test_growth_counts_back_without_a_break(profits: dict[int, int], years: int | None) -> None:
    past = [YearFacts(year, profit_million_vnd=profit) for year, profit in profits.items()]

    assert growing_years(past, 2027) == years


@given(workers=st.integers(1, 10_000), part=st.integers(0, 10_000))
def test_a_share_is_cut_and_never_rounded_up_into_a_band(workers: int, part: int) -> None:
    share = YearFacts(2026, workers=workers).percent(min(part, workers))

    assert share * workers <= 100 * min(part, workers) < (share + 1) * workers
