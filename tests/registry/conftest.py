"""Fixtures of this room: a database that knows a few units."""

import pytest

from core.db import Database
from tests.registry.factories import few_units


@pytest.fixture
def house(db: Database) -> Database:
    db.write_now(few_units)
    return db
