"""The province of the tests of dossiers: settled, with the cycle of 2027 open."""

import pytest

from core.clock import StepClock
from core.db import Database
from tests.states.dossier.ground import Ground
from tests.world import settled


@pytest.fixture
def ground(db: Database, clock: StepClock) -> Ground:
    return Ground(db, clock, settled(db))
