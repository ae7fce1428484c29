import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from regulations.errors import RegulationError
from regulations.working_calendar import (
    CalendarDay,
    DayKind,
    Mark,
    Sure,
    WorkingCalendar,
    packaged,
    seed,
)

CASES = Path(__file__).parents[1] / "cases" / "data" / "calendar.yaml"
DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))
COUNTS = st.integers(-200, 200)


def test_rows_are_those_of_the_cases() -> None:
    years = yaml.safe_load(CASES.read_text(encoding="utf-8"))["years"].values()
    off = {row["day"] for year in years for row in year["days_off"]}
    worked = {row["day"] for year in years for row in year["days_worked"]}
    first, last = date(2019, 1, 1), date(2027, 12, 31)

    for day in (first + timedelta(days=step) for step in range((last - first).days + 1)):
        plain = day.weekday() < 5
        assert packaged().is_working(day) == ((plain and day not in off) or day in worked), day


def test_rows_are_as_sure_as_in_the_cases() -> None:
    years = yaml.safe_load(CASES.read_text(encoding="utf-8"))["years"].values()

    for row in (row for year in years for rows in (year["days_off"], year["days_worked"]) for row in rows):
        assert packaged().days[row["day"]].sure == row["sure"]


def test_every_row_names_its_document() -> None:
    assert all(row.basis and row.what and row.what_vi for row in packaged().days.values())


@given(DAYS, COUNTS)
def test_counting_forward_and_back_agree(day: date, count: int) -> None:
    calendar = packaged_with_next_years()
    end = calendar.add_working_days(day, count)

    assert calendar.working_days_between(day, end) == count
    if calendar.is_working(day):
        assert calendar.add_working_days(end, -count) == day


@given(DAYS, st.integers(1, 200))
def test_a_count_of_working_days_ends_on_a_working_day_after_its_start(day: date, count: int) -> None:
    end = packaged_with_next_years().add_working_days(day, count)

    assert end > day
    assert packaged_with_next_years().is_working(end)


@given(DAYS)
def test_next_and_previous_working_days_enclose_the_day(day: date) -> None:
    calendar = packaged()

    assert calendar.previous_working_day(day) <= day <= calendar.next_working_day(day)
    assert calendar.next_working_day(day) - calendar.previous_working_day(day) < timedelta(days=14)


def test_ten_thousand_random_dates_within_a_second() -> None:
    random = Random(26)
    calendar = packaged_with_next_years()
    asked = [
        (date(2020, 1, 1) + timedelta(days=random.randrange(2500)), random.randint(-60, 60))
        for _ in range(10_000)
    ]

    started = time.process_time()
    for day, count in asked:
        calendar.add_working_days(day, count)

    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("day", "marks"),
    [
        pytest.param(date(2026, 8, 22), {Mark.WORKED_SWAP}, id="worked-saturday"),
        pytest.param(date(2026, 8, 31), {Mark.DAY_OFF}, id="swapped-monday"),
        pytest.param(date(2026, 11, 24), {Mark.DAY_OFF, Mark.PROVISIONAL}, id="culture-day"),
        pytest.param(date(2027, 2, 4), {Mark.DAY_OFF, Mark.PROVISIONAL, Mark.TET_QUIET}, id="tet-option"),
        pytest.param(date(2027, 2, 11), {Mark.PROVISIONAL, Mark.TET_QUIET}, id="other-tet-option"),
        pytest.param(date(2027, 1, 27), {Mark.TET_QUIET}, id="20-of-the-last-month"),
        pytest.param(date(2027, 1, 26), set(), id="19-of-the-last-month"),
        pytest.param(date(2027, 2, 15), {Mark.TET_QUIET}, id="10-of-the-first-month"),
        pytest.param(date(2027, 2, 16), set(), id="11-of-the-first-month"),
    ],
)
def test_marks(day: date, marks: set[Mark]) -> None:
    assert packaged().marks(day) == marks


def test_a_year_is_decided_when_no_row_waits() -> None:
    decided = [year for year in range(2018, 2029) if packaged().year_is_decided(year)]

    assert decided == list(range(2019, 2026))
    assert packaged().undecided_days(date(2026, 1, 1), date(2027, 2, 28)) == (
        date(2026, 11, 24),
        date(2027, 2, 4),
        date(2027, 2, 11),
    )


def test_a_year_without_rows_is_an_error_not_a_guess() -> None:
    with pytest.raises(RegulationError) as refused:
        packaged().is_working(date(2031, 6, 3))

    assert refused.value.code == "calendar_year_missing"
    assert refused.value.mend


def test_seeding_other_years_takes_the_package_and_marks_them_provisional() -> None:
    calendar = seed([2027, 2028])

    assert not calendar.is_working(date(2028, 1, 26))
    assert Mark.PROVISIONAL in calendar.marks(date(2028, 5, 1))
    assert calendar.days[date(2027, 4, 30)].sure is Sure.STATUTORY
    assert not calendar.year_is_decided(2028)


def test_equal_seeds_have_equal_versions_and_other_years_another() -> None:
    assert seed([2026]).version == seed([2026]).version
    assert seed([2026]).version != seed([2026, 2027]).version


def test_a_year_no_table_knows_is_refused() -> None:
    with pytest.raises(RegulationError) as refused:
        seed([2101])

    assert refused.value.code == "calendar_year_missing"


def test_a_decree_makes_a_new_version_and_leaves_the_old_one() -> None:
    decided = CalendarDay(DayKind.WORK, "Thông báo 1/TB (made up)", Sure.DECREED)
    old = packaged()

    new = old.corrected("2027-decree", {date(2027, 2, 4): decided, date(2027, 2, 11): None})

    assert (old.is_working(date(2027, 2, 4)), new.is_working(date(2027, 2, 4))) == (False, True)
    assert new.marks(date(2027, 2, 4)) == {Mark.TET_QUIET}
    assert new.version == "2027-decree"
    with pytest.raises(RegulationError, match="in use"):
        new.corrected("2027-decree", {})


def test_a_calendar_of_ones_own_rows_covers_their_years() -> None:
    calendar = WorkingCalendar(
        "mine", {date(2030, 1, 1): CalendarDay(DayKind.OFF, "BLLĐ 2019 Điều 112", Sure.STATUTORY)}
    )

    assert calendar.years == {2030}
    assert not calendar.is_working(date(2030, 1, 1))
    assert calendar.is_working(date(2030, 1, 2))


def test_the_holidays_package_is_imported_only_when_needed() -> None:
    code = (
        "import sys; from regulations.working_calendar import packaged, seed; packaged(); seed([2026]); "
        "assert 'holidays' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


_EXTENDED: list[WorkingCalendar] = []


def packaged_with_next_years() -> WorkingCalendar:
    """Seed once: the package costs a tenth of a second."""
    if not _EXTENDED:
        _EXTENDED.append(seed(range(2018, 2031)))
    return _EXTENDED[0]
