"""Products: what a producer makes, before, between and after its evaluations.

It never takes a name for a key: two producers of one commune may sell products of the same name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from core.columns import Choice, Flag, Instant, SubjectColumns
from core.db import ReadTx, Tx
from core.errors import NotFound
from core.history import SubjectKind, Written, append
from core.lines import ActorRef
from core.sql import Sql, insert_ignore
from registry.counters import next_number
from registry.imported import Origin
from registry.names import name_key
from registry.producers import get_producer
from registry.refusals import bad_field, required_text
from registry.tables import new_subject, table


class ProductGroup(StrEnum):
    """Groups of products (nhóm sản phẩm) since 2023; the words are those of `domain/cases/vocabulary.yaml`."""

    FOOD = "food"
    DRINKS = "drinks"
    MEDICINAL = "medicinal"
    HANDICRAFTS = "handicrafts"
    ORNAMENTAL = "ornamental"
    TOURISM = "tourism"


class Product(SubjectColumns, table=True):
    """A product; group and set are empty where an imported source does not name them.

    `product_code` is the code of the last evaluation: `(T)-(X)-(STT)-year`. What is `illustrative` was invented for
    showing, and so are all its dossiers.
    """

    producer_id: str = Field(max_length=36, foreign_key="producer.id", index=True)
    name: str = Field(max_length=300)
    name_key: str = Field(max_length=300, index=True)
    group_code: ProductGroup | None = Field(default=None, sa_type=Choice(ProductGroup))
    set_code: str | None = Field(default=None, max_length=60)
    commune_code: str | None = Field(default=None, max_length=120, index=True)
    province_code: str = Field(max_length=120, index=True)
    product_code: str | None = Field(default=None, max_length=60, unique=True)
    import_key: str | None = Field(default=None, max_length=64, unique=True)
    illustrative: bool = Field(default=False, sa_type=Flag, sa_column_kwargs={"server_default": "0"})
    created_at: datetime = Field(sa_type=Instant)


@dataclass(frozen=True, slots=True)
class ProductRead:
    """A product as callers see it."""

    id: str
    producer_id: str
    name: str
    group_code: ProductGroup | None
    set_code: str | None
    commune_code: str | None
    province_code: str
    product_code: str | None


_P = table(Product)
PRODUCT = SubjectKind("product", _P)
_READ = (
    _P.c.id, _P.c.producer_id, _P.c.name, _P.c.group_code, _P.c.set_code, _P.c.commune_code, _P.c.province_code,
    _P.c.product_code,
)  # fmt: skip
_ID = _P.c.id == sa.bindparam("product_id")
_BY_ID = Sql(sa.select(*_READ).where(_ID))
_BY_CODE = Sql(sa.select(*_READ).where(_P.c.product_code == sa.bindparam("product_code")))
_OF_PRODUCER = Sql(sa.select(*_READ).where(_P.c.producer_id == sa.bindparam("producer_id")).order_by(_P.c.id))
_SAME_NAME = Sql(
    sa.select(*_READ)
    .where(_P.c.province_code == sa.bindparam("province_code"), _P.c.name_key == sa.bindparam("name_key"))
    .order_by(_P.c.id)
)
_BY_IMPORT = Sql(sa.select(_P.c.import_key, _P.c.id).where(_P.c.import_key.is_not(None)))
_ADD = Sql(insert_ignore(_P))
_CHANGED = ("name", "name_key", "group_code", "set_code")
_CHANGE = Sql(
    sa.update(_P).where(_ID).values({name: sa.bindparam(name, type_=_P.c[name].type) for name in _CHANGED})
)
_SET_CODE = Sql(sa.update(_P).where(_ID).values(product_code=sa.bindparam("product_code")))


def register_product(
    tx: Tx,
    producer_id: str,
    name: str,
    *,
    actor: ActorRef,
    group: ProductGroup | None = None,
    set_code: str | None = None,
    product_code: str | None = None,
    origin: Origin | None = None,
    illustrative: bool = False,
) -> str:
    """Write a new product of a producer, in the producer's commune and province, and return its id.

    With an `origin` the line is `imported` and names its source; only such a product brings a code of its own. One that
    is `illustrative` marks every dossier and certificate it gets.

    Raises:
        NotFound: `unknown_producer`.
        BadInput: `required`, `too_long`, `product_code_taken`.
    """
    producer = get_producer(tx, producer_id)
    said: dict[str, object] = {
        "group_code": group and group.value, "set_code": set_code, "product_code": product_code
    }  # fmt: skip
    shown = required_text(name, "name")
    row = {
        **new_subject(tx.now), **said, "producer_id": producer.id, "name": shown, "name_key": name_key(shown),
        "commune_code": producer.commune_code, "province_code": producer.province_code,
        "import_key": origin.key if origin else None, "illustrative": illustrative, "created_at": tx.now,
    }  # fmt: skip
    if illustrative:
        said["illustrative"] = True
    if not tx.sql.run(_ADD, **row):
        raise bad_field("product_code", "product_code_taken", given=product_code)
    append(
        tx, PRODUCT, str(row["id"]), "imported" if origin else "fact_noted", actor=actor, trigger="register_product",
        inputs={**said, "producer": f"producer/{producer.id}", "name": shown, **(origin.inputs() if origin else {})},
    )  # fmt: skip
    return str(row["id"])


def correct_product(
    tx: Tx, product_id: str, changes: Mapping[str, str | None], *, actor: ActorRef, reason: str, document: str
) -> Written:
    """Correct name, group or set by an act: reason, document, before and after stand in the line.

    Raises:
        NotFound: `unknown_product`.
        BadInput: `required`, `too_long`, `bad_group`, `nothing_changed`.
    """
    why, paper = required_text(reason, "reason"), required_text(document, "document")
    found = get_product(tx, product_id)
    before: dict[str, str | None] = {name: getattr(found, name) for name in CORRECTABLE}
    after = {**before, **_clean(changes)}
    changed = sorted(name for name in after if before[name] != after[name])
    if not changed:
        raise bad_field("changes", "nothing_changed")
    tx.sql.run(_CHANGE, product_id=product_id, **after, name_key=name_key(str(after["name"])))
    return append(
        tx, PRODUCT, product_id, "repaired", actor=actor, reason=why, trigger="repair",
        inputs={
            "document": paper, "changed": changed,
            "before": {name: before[name] for name in changed}, "after": {name: after[name] for name in changed},
        },
    )  # fmt: skip


CORRECTABLE = ("name", "group_code", "set_code")


def _clean(changes: Mapping[str, str | None]) -> dict[str, str | None]:
    clean = dict(changes)
    if "name" in clean:
        clean["name"] = required_text(clean["name"] or "", "name")
    group = clean.get("group_code")
    if group is not None and group not in set(ProductGroup):
        raise bad_field("group_code", "bad_group", given=group)
    return clean


def give_product_code(tx: Tx, product_id: str, year: int, *, actor: ActorRef) -> str:
    """Return the product's code for an evaluation year, taking the commune's next number if it has none for it yet.

    `(T)-(X)-(STT)-year`: province code, commune code, running number, year; the number runs per commune and year
    (per province where no commune is known).

    Raises:
        NotFound: `unknown_product`.
    Source: QĐ 26/2026/QĐ-TTg, Phụ lục II, ballot header.
    """
    found = get_product(tx, product_id)
    if found.product_code and found.product_code.endswith(f"-{year}"):
        return found.product_code
    unit = found.commune_code or found.province_code
    parts = [found.province_code, *([found.commune_code] if found.commune_code else [])]
    code = "-".join([*parts, f"{next_number(tx, year, unit, 'product_code'):03d}", str(year)])
    tx.sql.run(_SET_CODE, product_id=product_id, product_code=code)
    inputs = {"before": found.product_code, "after": code}
    append(tx, PRODUCT, product_id, "fact_noted", actor=actor, trigger="give_product_code", inputs=inputs)
    return code


def get_product(rtx: ReadTx, product_id: str) -> ProductRead:
    """Return the product.

    Raises:
        NotFound: `unknown_product`.
    """
    row = rtx.sql.one(_BY_ID, product_id=product_id)
    if row is None:
        raise NotFound("unknown_product", product=product_id)
    return _read(row)


def product_by_code(rtx: ReadTx, product_code: str) -> ProductRead | None:
    """Return the product that carries this code now."""
    row = rtx.sql.one(_BY_CODE, product_code=product_code)
    return None if row is None else _read(row)


def products_of(rtx: ReadTx, producer_id: str) -> list[ProductRead]:
    """Return a producer's products in the order of their registration."""
    return [_read(row) for row in rtx.sql.all(_OF_PRODUCER, producer_id=producer_id)]


