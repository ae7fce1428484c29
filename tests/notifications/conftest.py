"""Fixtures of this room: a clock whose wall can be moved, a province with people, a mail server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from core.clock import StepClock
from core.db import Database
from registry import calendar_days
from tests.notifications.factories import People, people
from tests.notifications.mail_server import MailServer
from tests.registry.factories import OFFICE, few_units


class TwoHands(StepClock):
    """A step clock with a wall of its own."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.wall = datetime(2026, 11, 23, 1, tzinfo=UTC)

    def wall_now(self) -> datetime:
        return self.wall

    def wait(self, time: timedelta) -> None:
        self.wall += time


@pytest.fixture
def clock() -> TwoHands:
    """Monday 4 January 2027, 08:00; an open hour of an open day."""
    return TwoHands(datetime.fromisoformat("2027-01-04T08:00:00+07:00"))


@pytest.fixture
def house(db: Database) -> Database:
    db.write_now(few_units)
    db.write_now(lambda tx: calendar_days.seed_calendar(tx, actor=OFFICE))
    return db


@pytest.fixture
def folk(house: Database) -> People:
    return people(house)


@pytest.fixture
def server() -> Iterator[MailServer]:
    made = MailServer()
    yield made
    made.close()
