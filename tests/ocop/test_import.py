"""``ocop import`` as somebody types it: what is wrong with a file in a sentence each, exit 2, and nothing written."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.sql import Sql
from ocop import installation
from ocop.cli import run
from states.outcomes.imported_producers import SPEC

HEAD = ",".join(SPEC.names)
COMMUNE = "Xã Tân Cương"
Import = Callable[..., tuple[int, str, int]]


def row(ref: str, name: str = "HTX Chè", *, kind: str = "cooperative", commune: str = COMMUNE) -> str:
    filled = {"ref": ref, "name": name, "type": kind, "commune": commune}
    return ",".join(filled.get(column, "") for column in SPEC.names)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("import") / "data"
    assert run(["db", "upgrade", "--data", str(made)]) == 0
    return made


def lines(folder: Path) -> int:
    opened = installation.opened(installation.configured(folder))
    try:
        return int(
            opened.db.read_now(lambda rtx: rtx.sql.value(Sql(sa.text("SELECT COUNT(*) FROM history"))))
        )
    finally:
        opened.close()


@pytest.fixture
def imported(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Import:
    """Import a table; the exit code, what was said, and how many lines it wrote."""

    def call(table: bytes | str | None, *options: str) -> tuple[int, str, int]:
        file = tmp_path / "bang.csv"
        if table is not None:
            file.write_bytes(table if isinstance(table, bytes) else table.encode())
        before = lines(folder)
        capsys.readouterr()
        told = ["--province", "19", "--document", "12/BC-SNNMT", *options]
        code = run(["import", "producers", str(file), "--data", str(folder), *told])
        said = capsys.readouterr()
        return code, said.err + said.out, lines(folder) - before

    return call


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        pytest.param(None, "bang.csv cannot be opened. Check the name and the path of the file.", id="no-file"),
        pytest.param("", "bang.csv is empty. Save the table from the spreadsheet again.", id="empty"),
        pytest.param(f"{HEAD}\n", "bang.csv has no rows below its head.", id="head-alone"),
        pytest.param(
            f"{HEAD.replace('commune', 'xa')}\n{row('A-1')}\n", "Missing: commune. Unknown: xa.", id="another-head"
        ),
        pytest.param(
            f"{HEAD}\n".encode() + row("A-1", "Café", commune="Xa").encode("latin-1"),
            'line 2, character 8: this is not UTF-8 text. In the spreadsheet choose Save as "CSV UTF-8".',
            id="latin-1",
        ),
        pytest.param(
            f'{HEAD}\n{row("A-1", chr(34) + "HTX")}\n', "line 2: a quotation mark is not closed", id="open-quotation"
        ),
        pytest.param(f"{HEAD}\n{row('A-1')},thừa\n", "2: This row has another number of cells", id="too-wide"),
        pytest.param(
            f'{HEAD}\n{row("A-1", chr(34) + "HTX" + chr(10) + "Chè" + chr(34))}\n{row("A-2", commune="Xã Không Có")}\n',
            '4.commune: There is no commune "Xã Không Có" in the province.',
            id="unknown-commune-below-a-cell-of-two-lines",
        ),
        pytest.param(
            f"{HEAD}\n{row('A-1')}\n{row('A-2')}\n{row('A-1')}\n",
            "4.ref: This row repeats line 2 (A-1). Remove one of the two.",
            id="twice",
        ),
        pytest.param(f"{HEAD}\n{row('A-1', kind='htx')}\n", '2.type: "htx" is not in the list. Use one of:', id="type"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("options", [(), ("--dry-run",)], ids=["written", "dry-run"])
def test_a_broken_file_is_refused_in_words_and_writes_nothing(
    imported: Import, table: bytes | str | None, sentence: str, options: tuple[str, ...]
) -> None:
    code, said, written = imported(table, *options)

    assert (code, written) == (2, 0)
    assert sentence in said
    assert "Traceback" not in said


def test_a_table_is_checked_then_written_and_a_second_run_changes_nothing_however_it_was_saved(
    imported: Import,
) -> None:
    table = f"{HEAD}\n{row('B-1', 'HTX Một')}\n{row('B-2', 'HTX Hai')}\n"
    saved = (
        table, "\ufeff" + table, table.replace("\n", "\r\n"), table.replace(",", ";"), unicodedata.normalize("NFD", table)
    )  # fmt: skip

    checked, first, *again = imported(table, "--dry-run"), imported(table), *map(imported, saved)

    assert (checked[0], checked[2]) == (0, 0)
    assert "new 2, known 0; nothing was written" in checked[1]
    assert first[0] == 0
    assert first[2] >= 2
    assert [(code, written) for code, _, written in again] == [(0, 0)] * len(saved)
    assert all("new 0, known 2; nothing changed" in said for _, said, _ in again)
