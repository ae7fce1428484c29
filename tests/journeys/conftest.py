"""The house of a story, on each database, with a mail server of its own on loopback."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import psycopg.sql
import pytest
import sqlalchemy as sa

from api.app import create_app
from api.service import Service as PageService
from core.clock import StepClock
from core.config import Config
from core.db import Database
from notifications.channels.configured import channels_of
from tests.journeys.house import BASE, House
from tests.journeys.post import PostOffice
from workflows.runner import Runner
from workflows.service import Service as ClockService
from workflows.ticker import Ticker

ORIGIN = "rehearsal.ocop.example/log"


@pytest.fixture
def mail() -> Iterator[PostOffice]:
    made = PostOffice()
    yield made
    made.close()


@pytest.fixture
def quick(config: Config) -> None:
    """A story is long and is not about the loss of power: PostgreSQL need not wait for the disk at every commit."""
    if config.database_url:
        address = sa.make_url(config.database_url).set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
            name = psycopg.sql.Identifier(address.database or "")
            connection.execute(
                psycopg.sql.SQL("ALTER DATABASE {} SET synchronous_commit TO off").format(name)
            )


@pytest.fixture
def build(
    config: Config, quick: None, clock: StepClock, open_db: Callable[[], Database], mail: PostOffice
) -> Callable[[], House]:
    """Opens the installation as a service would; each call is another service over the same folder."""

    def house() -> House:
        told = replace(
            config,
            base_url=BASE,
            smtp_host="127.0.0.1",
            smtp_port=mail.port,
            smtp_from="OCOP <ocop@ocop.example>",
        )
        db = open_db()
        ticking = ClockService(db, clock, told, channels_of(told, clock))
        app = create_app(PageService(db, told, clock, ORIGIN))
        return House(told, db, clock, app, Ticker(ticking, Runner(ticking), leads=False), mail)

    return house


@pytest.fixture
def house(build: Callable[[], House]) -> House:
    return build()
