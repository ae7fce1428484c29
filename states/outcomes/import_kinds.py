"""Every kind of table a province can bring along, by name; one entry feeds command line, interface, page and templates.

Must never hold a kind that cannot be checked without writing.
"""

from collections.abc import Mapping
from typing import Any

from core.errors import BadInput
from states.outcomes.imported_certificates import CertificatesTable
from states.outcomes.imported_offices import OfficesTable
from states.outcomes.imported_producers import ProducersTable
from states.outcomes.imported_products import ProductsTable
from states.outcomes.imports import Kind

KINDS: Mapping[str, Kind[Any]] = {
    "producers": ProducersTable(),
    "products": ProductsTable(),
    "certificates": CertificatesTable(),
    "offices": OfficesTable(),
}
"""In the order in which a province imports them: each table names rows of the one before."""


def kind_named(name: str) -> Kind[Any]:
    """The kind of table.

    Raises:
        BadInput: `import_kind`.
    """
    if name not in KINDS:
        raise BadInput("import_kind", kind=name, known=", ".join(KINDS))
    return KINDS[name]
