"""The table of a province's producers: columns, checks, and writing them with the people behind them.

Must never let a person's data into a line: the row's digest is salted, and the salt dies with the people.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.clock import VIETNAM
from core.errors import BadInput
from core.tx import ReadTx, Tx
from registry.producer_people import Gender, Representative, checked_person, personal_digest
from registry.producers import (
    LegalForm,
    ProducerData,
    ProducerType,
    checked_producer,
    imported_producers,
    register_producer,
    tax_code_holder,
)
from states.outcomes.cells import code, text, word, yes_no
from states.outcomes.imports import Communes, Maker, Progress, Sorted, Sorter, Source
from states.outcomes.tables import Column, Sheet, SheetRow, TableSpec

SPEC = TableSpec(
    "producers",
    (
        Column("ref", code(60), required=True, example="CT-001"),
        Column("name", text(300), required=True, example="Hợp tác xã Chè Minh Hoạ"),
        Column("type", word(ProducerType), required=True, example="cooperative"),
        Column("legal_form", word(LegalForm)),
        Column("community_majority", yes_no),
        Column("tax_code", code(20)),
        Column("commune", text(120), required=True, example="Xã Tân Cương"),
        Column("representative_name", text(200), example="Người Đại Diện"),
        Column("representative_gender", word(Gender), example="female"),
        Column("representative_ethnicity", text(60), example="Tày"),
        Column("representative_disability", yes_no, example="no"),
        Column("phone", code(30), example="0900 000 000"),
        Column("second_phone", code(30)),
        Column("email", text(254), example="lienhe@example.org"),
        Column("address", text(300), example="Xóm Minh Hoạ"),
    ),
    key=("ref",),
)
AT = {
    "commune_code": "commune", "representative.phone": "phone", "representative.second_phone": "second_phone",
    "representative.email": "email", "representative.address": "address", "representative.name": "representative_name",
    "representative.ethnicity": "representative_ethnicity",
}  # fmt: skip
"""The column in which a refusal of the registry is to be mended."""


@dataclass(frozen=True, slots=True)
class ProducersTable:
    """Producers (chủ thể): one row each, told apart by the province's own ref."""

    spec: TableSpec = SPEC

    def sort_out(self, rtx: ReadTx, sheet: Sheet, source: Source) -> Sorted[ProducerData]:
        """Check every row; raises `import_rows`."""
        sorter = Sorter(
            rtx, sheet, source, imported_producers(rtx), "producer",
            digest=lambda producer_id, row: personal_digest(rtx, producer_id, row.digest),
        )  # fmt: skip
        communes = Communes(rtx, source.province_code, rtx.now.astimezone(VIETNAM).date())
        tax_codes: dict[str, int] = {}
        new = []
        for row in sorter.unknown():
            try:
                data = _data(row, communes)
                values, _ = checked_producer(rtx, data)
                checked_person(data.representative or Representative())
            except BadInput as error:
                sorter.fault_of(row, error, AT)
                continue
            tax_code = str(values["tax_code"] or "")
            twice = tax_codes.setdefault(tax_code, row.line) != row.line
            if tax_code and (twice or tax_code_holder(rtx, tax_code)):
                sorter.cell_fault(row, "tax_code", "cell_tax_code_taken")
            new.append((row, data))
        return sorter.done(new)

    def write(
        self, tx: Tx, new: Sequence[tuple[SheetRow, ProducerData]], maker: Maker, progress: Progress
    ) -> dict[str, int]:
        for count, (row, data) in enumerate(new, 1):
            register_producer(tx, data, actor=maker.actor, origin=maker.origin(row))
            progress(count, len(new))
        return {}


def _data(row: SheetRow, communes: Communes) -> ProducerData:
    person = Representative(
        name=row["representative_name"], gender=row["representative_gender"], ethnicity=row["representative_ethnicity"],
        disability=row["representative_disability"], phone=row["phone"], second_phone=row["second_phone"],
        email=row["email"], address=row["address"],
    )  # fmt: skip
    return ProducerData(
        name=row["name"],
        type=row["type"],
        commune_code=communes.code(row["commune"]),
        legal_form=row["legal_form"],
        community_majority=row["community_majority"],
        tax_code=row["tax_code"],
        representative=person if person != Representative() else None,
    )
