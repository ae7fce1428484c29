"""``constraints.txt`` holds exactly what ``.[dev]`` pulls in, in the versions that are tested."""

import re
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"
PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;]+)")


def pins() -> dict[str, str]:
    lines = [
        line for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    found = [PIN.fullmatch(line) for line in lines]
    assert all(found), [line for line, match in zip(lines, found, strict=True) if match is None]
    return {canonicalize_name(match["name"]): match["version"] for match in found if match}


def installed(project: str, *extras: str) -> dict[str, str]:
    """Every distribution a project reaches through its requirements here, with its version."""
    found: dict[str, str] = {}
    todo, seen = [(project, frozenset(extras))], set()
    while todo:
        name, wanted = key = todo.pop()
        if key in seen:
            continue
        seen.add(key)
        here = distribution(name)
        found[canonicalize_name(name)] = here.version
        requirements = (Requirement(line) for line in here.requires or ())
        todo += [(one.name, frozenset(one.extras)) for one in requirements if _applies(one, wanted)]
    return found


def _applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in (*extras, ""))


def test_what_the_project_pulls_in_is_pinned_as_installed() -> None:
    pulled = {name: version for name, version in installed("ocop", "dev").items() if name != "ocop"}
    pinned = pins()

    unpinned = sorted(pulled.keys() - pinned.keys())
    differing = sorted(name for name in pulled.keys() & pinned.keys() if pulled[name] != pinned[name])

    assert (unpinned, differing) == ([], [])


def test_the_pins_keep_prefect_and_fastapi_together() -> None:
    pinned = pins()

    assert tuple(map(int, pinned["fastapi"].split("."))) < (0, 151)
    assert tuple(map(int, pinned["prefect"].split("."))) >= (3, 8, 8)
