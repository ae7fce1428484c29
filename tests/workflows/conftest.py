"""A small timetable of its own and steps that write down when they ran, over a real database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

import pytest

from core.clock import VIETNAM, Clock, StepClock
from core.config import Config
from core.db import Database
from core.tx import ReadTx
from workflows.runner import Runner
from workflows.schedule import At, Every, Job
from workflows.service import Result, Service, Step
from workflows.ticker import Ticker

SWEEP = Job("sweep", Every(60), in_order=True)
MIDNIGHT = Job("midnight", At(0, 0))
MORNING = Job("morning", At(7, 0))
TELL = Job("tell", Every(5))
JOBS = (SWEEP, MIDNIGHT, MORNING, TELL)


def vn(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@dataclass
class Diary:
    """When each step ran, in the order they ran; safe for several clocks."""

    ran: list[tuple[str, str]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    quiet: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def write(self, name: str, now: datetime) -> Result:
        with self._lock:
            self.ran.append((name, now.astimezone(VIETNAM).strftime("%d %H:%M:%S")))
        if name in self.broken:
            raise RuntimeError("broken on purpose")
        return {"written": 1}

    def steps(self) -> Mapping[str, Step]:
        return {job.name: self._step(job.name) for job in JOBS}

    def looks(self) -> Mapping[str, Callable[[ReadTx, datetime], bool]]:
        return {name: self._look(name) for name in ("sweep", "tell")}

    def _step(self, name: str) -> Step:
        return lambda _service, now: self.write(name, now)

    def _look(self, name: str) -> Callable[[ReadTx, datetime], bool]:
        def look(_rtx: ReadTx, now: datetime) -> bool:
            key = (name, now.astimezone(VIETNAM).strftime("%d %H:%M:%S"))
            return name not in self.quiet and key not in self.ran

        return look


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def service(db: Database, clock: Clock, config: Config) -> Service:
    return Service(db, clock, config)


@pytest.fixture
def make_ticker(service: Service, diary: Diary) -> Callable[..., Ticker]:
    """A clock over the small timetable; each call is another clock over the same database."""

    def make(*, leads: bool = True, service: Service = service) -> Ticker:
        runner = Runner(service, steps=diary.steps())
        return Ticker(service, runner, leads=leads, jobs=JOBS, looks=diary.looks())

    return make


@pytest.fixture
def standing(clock: Clock) -> StepClock:
    assert isinstance(clock, StepClock)
    return clock
