"""What people do with a dossier beyond one move: open it, save its forms, and keep what they wrote along with a move.

Every move itself goes through the engine's ``fire``; effects on other subjects belong to ``states.moves``.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.errors import BadInput, NotFound, Refused
from core.lines import ActorRef
from core.sql import Sql
from core.tx import Tx
from registry import counters
from registry.actors import Actor
from registry.producers import Producer
from registry.products import Product
from registry.tables import table
from states.cycle.models import CYCLE_TABLE
from states.dossier import papers
from states.dossier.changes import CHANGES
from states.dossier.facts import FACTS
from states.dossier.lifecycle import DOSSIER
from states.dossier.models import DOSSIER_TABLE, TEXT_TABLE
from states.engine import permissions
from states.engine.fire import Fired, create
from states.engine.machine import Machine, Row

MACHINE = Machine(DOSSIER, DOSSIER_TABLE, facts=FACTS, changes=CHANGES)

_PRODUCT, _PRODUCER = table(Product), table(Producer)
_FOR_IDEA = Sql(
    sa.select(
        _PRODUCT.c.id,
        _PRODUCT.c.producer_id,
        _PRODUCT.c.name,
        _PRODUCT.c.group_code,
        _PRODUCT.c.set_code,
        _PRODUCT.c.commune_code,
        _PRODUCT.c.province_code,
        _PRODUCER.c.type,
    )
    .select_from(_PRODUCT.join(_PRODUCER, _PRODUCER.c.id == _PRODUCT.c.producer_id))
    .where(_PRODUCT.c.id == sa.bindparam("id"))
)
_CYCLE = Sql(
    sa.select(CYCLE_TABLE.c.year, CYCLE_TABLE.c.province_code, CYCLE_TABLE.c.illustrative).where(
        CYCLE_TABLE.c.id == sa.bindparam("id")
    )
)
_OPEN_ONES = Sql(
    sa.select(DOSSIER_TABLE.c.code).where(
        DOSSIER_TABLE.c.product_id == sa.bindparam("product_id"),
        DOSSIER_TABLE.c.state.in_([str(state) for state in DOSSIER.non_final]),
    )
)
_KEEP_TEXT = Sql(sa.insert(TEXT_TABLE))


def open_idea(tx: Tx, *, product_id: str, cycle_id: str, actor: Actor) -> Fired:
    """Open a first-time dossier for a product in a cycle, as a draft of its idea.

    Raises:
        NotFound: product or cycle are not there, or not this actor's.
        Refused: the product has an open dossier, the cycle or its window is closed, the producer is not eligible.
    """
    product, cycle = tx.sql.one(_FOR_IDEA, id=product_id), tx.sql.one(_CYCLE, id=cycle_id)
    if product is None or cycle is None:
        raise NotFound("subject_not_found", kind="product" if product is None else "cycle")
    values = _first_values(product, cycle, cycle_id)
    if values["province_code"] != cycle[1]:
        raise BadInput("other_province", cycle=cycle_id)
    if not permissions.may_see(actor, values):
        raise NotFound("subject_not_found", kind="product")
    if open_one := tx.sql.one(_OPEN_ONES, product_id=product_id):
        raise Refused("dossier_already_open", code=open_one[0])
    number = counters.next_number(tx, cycle[0], values["commune_code"] or values["province_code"], "dossier")
    values["code"] = f"{cycle[0] % 100:02d}-{values['commune_code'] or values['province_code']}-{number:04d}"
    return create(tx, MACHINE, "create_idea", values, actor=actor)


def _first_values(product: tuple[Any, ...], cycle: tuple[Any, ...], cycle_id: str) -> Row:
    product_id, producer_id, name, group, product_set, commune, province, producer_type = product
    return {
        "kind": "first",
        "level": "commune",
        "cycle_id": cycle_id,
        "product_id": product_id,
        "producer_id": producer_id,
        "product_name": name,
        "product_group": group,
        "product_set": product_set,
        "commune_code": commune,
        "province_code": province,
        "producer_type": producer_type,
        "illustrative": int(bool(cycle[2])),
        "attempts": 0,
        "training_waived": 0,
    }


EDITABLE: Mapping[str, tuple[str, ...]] = {
    "idea": ("idea.draft", "idea.returned"),
    "plan": ("plan.drafting", "plan.returned"),
    "registration": ("dossier.preparing", "dossier.self_assessed", "commune.returned", "province.returned"),
    "self_assessment": ("dossier.preparing", "commune.returned", "province.returned"),
}
"""In which states a form may be written: a filed form is evidence and stands still."""


def save_form(tx: Tx, dossier_id: str, name: str, data: Mapping[str, object], *, actor: Actor) -> str:
    """Save a draft of a form and return its digest; nothing moves, no line is written for a draft.

    Raises:
        NotFound, BadInput: as ``papers.save``. Refused: the form stands still in this state.
    """
    row = MACHINE.lock(tx, dossier_id)
    if row is None or not permissions.may_see(actor, row):
        raise NotFound("subject_not_found", kind="dossier")
    if name not in EDITABLE:
        raise BadInput("form_unknown", form=name)
    if row["state"] not in EDITABLE[name] or "producer" not in permissions.roles_at(actor, row):
        raise Refused("form_closed", form=name, state=row["state"])
    return papers.save(tx, dossier_id, name, data, actor=actor)


def keep_texts(tx: Tx, fired: Fired) -> None:
    """Keep what somebody wrote along with a move beside the line that carries its digest."""
    if fired.texts:
        tx.sql.run(_KEEP_TEXT, dossier_id=fired.id, version=fired.version, data=fired.texts)


def actor_ref(actor: Actor, row: Row) -> ActorRef:
    """Who to name for the deadlines that follow a move."""
    held = permissions.held_at(actor, row)
    return actor.ref(held[0].role, held)
