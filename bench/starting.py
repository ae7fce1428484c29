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
from functools import partial
from pathlib import Path

from bench.measuring import Figure, Report, in_turns, median_ratio, seconds
from core.config import Config
from ocop.installation import opened, prepare

ROUNDS = 7
BARE = "import fastapi, sqlmodel, transitions, jinja2, uvicorn"
OURS = """
from ocop.loading import loading
with loading():
    import ocop.commands.serve, web.app
"""
COUNTS = """
import ocop.commands.serve, web.app
from api.routes import ROUTERS
from sqlmodel import SQLModel
tables = SQLModel.metadata.tables.values()
print(len(tables), sum(len(each.columns) for each in tables) // len(tables),
      sum(len(each.routes) for each in (*ROUTERS, *web.app.ROUTERS)))
"""
PEOPLED = (
    BARE
    + """
from sqlmodel import Field, SQLModel
SQLModel.model_config["defer_build"] = True
columns = {{f"column_{{place}}": (str | None, Field(default=None, max_length=40)) for place in range({columns} - 1)}}
columns["id"] = (str, Field(primary_key=True))
for number in range({tables}):
    body = {{"__module__": __name__, "__annotations__": {{name: kind for name, (kind, _) in columns.items()}}}}
    type(SQLModel)(f"Table{{number}}", (SQLModel,), body | {{name: one for name, (_, one) in columns.items()}}, table=True)
router = fastapi.APIRouter()
for number in range({routes}):
    async def answer(subject_id: str, request: fastapi.Request, day: str = ""): ...
    router.get(f"/{{number}}/{{{{subject_id}}}}")(answer)
"""
)
"""The bare libraries with as many tables and routes as ours has, and nothing else of ours."""
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
    peopled = _peopled(compiled)
    weighed: dict[str, list[float]] = {BARE: [], OURS: [], peopled: []}

    def start(imports: str) -> float:
        took, megabytes = _probe(imports, compiled)
        weighed[imports].append(megabytes)
        return took

    start(BARE), start(OURS)  # compiles
    for megabytes in weighed.values():
        megabytes.clear()
    ours, bare, full = in_turns(ROUNDS, [partial(start, imports) for imports in (OURS, BARE, peopled)])
    heavy, light, fuller = (statistics.median(weighed[imports]) for imports in (OURS, BARE, peopled))
    report.say(
        f"imports: ours {statistics.median(ours):.2f} s, {heavy:.0f} MB; "
        f"bare web set {statistics.median(bare):.2f} s, {light:.0f} MB; "
        f"with as many tables and routes {statistics.median(full):.2f} s, {fuller:.0f} MB"
    )
    report.add(Figure("7", "import time of the pages' process against the bare web set", median_ratio(ours, bare), 1.15, 1.3,
                      at_most=True))  # fmt: skip
    report.add(Figure("7", "its memory against the bare web set", heavy / light, 1.3, 1.3, at_most=True))
    report.add(Figure("7", "import time against as many bare tables and routes", median_ratio(ours, full)))
    report.add(Figure("7", "its memory against as many bare tables and routes", heavy / fuller))


def _peopled(compiled: Path) -> str:
    """The bare set with tables and routes of ours counted, so that nothing is typed in by hand."""
    command = [sys.executable, "-c", COUNTS]
    said = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=120, env=_environment(compiled)
    )
    tables, columns, routes = said.stdout.split()
    return PEOPLED.format(tables=tables, columns=columns, routes=routes)


def _first_page(report: Report, data: Path, compiled: Path) -> None:
    """A person waits for more than imports: opening the folder, putting the app together, the first template."""
    config = Config(data_dir=data)
    prepare(config)
    opened(config).close()
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
            said = next(line for line in process.stdout or () if line.startswith("OCOP answers at "))
            address = said.split()[3]
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
