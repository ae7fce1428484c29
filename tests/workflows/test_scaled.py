"""The scaled set-up by the letter of docs/operations.md: our database on PostgreSQL, a Prefect server, pool, deployments,
a worker; pages and JSON in a process of their own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from core.instants import instant_text
from tests.conftest import PostgresqlDatabases
from tests.packaging.sources import ROOT

BIN = Path(sys.executable).parent
PATIENCE = 240.0  # seconds for one thing to come about on a machine that has much else to do
pytestmark = [pytest.mark.slow, pytest.mark.prefect, pytest.mark.xdist_group("prefect")]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def asked(address: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")
    except (OSError, ValueError):
        return 0, None


def until(what: str, seen: Callable[[], bool], *running: subprocess.Popen[bytes]) -> None:
    """Look until it is so, or a process it depends on has ended."""
    last = time.monotonic() + PATIENCE
    while not seen():
        assert [one.args for one in running if one.poll() is not None] == [], what
        assert time.monotonic() < last, what
        time.sleep(0.5)


class Place:
    """Commands of one set-up, in its environment; what is started is ended with it."""

    def __init__(self, folder: Path, database_url: str, stack: ExitStack) -> None:
        self.port, prefect = free_port(), free_port()
        self.api = f"http://127.0.0.1:{prefect}/api"
        self._prefect_port, self._folder, self._stack = str(prefect), folder, stack
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("OCOP_", "PREFECT_"))
        }
        self._env = {
            **kept, "OCOP_DATABASE_URL": database_url, "OCOP_DATA": str(folder / "data"), "OCOP_HOME": str(ROOT),
            "PREFECT_HOME": str(folder / "prefect"), "PREFECT_API_URL": self.api, "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        }  # fmt: skip

    def run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [BIN / program, *arguments], cwd=ROOT, env=self._env, capture_output=True, text=True, timeout=PATIENCE,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = self._stack.enter_context((self._folder / f"{program}-{arguments[0]}.log").open("wb"))
        return self._stack.enter_context(running([str(BIN / program), *arguments], self._env, log))

    def prefect_server(self) -> subprocess.Popen[bytes]:
        return self.start(
            "prefect", "server", "start", "--host", "127.0.0.1", "--port", self._prefect_port, "--no-ui"
        )


@contextmanager
def running(command: list[str], env: dict[str, str], log: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own group, so that what it starts ends with it."""
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait(15)


def test_server_pool_deployments_and_a_worker_make_a_house_ready_and_leave_their_runs(
    tmp_path: Path, postgresql_databases: PostgresqlDatabases
) -> None:
    name = postgresql_databases.make(empty=True)
    url = postgresql_databases.url(name)
    with ExitStack() as stack:
        stack.callback(postgresql_databases.drop, name)
        place = Place(tmp_path, url, stack)
        server = place.prefect_server()
        place.run("ocop", "db", "upgrade")
        pages = place.start("ocop", "serve", "--port", str(place.port))
        ready = f"http://127.0.0.1:{place.port}/readyz"
        until("the pages answer", lambda: asked(ready)[0] != 0, pages)
        assert asked(ready) == (503, {"ready": False, "checks": {
            "database": True, "schema": True, "triggers": True, "clock": False}})  # fmt: skip

        until("Prefect answers", lambda: asked(f"{place.api}/health")[0] == 200, server)
        place.run("prefect", "work-pool", "create", "ocop", "--type", "process")
        place.run("prefect", "deploy", "--all", "--no-prompt")
        with psycopg.connect(plain(url), autocommit=True) as database:
            long_ago = instant_text(datetime.now(UTC) - timedelta(hours=36))
            database.execute("INSERT INTO job_state (name, handled_to) VALUES ('seal_log', %s)", (long_ago,))
            place.run("prefect", "deployment", "run", "seal_log/seal_log")
            worker = place.start("prefect", "worker", "start", "--pool", "ocop")
            until("a worker shows that it lives", lambda: asked(ready)[0] == 200, worker, server, pages)
            runs = "SELECT outcome, via, length(flow_run_id) FROM job_run WHERE name = 'seal_log' ORDER BY due_at"
            until("the run is recorded", lambda: bool(ended(database, runs)), worker, server)
            assert set(ended(database, runs)) == {("done", "flow", 36)}
        assert "intact" in place.run("ocop", "history", "verify")


def ended(database: psycopg.Connection[Any], runs: str) -> list[tuple[Any, ...]]:
    found = database.execute(runs.encode()).fetchall()
    return [] if any(row[0] == "running" for row in found) else found


def plain(url: str) -> str:
    return sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
