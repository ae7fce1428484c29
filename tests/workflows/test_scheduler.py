"""APScheduler holds the pulses of the timetable's module and nothing else; a poke reaches every job."""

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from apscheduler.events import EVENT_JOB_EXECUTED

from core.clock import StepClock
from core.db import Database
from core.errors import Unavailable
from core.jobs import latest_runs
from tests.workflows.conftest import Diary, vn
from workflows.runner import Runner
from workflows.schedule import PULSES, TIMETABLE, At
from workflows.scheduler import Scheduler
from workflows.service import Service
from workflows.ticker import Ticker


@pytest.fixture
def clock() -> StepClock:
    """Two days before the instant of the yearly job."""
    return StepClock(vn("2026-12-31 08:00:00"))


def test_the_scheduler_holds_exactly_the_pulses_of_the_timetable(make_ticker: Callable[..., Ticker]) -> None:
    scheduler = Scheduler(make_ticker())
    scheduler.pulses.start(paused=True)

    jobs = scheduler.pulses.get_jobs()

    assert {(job.id, job.trigger.interval) for job in jobs} == {
        (pulse.name, timedelta(seconds=pulse.seconds)) for pulse in PULSES
    }
    assert {(job.coalesce, job.max_instances, job.misfire_grace_time) for job in jobs} == {(True, 1, None)}
    assert str(scheduler.pulses.timezone) == "Asia/Ho_Chi_Minh"
    assert type(scheduler.pulses._jobstores["default"]).__name__ == "MemoryJobStore"
    scheduler.pulses.shutdown()


def test_what_the_scheduler_calls_runs_every_job_of_the_timetable(
    service: Service, standing: StepClock, db: Database
) -> None:
    ran: list[str] = []
    steps = {
        job.name: (lambda _service, _now, name=job.name: ran.append(name) or {"ran": 1}) for job in TIMETABLE
    }
    ticker = Ticker(service, Runner(service, steps=steps), looks={})
    scheduler = Scheduler(ticker)
    scheduler.pulses.start(paused=True)
    poke = scheduler.pulses.get_job("poke").func

    first = poke()
    ran.clear()
    standing.move_to(standing.business_now() + timedelta(days=3))
    poke()

    yearly = {job.name for job in TIMETABLE if isinstance(job.when, At) and job.when.month}
    assert set(ran) == {job.name for job in TIMETABLE}
    assert {name: ran.count(name) for name in yearly} == {"year_review": 1}
    assert len(db.read_now(lambda rtx: latest_runs(rtx, 5000))) == first + len(ran)
    scheduler.pulses.shutdown()


def test_the_scheduler_pokes_by_itself_and_gives_the_lead_back_when_it_stops(
    make_ticker: Callable[..., Ticker], diary: Diary
) -> None:
    ticker, poked = make_ticker(), threading.Event()
    scheduler = Scheduler(ticker)
    scheduler.pulses.add_listener(lambda _event: poked.set(), EVENT_JOB_EXECUTED)
    scheduler.start()

    assert poked.wait(10)
    scheduler.stop()
    diary.ran.clear()

    assert make_ticker().poke() > 0


def test_a_clock_is_put_together_without_importing_prefect() -> None:
    made = "import sys, workflows.scheduler, workflows.worker; sys.exit('prefect' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", made], check=False).returncode == 0


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_database_that_is_away_is_one_line_and_the_next_pulse_tries_again(
    make_ticker: Callable[..., Ticker], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticker = make_ticker()
    answers = iter([Unavailable("database_full"), 3])

    def poke() -> int:
        answer = next(answers)
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    monkeypatch.setattr(ticker, "poke", poke)
    scheduler = Scheduler(ticker)
    scheduler.pulses.start(paused=True)
    call = scheduler.pulses.get_job("poke").func

    assert (call(), call()) == (None, 3)

    told = [record for record in caplog.records if record.name == "workflows.scheduler"]
    assert [(record.getMessage(), record.exc_info) for record in told] == [
        ("the clock waits: database_full", None)
    ]
    scheduler.pulses.shutdown()
