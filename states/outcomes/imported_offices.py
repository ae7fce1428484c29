"""The table of the communes' offices: whom to call, and when; entered, or changed where it says otherwise.

Must never touch a commune of another province.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.clock import VIETNAM
from core.errors import BadInput
from core.tx import ReadTx, Tx
from registry import contact, offices
from registry.offices import LONGEST_HOURS, OfficeRead
from states.outcomes.cells import code, text
from states.outcomes.imports import Communes, Maker, Progress, Sorted, Sorter, Source
from states.outcomes.tables import Column, Sheet, SheetRow, TableSpec

SPEC = TableSpec(
    "offices",
    (
        Column("commune", text(120), required=True, example="Xã Tân Cương"),
        Column("phone", code(30), required=True, example="0208 3855 000"),
        Column("hours", text(LONGEST_HOURS), required=True, example="Thứ Hai - thứ Sáu, 7:30-17:00"),
    ),
    key=("commune",),
)


@dataclass(frozen=True, slots=True)
class OfficesTable:
    """Offices (bộ phận phụ trách OCOP cấp xã): one row per commune; a row that says what stands there changes nothing."""

    spec: TableSpec = SPEC

    def sort_out(self, rtx: ReadTx, sheet: Sheet, source: Source) -> Sorted[OfficeRead]:
        """Check every row; raises `import_rows`."""
        sorter = Sorter(rtx, sheet, source, {}, "office")
        communes = Communes(rtx, source.province_code, rtx.now.astimezone(VIETNAM).date())
        there = offices.offices(rtx, source.province_code)
        new = []
        for row in sorter.unknown():
            try:
                commune = communes.code(row["commune"])
                given = OfficeRead(commune, contact.phone(row["phone"]), row["hours"])
            except BadInput as error:
                sorter.fault_of(row, error, {})
                continue
            if there.get(commune) == given:
                sorter.known += 1
            else:
                new.append((row, given))
        return sorter.done(new)

    def write(
        self, tx: Tx, new: Sequence[tuple[SheetRow, OfficeRead]], maker: Maker, progress: Progress
    ) -> dict[str, int]:
        for count, (_, given) in enumerate(new, 1):
            offices.set_office(tx, given.commune_code, given.phone, given.hours, actor=maker.actor)
            progress(count, len(new))
        return {}
