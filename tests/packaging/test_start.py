"""How a fresh process starts: quick to answer, and the pages' process without Prefect or APScheduler."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.packaging.sources import ROOT

OCOP = Path(sys.executable).with_name("ocop")
MOST_SECONDS = 0.5
ASSEMBLE = """
import sys, tempfile
from pathlib import Path
import ocop.commands.serve
from core.config import Config
from ocop import installation, service
config = Config(data_dir=Path(tempfile.mkdtemp()) / "data")
installation.prepare(config)
opened = installation.opened(config, seed=False)
app = service.page_app(opened)
running = service.Running(opened)
running.start(clock=False)
running.stop()
print(*sorted(name for name in sys.modules if name.partition(".")[0] in {"prefect", "apscheduler", "workflows"}))
"""


def run(*command: str | Path) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def seconds_of_help() -> float:
    begun = time.perf_counter()
    run(OCOP, "--help")
    return time.perf_counter() - begun


def test_help_answers_in_half_a_second() -> None:
    run(OCOP, "--help")

    seconds = [seconds_of_help() for _ in range(5)]

    assert statistics.median(seconds) < MOST_SECONDS, seconds


def test_help_lists_every_command_without_importing_any() -> None:
    said = run(sys.executable, "-c", "import sys; from ocop.cli import run; run(['--help']); "
               "print([name for name in sys.modules if name.startswith('ocop.commands')])")  # fmt: skip

    assert said.rstrip().endswith("[]")
    assert [
        name for name in ("up", "demo", "serve", "clock", "cycle", "history") if f"\n  {name} " not in said
    ] == []


def test_pages_and_json_are_served_without_the_clocks_world() -> None:
    assert run(sys.executable, "-W", "error", "-c", ASSEMBLE).strip() == ""
