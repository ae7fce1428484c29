"""The table of a province's certificates: columns, checks against the law's terms, and the watch over those in force.

Must never pass a past certificate off as live: each is an imported fact with its document, its file and its line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.producers import get_producer
from registry.products import get_product, imported_products
from states.certificate.models import CERTIFICATE_TABLE
from states.certificate.states import NOT_ENDED, CertificateState
from states.outcomes import imported_products as products
from states.outcomes import past_certificates
from states.outcomes.cells import code, day, text, whole, word
from states.outcomes.imports import Maker, Progress, Sorted, Sorter, Source, import_key, ref_key
from states.outcomes.past_certificates import Past
from states.outcomes.tables import Column, Sheet, SheetRow, TableSpec


class Decided(StrEnum):
    """The level whose authority certified."""

    DISTRICT = "district"
    PROVINCE = "province"
    CENTRAL = "central"


SPEC = TableSpec(
    "certificates",
    (
        Column("certificate_no", code(60), required=True, example="OCOP-19-2025-0001"),
        Column("product_ref", code(60), required=True, example="SP-001"),
        Column("stars", whole(3, 5), required=True, example="4"),
        Column("level", word(Decided), required=True, example="province"),
        Column("decision_number", code(60), required=True, example="123/QĐ-UBND"),
        Column("issued_on", day, required=True, example="2025-03-14"),
        Column("expires_on", day),
        Column("product_name", text(300)),
        Column("producer_name", text(300), hidden=True),
        Column("note", text(600)),
    ),
    key=("certificate_no",),
)
_C = CERTIFICATE_TABLE.c
_NUMBERS = Sql(sa.select(_C.certificate_no).where(_C.certificate_no.is_not(None), _C.import_key.is_(None)))
_LIVING = Sql(
    sa.select(_C.product_id, _C.certificate_no, _C.issued_on, _C.origin).where(
        _C.state.in_([str(state) for state in NOT_ENDED]), _C.last_valid_day.is_not(None)
    )
)


@dataclass(frozen=True, slots=True)
class CertificatesTable:
    """Certificates (giấy chứng nhận): one row each, with the product it certifies; names as printed, if they differ."""

    spec: TableSpec = SPEC

    def sort_out(self, rtx: ReadTx, sheet: Sheet, source: Source) -> Sorted[Past]:
        """Check every row, reckon its term and find its product; raises `import_rows`."""
        sorter = Sorter(rtx, sheet, source, past_certificates.imported_certificates(rtx), "certificate")
        check = _Check(rtx, source, sorter)
        new = []
        for row in sorter.unknown():
            product_id = check.product_of(row)
            check.decision(row)
            term = check.term(row)
            if product_id is not None and term is not None:
                new.append((row, _past(rtx, row, product_id, term, sheet, source)))
        return sorter.done(new)

    def write(
        self, tx: Tx, new: Sequence[tuple[SheetRow, Past]], maker: Maker, progress: Progress
    ) -> dict[str, int]:
        today = tx.now.astimezone(VIETNAM).date()
        pasts = [
            Past(past.values, past.source, {**past.inputs, **maker.origin(row).inputs()}) for row, past in new
        ]
        written = past_certificates.write(tx, pasts, today=today, actor=maker.actor)
        progress(len(new), len(new))
        return {
            "in_force": sum(one.in_force for one in written),
            "expired": sum(one.state == CertificateState.EXPIRED for one in written),
            "superseded": sum(one.state == CertificateState.SUPERSEDED for one in written),
        }


class _Check:
    """What is there already, read once, and the faults of one row after the other."""

    def __init__(self, rtx: ReadTx, source: Source, sorter: Sorter) -> None:
        self._rtx, self._source, self._sorter = rtx, source, sorter
        self._products = imported_products(rtx)
        self._numbers = {number for (number,) in rtx.sql.all(_NUMBERS)}
        self._living = {row[0]: row[1:] for row in rtx.sql.all(_LIVING)}
        self._today = rtx.now.astimezone(VIETNAM).date()

    def product_of(self, row: SheetRow) -> str | None:
        """The product certified, unless one of it issued here, or one as young, still runs."""
        found = self._products.get(ref_key(products.SPEC, self._source, row["product_ref"]))
        if found is None:
            self._sorter.cell_fault(row, "product_ref", "cell_unknown_product")
        number, issued_on, origin = self._living.get(found, (None, None, None))
        if issued_on is not None and (origin == "live" or issued_on >= row["issued_on"].isoformat()):
            self._sorter.cell_fault(row, "product_ref", "cell_has_certificate", number=number or "-")
        return found

    def decision(self, row: SheetRow) -> None:
        """A number of its own, a day that has come, and stars that the level may give."""
        if row["certificate_no"] in self._numbers:
            self._sorter.cell_fault(
                row, "certificate_no", "certificate_no_taken", given=row["certificate_no"]
            )
        if row["issued_on"] > self._today:
            self._sorter.cell_fault(row, "issued_on", "cell_day_ahead")
        if (row["stars"] == 5) != (row["level"] is Decided.CENTRAL):
            expected = "central" if row["stars"] == 5 else "province"
            self._sorter.cell_fault(row, "level", "cell_level", stars=row["stars"], expected=expected)

    def term(self, row: SheetRow) -> dict[str, Any] | None:
        """The days of the certificate; an end that the law does not give needs a reason in `note`."""
        lawful = past_certificates.term_columns(self._rtx, self._source.province_code, row["issued_on"], None)
        stated: date | None = row["expires_on"]
        if stated is None or stated.isoformat() == lawful["expires_on"]:
            return lawful
        if stated <= row["issued_on"]:
            self._sorter.cell_fault(row, "expires_on", "term_reversed")
            return None
        if row["note"] is None:
            self._sorter.cell_fault(row, "expires_on", "cell_expiry", suggestion=lawful["expires_on"])
            return None
        return past_certificates.term_columns(self._rtx, self._source.province_code, row["issued_on"], stated)


def _past(
    rtx: ReadTx, row: SheetRow, product_id: str, term: dict[str, Any], sheet: Sheet, source: Source
) -> Past:
    product = get_product(rtx, product_id)
    values = {
        **term, "certificate_no": row["certificate_no"], "level": row["level"].value, "product_id": product.id,
        "producer_id": product.producer_id, "province_code": source.province_code, "commune_code": product.commune_code,
        "product_name": row["product_name"] or product.name,
        "producer_name": row["producer_name"] or get_producer(rtx, product.producer_id).name,
        "stars": row["stars"], "decision_number": row["decision_number"], "origin": "imported",
        "source": source.document, "note": row["note"], "import_key": import_key(sheet.spec, source, row), "illustrative": 0,
    }  # fmt: skip
    return Past(values, source.document, {})
