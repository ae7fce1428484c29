"""Producers and products as a person may see them.

It never reads the rows of the persons behind a producer.
"""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from api.queries.scope import within
from core.errors import NotFound
from core.sql import Sql
from core.tx import ReadTx
from registry.actors import Actor
from registry.names import name_key
from registry.producers import Producer, get_producer
from registry.products import Product
from registry.tables import table
from states.dossier.queries import scope_of
from states.engine import permissions

_TABLES = {"producer": table(Producer), "product": table(Product)}
_NAMES = {
    "producer": (
        "id", "name", "type", "legal_form", "community_majority", "tax_code", "commune_code", "province_code"
    ),
    "product": (
        "id", "producer_id", "name", "group_code", "set_code", "commune_code", "province_code", "product_code"
    ),
}  # fmt: skip


def producers(rtx: ReadTx, actor: Actor, *, after: str, limit: int, words: str = "") -> list[dict[str, Any]]:
    """Producers whose name has these words at the start of a word, one more than asked for where there are more."""
    rows = _rows(rtx, actor, "producer", after=after, limit=limit, words=words)
    return [_producer(row) for row in rows]


def producer(rtx: ReadTx, actor: Actor, producer_id: str) -> dict[str, Any]:
    """The public part of one producer.

    Raises:
        NotFound: it is not there, or not this person's to see.
    """
    found = get_producer(rtx, producer_id)
    seen = {name: getattr(found, name) for name in _NAMES["producer"]}
    if not permissions.may_see(actor, {**seen, "producer_id": found.id}):
        raise NotFound("unknown_producer", producer=producer_id)
    return seen


def products(
    rtx: ReadTx, actor: Actor, *, producer_id: str | None, after: str, limit: int, words: str = ""
) -> list[dict[str, Any]]:
    """Products, one more than asked for where there are more; `words` as for producers."""
    return _rows(rtx, actor, "product", after=after, limit=limit, words=words, of_producer=producer_id)


def _rows(
    rtx: ReadTx,
    actor: Actor,
    kind: str,
    *,
    after: str,
    limit: int,
    words: str,
    of_producer: str | None = None,
) -> list[dict[str, Any]]:
    scope, key = scope_of(actor), name_key(words)
    given = {
        **({"of_producer": of_producer} if of_producer else {}),
        **({"words": f"% {key}%"} if key else {}),
    }
    statement = _page(kind, scope.shape(), tuple(given))
    rows = rtx.sql.all(statement, **scope.values(), **given, after=after, most=limit + 1)
    return [dict(zip(_NAMES[kind], row, strict=True)) for row in rows]


@lru_cache(maxsize=256)
def _page(kind: str, shape: tuple[str, ...], filters: tuple[str, ...]) -> Sql:
    rows = _TABLES[kind]
    own = "id" if kind == "producer" else "producer_id"
    wanted = [within(rows, shape, producer=own), rows.c.id > sa.bindparam("after", type_=sa.Text)]
    if "words" in filters:
        wanted.append((" " + rows.c.name_key).like(sa.bindparam("words", type_=sa.Text)))
    if "of_producer" in filters:
        wanted.append(rows.c[own] == sa.bindparam("of_producer", type_=sa.Text))
    return Sql(
        sa.select(*(rows.c[name] for name in _NAMES[kind]))
        .where(*wanted)
        .order_by(rows.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def _producer(found: dict[str, Any]) -> dict[str, Any]:
    majority = found["community_majority"]
    return {**found, "community_majority": None if majority is None else bool(majority)}
