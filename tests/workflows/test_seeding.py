"""The days off of the years ahead: entered before a term ends in them, and never over what a decree corrected."""

from datetime import date

import pytest

from core.clock import StepClock
from core.config import Config
from core.db import Database
from core.tx import Tx
from registry import calendar_days
from registry.roles import Role
from regulations.calendar_rows import CalendarDay, DayKind, Sure
from tests.states.dossier.ground import Ground
from tests.workflows.conftest import vn
from tests.world import SYSTEM, settled
from workflows.service import Result, Service
from workflows.steps import STEPS


@pytest.fixture
def house(db: Database, clock: StepClock, config: Config) -> Service:
    return Service(db, clock, config)


def seeded(house: Service, at: str) -> Result:
    return STEPS["seed_years"](house, vn(at))


def enter(db: Database, *years: int) -> None:
    db.write_now(lambda tx: calendar_days.seed_calendar(tx, actor=SYSTEM, years=years))


def test_this_year_and_the_next_two_are_entered_once(house: Service) -> None:
    enter(house.db, 2027)

    found = [seeded(house, at) for at in ("2027-03-01 00:00:00", "2027-12-31 00:00:00")]

    calendar = house.db.read_now(calendar_days.calendar)
    assert calendar.years == {2027, 2028, 2029}
    assert found == [{"calendar": calendar.version}] * 2


def test_a_year_that_has_rows_is_left_alone(house: Service) -> None:
    day = date(2028, 6, 2)  # a Friday
    off = CalendarDay(DayKind.OFF, "QĐ 1/2028", Sure.DECREED, "made up")
    enter(house.db, 2027, 2028)

    def correct(tx: Tx) -> None:
        calendar_days.correct_calendar(tx, {day: off}, actor=SYSTEM, reason="QĐ 1/2028")

    house.db.write_now(correct)

    seeded(house, "2027-03-01 00:00:00")

    assert not house.db.read_now(calendar_days.calendar).is_working(day)


def test_a_term_that_ends_in_an_unknown_year_is_refused_by_its_own_code(
    db: Database, clock: StepClock
) -> None:
    ground = Ground(db, clock, settled(db))
    dossier = ground.put("plan.approved")
    ground.on("2027-12-20")

    before = ground.refused(dossier, "start_production", Role.PRODUCER)
    enter(db, 2028)
    after = ground.refused(dossier, "start_production", Role.PRODUCER)

    assert (before, after) == ("calendar_year_missing", None)
