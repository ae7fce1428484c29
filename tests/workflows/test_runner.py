"""A run is always recorded, and Prefect's troubles never become the job's."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette

from core.clock import Clock
from core.config import Config
from core.db import Database
from core.jobs import latest_runs
from tests.workflows.conftest import vn
from workflows import claims, embedded, runner
from workflows.calls import CALL
from workflows.claims import Claim
from workflows.embedded import Embedded
from workflows.runner import Runner
from workflows.service import Result, Service

DUE = vn("2027-01-05 00:00:00")


@pytest.fixture
def service(db: Database, clock: Clock, config: Config) -> Service:
    db.write_now(lambda tx: claims.begin(tx, {"job": vn("2027-01-04 00:00:00")}))
    return Service(db, clock, config)


@pytest.fixture
def claimed(service: Service) -> Claim:
    found = service.db.write_now(lambda tx: claims.claim(tx, "job", DUE, "me"))
    assert found is not None
    return found


class Up(Embedded):
    """Says it is ready without starting anything."""

    def __init__(self) -> None:
        super().__init__(Path())
        self._up.set()


def fine(_service: Service, now: datetime) -> Result:
    return {"at": now.isoformat()}


def recorded(service: Service) -> tuple[str, str, str | None]:
    (run,) = service.db.read_now(latest_runs)
    return run.outcome, run.via, run.error


def test_without_prefect_the_plain_step_runs(service: Service, claimed: Claim) -> None:
    Runner(service, None, {"job": fine}).run(claimed)

    assert recorded(service) == ("done", "plain", None)


def test_while_prefect_is_still_starting_the_plain_step_runs(
    service: Service, claimed: Claim, tmp_path: Path
) -> None:
    Runner(service, Embedded(tmp_path), {"job": fine}).run(claimed)

    assert recorded(service) == ("done", "plain", None)


def test_a_prefect_that_does_not_answer_is_given_up_and_the_step_runs_plainly(
    service: Service, claimed: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(_name: str) -> None:
        raise ConnectionError("no answer")

    monkeypatch.setattr(runner, "run_flow", unreachable)
    prefect = Up()

    Runner(service, prefect, {"job": fine}).run(claimed)

    assert recorded(service) == ("done", "plain", None)
    assert (prefect.ready(), prefect.failed()) == (False, "ConnectionError")


def test_a_prefect_that_dies_after_the_step_does_not_make_it_run_twice(
    service: Service, claimed: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[datetime] = []

    def lost_after_the_step(_name: str) -> None:
        CALL.get().run()
        raise ConnectionError("gone")

    def step(_service: Service, now: datetime) -> Result:
        calls.append(now)
        return {"done": 1}

    monkeypatch.setattr(runner, "run_flow", lost_after_the_step)

    Runner(service, Up(), {"job": step}).run(claimed)

    assert (calls, recorded(service)) == ([DUE], ("done", "flow", None))


def test_a_step_that_began_and_never_came_back_is_not_started_beside_itself(
    service: Service, claimed: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    def timed_out(_name: str) -> None:
        CALL.get().started = True
        raise TimeoutError

    monkeypatch.setattr(runner, "run_flow", timed_out)

    Runner(service, Up(), {"job": fine}).run(claimed)

    assert recorded(service) == ("failed", "flow", "broken_off")


def test_a_prefect_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken() -> object:
        raise ImportError("no such thing")

    monkeypatch.setattr(embedded, "_application", broken)
    prefect = Embedded(tmp_path / "home")
    prefect.start()
    assert prefect._thread is not None
    prefect._thread.join(10)

    assert (prefect.ready(), prefect.failed()) == (False, "ImportError")
    prefect.stop()


def test_a_prefect_that_takes_too_long_is_said_to_be_slow(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    let_go, told = threading.Event(), threading.Event()

    def slow() -> object:
        let_go.wait(10)
        raise SystemExit

    monkeypatch.setattr(embedded, "_application", slow)
    prefect = Embedded(tmp_path / "home", patience_seconds=0.0)
    monkeypatch.setattr(prefect, "give_up", told_by(prefect.give_up, told))
    prefect.start()

    assert told.wait(10)
    assert (prefect.ready(), prefect.failed()) == (False, "too_slow")
    let_go.set()
    prefect.stop()


def test_a_prefect_that_failed_while_it_was_up_is_asked_again_after_a_rest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    again = threading.Event()
    monkeypatch.setattr(embedded, "_application", Starlette)
    prefect = Embedded(tmp_path / "home", rest_seconds=0.0)
    monkeypatch.setattr(prefect, "_again", told_by(prefect._again, again))
    prefect.start()
    assert prefect.wait(10)

    prefect.give_up("ConnectionError")

    assert again.wait(10)
    assert (prefect.ready(), prefect.failed()) == (True, None)
    prefect.stop()
    assert not prefect.ready()


def test_a_prefect_whose_thread_has_ended_stays_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(embedded, "_application", Starlette)
    prefect = Embedded(tmp_path / "home")
    prefect.start()
    assert prefect.wait(10)
    assert prefect._server is not None
    assert prefect._thread is not None
    prefect._server.should_exit = True
    prefect._thread.join(10)

    prefect._again()

    assert (prefect.ready(), prefect.failed()) == (False, "stopped")
    prefect.stop()


def told_by(original: Callable[..., None], told: threading.Event) -> Callable[..., None]:
    def tell(*reason: str) -> None:
        original(*reason)
        told.set()

    return tell
