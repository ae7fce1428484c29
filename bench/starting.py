"""Row 7: what the pages' process imports and weighs against the bare libraries it stands on, ``ocop --help``, and how long
``ocop serve`` takes from its start to the first page.

Both sides run from compiled modules in a cache of their own, as an installed program does, whatever this shell says
about bytecode; ours is imported the way ``ocop serve`` imports it.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.measuring import Figure, Report, in_turns, median_ratio, seconds
from core.config import Config
from ocop.installation import prepare

ROUNDS = 7
BARE = "import fastapi, sqlmodel, transitions, jinja2, uvicorn"
OURS = """
from ocop.loading import loading
with loading():
    import ocop.commands.serve, web.app
"""
PROBE = """
import time
begun = time.perf_counter()
{imports}
took = time.perf_counter() - begun
import resource, sys
pages = int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
print(took, pages / 2**20, "prefect" in sys.modules)
"""


FIRST_PAGE = "/dang-nhap"


def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="ocop-bench-") as folder:
        compiled = Path(folder) / "compiled"
        _imports(report, compiled)
        _first_page(report, Path(folder) / "data", compiled)
    helped = statistics.median(seconds(_help) for _ in range(5))
    report.add(Figure("7", "ocop --help, median of five", helped, 0.5, 0.5, at_most=True, unit=" s"))


def _imports(report: Report, compiled: Path) -> None:
    weighed: dict[str, list[float]] = {BARE: [], OURS: []}

    def start(imports: str) -> float:
        took, megabytes = _probe(imports, compiled)
        weighed[imports].append(megabytes)
        return took

    start(BARE), start(OURS)  # compiles
    for megabytes in weighed.values():
        megabytes.clear()
    ours, bare = in_turns(ROUNDS, (lambda: start(OURS), lambda: start(BARE)))
    heavy, light = (statistics.median(weighed[imports]) for imports in (OURS, BARE))
    report.say(
        f"imports: ours {statistics.median(ours):.2f} s, {heavy:.0f} MB; "
        f"bare web set {statistics.median(bare):.2f} s, {light:.0f} MB"
    )
    report.add(Figure("7", "import time of the pages' process against the bare web set", median_ratio(ours, bare), 1.15, 1.3,
                      at_most=True))  # fmt: skip
    report.add(Figure("7", "its memory against the bare web set", heavy / light, 1.3, 1.3, at_most=True))


def _first_page(report: Report, data: Path, compiled: Path) -> None:
    """A person waits for more than imports: opening the folder, putting the app together, the first template."""
    prepare(Config(data_dir=data))
    waits, megabytes = zip(*(_served(data, compiled) for _ in range(ROUNDS)), strict=True)
    report.say(f"ocop serve holds {statistics.median(megabytes):.0f} MB once it has answered its first page")
    report.add(
        Figure("7", "ocop serve, from its start to the first page", statistics.median(waits), unit=" s")
    )


def _served(data: Path, compiled: Path) -> tuple[float, float]:
    """Seconds until a page has come, and the megabytes the process holds then."""
    command = [str(Path(sys.executable).with_name("ocop")), "--data", str(data), "serve", "--port", "0"]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment(compiled)) as process:
        try:
            said = process.stdout.readline() if process.stdout else ""
            address = said.rpartition(" ")[2].strip()
            with urllib.request.urlopen(f"{address}{FIRST_PAGE}", timeout=60) as answer:
                answer.read()
            took = time.perf_counter() - begun
            pages = int(Path(f"/proc/{process.pid}/statm").read_text(encoding="ascii").split()[1])
        finally:
            process.terminate()
    return took, pages * resource.getpagesize() / 2**20


def _environment(compiled: Path) -> dict[str, str]:
    """Compiled modules are kept, whatever this shell says about them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(compiled)}


def _probe(imports: str, compiled: Path) -> tuple[float, float]:
    said = subprocess.run(
        [sys.executable, "-c", PROBE.format(imports=imports)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env=_environment(compiled),
    ).stdout.split()
    if said[2] != "False":
        raise RuntimeError("the pages' process has imported Prefect")
    return float(said[0]), float(said[1])


def _help() -> None:
    command = [str(Path(sys.executable).with_name("ocop")), "--help"]
    subprocess.run(
        command, stdout=subprocess.DEVNULL, check=True, timeout=60, env={**os.environ, "COLUMNS": "100"}
    )
