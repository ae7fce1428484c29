"""What a year begins with: certificates whose renewal falls due in it, and dossiers carried over into it.

Certificates and dossiers live in higher layers: they are read through their bare tables and never changed from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import sqlalchemy as sa

from core.clock import VIETNAM
from core.lines import canonical
from core.sql import Sql
from core.tx import ReadTx
from registry.producers import Producer
from registry.products import Product
from registry.tables import table
from registry.units import Unit, UnitKind
from regulations import rulesets
from regulations.documents import producer_types
from states.cycle.facts import BEFORE_RECOGNITION, ENDED, FINAL, FINAL_ENDS

LISTED = 200  # rows a preview writes out; its digest covers all of them
DOSSIER_OPEN, NOT_ELIGIBLE = "dossier_open", "producer_not_eligible"

_C = sa.table(
    "certificate",
    *map(sa.column, ("id", "certificate_no", "product_id", "producer_id", "province_code", "state", "window_opens_on", "window_closes_on", "last_valid_day", "dossier_id",
                     "illustrative")),
)  # fmt: skip
_D = sa.table(
    "dossier",
    *map(
        sa.column, ("id", "code", "product_id", "product_name", "province_code", "state", "year", "cycle_id")
    ),
)
_PRODUCT, _PRODUCER = table(Product), table(Producer)
_COMMUNE, _DISTRICT = table(Unit).alias("commune"), table(Unit).alias("district")
_PROVINCE = sa.bindparam("province", type_=sa.Text)
_BUSY = (
    sa.select(sa.func.min(_D.c.code))
    .where(
        _D.c.product_id == _C.c.product_id,
        sa.or_(*(_D.c.state.like(f"{one}%") for one in BEFORE_RECOGNITION)),
    )
    .where(*(_D.c.state.not_like(f"%{one}") for one in ENDED))
    .correlate(_C)
    .scalar_subquery()
)
_LAST_TO_FILE = sa.func.coalesce(_C.c.window_closes_on, _C.c.last_valid_day)
_RENEWALS = Sql(
    sa.select(_C.c.id, _C.c.certificate_no, _C.c.product_id, _PRODUCT.c.name, _C.c.producer_id, _PRODUCER.c.name,
              _PRODUCT.c.commune_code, _DISTRICT.c.code, _C.c.state, _C.c.dossier_id, _C.c.illustrative,
              sa.type_coerce(_PRODUCT.c.group_code, sa.Text), _PRODUCT.c.set_code, sa.type_coerce(_PRODUCER.c.type, sa.Text),
              _C.c.window_opens_on, _LAST_TO_FILE, _C.c.last_valid_day, _BUSY)
    .select_from(
        _C.join(_PRODUCT, _PRODUCT.c.id == _C.c.product_id)
        .join(_PRODUCER, _PRODUCER.c.id == _PRODUCT.c.producer_id)
        .outerjoin(_COMMUNE, _COMMUNE.c.code == _PRODUCT.c.commune_code)
        .outerjoin(_DISTRICT, sa.and_(_DISTRICT.c.code == _COMMUNE.c.parent_code, _DISTRICT.c.kind == UnitKind.DISTRICT.value))
    )
    .where(_C.c.province_code == _PROVINCE, _C.c.state.in_(("valid", "renewal_open")),
           _LAST_TO_FILE.between(sa.bindparam("first", type_=sa.Text), sa.bindparam("last", type_=sa.Text)))
    .order_by(_LAST_TO_FILE, _C.c.id)
)  # fmt: skip
_GROUP, _TYPE = 11, 13  # places in a row of `_RENEWALS`
_CARRIED = Sql(
    sa.select(_D.c.id, _D.c.code, _D.c.product_name, _D.c.state)
    .where(_D.c.province_code == _PROVINCE, _D.c.year == sa.bindparam("year", type_=sa.Integer), _D.c.cycle_id.is_(None))
    .where(*(_D.c.state.not_like(f"{one}%") for one in FINAL), *(_D.c.state.not_like(f"%{one}") for one in FINAL_ENDS))
    .order_by(_D.c.id)
)  # fmt: skip


class Renewal(NamedTuple):
    """A certificate whose last day to file for renewal lies in the year, with what its dossier would be made of.

    `dossier` is the open one its product has already.
    """

    certificate_id: str
    certificate_no: str | None
    product_id: str
    product: str
    producer_id: str
    producer: str
    commune_code: str | None
    district_code: str | None
    state: str
    predecessor_id: str | None
    illustrative: int
    group: str | None
    set_code: str | None
    producer_type: str
    window_opens_on: str | None
    file_until: str
    last_valid_day: str
    dossier: str | None
    admitted: bool

    @property
    def why_not(self) -> str | None:
        """Why opening makes no dossier for it; None where it makes one."""
        if self.dossier is not None:
            return DOSSIER_OPEN
        return None if self.admitted else NOT_ELIGIBLE

    def to_json(self) -> dict[str, object]:
        return {
            "certificate": f"certificate/{self.certificate_id}", "certificate_no": self.certificate_no,
            "product": self.product, "producer": self.producer, "window_opens_on": self.window_opens_on,
            "file_until": self.file_until, "last_valid_day": self.last_valid_day, "dossier": self.dossier,
            "why_not": self.why_not,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carried:
    """A dossier that waits for this year's cycle."""

    dossier_id: str
    code: str
    product: str
    state: str

    def to_json(self) -> dict[str, object]:
        return {"dossier": self.code, "product": self.product, "state": self.state}


@lru_cache(maxsize=4096)
def eligible(producer_type: str, group: str | None, on: date) -> bool:
    """Whether a producer of this type may take part with a product of this group, by the rules of a day."""
    return producer_type in producer_types(rulesets.in_force(on), group)


def renewals_due(rtx: ReadTx, province_code: str, year: int) -> tuple[Renewal, ...]:
    """Certificates in force whose last day to file for renewal lies in the year, the earliest first.

    Where the ruleset of a certificate knows no window, its last valid day counts.
    """
    rows = rtx.sql.all(_RENEWALS, province=province_code, first=f"{year}-01-01", last=f"{year}-12-31")
    today = rtx.now.astimezone(VIETNAM).date()
    return tuple(Renewal(*(*row, eligible(row[_TYPE], row[_GROUP], today))) for row in rows)


def carried_over(rtx: ReadTx, province_code: str, year: int) -> tuple[Carried, ...]:
    """Dossiers that were carried over into this year while it had no cycle."""
    return tuple(Carried(*row) for row in rtx.sql.all(_CARRIED, province=province_code, year=year))


def listed(items: Sequence[Renewal] | Sequence[Carried], **more: object) -> dict[str, Any]:
    """How many there are, the first of them, and the digest of all."""
    whole = [each.to_json() for each in items]
    digest = sha256(canonical(whole)).hexdigest()
    return {"count": len(items), **more, "digest": digest, "first": whole[:LISTED]}
