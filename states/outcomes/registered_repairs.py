"""Repairs of producers and products: the columns by name, handed to the registry's own commands.

Must never show a person's data: a row for showing holds them only for whoever may repair, and a line digests of them.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa

from core.history import Written
from core.lines import ActorRef
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.producer_changes import correct_producer
from registry.producer_people import Gender, Representative, person_of
from registry.producers import LegalForm, Producer, ProducerData, ProducerType
from registry.products import Product, correct_product
from registry.tables import table
from states.engine.machine import Row

KINDS = ("producer", "product")
PERSON = "representative_"
_TABLES = {"producer": table(Producer), "product": table(Product)}
_ROWS = {kind: Sql(sa.select(rows).where(rows.c.id == sa.bindparam("id"))) for kind, rows in _TABLES.items()}


def row_of(rtx: ReadTx, kind: str, subject_id: str) -> Row | None:
    """The stored row with the people's fields beside it, under flat names; None where there is none."""
    found = rtx.sql.one(_ROWS[kind], id=subject_id)
    if found is None:
        return None
    row: Row = dict(zip(_TABLES[kind].c.keys(), found, strict=True))
    if kind == "product":
        return row
    person = person_of(rtx, subject_id)
    shown = asdict(person.representative if person else Representative())
    majority = row["community_majority"]
    return {
        **row, "producer_id": subject_id, "community_majority": None if majority is None else bool(majority),
        **{f"{PERSON}{name}": value for name, value in shown.items()},
    }  # fmt: skip


def apply(
    tx: Tx,
    kind: str,
    row: Row,
    changes: Mapping[str, Any],
    *,
    actor: ActorRef,
    reason: str,
    document: str,
) -> Written:
    """Write the repair by the registry's command.

    Raises:
        BadInput, NotFound: as the command.
    """
    if kind == "product":
        return correct_product(tx, row["id"], changes, actor=actor, reason=reason, document=document)
    return correct_producer(
        tx, row["id"], _data({**row, **changes}, changes), actor=actor, reason=reason, document=document
    )


def _data(row: Row, changes: Mapping[str, Any]) -> ProducerData:
    """Everything of the producer as it is to stand; people stay untouched unless one of their fields changes."""
    form, people = row["legal_form"], any(name.startswith(PERSON) for name in changes)
    data = ProducerData(
        name=row["name"],
        type=ProducerType(row["type"]),
        commune_code=row["commune_code"],
        province_code=row["province_code"],
        legal_form=None if form is None else LegalForm(form),
        community_majority=row["community_majority"],
        tax_code=row["tax_code"],
    )
    return replace(data, representative=_person(row)) if people else data


def _person(row: Row) -> Representative:
    values = {name: row[f"{PERSON}{name}"] for name in Representative.__dataclass_fields__}
    gender = values["gender"]
    return Representative(**{**values, "gender": None if gender is None else Gender(gender)})
