"""A spreadsheet read strictly: encodings, separators, cells bent by a spreadsheet, and where each fault stands."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from states.outcomes.cells import code, day, text, whole, yes_no
from states.outcomes.tables import CellError, Column, Sheet, TableSpec, read_sheet, template

SPEC = TableSpec(
    "test",
    (
        Column("ref", code(20), required=True, example="A-1"),
        Column("name", text(20), example="Chè"),
        Column("issued_on", day, example="2025-03-14"),
        Column("stars", whole(3, 5), example="4"),
        Column("new", yes_no, example="yes"),
    ),
    key=("ref",),
)
HEAD = "ref,name,issued_on,stars,new"


def sheet(table: str | bytes) -> Sheet:
    return read_sheet(table if isinstance(table, bytes) else table.encode(), "bang.csv", SPEC)


def faults(table: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as refused:
        sheet(table)
    return [(field.path, field.code) for field in refused.value.fields] or [("", refused.value.code)]


READ = {"ref": "A-1", "name": "Chè búp", "issued_on": date(2025, 3, 14), "stars": 4, "new": True}


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(f"{HEAD}\nA-1,Chè búp,2025-03-14,4,yes\n", id="plain"),
        pytest.param(f"\ufeff{HEAD}\r\nA-1,Chè búp,2025-03-14,4,có\r\n", id="byte-order-mark"),
        pytest.param(f"{HEAD}\nA-1,Chè búp,2025-03-14,4,yes\n".replace(",", ";"), id="semicolons"),
        pytest.param(f"{HEAD}\nA-1,Chè búp,2025-03-14,4,yes\n".replace(",", "\t"), id="tabs"),
        pytest.param(unicodedata.normalize("NFD", f"{HEAD}\nA-1,Chè búp,2025-03-14,4,có\n"), id="decomposed"),
        pytest.param(f"{HEAD}\n A-1 ,\u00a0Chè  búp\u00a0,2025-03-14, 4,yes\n", id="spaces"),
        pytest.param("new,stars,issued_on,name,ref\nyes,4,2025-03-14,Chè búp,A-1\n", id="another-order"),
        pytest.param(f"{HEAD}\n,,,,\n\nA-1,Chè búp,2025-03-14,4,yes\n,,,,\n", id="blank-rows"),
    ],
)
def test_a_table_is_read_however_a_spreadsheet_wrote_it(table: str) -> None:
    assert [row.values for row in sheet(table).rows] == [READ]


@pytest.mark.parametrize(
    ("table", "code_"),
    [
        pytest.param(
            f"{HEAD}\nA-1,Chè,,,\n".encode("cp1258", "ignore"), "import_unreadable", id="windows-1258"
        ),
        pytest.param(f"{HEAD}\nA-1,Chè,,,\n".encode("utf-16"), "import_unreadable", id="utf-16"),
        pytest.param(f"{HEAD}\nA-\0,,,,\n", "import_unreadable", id="nul"),
        pytest.param("", "import_blank", id="nothing-at-all"),
        pytest.param("\ufeff \r\n\n", "import_blank", id="blank-lines-only"),
        pytest.param("Danh sách chủ thể\n" + HEAD + "\n", "import_head", id="a-title-row"),
        pytest.param("ref,name,issued_on,stars\n", "import_head", id="a-column-too-few"),
        pytest.param(f"{HEAD},more\n", "import_head", id="a-column-too-many"),
        pytest.param("ref,ref,issued_on,stars,new\n", "import_head", id="a-column-twice"),
        pytest.param(f"{HEAD}\n", "import_empty", id="no-rows"),
        pytest.param(f'{HEAD}\nA-1,"Chè,,,\n', "import_malformed", id="an-open-quotation"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_as_a_whole(table: str | bytes, code_: str) -> None:
    assert faults(table) == [("", code_)]


@pytest.mark.parametrize(
    ("table", "line", "place"),
    [
        pytest.param(
            f"{HEAD}\nA-1,Chè,,,\nA-2,".encode() + b"Ch\xe8,,,\n", 3, 7, id="windows-1258-in-the-third-line"
        ),
        pytest.param(b"\xff\xfer\x00", 1, 1, id="utf-16"),
        pytest.param(f"{HEAD}\nA-\0,,,,\n", 2, 3, id="nul"),
    ],
)
def test_a_file_that_is_no_text_is_named_by_the_place_where_it_ends_to_be_one(
    table: str | bytes, line: int, place: int
) -> None:
    with pytest.raises(BadInput) as refused:
        sheet(table)

    assert refused.value.params == {"file": "bang.csv", "line": line, "place": place}


def test_another_head_is_told_by_what_is_missing_and_what_is_not_known() -> None:
    with pytest.raises(BadInput) as refused:
        sheet("ref;name;ngày;stars;new\nA-1;;;;\n")

    assert (refused.value.params["missing"], refused.value.params["unknown"]) == ("issued_on", "ngày")


ROWS = [
    pytest.param("A-1,Chè,2025-03-14,4", [("2", "row_width")], id="a-cell-too-few"),
    pytest.param(",Chè,,,", [("2.ref", "cell_required")], id="no-ref"),
    pytest.param("A-1,=A1&A2,,,", [("2.name", "cell_formula")], id="formula"),
    pytest.param("A-1,#N/A,,,", [("2.name", "cell_formula")], id="error-of-a-spreadsheet"),
    pytest.param(f"A-1,{'x' * 21},,,", [("2.name", "cell_too_long")], id="too-long"),
    pytest.param("1.23E+11,,,,", [("2.ref", "cell_powers")], id="powers-of-ten"),
    pytest.param("A-1,,14/03/2025,,", [("2.issued_on", "cell_excel_day")], id="vietnamese-day"),
    pytest.param("A-1,,45730,,", [("2.issued_on", "cell_excel_day")], id="count-of-days"),
    pytest.param("A-1,,2025-03-14 00:00:00,,", [("2.issued_on", "cell_excel_day")], id="day-with-a-time"),
    pytest.param("A-1,,14/03/25,,", [("2.issued_on", "cell_day")], id="two-digit-year"),
    pytest.param("A-1,,31/02/2025,,", [("2.issued_on", "cell_day")], id="no-such-day"),
    pytest.param("A-1,,1989-12-31,,", [("2.issued_on", "cell_day")], id="before-the-programme"),
    pytest.param("A-1,,,2,", [("2.stars", "cell_whole")], id="two-stars"),
    pytest.param("A-1,,,6,", [("2.stars", "cell_whole")], id="six-stars"),
    pytest.param('A-1,,,"4,0",', [("2.stars", "cell_whole")], id="decimal"),
    pytest.param("A-1,,,,maybe", [("2.new", "cell_choice")], id="neither-yes-nor-no"),
    pytest.param(
        "A-1,=1,14/03/2025,9,?",
        [("2.name", "cell_formula"), ("2.issued_on", "cell_excel_day"), ("2.stars", "cell_whole"), ("2.new", "cell_choice")],
        id="every-fault-of-a-row",
    ),
    pytest.param("A-1,,,,\nB-1,,,,\nA-1,,,,", [("4.ref", "row_twice")], id="the-same-ref-again"),
    pytest.param('A-1,"Chè\nbúp",,,\nA-2,,,9,', [("4.stars", "cell_whole")], id="line-of-the-file-not-of-the-table"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "found"), ROWS)
def test_each_fault_is_told_with_its_line_and_its_column(rows: str, found: list[tuple[str, str]]) -> None:
    assert faults(f"{HEAD}\n{rows}\n") == found


@pytest.mark.parametrize(
    "row", ["A-1,,,3,", "A-1,,,5,", f"A-1,{'x' * 20},,,", "A-1,,1990-01-01,,", "1.23,,,,"]
)
def test_the_last_value_on_the_right_side_of_each_edge_is_taken(row: str) -> None:
    assert len(sheet(f"{HEAD}\n{row}\n").rows) == 1


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31)))
def test_a_day_in_any_form_of_a_spreadsheet_is_offered_as_the_day_it_is(when: date) -> None:
    serial = (when - date(1899, 12, 30)).days
    forms = (
        f"{when.day}/{when.month}/{when.year}",
        f"{when:%d-%m-%Y}",
        str(serial),
        f"{when.isoformat()} 00:00",
    )

    assert day(when.isoformat()) == when
    for form in forms:
        with pytest.raises(CellError) as refused:
            day(form)
        assert (refused.value.code, refused.value.params) == (
            "cell_excel_day",
            {"suggestion": when.isoformat()},
        )


def test_a_table_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("states.outcomes.tables.MOST_ROWS", 2)

    assert len(sheet(f"{HEAD}\nA-1,,,,\nA-2,,,,\n").rows) == 2
    assert faults(f"{HEAD}\nA-1,,,,\nA-2,,,,\nA-3,,,,\n") == [("", "import_too_long")]


def test_a_template_is_a_table_that_can_be_read() -> None:
    assert [row["ref"] for row in sheet(template(SPEC)).rows] == ["A-1"]
