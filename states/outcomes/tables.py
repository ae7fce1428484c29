"""Reads a spreadsheet saved as CSV strictly: bytes to typed rows, every fault with its line, its column and how to mend it.

Must never guess: what a spreadsheet has bent (a date turned into another form, a number into powers of ten, a lost
letter) is refused with what it probably was.
"""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from core.errors import BadInput, FieldError, Param
from core.lines import canonical
from core.positions import position_after

MOST_ROWS = 20_000
DELIMITERS = ",;\t"
_SPACES = " \t\u00a0\u2007\u202f"


class CellError(Exception):
    """One cell that cannot be read: a code and what its sentence needs."""

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how a cell that is not empty is read, and whether it may be empty. `example` fills the template.

    A `hidden` one may hold a person's name and stays out of the row's digest.
    """

    name: str
    read: Callable[[str], Any]
    required: bool = False
    example: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A kind of table: its columns, in the order of the template, and those that make a row that row, if any do."""

    kind: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.columns)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that can be read: its line in the file, its typed values, and a digest of them."""

    line: int
    values: dict[str, Any]
    digest: str

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that can be read as a whole."""

    spec: TableSpec
    file: str
    digest: str
    rows: tuple[SheetRow, ...]


def read_sheet(raw: bytes, file: str, spec: TableSpec) -> Sheet:
    """Every row of a table; all faults at once.

    Raises:
        BadInput: `import_unreadable`, `import_blank`, `import_head`, `import_too_long`, `import_empty`, or `import_rows` with its faults.
    """
    text = _text(raw, file)
    head, body = _head(text, file, spec.names)
    faults: list[FieldError] = []
    rows = list(_rows(head, body, spec, faults))
    if len(rows) > MOST_ROWS:
        raise BadInput("import_too_long", file=file, most=MOST_ROWS)
    faults += _twice(rows, spec.key)
    refuse(file, faults)
    if not rows:
        raise BadInput("import_empty", file=file)
    return Sheet(spec, file, sha256(raw).hexdigest(), tuple(rows))


def refuse(file: str, faults: Sequence[FieldError]) -> None:
    """Refuse the whole table for its faults, in the order of its lines; nothing where there are none.

    Raises:
        BadInput: `import_rows`.
    """
    if faults:
        ordered = sorted(faults, key=lambda one: int(one.path.partition(".")[0]))
        raise BadInput("import_rows", fields=ordered, file=file, faults=len(ordered))


def cell_fault(line: int, column: str, code: str, value: object = "", **params: Param) -> FieldError:
    """The fault of one cell."""
    about: dict[str, Param] = {"line": line, "column": column, "value": str(value)[:80], **params}
    return FieldError(f"{line}.{column}", code, about)


def _text(raw: bytes, file: str) -> str:
    """UTF-8, with or without a byte order mark, composed."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(file, raw[: error.start].decode("utf-8-sig")) from error
    if "\0" in text:
        raise _unreadable(file, text.partition("\0")[0])
    if not text.strip(_SPACES + "\r\n"):
        raise BadInput("import_blank", file=file)
    return unicodedata.normalize("NFC", text)


def _unreadable(file: str, before: str) -> BadInput:
    """What cannot be read, named by the line and the place in it behind what could."""
    line, place = position_after(before)
    return BadInput("import_unreadable", file=file, line=line, place=place)


def _head(text: str, file: str, names: tuple[str, ...]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The column names as the file orders them, by whichever sign separates them, and the rows behind."""
    nearest: list[str] = []
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        lines = _lines(reader, file)
        head = [cell.strip(_SPACES) for cell in next(lines, (1, []))[1]]
        if sorted(head) == sorted(names):
            return head, lines
        nearest = max(nearest, head, key=len)
    missing = ", ".join(name for name in names if name not in nearest)
    unknown = ", ".join(name for name in dict.fromkeys(nearest) if name not in names)[:300]
    raise BadInput(
        "import_head", file=file, expected=", ".join(names), missing=missing or "-", unknown=unknown or "-"
    )


def _lines(reader: Any, file: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with the line it begins on; a cell may hold line breaks."""
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadInput("import_malformed", file=file, line=begins) from error
        yield begins, cells
        begins = reader.line_num + 1


def _rows(
    head: list[str], body: Iterator[tuple[int, list[str]]], spec: TableSpec, faults: list[FieldError]
) -> Iterator[SheetRow]:
    for line, cells in body:
        if not any(cell.strip(_SPACES) for cell in cells):
            continue  # a blank row, as spreadsheets leave them below a table
        if len(cells) != len(head):
            faults.append(FieldError(f"{line}", "row_width", {"line": line}))
            continue
        found = _row(line, dict(zip(head, cells, strict=True)), spec, faults)
        if found is not None:
            yield found


def _row(line: int, cells: dict[str, str], spec: TableSpec, faults: list[FieldError]) -> SheetRow | None:
    values: dict[str, Any] = {}
    before = len(faults)
    for column in spec.columns:
        text = cells[column.name].strip(_SPACES)
        try:
            values[column.name] = _cell(column, text)
        except CellError as error:
            faults.append(cell_fault(line, column.name, error.code, text, **error.params))
    if len(faults) > before:
        return None
    hidden = {column.name for column in spec.columns if column.hidden}
    said = {
        name: value if isinstance(value, int) else str(value)
        for name, value in values.items()
        if value is not None and name not in hidden
    }
    return SheetRow(line, values, sha256(canonical(said)).hexdigest())


def _cell(column: Column, text: str) -> Any:
    if not text:
        if column.required:
            raise CellError("cell_required")
        return None
    if text.startswith("=") or (text.startswith("#") and text.endswith(("!", "?", "A"))):
        raise CellError("cell_formula")
    return column.read(text)


def _twice(rows: Sequence[SheetRow], key: tuple[str, ...]) -> Iterator[FieldError]:
    """A row that repeats the key of an earlier one."""
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows if key else ():
        mine = tuple(row[name] for name in key)
        if None in mine:
            continue
        if mine in seen:
            yield cell_fault(row.line, key[-1], "row_twice", " · ".join(map(str, mine)), first=seen[mine])
        else:
            seen[mine] = row.line


def template(spec: TableSpec) -> str:
    """The head of a table and one row of examples, as a file to fill in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(spec.names)
    writer.writerow([each.example for each in spec.columns])
    return out.getvalue()
