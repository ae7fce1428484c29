"""Quiet hours: both sides of every edge."""

from datetime import date

import pytest

from notifications.quiet import is_quiet, next_opening
from regulations.working_calendar import packaged
from tests.notifications.factories import vn

CALENDAR = packaged()


@pytest.mark.parametrize(
    ("instant", "quiet"),
    [
        pytest.param("2027-01-04T07:29:59", True, id="last-quiet-second"),
        pytest.param("2027-01-04T07:30:00", False, id="opens"),
        pytest.param("2027-01-04T19:59:59", False, id="last-open-second"),
        pytest.param("2027-01-04T20:00:00", True, id="closes"),
        pytest.param("2027-01-03T10:00:00", True, id="sunday"),
        pytest.param("2027-01-01T10:00:00", True, id="new-year"),
        pytest.param("2026-08-22T10:00:00", False, id="worked-saturday"),
    ],
)
def test_messages_leave_from_half_past_seven_to_eight_on_open_days(instant: str, quiet: bool) -> None:
    assert is_quiet(vn(instant), CALENDAR) is quiet


@pytest.mark.parametrize(
    ("instant", "opening"),
    [
        pytest.param("2027-01-04T12:00:00", "2027-01-04T12:00:00", id="open"),
        pytest.param("2027-01-04T00:00:00", "2027-01-04T07:30:00", id="night"),
        pytest.param("2027-01-04T20:00:00", "2027-01-05T07:30:00", id="evening"),
        pytest.param("2027-01-08T20:00:00", "2027-01-11T07:30:00", id="friday-evening"),
        pytest.param("2026-12-31T21:00:00", "2027-01-04T07:30:00", id="new-year-and-weekend"),
    ],
)
def test_what_comes_in_quiet_hours_waits_for_the_next_opening(instant: str, opening: str) -> None:
    assert next_opening(vn(instant), CALENDAR) == vn(opening)


def test_a_year_nobody_entered_is_monday_to_friday() -> None:
    assert 2099 not in CALENDAR.years
    assert next_opening(vn("2099-06-06T10:00:00"), CALENDAR) == vn("2099-06-08T07:30:00")
    assert date(2099, 6, 6).weekday() == 5
