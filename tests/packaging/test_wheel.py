"""The wheel holds everything the service needs beside its code, and nothing of the workshop."""

import subprocess
import sys
import zipfile
from email.parser import Parser

import pytest

from core.texts import ROOMS
from tests.packaging.sources import ROOT

CODE_LEFT_BEHIND = ("__pycache__/", ".pyc")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return zipfile.ZipFile(next(folder.glob("ocop-*.whl")))


def test_every_file_of_every_room_is_inside(wheel: zipfile.ZipFile) -> None:
    inside = set(wheel.namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file()
    }

    missing = sorted(name for name in wanted - inside if not any(part in name for part in CODE_LEFT_BEHIND))

    assert missing == []


@pytest.mark.parametrize(
    "name",
    [
        "core/texts.vi.toml",
        "ocop/demo/plans/bac-giang-2022.yaml",
        "ocop/demo/plans/thai-nguyen-2027.yaml",
        "ocop/demo/data/bac-kan-products.csv",
        "ocop/migrations/env.py",
        "ocop/migrations/versions/0001_first_tables.py",
        "ocop/prefect.yaml",
        "regulations/data/rulesets/qd26-2026.yaml",
        "states/engine/editions/dossier-1.json",
        "web/static/base.css",
        "web/templates/base.html",
    ],
)
def test_what_is_no_code_is_inside_too(wheel: zipfile.ZipFile, name: str) -> None:
    assert name in wheel.namelist()


def test_nothing_of_the_workshop_is_inside(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}

    assert tops == {*ROOMS, "ocop-0.1.0.dist-info"}


def test_it_installs_one_command_and_asks_for_a_fastapi_prefect_can_live_with(wheel: zipfile.ZipFile) -> None:
    told = Parser().parsestr(wheel.read("ocop-0.1.0.dist-info/METADATA").decode())
    commands = wheel.read("ocop-0.1.0.dist-info/entry_points.txt").decode()

    assert commands.split() == ["[console_scripts]", "ocop", "=", "ocop.cli:main"]
    assert "fastapi<0.151,>=0.139" in told.get_all("Requires-Dist", [])
