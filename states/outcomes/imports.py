"""Takes over a province's own tables: checked as a whole, written as a whole, and a second time nothing changes.

Must never write a part: one fault anywhere refuses the table, and a check alone (``check``) only reads.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Generic, Protocol, TypeVar

from core.errors import BadInput, FieldError
from core.history import read_lines
from core.lines import ActorRef, parse_line
from core.tx import ReadTx, Tx
from registry import units
from registry.imported import Origin
from registry.refusals import required_text
from states.outcomes.tables import Sheet, SheetRow, TableSpec, cell_fault, refuse

Ready = TypeVar("Ready")
Progress = Callable[[int, int], None]
LONGEST_DOCUMENT = 300


@dataclass(frozen=True, slots=True)
class Source:
    """Whose table it is, and which document it stands in."""

    province_code: str
    document: str


@dataclass(slots=True)
class Report:
    """What an import did or would do; ``facts`` are counts of its kind, such as certificates in force."""

    kind: str
    file: str
    file_digest: str
    rows: int
    new: int = 0
    known: int = 0
    written: bool = False
    facts: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "file": self.file, "file_digest": self.file_digest, "rows": self.rows, "new": self.new,
            "known": self.known, "written": self.written, **self.facts,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sorted(Generic[Ready]):
    """The rows that are new, each with what is to be written of it, and how many are known already."""

    new: Sequence[tuple[SheetRow, Ready]]
    known: int


class Kind(Protocol[Ready]):
    """One kind of table: its columns, how rows are checked against what is there, and how they are written."""

    @property
    def spec(self) -> TableSpec: ...

    def sort_out(self, rtx: ReadTx, sheet: Sheet, source: Source) -> Sorted[Ready]:
        """Check every row against the records; raises `import_rows` with all faults."""
        ...

    def write(
        self, tx: Tx, new: Sequence[tuple[SheetRow, Ready]], maker: "Maker", progress: Progress
    ) -> dict[str, int]:
        """Write the new rows and return counts for the report."""
        ...


@dataclass(frozen=True, slots=True)
class Maker:
    """What every written row needs besides its values: the source, the file, who imports."""

    source: Source
    sheet: Sheet
    actor: ActorRef

    def origin(self, row: SheetRow) -> Origin:
        key = import_key(self.sheet.spec, self.source, row)
        return Origin(self.source.document, self.sheet.file, self.sheet.digest, row.line, key, row.digest)


def import_key(spec: TableSpec, source: Source, row: SheetRow) -> str:
    """What makes a row the same row in every later import of this province."""
    parts = (spec.kind, source.province_code, *(str(row[name]) for name in spec.key))
    return sha256("\x1f".join(parts).encode()).hexdigest()


def ref_key(spec: TableSpec, source: Source, ref: str) -> str:
    """The key of another table's row, named by its ref."""
    return sha256("\x1f".join((spec.kind, source.province_code, ref)).encode()).hexdigest()


def check(rtx: ReadTx, kind: Kind[Any], sheet: Sheet, source: Source) -> Report:
    """Everything an import would refuse or write, and nothing written.

    Raises:
        BadInput, NotFound: as ``take``.
    """
    sorted_out = kind.sort_out(rtx, sheet, _checked(rtx, source))
    return _report(sheet, sorted_out)


def take(
    tx: Tx,
    kind: Kind[Any],
    sheet: Sheet,
    source: Source,
    *,
    actor: ActorRef,
    progress: Progress = lambda _, __: None,
) -> Report:
    """Import a table: all its new rows, or none.

    Raises:
        NotFound: `unknown_unit`.
        BadInput: `wrong_unit`, `required` (document), `import_rows` with every fault.
    """
    clean = _checked(tx, source)
    sorted_out = kind.sort_out(tx, sheet, clean)
    report = _report(sheet, sorted_out)
    report.facts = kind.write(tx, sorted_out.new, Maker(clean, sheet, actor), progress)
    report.written = True
    return report


def _report(sheet: Sheet, found: Sorted[Any]) -> Report:
    return Report(sheet.spec.kind, sheet.file, sheet.digest, len(sheet.rows), len(found.new), found.known)


def _checked(rtx: ReadTx, source: Source) -> Source:
    unit = units.get(rtx, source.province_code)
    if unit.kind is not units.UnitKind.PROVINCE:
        raise BadInput("wrong_unit", fields=[FieldError("province", "wrong_unit", {"unit": unit.name_vi})],
                       role="province_unit", unit=unit.name_vi)  # fmt: skip
    return Source(unit.code, required_text(source.document, "document", longest=LONGEST_DOCUMENT))


class Sorter:
    """Sets apart rows that are known, collects faults, and refuses them together at the end.

    `digest` gives what a known row's line must hold where that is not the digest of the row itself.
    """

    def __init__(
        self,
        rtx: ReadTx,
        sheet: Sheet,
        source: Source,
        known: Mapping[str, str],
        subject: str,
        *,
        digest: Callable[[str, SheetRow], str | None] = lambda _, row: row.digest,
    ) -> None:
        self._rtx, self._sheet, self._source, self._known, self._subject = rtx, sheet, source, known, subject
        self._digest = digest
        self.faults: list[FieldError] = []
        self.known = 0

    def unknown(self) -> Iterator[SheetRow]:
        """Rows that no import has written yet; one that was written with other values is a fault."""
        for row in self._sheet.rows:
            subject_id = self._known.get(import_key(self._sheet.spec, self._source, row))
            if subject_id is None:
                yield row
            elif self._digest(subject_id, row) in (None, self._written_digest(subject_id)):
                self.known += 1
            else:
                name = self._sheet.spec.key[-1]
                self.faults.append(cell_fault(row.line, name, "row_differs", row[name]))

    def _written_digest(self, subject_id: str) -> str | None:
        text, _ = read_lines(self._rtx, f"{self._subject}/{subject_id}")[0]
        return parse_line(text).inputs.get("row_digest")

    def cell_fault(self, row: SheetRow, column: str, code: str, **params: str | int | None) -> None:
        self.faults.append(cell_fault(row.line, column, code, row[column] or "", **params))

    def fault_of(self, row: SheetRow, error: BadInput, columns: Mapping[str, str]) -> None:
        """A refusal of a room below, told at the cell it speaks of."""
        for one in error.fields:
            column = columns.get(one.path, one.path)
            value = row.values.get(column) or ""
            self.faults.append(cell_fault(row.line, column, one.code, value, **one.params))

    def done(self, new: Sequence[tuple[SheetRow, Ready]]) -> Sorted[Ready]:
        """What is new.

        Raises:
            BadInput: `import_rows`, there were faults.
        """
        refuse(self._sheet.file, self.faults)
        return Sorted(new, self.known)


class Communes:
    """The communes of a province by what a table writes, each looked up once."""

    def __init__(self, rtx: ReadTx, province_code: str, on: Any) -> None:
        self._rtx, self._province, self._on = rtx, province_code, on
        self._known: dict[str, str | BadInput] = {}

    def code(self, text: str) -> str:
        """The code of a commune in force, by code or full name.

        Raises:
            BadInput: `unknown_commune`, `similar_communes`.
        """
        if text not in self._known:
            self._known[text] = self._looked_up(text)
        found = self._known[text]
        if isinstance(found, BadInput):
            raise found
        return found

    def _looked_up(self, text: str) -> str | BadInput:
        try:
            return units.commune_of(self._rtx, text, self._province, self._on)
        except BadInput as error:
            return error  # told at every cell that holds this text
