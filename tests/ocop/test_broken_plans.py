"""Broken plans at the command line: each mistake by line and column, exit 2, and nothing written."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest

from ocop.cli import run

HEAD = """format: ocop-plan/1
province: 19
year: 2027
title: Kế hoạch
documents:
  - {number: minh-hoa-01/2027, date: 2027-01-04}
"""
WINDOW = "windows:\n  - {step: idea, opens: 2027-02-16, closes: 2027-04-29}\n"
BATCH = """batches:
  - level: province
    number: 1
    steps:
      - {step: propose, date: 2027-04-30, bound: before}
      - {step: evaluate, date: 2027-06-30, bound: before}
"""
SECOND = """  - level: province
    number: 2
    opens: 2027-01-01
    steps:
      - {step: propose, date: 2027-10-30, bound: before}
      - {step: evaluate, date: 2027-12-30, bound: before}
"""


def head(old: str, new: str) -> str:
    assert old in HEAD
    return HEAD.replace(old, new)


def batch(old: str, new: str) -> str:
    assert old in BATCH
    return HEAD + BATCH.replace(old, new)


def entry(date: str) -> str:
    return f"{HEAD}calendar:\n  - {{title: a, date: {date}, bound: by}}\n"


def target(more: str) -> str:
    return f"{HEAD}targets:\n  - {{{more}}}\n"


def area(unit: str) -> str:
    return target(f"kind: per_area, what: a, basis: results, areas: [{{unit: '{unit}', at_least: 1}}]")


def task(due: str) -> str:
    return f"{HEAD}{WINDOW}tasks:\n  - {{title: a, due: {due}}}\n"


BROKEN: dict[str, tuple[str, list[tuple[int, int]]]] = {
    "bracket left open": (HEAD + "tasks: [a\n", [(8, 1)]),
    "quotation mark left open": (HEAD + 'theme: "abc\n', [(8, 1)]),
    "second colon": (head("Kế hoạch", "Kế hoạch: năm 2027"), [(4, 16)]),
    "tab": (HEAD + "tasks:\n\t- {title: a}\n", [(8, 1)]),
    "indentation": (HEAD + "tasks:\n  - title: a\n output: b\n", [(9, 2)]),
    "key twice": (HEAD + "year: 2028\n", [(7, 1)]),
    "text for a list": (HEAD + "tasks: a\n", [(7, 8)]),
    "text for keys": (HEAD + "tasks:\n  - a\n", [(8, 5)]),
    "keys for text": (HEAD + "theme: {a: b}\n", [(7, 8)]),
    "nothing for text": (HEAD + "theme: null\n", [(7, 8)]),
    "unknown key": (HEAD + "taks: []\n", [(7, 1)]),
    "unknown key inside": (HEAD + "tasks:\n  - {titel: a}\n", [(8, 5), (8, 6)]),
    "31 February": (entry("2027-02-31"), [(8, 22)]),
    "29 February of a common year": (entry("2027-02-29"), [(8, 22)]),
    "day first": (entry("31/03/2027"), [(8, 22)]),
    "an instant": (entry("2027-03-01 10:00"), [(8, 22)]),
    "year 9999": (entry("9999-12-31"), [(8, 22)]),
    "a day of the year before": (entry("2026-12-31"), [(8, 22)]),
    "month 13": (HEAD + "calendar:\n  - {title: a, month: 2027-13, bound: by}\n", [(8, 23)]),
    "month of year nought": (HEAD + "calendar:\n  - {title: a, month: 0000-05, bound: by}\n", [(8, 23)]),
    "day and month": (HEAD + "calendar:\n  - {title: a, date: 2027-03-01, month: 2027-03, bound: by}\n", [(8, 5)]),
    "windows overlap": (HEAD + WINDOW + "  - {step: idea, opens: 2027-04-29, closes: 2027-05-10}\n", [(9, 5)]),
    "window backwards": (HEAD + WINDOW.replace("2027-04-29", "2027-01-29"), [(8, 45)]),
    "window of an unknown batch": (HEAD + WINDOW.replace("}", ", batch: 3}"), [(8, 64)]),
    "intakes overlap": (HEAD + BATCH + SECOND, [(15, 12)]),
    "batch after its limit": (batch("2027-04-30", "2027-05-30"), [(11, 31)]),
    "batch on its limit": (batch("2027-06-30, bound: before", "2027-06-30, bound: by"), [(12, 32)]),
    "evaluated before proposed": (batch("2027-06-30", "2027-04-20"), [(12, 32)]),
    "batch 9": (batch("number: 1", "number: 9"), [(9, 13)]),
    "intake opens after it closes": (batch("    number: 1\n", "    number: 1\n    opens: 2027-05-10\n"), [(10, 12)]),
    "districts where there are none": (batch("{step: propose", "{step: district_done, date: 2027-04-01, bound: by}\n"
                                             "      - {step: propose"), [(11, 16)]),
    "council backwards": (HEAD + "councils:\n  - {level: province, from: 2027-06-10, to: 2027-06-01}\n", [(8, 45)]),
    "council of an unknown batch": (HEAD + "councils:\n  - {level: province, batch: 4, from: 2027-06-01, to: 2027-06-10}\n",
                                    [(8, 30)]),
    "no such area": (area("99999"), [(8, 62)]),
    "area of another province": (area("00004"), [(8, 62)]),
    "district of former times": (area("x-bac-kan-huyen-na-ri"), [(8, 62)]),
    "the province as its own area": (area("19"), [(8, 62)]),
    "target without a measure": (target("kind: count, what: a"), [(8, 5)]),
    "target without a kind": (target("what: a, at_least: 3"), [(8, 5)]),
    "nine stars": (target("kind: count, what: a, stars: 9, at_least: 3"), [(8, 35)]),
    "from four to four stars": (target("kind: transition, what: a, from_stars: 4, to_stars: 4, at_least: 3"), [(8, 58)]),
    "negative count": (target("kind: count, what: a, at_least: -3"), [(8, 38)]),
    "broken number": (target("kind: count, what: a, at_least: 3.5"), [(8, 38)]),
    "from above to": (target("kind: range, what: a, from: 9, to: 3"), [(8, 41)]),
    "120 per cent": (target("kind: coverage, what: a, percent: 120"), [(8, 40)]),
    "number without end": (HEAD + "budget_million_vnd: 99999999999999999999\n", [(7, 21)]),
    "anchors": ("a: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", [(2, 8)]),
    "merge key": (HEAD + "tasks:\n  - &t {title: a}\n  - {<<: *t, due: 2027-03-01}\n", [(9, 10)]),
    "tag": (HEAD + "theme: !!python/object/apply:os.system [ls]\n", [(7, 8)]),
    "two documents": (HEAD + "---\n" + HEAD, [(7, 1)]),
    "lines of Windows": (HEAD.replace("\n", "\r\n") + "taks: []\r\n", [(7, 1)]),
    "empty": ("", [(1, 1)]),
    "another YAML file": ("services:\n  web:\n    image: nginx\n", [(1, 1)] * 6),
    "unknown ruleset": (HEAD + "ruleset: qd99-2030\n", [(7, 10)]),
    "ruleset of another time": (HEAD + "ruleset: qd148-2023\n", [(7, 10)]),
    "no plan number": (head("number: minh-hoa-01/2027, ", ""), [(6, 5)]),
    "ring of dates": (HEAD + "tasks:\n  - {title: a, due: TASK/2 + 1 days}\n  - {title: b, due: TASK/1 + 1 days}\n", [(8, 21)]),
    "hangs on itself": (HEAD + "tasks:\n  - {title: a, due: TASK/1 + 1 days}\n", [(8, 21)]),
    "hangs on nothing": (task("NOWHERE + 1 days"), [(10, 21)]),
    "offset without end": (task("IDEA_WINDOW + 99999 days"), [(10, 21)]),
    "offset in weeks": (task("IDEA_WINDOW + 5 weeks"), [(10, 21)]),
    "no such province": (head("province: 19", "province: 99"), [(2, 11)]),
    "province by name": (head("province: 19", "province: Thái Nguyên"), [(2, 11)]),
    "province of former times": (head("province: 19", "province: x-bac-kan\nprovince_name: Bắc Kạn"), [(2, 11)]),
    "NUL": (HEAD + "theme: a\x00b\n", [(7, 9)]),
    "NUL written as an escape": (HEAD + 'theme: "a\\0b"\n', [(7, 8)]),
    "half of a pair": (HEAD + 'theme: "\\ud800"\n', [(7, 8)]),
    "warning accepted for no reason": (HEAD + "accepted:\n  - {warning: 'offices_missing:19'}\n", [(8, 5)]),
    "many at once": (
        head("19", "Huế").replace("2027-01-04", "2027-02-31")
        + "taks: 1\ntargets:\n  - {kind: count, what: a}\n" + WINDOW.replace("2027-04-29", "x"),
        [(2, 11), (6, 38), (7, 1), (9, 5), (11, 45)],
    ),
    "of the law and of the registry at once": (
        batch("2027-04-30", "2027-05-30")
        + "targets:\n  - {kind: per_area, what: a, basis: results, areas: [{unit: '99999', at_least: 1}]}\n",
        [(11, 31), (14, 62)],
    ),
}  # fmt: skip
NO_TEXT: dict[str, tuple[bytes, tuple[int, int]]] = {
    "UTF-16": (HEAD.encode("utf-16"), (1, 1)),
    "one byte of Latin-1": (HEAD.encode() + b"theme: caf\xe9\n", (7, 11)),
    "a picture": (b"\x89PNG\r\n\x1a\n", (1, 1)),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("plans") / "data"
    assert run(["--data", str(data), "db", "upgrade"]) == 0
    return data


def rows(data: Path) -> dict[str, int]:
    """How many rows each table has."""
    with sqlite3.connect(data / "ocop.db") as db:
        names = [name for (name,) in db.execute("select name from sqlite_master where type = 'table'")]
        return {name: db.execute(f"select count(*) from {name}").fetchone()[0] for name in names}


Refused = Callable[[bytes], str]


@pytest.fixture
def refused(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Gives a file to preview and to opening; both refuse it alike and write nothing. Returns what was said."""

    def give(data: bytes) -> str:
        plan, before = tmp_path / "plan.yaml", rows(folder)
        plan.write_bytes(data)
        said = []
        for more in (["preview"], ["open", "--digest", "0" * 64]):
            capsys.readouterr()
            assert run(["--data", str(folder), "cycle", more[0], str(plan), *more[1:]]) == 2
            said.append(capsys.readouterr().err)
        assert said[0] == said[1]
        assert rows(folder) == before
        return said[0]

    return give