def products_named(rtx: ReadTx, name: str, province_code: str) -> list[ProductRead]:
    """Return the products of a province whose name reads the same without accents, the oldest first."""
    return [
        _read(row) for row in rtx.sql.all(_SAME_NAME, province_code=province_code, name_key=name_key(name))
    ]


def similar_products(rtx: ReadTx, producer_id: str, name: str) -> list[ProductRead]:
    """Return what may be the same product under the same name: of this producer, or of its commune; a hint, no verdict.

    Raises:
        NotFound: `unknown_producer`.
    Source: process.md §8 (near-identical products; the name is no key).
    """
    producer = get_producer(rtx, producer_id)
    return [
        each
        for each in products_named(rtx, name, producer.province_code)
        if each.producer_id == producer.id
        or (each.commune_code is not None and each.commune_code == producer.commune_code)
    ]


def imported_products(rtx: ReadTx) -> dict[str, str]:
    """Return every imported product by its key."""
    return {str(key): str(product_id) for key, product_id in rtx.sql.all(_BY_IMPORT)}


def _read(row: tuple[object, ...]) -> ProductRead:
    product_id, producer_id, name, group, set_code, commune, province, code = row
    return ProductRead(
        id=str(product_id),
        producer_id=str(producer_id),
        name=str(name),
        group_code=None if group is None else ProductGroup(str(group)),
        set_code=None if set_code is None else str(set_code),
        commune_code=None if commune is None else str(commune),
        province_code=str(province),
        product_code=None if code is None else str(code),
    )
