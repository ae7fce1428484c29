"""Reminder ladders: the days, the moves off closed days, the notices that never move. No database."""

from datetime import date, datetime, timedelta

import pytest

from regulations.certificates import certificate_dates
from regulations.renewal_notices import notice_ladder
from regulations.rulesets import get
from states.deadlines.ladders import ordinary, renewal, start_of, still_ahead
from tests.states.deadlines.factories import CALENDAR, vn


def days(last_day: str) -> list[tuple[str, str]]:
    day = date.fromisoformat(last_day)
    rungs = ordinary(day, start_of(day + timedelta(days=1)), CALENDAR)
    return [(rung.kind, rung.day.isoformat()) for rung in rungs]


def test_an_ordinary_ladder_reminds_14_7_3_and_1_days_before_and_once_too_late() -> None:
    assert days("2027-03-26") == [
        ("due_14", "2027-03-12"),
        ("due_7", "2027-03-19"),
        ("due_3", "2027-03-23"),
        ("due_1", "2027-03-25"),
        ("overdue", "2027-03-27"),
    ]


@pytest.mark.parametrize(
    ("last_day", "moved"),
    [
        pytest.param("2027-03-30", ("due_3", "2027-03-26"), id="saturday-the-27th-becomes-friday"),
        pytest.param("2027-03-29", ("due_1", "2027-03-26"), id="sunday-and-the-friday-of-due-3-become-one"),
        pytest.param("2027-02-18", ("due_7", "2027-02-11"), id="the-first-working-day-after-tet-stays"),
        pytest.param("2027-02-17", ("due_7", "2027-02-03"), id="all-of-tet-moves-to-the-day-before-it"),
        pytest.param("2027-05-04", ("due_1", "2027-04-29"), id="over-the-compensatory-holiday"),
    ],
)
def test_a_reminder_on_a_closed_day_moves_to_the_working_day_before(
    last_day: str, moved: tuple[str, str]
) -> None:
    assert moved in days(last_day)


def test_two_reminders_that_move_onto_one_day_become_the_later_one() -> None:
    assert days("2027-03-29") == [
        ("due_14", "2027-03-15"),
        ("due_7", "2027-03-22"),
        ("due_1", "2027-03-26"),
        ("overdue", "2027-03-30"),
    ]


def test_reminders_are_sent_at_eight_and_overdue_at_the_first_instant_too_late() -> None:
    day = date(2027, 3, 26)

    rungs = ordinary(day, start_of(day + timedelta(days=1)), CALENDAR)

    assert [rung.due_at for rung in rungs[-2:]] == [vn("2027-03-25 08:00:00"), vn("2027-03-27 00:00:00")]


@pytest.mark.parametrize(
    ("now", "left"),
    [
        pytest.param("2027-03-12 07:59:59", 5, id="a-second-before-the-first-rung"),
        pytest.param("2027-03-12 08:00:00", 4, id="the-very-instant-is-past"),
        pytest.param("2027-03-27 00:00:00", 0, id="nothing-is-told-of-what-is-over"),
    ],
)
def test_rungs_whose_instant_has_come_are_left_out(now: str, left: int) -> None:
    day = date(2027, 3, 26)

    rungs = still_ahead(ordinary(day, start_of(day + timedelta(days=1)), CALENDAR), vn(now))

    assert len(rungs) == left


def test_years_without_a_calendar_count_monday_to_friday() -> None:
    assert ("due_1", "2035-01-05") in days("2035-01-08")


def test_a_certificate_climbs_two_ladders_and_notices_about_today_never_move() -> None:
    dates = certificate_dates(get("qd148-2023"), date(2024, 12, 15))

    window, end = renewal(notice_ladder(dates), CALENDAR)

    assert [(rung.kind, rung.day.isoformat()) for rung in window] == [
        ("renew_soon", "2027-04-19"),
        ("renew_soon", "2027-05-19"),
        ("renew_open", "2027-06-18"),
        ("renew_closing", "2027-07-16"),
        ("renew_closing", "2027-08-06"),
        ("renew_last", "2027-08-16"),
        ("renew_today", "2027-08-17"),
        ("renew_missed", "2027-08-18"),
    ]
    assert [(rung.kind, rung.day.isoformat()) for rung in end] == [
        ("expire_90_not_filed", "2027-09-16"),
        ("expire_30", "2027-11-15"),
        ("expired", "2027-12-16"),
    ]


def test_eight_in_the_morning_is_one_o_clock_utc() -> None:
    assert start_of(date(2027, 3, 26)) == datetime.fromisoformat("2027-03-25T17:00:00+00:00")
