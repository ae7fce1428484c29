"""Rules of the house (`docs/architecture.md`) that a tool can hold; a rule only written down is forgotten."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from packaging.requirements import Requirement

from core.texts import ROOMS
from ocop import schema
from tests.packaging.sources import ROOT, Source, dotted, sources

CLOCK = "core/clock.py"
ENGINE = "states/engine/"
READS_THE_CLOCK = re.compile(
    r"(?:^|\.)(?:datetime\.(?:now|utcnow|today)|date\.today|time\.(?:time|time_ns|localtime|gmtime|ctime))$"
)
EVERYWHERE = (*ROOMS, "tests", "bench")
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 600, 60
OPEN_ENDS = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
MACHINE_PATHS = re.compile(
    r"/(?:work|home|root|opt|Users)/\w|https?://[^\s\"']*(?:pypi|simple/|registry\.npm)"
)
HANDED_OUT = {".py", ".toml", ".txt", ".md", ".yaml", ".yml", ".html", ".css", ".js", ".json", ".cfg", ""}
LEFT_OUT = re.compile(
    r"(?:^|/)(?:\.(?!ci/)[^/]*|__pycache__|build|dist|node_modules|[^/]*\.egg-info|ocop-data)(?:/|$)"
)


def test_only_the_clock_reads_the_time() -> None:
    found = [
        f"{source.path}:{call.lineno} {dotted(call.func)}"
        for source in sources()
        if source.path != CLOCK
        for call in source.calls()
        if READS_THE_CLOCK.search(dotted(call.func))
    ]

    assert found == []


def test_nobody_but_the_engine_assigns_a_state() -> None:
    found = [
        place for source in sources() if not source.path.startswith(ENGINE) for place in _state_writes(source)
    ]

    assert found == []


def _state_writes(source: Source) -> Iterator[str]:
    """`x.state = …`, `setattr(x, "state", …)`, and inside `states/` a statement's `.values(state=…)`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            flat = [one for target in targets for one in getattr(target, "elts", [target])]
            found = any(isinstance(one, ast.Attribute) and one.attr == "state" for one in flat)
        else:
            found = isinstance(node, ast.Call) and _call_writes_state(
                node, inside=source.path.startswith("states/")
            )
        if found:
            yield f"{source.path}:{getattr(node, 'lineno', 0)}"


def _call_writes_state(call: ast.Call, *, inside: bool) -> bool:
    if dotted(call.func) == "setattr" and len(call.args) > 1:
        return isinstance(call.args[1], ast.Constant) and call.args[1].value == "state"
    named = any(keyword.arg == "state" for keyword in call.keywords)
    return inside and named and isinstance(call.func, ast.Attribute) and call.func.attr == "values"


def test_no_column_holds_a_fraction() -> None:
    columns = [column for table in schema.import_tables().tables.values() for column in table.columns]

    fractions = [
        f"{column.table.name}.{column.name}" for column in columns if isinstance(column.type, sa.Numeric)
    ]

    assert len(columns) > 100
    assert fractions == []


def test_no_module_is_named_like_one_of_python_or_of_a_library() -> None:
    foreign = sys.stdlib_module_names | _libraries()

    found = [source.path for source in sources(*EVERYWHERE) if _module_name(source.path) in foreign]

    assert found == []


def _module_name(path: str) -> str:
    file = Path(path)
    return file.parent.name if file.name == "__init__.py" else file.stem


def _libraries() -> set[str]:
    """Import names of what the product runs on; a folder on the path would shadow them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {Requirement(one).name.lower().replace("-", "_") for one in project["dependencies"]}


NAMED_IGNORE = re.compile(r"type: ignore\[[a-z, -]+\]")
REASONED_IGNORE = re.compile(NAMED_IGNORE.pattern + r"\s+(?:#|--)\s*\S")
NAMED_NOQA = re.compile(r"noqa: [A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)*(?:\s|$)")
REASONED_NOQA = re.compile(NAMED_NOQA.pattern + r"-- \S")


@pytest.mark.parametrize(
    ("folders", "mark", "whole"),
    [
        pytest.param(ROOMS, "type: ignore", REASONED_IGNORE, id="rooms-type-ignore"),
        pytest.param(ROOMS, "noqa", REASONED_NOQA, id="rooms-noqa"),
        pytest.param(("tests", "bench"), "type: ignore", NAMED_IGNORE, id="tests-type-ignore"),
        pytest.param(("tests", "bench"), "noqa", NAMED_NOQA, id="tests-noqa"),
    ],
)
def test_whoever_silences_a_tool_names_the_rule_and_in_a_room_the_reason(
    folders: tuple[str, ...], mark: str, whole: re.Pattern[str]
) -> None:
    found = [
        f"{source.path}:{line} {comment}"
        for source in sources(*folders)
        for line, comment in source.comments
        if re.search(rf"#\s*{mark}", comment) and not whole.search(comment)
    ]

    assert found == []


def test_files_and_functions_stay_readable() -> None:
    long_files = [
        f"{source.path}: {count} lines"
        for source in sources(*EVERYWHERE)
        if (count := source.text.count("\n")) > MOST_LINES
    ]
    long_functions = [
        f"{source.path}:{node.lineno} {node.name}"
        for source in sources(*EVERYWHERE)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= MOST_LINES_OF_A_FUNCTION
    ]

    assert long_files + long_functions == []


def test_no_work_is_left_lying_in_a_comment() -> None:
    found = [
        f"{source.path}:{line} {comment}"
        for source in sources(*EVERYWHERE)
        for line, comment in source.comments
        if OPEN_ENDS.search(comment)
    ]

    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        source.path for source in sources() if source.tree.body and ast.get_docstring(source.tree) is None
    ]

    assert silent == []


def test_no_file_names_a_path_of_somebodys_machine_or_a_package_registry() -> None:
    found = []
    for path in sorted(ROOT.rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if (
            LEFT_OUT.search(name)
            or path.suffix not in HANDED_OUT
            or not path.is_file()
            or path == Path(__file__)
        ):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if MACHINE_PATHS.search(line):
                found.append(f"{name}:{number}")

    assert found == []
