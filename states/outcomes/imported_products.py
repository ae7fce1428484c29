"""The table of a province's products: columns, checks, and writing them under producers taken over before.

Must never take a name for a key: a product is told apart by the province's own ref.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.clock import VIETNAM
from core.tx import ReadTx, Tx
from registry.producers import imported_producers
from registry.products import ProductGroup, imported_products, product_by_code, register_product
from regulations import rulesets, sheets
from states.outcomes import imported_producers as producers
from states.outcomes.cells import code, text, word
from states.outcomes.imports import Maker, Progress, Sorted, Sorter, Source, ref_key
from states.outcomes.tables import Column, Sheet, SheetRow, TableSpec

SPEC = TableSpec(
    "products",
    (
        Column("ref", code(60), required=True, example="SP-001"),
        Column("producer_ref", code(60), required=True, example="CT-001"),
        Column("name", text(300), required=True, example="Chè búp minh hoạ"),
        Column("group", word(ProductGroup), example="drinks"),
        Column("set_code", code(60), example="11"),
        Column("product_code", code(60), example="19-05503-001-2023"),
    ),
    key=("ref",),
)


@dataclass(frozen=True, slots=True)
class ProductsTable:
    """Products (sản phẩm): one row each; its producer is one of the producers' table."""

    spec: TableSpec = SPEC

    def sort_out(self, rtx: ReadTx, sheet: Sheet, source: Source) -> Sorted[str]:
        """Check every row and find its producer; raises `import_rows`."""
        sorter = Sorter(rtx, sheet, source, imported_products(rtx), "product")
        known, sets = imported_producers(rtx), _sets(rtx)
        codes: dict[str, int] = {}
        new = []
        for row in sorter.unknown():
            producer = known.get(ref_key(producers.SPEC, source, row["producer_ref"]))
            if producer is None:
                sorter.cell_fault(row, "producer_ref", "cell_unknown_producer")
            if row["set_code"] is not None and row["set_code"] not in sets:
                sorter.cell_fault(row, "set_code", "cell_set")
            given = row["product_code"]
            if given and (codes.setdefault(given, row.line) != row.line or product_by_code(rtx, given)):
                sorter.cell_fault(row, "product_code", "cell_product_code_taken")
            new.append((row, producer or ""))
        return sorter.done(new)

    def write(
        self, tx: Tx, new: Sequence[tuple[SheetRow, str]], maker: Maker, progress: Progress
    ) -> dict[str, int]:
        for count, (row, producer_id) in enumerate(new, 1):
            register_product(
                tx, producer_id, row["name"], actor=maker.actor, group=row["group"], set_code=row["set_code"],
                product_code=row["product_code"], origin=maker.origin(row),
            )  # fmt: skip
            progress(count, len(new))
        return {}


def _sets(rtx: ReadTx) -> frozenset[str]:
    """The sets of the tree of products under the ruleset of the day."""
    ruleset = rulesets.in_force(rtx.now.astimezone(VIETNAM).date())
    tree = sheets.taxonomy(ruleset.sheet_edition) if ruleset else None
    return frozenset(entry.set for entry in tree.entries()) if tree else frozenset()