def places(said: str) -> list[str]:
    return [line.partition("Line ")[2].partition(":")[0] for line in said.splitlines()[1:] if "Line " in line]


@pytest.mark.parametrize("name", BROKEN)
def test_every_mistake_is_named_by_line_and_column_and_nothing_is_written(
    refused: Refused, name: str
) -> None:
    text, found = BROKEN[name]

    assert places(refused(text.encode())) == [f"{line}, column {column}" for line, column in found]


@pytest.mark.parametrize("name", NO_TEXT)
def test_what_is_not_utf8_is_named_from_where_on(refused: Refused, name: str) -> None:
    data, (line, column) = NO_TEXT[name]

    assert f"Line {line}, column {column}: from here on" in refused(data)


def test_a_file_of_five_megabytes_is_refused_for_its_size(refused: Refused) -> None:
    assert "at most 256 KiB" in refused(HEAD.encode() + b"#" * 5_000_000)


def test_a_file_without_end_is_not_read_to_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--data", str(folder), "cycle", "preview", "/dev/zero"]) == 2
    assert "at most 256 KiB" in capsys.readouterr().err


@pytest.mark.parametrize("name", [".", "nowhere.yaml"])
def test_a_folder_and_a_missing_file_are_said_in_one_sentence(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert run(["--data", str(folder), "cycle", "preview", str(tmp_path / name)]) == 2
    assert "cannot be read. Check the path" in capsys.readouterr().err


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\xef\xbb\xbf" + HEAD.encode(), id="byte-order-mark"),
        pytest.param(HEAD.replace("\n", "\r\n").encode(), id="lines-of-windows"),
        pytest.param(normalize("NFD", HEAD).encode(), id="decomposed"),
    ],
)
def test_what_editors_do_to_a_file_is_taken(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    (tmp_path / "plan.yaml").write_bytes(data)

    assert run(["--data", str(folder), "cycle", "preview", str(tmp_path / "plan.yaml")]) == 0
    assert capsys.readouterr().out.startswith("Kế hoạch · 2027\n")


def test_the_preview_in_json_is_the_same_bytes_twice_and_names_channels_and_price(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, before = tmp_path / "plan.yaml", rows(folder)
    plan.write_text(HEAD + WINDOW + BATCH, encoding="utf-8")
    said = []
    for _ in range(2):
        assert run(["--data", str(folder), "cycle", "preview", str(plan), "--json"]) == 0
        said.append(capsys.readouterr().out)

    assert said[0] == said[1]
    shown = json.loads(said[0])
    assert shown["channels"] == [{"channel": "inbox", "people": 0, "messages": 0, "price_vnd": 0}]
    assert [each["last_day"] for each in shown["deadlines"] if each["code"] == "BATCH1_PROPOSE"] == [
        "2027-04-29"
    ]
    assert rows(folder) == before


def test_a_programme_is_shown_by_its_first_year_and_opened_by_none(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(HEAD.replace("year: 2027", "years: [2027, 2029]"), encoding="utf-8")

    assert run(["--data", str(folder), "cycle", "preview", str(plan)]) == 0
    shown = capsys.readouterr()
    assert run(["--data", str(folder), "cycle", "open", str(plan), "--digest", "0" * 64]) == 2

    assert shown.out.startswith("Kế hoạch · 2027\n")
    assert "covers 2027 to 2029; shown is 2027" in shown.err
    assert "Choose one year" in capsys.readouterr().err
