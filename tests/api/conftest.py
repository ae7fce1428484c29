"""Fixtures of this room: the app over a settled province, on both databases, and clients that go through real HTTP."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.service import Service
from core.clock import StepClock
from core.config import Config
from core.db import Database
from tests.api.people import BASE, House, Walk
from tests.world import settled


@pytest.fixture
def service(db: Database, config: Config, clock: StepClock) -> Service:
    return Service(db, replace(config, base_url=BASE), clock, "rehearsal.ocop.example/log")


@pytest.fixture
def house(service: Service, clock: StepClock) -> Iterator[House]:
    """The app with a cycle open in Thái Nguyên and one person per role."""
    app = create_app(service)
    with ExitStack() as stack:

        def client(**given: object) -> TestClient:
            made = TestClient(app, base_url=BASE, raise_server_exceptions=False, **given)  # type: ignore[arg-type]  # passed on
            return stack.enter_context(made)

        yield House(app, service.db, clock, settled(service.db), client)


@pytest.fixture
def walk(house: House) -> Walk:
    return Walk(house)
