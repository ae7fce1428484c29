"""Dates as people read them, around every edge."""

from datetime import date, datetime, time

import pytest

from core.columns import instant_text
from web import days
from web.pages.waiting import band_of


def vn(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.mark.parametrize(
    ("now", "tone", "left"),
    [
        pytest.param("2026-06-18T08:00:00", "", "còn 15 ngày", id="fifteen-days"),
        pytest.param("2026-06-19T08:00:00", "do", "còn 14 ngày", id="fourteen-days"),
        pytest.param("2026-07-03T23:59:59", "do", "hôm nay là hạn cuối", id="last-second"),
        pytest.param("2026-07-04T00:00:00", "late", "quá hạn 1 ngày", id="first-instant-too-late"),
    ],
)
def test_a_producers_chip_turns_at_fourteen_days_and_at_midnight(now: str, tone: str, left: str) -> None:
    chip = days.chip(instant_text(vn("2026-07-04T00:00:00")), vn(now), staff=False)

    assert (chip.when, chip.tone, chip.left.replace("\u00a0", " ")) == (
        "hết ngày thứ Sáu, 03/07/2026",
        tone,
        left,
    )


@pytest.mark.parametrize(("now", "tone"), [("2026-06-29T08:00:00", ""), ("2026-06-30T08:00:00", "do")])
def test_an_officers_chip_turns_at_three_days(now: str, tone: str) -> None:
    assert days.chip(instant_text(vn("2026-07-04T00:00:00")), vn(now), staff=True).tone == tone


def test_an_hour_is_shown_only_where_it_is_not_the_end_of_the_day() -> None:
    chip = days.chip(instant_text(vn("2026-07-03T17:00:00")), vn("2026-07-03T16:00:00"), staff=True)

    assert chip.when == "17:00 thứ Sáu, 03/07/2026"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("3/7/2027", date(2027, 7, 3)),
        (" 03-07-2027 ", date(2027, 7, 3)),
        ("03.07.2027", date(2027, 7, 3)),
        ("2027-07-03", date(2027, 7, 3)),
        ("31/02/2027", None),
        ("mai", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_people_type_it(typed: str, read: date | None) -> None:
    assert days.read_day(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [("17:00", time(17)), ("9h", time(9)), ("9g30", time(9, 30)), ("25:00", None), ("x", None)],
)
def test_an_hour_is_read_as_people_type_it(typed: str, read: time | None) -> None:
    assert days.read_hour(typed) == read


@pytest.mark.parametrize(
    ("due", "band"),
    [
        ("2027-01-12T00:00:00", "late"),
        ("2027-01-13T00:00:00", "today"),
        ("2027-01-14T00:00:00", "ahead"),
        ("2027-01-27T00:00:00", "ahead"),
        ("2027-01-28T00:00:00", "later"),
    ],
)
def test_a_deadline_stands_in_the_band_of_its_last_good_day(due: str, band: str) -> None:
    assert band_of(instant_text(vn(due)), date(2027, 1, 12)) == band


def test_what_has_no_deadline_stands_last() -> None:
    assert band_of(None, date(2027, 1, 12)) == "later"
