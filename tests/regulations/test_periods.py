from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.errors import RegulationError
from regulations.periods import add_months, closes_at, day_in_vietnam, in_time, last_day_of, period_end
from regulations.settings import Settings
from regulations.vocabulary import Bound, Unit
from regulations.working_calendar import packaged

DAYS = st.dates(date(2020, 1, 1), date(2024, 1, 1))
UNITS = st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS])
ROLLS = st.sampled_from([Settings(), Settings({"period_roll": "none"})])


@given(DAYS, st.integers(1, 40), UNITS, ROLLS)
def test_no_period_ends_before_it_starts(start: date, amount: int, unit: Unit, settings: Settings) -> None:
    assert period_end(start, amount, unit, packaged(), settings) > start


@given(DAYS, st.integers(-11, -1), UNITS, ROLLS)
def test_no_period_counted_back_ends_after_its_event(
    start: date, amount: int, unit: Unit, settings: Settings
) -> None:
    assert period_end(start, amount, unit, packaged(), settings) < start


@given(DAYS, st.integers(1, 400))
def test_a_longer_period_never_ends_earlier(start: date, amount: int) -> None:
    ends = [period_end(start, each, Unit.DAYS, packaged(), Settings()) for each in (amount, amount + 1)]

    assert ends[0] <= ends[1]


@given(DAYS, st.integers(1, 400))
def test_a_period_of_days_ends_on_a_working_day(start: date, amount: int) -> None:
    assert packaged().is_working(period_end(start, amount, "days", packaged(), Settings()))


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-600, 600))
def test_months_keep_the_day_or_take_the_last_of_a_shorter_month(day: date, months: int) -> None:
    later = add_months(day, months)

    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_a_period_counted_back_stays_on_a_day_off() -> None:
    saturday = period_end(date(2027, 3, 22), -2, Unit.DAYS, packaged(), Settings())

    assert saturday == date(2027, 3, 20)


def test_another_unit_is_refused() -> None:
    with pytest.raises(RegulationError) as refused:
        period_end(date(2027, 3, 1), 1, "years", packaged(), Settings())

    assert refused.value.code == "period_unit"


def test_the_close_is_an_aware_utc_instant_one_past_the_last_day() -> None:
    assert closes_at(date(2027, 4, 29), Settings()) == datetime(2027, 4, 29, 17, tzinfo=UTC)
    assert closes_at(date(2027, 4, 29), Settings()).tzinfo is UTC
    assert closes_at(date(2027, 4, 29), Settings({"day_closes": "17:00"})) == datetime(
        2027, 4, 29, 10, tzinfo=UTC
    )


@given(DAYS, st.integers(-100_000, 100_000))
def test_in_time_means_before_the_close(last_day: date, seconds: int) -> None:
    at = closes_at(last_day, Settings()) + timedelta(seconds=seconds)

    assert in_time(at, last_day, Settings()) == (seconds < 0)


@pytest.mark.parametrize("question", [lambda at: in_time(at, date(2027, 1, 1), Settings()), day_in_vietnam])
def test_an_instant_without_an_offset_is_refused(question: object) -> None:
    assert callable(question)
    with pytest.raises(RegulationError) as refused:
        question(datetime(2027, 1, 1))  # noqa: DTZ001 -- the point of the test

    assert refused.value.code == "instant_naive"


def test_the_day_in_vietnam_begins_seven_hours_before_utc() -> None:
    assert day_in_vietnam(datetime(2027, 4, 29, 17, tzinfo=UTC)) == date(2027, 4, 30)
    assert day_in_vietnam(datetime(2027, 4, 29, 16, 59, 59, tzinfo=UTC)) == date(2027, 4, 29)


@pytest.mark.parametrize(
    ("bound", "chosen", "expected"),
    [
        pytest.param(Bound.BEFORE, {}, date(2028, 1, 29), id="before-excludes-and-stays-on-saturday"),
        pytest.param(
            Bound.BEFORE, {"before_date": "inclusive"}, date(2028, 1, 30), id="before-read-inclusively"
        ),
        pytest.param(Bound.BY, {}, date(2028, 1, 30), id="by"),
        pytest.param(
            Bound.ON, {"fixed_date_roll": "next_working_day"}, date(2028, 1, 30), id="on-never-moves"
        ),
        pytest.param(
            Bound.BY, {"fixed_date_roll": "next_working_day"}, date(2028, 1, 31), id="moved-off-sunday"
        ),
    ],
)
def test_limits_fixed_by_a_date(bound: Bound, chosen: dict[str, str], expected: date) -> None:
    from regulations.working_calendar import seed

    assert last_day_of(date(2028, 1, 30), bound, Settings(chosen), seed([2028])) == expected


def test_moving_a_fixed_date_needs_a_calendar() -> None:
    with pytest.raises(RegulationError) as refused:
        last_day_of(date(2027, 4, 30), Bound.BY, Settings({"fixed_date_roll": "next_working_day"}))

    assert refused.value.code == "calendar_needed"
