"""The command line as its users meet it: a bad argument, a folder that is not right, a reader that leaves."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ocop import schema
from ocop.cli import COMMANDS, ocop, run

OCOP = Path(sys.executable).with_name("ocop")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new installation of its own, made once; it runs on the real clock."""
    folder = tmp_path_factory.mktemp("house") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OCOP_DATABASE_URL", raising=False)
        patch.delenv("OCOP_CLOCK", raising=False)
        assert run(["--data", str(folder), "db", "upgrade"]) == 0
    return folder


@pytest.fixture
def house(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that a test may spoil."""
    monkeypatch.delenv("OCOP_DATABASE_URL", raising=False)
    monkeypatch.delenv("OCOP_CLOCK", raising=False)
    return Path(shutil.copytree(made, tmp_path / "data"))


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    """The exit code and what came on standard error, of which a trace is never a part."""
    capsys.readouterr()
    code = run([str(each) for each in arguments])
    error = capsys.readouterr().err
    assert "Traceback" not in error
    return code, error


def a_subject(house: Path) -> str:
    with sqlite3.connect(house / "ocop.db") as database:
        (subject,) = database.execute("SELECT subject FROM history ORDER BY subject LIMIT 1").fetchone()
    database.close()
    return str(subject)


def every_command() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(ocop)
    for name in COMMANDS:
        command = ocop.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", each) for sub, each in command.commands.items())
        else:
            yield name, command


def test_every_command_has_an_example() -> None:
    assert [name for name, command in every_command() if "Example: " not in (command.help or "")] == []


@pytest.mark.parametrize("port", ["-1", "65536", "abc"])
@pytest.mark.parametrize("command", ["up", "serve", "demo"])
def test_a_port_that_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, port: str
) -> None:
    code, error = said(capsys, "--data", tmp_path / "new", command, "--port", port)

    assert code == 2
    assert "--port" in error
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("host", "sentence"),
    [("203.0.113.9", "no address of this machine"), ("no-such-host.invalid", "no address of this machine")],
)
def test_an_address_of_another_machine_is_not_called_taken(
    house: Path, capsys: pytest.CaptureFixture[str], host: str, sentence: str
) -> None:
    code, error = said(capsys, "--data", house, "serve", "--port", "0", "--insecure-lan", "--host", host)

    assert (code, sentence in error) == (2, True)


def test_a_backup_into_a_folder_that_is_not_there_says_so(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, error = said(capsys, "--data", house, "backup", house / "nowhere" / "copy.tar")

    assert (code, error) == (
        2,
        f"ocop: There is no folder {house / 'nowhere'} to put the backup in. Make it first.\n",
    )


def test_show_and_replay_take_an_instant_or_a_day_but_not_both(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = ("--at", "2027-03-01T12:00+07:00", "--effective", "2027-03-01")
    subject = a_subject(house)

    found = [said(capsys, "--data", house, "history", act, subject, *both) for act in ("show", "replay")]

    assert [code for code, _ in found] == [2, 2]
    assert all("not for both" in error for _, error in found)


def test_a_replay_says_where_the_row_is_not_what_its_lines_lead_to(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subject = a_subject(house)
    table = {"calendar": "work_calendar", "settings": "setting_book"}[subject.partition("/")[0]]
    with sqlite3.connect(house / "ocop.db") as database:
        database.execute(f"UPDATE {table} SET last_at = '2020-01-01T00:00:00.000000Z'")
    database.close()

    code = run(["--data", str(house), "history", "replay", subject, "--json"])

    told = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [(each["subject"], each["code"], each["params"]) for each in told["findings"]] == [
        (subject, "row_differs", {"column": "last_at"})
    ]


def test_a_rehearsal_is_not_walked_into_its_past(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OCOP_DATABASE_URL", raising=False)
    monkeypatch.setenv("OCOP_CLOCK", "2027-01-04T08:00+07:00 step")
    folder = ("--data", tmp_path / "drill")
    assert said(capsys, *folder, "db", "upgrade")[0] == 0

    code, error = said(capsys, *folder, "clock", "--until", "2026-12-31T00:00+07:00")

    assert (code, "only moves forward" in error) == (2, True)


COMMANDS_ON_A_FOLDER = (
    ("up", "--port", "0", "--no-prefect"), ("serve", "--port", "0"), ("clock", "--no-prefect"), ("history", "verify"),
    ("db", "upgrade"),
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS_ON_A_FOLDER, ids=" ".join)
def test_tables_of_a_newer_program_are_left_alone(
    house: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    with sqlite3.connect(house / "ocop.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = (house / "ocop.db").read_bytes()

    code, error = said(capsys, "--data", house, *command)

    assert (code, "newer program (migration 9999)" in error) == (3, True)
    assert (house / "ocop.db").read_bytes() == before


@pytest.mark.parametrize("command", COMMANDS_ON_A_FOLDER[1:4], ids=" ".join)
def test_tables_of_an_older_program_are_not_worked_on(
    house: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    with sqlite3.connect(house / "ocop.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    database.close()

    code, error = said(capsys, "--data", house, *command)

    assert (code, 'Run "ocop db upgrade" first' in error) == (3, True)


@pytest.mark.parametrize("revision", ["0001", "9999"])
def test_the_doctor_names_tables_of_another_program(
    house: Path, capsys: pytest.CaptureFixture[str], revision: str
) -> None:
    with sqlite3.connect(house / "ocop.db") as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    database.close()

    code = run(["--data", str(house), "doctor"])

    assert (code, capsys.readouterr().out.startswith("BAD  tables: ")) == (1, True)
    assert revision < schema.newest() or revision == "9999"


def test_the_doctor_tells_programs_too(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codes = [run(["--data", str(folder), "doctor", "--json"]) for folder in (house,)]
    healthy = json.loads(capsys.readouterr().out)
    codes.append(run(["--data", str(house.parent / "nowhere"), "doctor", "--json"]))
    none = json.loads(capsys.readouterr().out)

    assert codes == [0, 1]
    assert {check["name"] for check in healthy} >= {"folder", "tables", "triggers", "calendar", "clock"}
    assert [(check["name"], check["fine"]) for check in none] == [("folder", False)]


@pytest.mark.parametrize("spoil", ["noise", "cut"])
@pytest.mark.parametrize("command", [*COMMANDS_ON_A_FOLDER, ("backup", "copy.tar")], ids=" ".join)
def test_a_file_that_is_no_database_is_named_in_one_sentence(
    house: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], spoil: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(house.parent)
    file = house / "ocop.db"
    if spoil == "noise":
        file.write_bytes(os.urandom(100_000))
    else:
        os.truncate(file, 3 * 4096)

    code, error = said(capsys, "--data", house, *command)

    assert (code, error.count("\n")) == (3, 1), error
    assert "damaged" in error
    assert not Path("copy.tar").exists()


@pytest.mark.parametrize("arguments", [("openapi",), ("history", "show")], ids=" ".join)
def test_a_reader_that_leaves_is_no_fault_and_no_verdict(house: Path, arguments: tuple[str, ...]) -> None:
    subject = (a_subject(house),) if arguments[0] == "history" else ()
    command = f"set -o pipefail; {OCOP} --data {house} {' '.join((*arguments, *subject))} | true"

    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)

    assert done.stderr == ""
    assert done.returncode in (0, 141)


def test_a_disk_that_takes_no_output_is_told_in_one_sentence(house: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [OCOP, "--data", house, "history", "verify"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
            check=False,
        )  # fmt: skip

    assert (done.returncode, done.stderr) == (
        3,
        "ocop: stdout: No space left on device. Nothing was finished; mend it and start again.\n",
    )


@pytest.mark.parametrize("kib", [0, 64], ids=["not-even-its-mark", "its-mark-and-no-tables"])
def test_a_new_folder_that_the_disk_did_not_take_is_made_at_the_second_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kib: int
) -> None:
    monkeypatch.delenv("OCOP_DATABASE_URL", raising=False)
    monkeypatch.delenv("OCOP_CLOCK", raising=False)
    folder = tmp_path / "data"
    command = f"ulimit -f {kib}; exec {OCOP} --data {folder} db upgrade"

    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120, check=False)

    assert (done.returncode, done.stderr.count("\n")) == (3, 1), done.stderr
    assert said(capsys, "--data", folder, "db", "upgrade") == (0, "")
    assert run(["--data", str(folder), "history", "verify"]) == 0


def test_the_deep_check_looks_at_lawful_notices(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(house / "ocop.db") as database:
        database.execute("PRAGMA foreign_keys = OFF")
        columns = "id, cause, recipient, kind, subject, params, lawful, urgent, planned_at, not_before, state, attempts, unknowns"
        values = "'n', 'c', 'r', 'received', 'dossier/x', '{}', 1, 0, '2027', '2027', 'planned', 0, 0"
        database.execute(f"INSERT INTO outbox ({columns}) VALUES ({values})")
    database.close()

    codes = [run(["--data", str(house), "history", "verify", *deep]) for deep in ([], ["--deep"])]

    assert codes == [0, 1]
    assert "notice/n: The notice stands in the outbox without a line. [notice_without_line]" in (
        capsys.readouterr().out
    )
