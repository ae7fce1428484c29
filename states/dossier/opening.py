"""Opening a dossier for a product: a first idea, an upgrade, a renewal, another try, an evaluation opened again.

Must never decide whether it may be opened: the rules that lead out of "new" do. Decision records 0107 and 0109.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.errors import BadInput, NotFound
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry import counters
from registry.actors import Actor
from registry.producers import Producer
from registry.products import Product
from registry.tables import table
from registry.units import Unit, UnitKind
from regulations import rulesets
from regulations.vocabulary import Feature, Kind, Level
from states.cycle.models import CYCLE_TABLE
from states.dossier import papers, years
from states.dossier.guards import FAILED_EVALUATION
from states.dossier.machine import MACHINE
from states.dossier.models import DOSSIER_TABLE
from states.dossier.states import AFTER_RECOGNITION
from states.engine import permissions
from states.engine.fire import Fired, create
from states.engine.machine import Row, Supply

_P, _Q = table(Product), table(Producer)
_COMMUNE, _DISTRICT = table(Unit).alias("commune"), table(Unit).alias("district")
_FOR_DOSSIER = Sql(
    sa.select(
        _P.c.id,
        _P.c.producer_id,
        _P.c.name,
        _P.c.group_code,
        _P.c.set_code,
        _P.c.commune_code,
        _P.c.province_code,
        _Q.c.type,
        _DISTRICT.c.code,
        sa.type_coerce(_P.c.illustrative, sa.Integer),
    )
    .select_from(
        _P.join(_Q, _Q.c.id == _P.c.producer_id)
        .outerjoin(_COMMUNE, _COMMUNE.c.code == _P.c.commune_code)
        .outerjoin(
            _DISTRICT,
            sa.and_(_DISTRICT.c.code == _COMMUNE.c.parent_code, _DISTRICT.c.kind == UnitKind.DISTRICT.value),
        )
    )
    .where(_P.c.id == sa.bindparam("id"))
    .with_for_update(of=_P)
)
"""A product, locked, so that two people who ask at once do not both find none open; with its district, if it had one."""
_COLUMNS = (
    "product_id", "producer_id", "product_name", "product_group", "product_set", "commune_code", "province_code",
    "producer_type", "district_code", "illustrative",
)  # fmt: skip
_CYCLE = Sql(
    sa.select(CYCLE_TABLE.c.year, CYCLE_TABLE.c.province_code, CYCLE_TABLE.c.illustrative).where(
        CYCLE_TABLE.c.id == sa.bindparam("id")
    )
)
_RECOGNISED = Sql(
    sa.select(DOSSIER_TABLE.c.id)
    .where(
        DOSSIER_TABLE.c.product_id == sa.bindparam("product_id"),
        DOSSIER_TABLE.c.state.in_([str(state) for state in AFTER_RECOGNITION]),
    )
    .order_by(DOSSIER_TABLE.c.id.desc())
    .limit(1)
)
BEGINS: Mapping[Kind, str] = {
    Kind.FIRST: "create_idea",
    Kind.UPGRADE: "open_upgrade",
    Kind.RE_EVALUATION: "open_renewal",
}
EVALUATED = ("ruleset", "ruleset_assessed", "filed_on", "received_on", "late", "level", "kind")
"""What a dossier keeps whose evaluation is opened again: it was filed, and is judged by the law of that day."""


def open_dossier(
    tx: Tx,
    *,
    kind: Kind | str,
    product_id: str,
    cycle_id: str | None,
    actor: Actor,
    supply: Supply,
    predecessor_id: str | None = None,
) -> Fired:
    """Open a dossier of a kind for a product, where its kind begins; what the one before it holds is copied as a draft.

    Without a cycle it counts in this year's of the province. A first dossier whose predecessor failed its evaluation
    starts with the papers. ``supply`` tells of the product's certificate.

    Raises:
        NotFound: product, cycle or predecessor are not there, or not this actor's.
        BadInput: the cycle is another province's, the predecessor another product's.
        Refused: as the guards of the rule say.
    """
    values = _values(tx, product_id, cycle_id, actor)
    before = _predecessor(tx, predecessor_id or _recognised(tx, kind, product_id), product_id)
    again = before is not None and kind == Kind.FIRST and before["state"] in FAILED_EVALUATION
    values |= {"kind": str(Kind(kind)), "predecessor_id": before["id"] if before else None}
    fired = create(
        tx, MACHINE, "open_reapplied" if again else BEGINS[Kind(kind)], values, actor=actor, supply=supply
    )
    if before is not None:
        papers.copy(tx, before["id"], fired.row, actor=actor)
    return fired


def reopen(
    tx: Tx,
    before: Row,
    *,
    actor: Actor,
    data: Mapping[str, object],
    reason: str | None,
    supply: Supply,
) -> Fired:
    """Evaluate a dossier again whose end was decided wrongly: a new one before the council, filed as the old one was.

    Raises:
        Refused: as the guards of the rule say.
    """
    values = _values(tx, before["product_id"], None, actor)
    values |= {name: before[name] for name in (*EVALUATED, "district_code", "commune_code", "product_set")}
    values["predecessor_id"] = before["id"]
    fired = create(
        tx, MACHINE, "reopen_evaluation", values, actor=actor, data=data, reason=reason, supply=supply
    )
    papers.copy(tx, before["id"], fired.row, actor=actor, signed=True)
    return fired


def _values(tx: Tx, product_id: str, cycle_id: str | None, actor: Actor) -> Row:
    found = tx.sql.one(_FOR_DOSSIER, id=product_id)
    if found is None:
        raise NotFound("subject_not_found", kind="product")
    values: Row = dict(zip(_COLUMNS, found, strict=True))
    values |= {**_in_cycle(tx, values, cycle_id), "level": first_level(tx, values["district_code"])}
    if not permissions.may_see(actor, values):
        raise NotFound("subject_not_found", kind="product")
    unit, year = values["commune_code"] or values["province_code"], values["year"]
    number = counters.next_number(tx, year, unit, "dossier")
    return {**values, "code": f"{year % 100:02d}-{unit}-{number:04d}", "attempts": 0, "training_waived": 0}


def _in_cycle(tx: ReadTx, values: Row, cycle_id: str | None) -> dict[str, Any]:
    province, this_year = values["province_code"], tx.now.astimezone(VIETNAM).year
    cycle_id = cycle_id or years.takes_dossiers(tx, province, this_year)
    if cycle_id is None:
        return {"cycle_id": None, "year": this_year}
    found = tx.sql.one(_CYCLE, id=cycle_id)
    if found is None:
        raise NotFound("subject_not_found", kind="cycle")
    if found[1] != province:
        raise BadInput("other_province", cycle=cycle_id)
    marked = int(bool(values["illustrative"] or found[2]))
    return {"cycle_id": cycle_id, "year": found[0], "illustrative": marked}


def first_level(tx: ReadTx, district_code: str | None) -> str:
    """Who handles it first: the district, in the years and places that had one, else the commune (process.md §2.5)."""
    law = rulesets.in_force(tx.now.astimezone(VIETNAM).date())
    by_district = law is not None and Feature.DISTRICT_LEVEL in law.features and district_code is not None
    return str(Level.DISTRICT if by_district else Level.COMMUNE)


def _recognised(tx: ReadTx, kind: Kind | str, product_id: str) -> str | None:
    """The dossier that led to what is to be raised or renewed, where it was evaluated here."""
    found: str | None = tx.sql.value(_RECOGNISED, product_id=product_id) if kind != Kind.FIRST else None
    return found


def _predecessor(tx: ReadTx, dossier_id: str | None, product_id: str) -> Row | None:
    if dossier_id is None:
        return None
    row = MACHINE.load(tx, dossier_id)
    if row is None:
        raise NotFound("subject_not_found", kind="dossier")
    if row["product_id"] != product_id:
        raise BadInput("other_product", dossier=dossier_id)
    return row
