"""Backup and restore through the command line, on a folder of its own."""

import stat
from pathlib import Path

import pytest

from ocop.cli import run


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("OCOP_DATABASE_URL", raising=False)
    monkeypatch.delenv("OCOP_CLOCK", raising=False)
    assert run(["--data", str(tmp_path / "house"), "db", "upgrade"]) == 0
    return tmp_path


def test_a_restored_copy_is_whole_shut_and_verifies(house: Path) -> None:
    copy, restored = house / "copy.tar", house / "restored"

    codes = [
        run(["--data", str(house / "house"), "backup", str(copy)]),
        run(["restore", str(copy), "--data", str(restored)]),
        run(["history", "verify", "--data", str(restored)]),
        run(["doctor", "--data", str(restored)]),
    ]

    assert codes == [0, 0, 0, 0]
    assert stat.S_IMODE((restored / "keys").stat().st_mode) == 0o700


def test_a_damaged_copy_or_a_folder_in_use_is_refused(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = house / "copy.tar"
    run(["--data", str(house / "house"), "backup", str(copy)])
    content = bytearray(copy.read_bytes())
    place = content.index(b"SQLite format 3")
    content[place + 60] ^= 1
    (house / "damaged.tar").write_bytes(content)

    codes = [
        run(["restore", str(house / "damaged.tar"), "--data", str(house / "new")]),
        run(["restore", str(copy), "--data", str(house / "house")]),
    ]

    assert codes == [2, 2]
    assert not (house / "new").exists()
    assert "differs from its digest" in capsys.readouterr().err
