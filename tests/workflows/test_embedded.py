"""Prefect's API inside this process: flows run, retries work, and without it the plain step does.

The API is up only while this module's tests run, because only here are its warnings let through.
"""

import asyncio
import inspect
import os
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from core.clock import Clock, StepClock
from core.config import Config
from core.db import Database
from core.errors import Refused
from core.jobs import is_ticking, latest_runs
from tests.workflows.conftest import vn
from workflows import claims, worker
from workflows.claims import Claim
from workflows.embedded import Embedded
from workflows.runner import Runner
from workflows.schedule import TIMETABLE
from workflows.service import Result, Service
from workflows.steps import STEPS

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.xdist_group("prefect"),
    # Prefect's own tables use a form SQLAlchemy 2.1 is about to drop.
    pytest.mark.filterwarnings("ignore:Type object <class 'prefect:sqlalchemy.exc.SADeprecationWarning"),
    # Prefect's clients leave their keep-alive sockets to the garbage collector when an event loop ends.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
    ),
]
DUE = vn("2027-01-05 00:00:00")


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    running = Embedded(tmp_path_factory.mktemp("prefect") / "home")
    running.start()
    assert running.wait(120), running.failed()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def at_once(embedded: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries without waiting."""
    from workflows import flows

    monkeypatch.setattr(flows, "carry_out", flows.carry_out.with_options(retry_delay_seconds=[0, 0]))


@pytest.fixture
def service(db: Database, clock: Clock, config: Config) -> Service:
    db.write_now(lambda tx: claims.begin(tx, {job.name: vn("2027-01-04 00:00:00") for job in TIMETABLE}))
    return Service(db, clock, config)


def claimed(service: Service, name: str = "seal_log") -> Claim:
    found = service.db.write_now(lambda tx: claims.claim(tx, name, DUE, "me"))
    assert found is not None
    return found


def failing(times: int, error: Exception) -> tuple[Callable[[Service, datetime], Result], list[datetime]]:
    """A step that fails so many times, and the instants it was called with."""
    calls: list[datetime] = []

    def step(_service: Service, now: datetime) -> Result:
        calls.append(now)
        if len(calls) <= times:
            raise error
        return {"calls": len(calls)}

    return step, calls


def test_a_job_runs_as_a_flow_and_its_failing_task_is_retried(embedded: Embedded, service: Service) -> None:
    step, calls = failing(1, OSError("passing"))

    ended = Runner(service, embedded, {"seal_log": step}).run(claimed(service))

    run = service.db.read_now(latest_runs)[0]
    assert calls == [DUE, DUE]
    assert (run.outcome, run.via, run.result, run.error) == ("done", "flow", {"calls": 2}, None)
    assert run.flow_run_id == ended.flow_run_id
    assert stored_state(str(run.flow_run_id)) == ("seal_log", "COMPLETED")


def test_a_job_that_keeps_failing_is_recorded_and_stops_nothing(embedded: Embedded, service: Service) -> None:
    step, calls = failing(9, OSError("lasting"))

    Runner(service, embedded, {"seal_log": step}).run(claimed(service))

    run = service.db.read_now(latest_runs)[0]
    assert len(calls) == 3
    assert (run.outcome, run.via, run.error) == ("failed", "flow", "OSError")
    assert stored_state(str(run.flow_run_id)) == ("seal_log", "FAILED")
    assert embedded.ready()


def test_a_refusal_is_not_retried(embedded: Embedded, service: Service) -> None:
    step, calls = failing(9, Refused("wrong_state"))

    ended = Runner(service, embedded, {"seal_log": step}).run(claimed(service))

    assert (len(calls), ended.error) == (1, "wrong_state")


def test_the_real_step_runs_as_a_flow_on_the_thread_of_a_scheduler(
    embedded: Embedded, service: Service
) -> None:
    ended: list[claims.Ended] = []
    claim = claimed(service)
    thread = threading.Thread(target=lambda: ended.append(Runner(service, embedded).run(claim)))
    thread.start()
    thread.join(60)

    assert (ended[0].outcome, ended[0].via, ended[0].result) == (
        "done",
        "flow",
        {"entries": 0, "gaps": 0, "waiting": 0, "lost": 0, "torn": 0, "guards_missing": 0},
    )


def test_prefect_lives_in_our_folder_and_answers_nobody_without_the_password(embedded: Embedded) -> None:
    import httpx

    answer = httpx.post(f"{os.environ['PREFECT_API_URL']}/flows/count")

    assert answer.status_code == 401
    assert (embedded._home / "prefect.db").is_file()
    assert os.environ["PREFECT_API_URL"].startswith("http://127.0.0.1:")


def test_every_job_has_its_flow_and_every_flow_its_step() -> None:
    from workflows import flows

    names = [job.name for job in TIMETABLE]

    assert set(flows.FLOWS) == set(names)
    assert set(STEPS) == set(names)
    assert all(getattr(flows, name) is flows.FLOWS[name] for name in names)
    assert all(inspect.iscoroutinefunction(one.fn) for one in flows.FLOWS.values())


@pytest.mark.parametrize("name", [job.name for job in TIMETABLE])
def test_a_flow_wraps_the_step_of_its_own_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from workflows import flows

    asked: list[str] = []

    async def perform(job: str) -> Result:
        asked.append(job)
        return {}

    monkeypatch.setattr(flows, "perform", perform)

    asyncio.run(flows.FLOWS[name].fn())

    assert asked == [name]


def test_a_deployed_flow_claims_its_instants_and_records_them(
    embedded: Embedded,
    service: Service,
    standing: StepClock,
    open_db: Callable[[], Database],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from workflows import flows

    standing.move_to(vn("2027-01-06 12:00:00"))
    monkeypatch.setattr(worker, "open_service", lambda: Service(open_db(), standing, service.config))

    results = [asyncio.run(flows.seal_log()) for _ in range(2)]

    runs = service.db.read_now(latest_runs)
    assert results == [{"ran": 2}, {"ran": 0}]
    assert [(run.due_at, run.outcome, run.via) for run in runs] == [
        (vn("2027-01-06 00:00:00"), "done", "flow"),
        (vn("2027-01-05 00:00:00"), "done", "flow"),
    ]
    assert all(run.flow_run_id for run in runs)
    assert service.db.read_now(is_ticking)


def stored_state(flow_run_id: str) -> tuple[str, str]:
    """What Prefect itself keeps of a flow run: the flow's name and the state it ended in."""
    from prefect.client.orchestration import get_client

    async def read() -> tuple[str, str]:
        async with get_client() as client:
            run = await client.read_flow_run(flow_run_id)  # type: ignore[arg-type]
            flow = await client.read_flow(run.flow_id)
            return flow.name, str(run.state_type.value if run.state_type else "")

    return asyncio.run(read())


def test_what_prefect_was_told_is_taken_back_when_it_stops(tmp_path: Path) -> None:
    before = dict(os.environ)
    second = Embedded(tmp_path / "home")
    second.start()
    came_up = second.wait(60)

    second.stop()

    assert came_up
    assert not second.ready()
    assert {name: value for name, value in os.environ.items() if name.startswith("PREFECT")} == {
        name: value for name, value in before.items() if name.startswith("PREFECT")
    }
