"""A house per test, copied from a province settled once per database; its clock starts where the test says."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from core.clock import StepClock
from core.db import open_database
from tests.conftest import DATABASES
from tests.states.certificate.house import House
from tests.states.every_move.conftest import Copies, copies_of


@pytest.fixture(scope="module")
def copies(request: pytest.FixtureRequest) -> Iterator[Copies]:
    """Copies of a settled province without a cycle, on the database named by the parameter."""
    yield from copies_of(request, request.param, None)


@pytest.fixture
def starts() -> str:
    """The moment at which the clock of a test starts."""
    return "2027-01-04T08:00"


@pytest.fixture
def house(request: pytest.FixtureRequest, copies: Copies, starts: str) -> Iterator[House]:
    request.node.user_properties.append(("database", request.node.callspec.params["copies"]))
    config, world = copies()
    clock = StepClock(datetime.fromisoformat(f"{starts}:00+07:00"))
    database = open_database(config, clock)
    yield House(database, clock, config, world)
    database.close()


def pytest_generate_tests(metafunc: Any) -> None:
    if "copies" in metafunc.fixturenames:
        metafunc.parametrize("copies", DATABASES, indirect=True, scope="module")
