"""A table of past recognitions, as sources state them: its columns, and one row of it as a fact.

Must never write: ``take_over.py`` does. A date that no source states stays unknown.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from core.errors import FieldError
from registry.names import name_key
from regulations.certificate_terms import issued_for, months_of
from regulations.periods import add_months
from regulations.rulesets import in_force
from states.outcomes.cells import code, day, text, whole, word
from states.outcomes.tables import Column, Sheet, SheetRow, TableSpec, cell_fault, read_sheet, refuse


class EntityType(StrEnum):
    """Kinds of producer in the words of the published lists."""

    ENTERPRISE = "doanh_nghiep"
    COOPERATIVE = "htx"
    GROUP = "to_hop_tac"
    HOUSEHOLD = "ho_kinh_doanh"


class PastLevel(StrEnum):
    """The level that recognised, in the words of the published lists."""

    DISTRICT = "district"
    PROVINCIAL = "provincial"
    NATIONAL = "national"


class PastKind(StrEnum):
    """How a recognition came about."""

    NEW = "new"
    RE_EVALUATED = "re_evaluated"
    UPGRADED = "upgraded"


LEVELS = {PastLevel.DISTRICT: "district", PastLevel.PROVINCIAL: "province", PastLevel.NATIONAL: "central"}
SPEC = TableSpec(
    "recognitions",
    (
        Column("product_name", text(300), required=True, example="Chè búp minh hoạ"),
        Column("entity_name", text(300), example="Hợp tác xã Chè Minh Hoạ"),
        Column("entity_type", word(EntityType), example="htx"),
        Column("commune", text(120), example="Xã Côn Minh"),
        Column("district", text(120), example="Huyện Na Rì"),
        Column("product_set", text(60)),
        Column("year_recognised", whole(2013, 2100), example="2021"),
        Column("stars", whole(3, 5), example="3"),
        Column("score", text(20)),
        Column("kind", word(PastKind), example="new"),
        Column("decision_number", code(60), example="2616/QĐ-UBND"),
        Column("decision_date", day, example="2021-12-29"),
        Column("certificate_expires", day),
        Column("source_url", text(400), example="https://example.org/quyet-dinh"),
        Column("province", text(120), required=True, example="Bắc Kạn"),
        Column("recognition_level", word(PastLevel), example="provincial"),
        Column("product_group", text(120)),
        Column("note", text(600)),
    ),
    key=(),
)


@dataclass(frozen=True, slots=True)
class Recognition:
    """One recognition as its source states it; what no source states is None."""

    line: int
    product: str
    producer: str | None
    producer_type: str | None
    province: str
    level: str | None
    year: int | None
    stars: int | None
    decision_number: str | None
    issued_on: date | None
    expires_on: date | None
    source: str
    note: str | None
    commune: str | None = None
    district: str | None = None
    kind: str | None = None

    @property
    def key(self) -> str:
        """What makes a row the same row: a second import of it changes nothing."""
        parts = (
            name_key(self.province), name_key(self.product), name_key(self.producer or ""), str(self.year), str(self.stars),
            self.decision_number or "", str(self.issued_on), str(self.expires_on),
        )  # fmt: skip
        return sha256("\x1f".join(parts).encode()).hexdigest()

    def known_on(self, observed_on: date) -> date:
        """The first day on which the fact is known: that of the decision, else after its year, at the latest that of the list."""
        if self.issued_on or not self.year:
            return self.issued_on or observed_on
        after = date(self.year + 1, 1, 1)
        return min(after, observed_on) if self.year <= observed_on.year else after


def sheet(raw: bytes, file: str) -> Sheet:
    """A table of recognitions that can be read.

    Raises:
        BadInput: as ``tables.read_sheet``; a row without a source, or whose end stands before its decision.
    """
    found = read_sheet(raw, file, SPEC)
    refuse(file, [fault for row in found.rows for fault in _faults(row)])
    return found


def read(table: str, file: str) -> list[Recognition]:
    """Every row of a recognition table given as text; raises as ``sheet``."""
    return rows_of(sheet(table.encode(), file))


def rows_of(found: Sheet) -> list[Recognition]:
    return [_recognition(row) for row in found.rows]


def _faults(row: SheetRow) -> list[FieldError]:
    faults = []
    if not (row["source_url"] or row["note"]):
        faults.append(cell_fault(row.line, "source_url", "source_missing"))
    decided, expires = row["decision_date"], row["certificate_expires"]
    if decided and expires and expires <= decided:
        faults.append(cell_fault(row.line, "certificate_expires", "term_reversed", expires))
    return faults


def _recognition(row: SheetRow) -> Recognition:
    issued, expires = _term(row["decision_date"], row["certificate_expires"])
    level = row["recognition_level"]
    return Recognition(
        row.line, row["product_name"], row["entity_name"], row["entity_type"], row["province"], LEVELS.get(level),
        row["year_recognised"], row["stars"], row["decision_number"], issued, expires,
        row["source_url"] or row["note"], row["note"], row["commune"], row["district"], row["kind"],
    )  # fmt: skip


def _term(issued: date | None, expires: date | None) -> tuple[date | None, date | None]:
    """Either end of the term gives the other, by the months of the ruleset in force; neither: both unknown."""
    if issued and not expires:
        return issued, add_months(issued, months_of(in_force(issued)))
    if expires and not issued:
        return issued_for(expires), expires
    return issued, expires
