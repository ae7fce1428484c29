"""Producers (chủ thể OCOP): the public part, and the people behind them in rows that can be erased.

It never judges who may register: which types a ruleset admits is the law's business (`regulations.documents`).
Source: `process.md` §5.1.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from core.columns import Choice, Flag, Instant, SubjectColumns
from core.db import ReadTx, Tx
from core.errors import NotFound
from core.history import SubjectKind, append
from core.lines import ActorRef
from core.sql import Sql, insert_ignore
from registry import contact, units
from registry.names import name_key
from registry.producer_people import Representative, forget_person, put_person
from registry.refusals import bad_field, required_text
from registry.tables import new_subject, table


class ProducerType(StrEnum):
    """Types of producer; the words are those of `domain/cases/vocabulary.yaml`, producer_types.

    `not_stated` is for imported past facts whose source does not tell; no ruleset admits it.

    Source: QĐ 26/2026/QĐ-TTg Điều 2.3 (associations and operation centres for tourism; large enterprises never).
    """

    COOPERATIVE = "cooperative"
    COOPERATIVE_GROUP = "cooperative_group"
    SMALL_MEDIUM_ENTERPRISE = "small_medium_enterprise"
    FARM = "farm"
    PRODUCTION_HOUSEHOLD = "production_household"
    REGISTERED_HOUSEHOLD = "registered_household"
    ASSOCIATION = "association"
    OPERATION_CENTRE = "operation_centre"
    LARGE_ENTERPRISE = "large_enterprise"
    NOT_STATED = "not_stated"


class LegalForm(StrEnum):
    """Legal form of an enterprise, as the ballots tell them apart (criterion "Loại hình tổ chức")."""

    LIMITED_COMPANY = "limited_company"
    PRIVATE_ENTERPRISE = "private_enterprise"
    JOINT_STOCK_COMPANY = "joint_stock_company"


class Producer(SubjectColumns, table=True):
    """A producer; `community_majority` says whether local people hold 51 % or more of a joint-stock company.

    Commune and province are those at registration; the commune is empty where an imported source does not name it.
    """

    name: str = Field(max_length=300)
    name_key: str = Field(max_length=300, index=True)
    type: ProducerType = Field(sa_type=Choice(ProducerType))
    legal_form: LegalForm | None = Field(default=None, sa_type=Choice(LegalForm))
    community_majority: bool | None = Field(default=None, sa_type=Flag)
    tax_code: str | None = Field(default=None, max_length=13, unique=True)
    commune_code: str | None = Field(default=None, max_length=120, index=True)
    province_code: str = Field(max_length=120, index=True)
    created_at: datetime = Field(sa_type=Instant)


@dataclass(frozen=True, slots=True)
class ProducerData:
    """What is entered of a producer; `province_code` only counts where no commune is known."""

    name: str
    type: ProducerType
    commune_code: str | None
    province_code: str | None = None
    legal_form: LegalForm | None = None
    community_majority: bool | None = None
    tax_code: str | None = None
    representative: Representative | None = None


@dataclass(frozen=True, slots=True)
class ProducerRead:
    """The public part of a producer."""

    id: str
    name: str
    type: ProducerType
    legal_form: LegalForm | None
    community_majority: bool | None
    tax_code: str | None
    commune_code: str | None
    province_code: str


_P = table(Producer)
PRODUCER = SubjectKind("producer", _P)
_READ = (
    _P.c.id, _P.c.name, _P.c.type, _P.c.legal_form, _P.c.community_majority, _P.c.tax_code, _P.c.commune_code,
    _P.c.province_code,
)  # fmt: skip
_ID = _P.c.id == sa.bindparam("producer_id")
_BY_ID = Sql(sa.select(*_READ).where(_ID))
_BY_TAX_CODE = Sql(sa.select(_P.c.id).where(_P.c.tax_code == sa.bindparam("tax_code")))
_ADD = Sql(insert_ignore(_P))
_FIELDS = (
    "name", "name_key", "type", "legal_form", "community_majority", "tax_code", "commune_code", "province_code"
)  # fmt: skip
_CHANGE = Sql(
    sa.update(_P).where(_ID).values({name: sa.bindparam(name, type_=_P.c[name].type) for name in _FIELDS})
)
_PAGE = (
    sa.select(*_READ)
    .where(
        _P.c.province_code == sa.bindparam("province_code"),
        (" " + _P.c.name_key).like(sa.bindparam("words", type_=sa.Text)),
        _P.c.id > sa.bindparam("after", type_=sa.Text),
    )
    .order_by(_P.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_IN_PROVINCE = Sql(_PAGE)
_IN_COMMUNE = Sql(_PAGE.where(_P.c.commune_code == sa.bindparam("commune_code")))
_NOT_PERSONAL = ("type", "legal_form", "community_majority", "commune_code", "province_code")


def register_producer(tx: Tx, data: ProducerData, *, actor: ActorRef) -> str:
    """Write a new producer with its people and return its id; names may repeat, a tax code may not.

    Raises:
        NotFound: `unknown_unit`.
        BadInput: `required`, `too_long`, `wrong_unit`, `bad_mst`, `lost_zero`, `tax_code_taken`,
            `legal_form_not_expected`, `bad_phone`, `old_phone`, `bad_email`.
    """
    values, personal = _checked(tx, data)
    row = {**new_subject(tx.now), **values, "created_at": tx.now}
    if not tx.sql.run(_ADD, **row):
        raise bad_field("tax_code", "tax_code_taken")
    producer_id = str(row["id"])
    put_person(tx, producer_id, data.representative, personal_tax_code=personal)
    append(
        tx, PRODUCER, producer_id, "fact_noted", actor=actor, trigger="register_producer",
        inputs={name: values[name] for name in _NOT_PERSONAL},
    )  # fmt: skip
    return producer_id


def change_producer(
    tx: Tx, producer_id: str, data: ProducerData, *, actor: ActorRef, reason: str, document: str | None = None
) -> None:
    """Correct or update a producer: the line has reason, document, and before and after of what is not personal.

    Of names, numbers and people the line says only that they changed.

    Raises:
        NotFound: `unknown_producer`, `unknown_unit`.
        BadInput: as `register_producer`.
    """
    before = asdict(get_producer(tx, producer_id))
    values, personal = _checked(tx, data)
    holder = values["tax_code"] and tx.sql.value(_BY_TAX_CODE, tax_code=values["tax_code"])
    if holder not in (None, producer_id):
        raise bad_field("tax_code", "tax_code_taken")
    tx.sql.run(_CHANGE, producer_id=producer_id, **values)
    changed = [name for name in _FIELDS if name != "name_key" and before[name] != values[name]]
    if put_person(tx, producer_id, data.representative, personal_tax_code=personal):
        changed.append("person")
    said = [name for name in changed if name in _NOT_PERSONAL]
    append(
        tx, PRODUCER, producer_id, "repaired", actor=actor, reason=required_text(reason, "reason"),
        trigger="change_producer",
        inputs={
            "document": document, "changed": sorted(changed),
            "before": {name: before[name] for name in said}, "after": {name: values[name] for name in said},
        },
    )  # fmt: skip


def erase_producer_person(tx: Tx, producer_id: str, *, actor: ActorRef, reason: str) -> None:
    """Take the people out of a producer for good, salt included; the producer and its acts stay.

    Raises:
        NotFound: `unknown_producer`.
    """
    get_producer(tx, producer_id)
    forget_person(tx, producer_id)
    append(
        tx, PRODUCER, producer_id, "erased", actor=actor, reason=required_text(reason, "reason"),
        trigger="erase_producer_person",
    )  # fmt: skip


def get_producer(rtx: ReadTx, producer_id: str) -> ProducerRead:
    """Return the public part of a producer.

    Raises:
        NotFound: `unknown_producer`.
    """
    row = rtx.sql.one(_BY_ID, producer_id=producer_id)
    if row is None:
        raise NotFound("unknown_producer", producer=producer_id)
    return _read(row)


def producers_in(
    rtx: ReadTx,
    province_code: str,
    *,
    commune_code: str | None = None,
    text: str = "",
    after: str = "",
    limit: int = 50,
) -> list[ProducerRead]:
    """Return a page of producers in the order of their registration, from the one after `after`; accents not needed."""
    words = name_key(text)
    page = {
        "province_code": province_code,
        "words": f"% {words}%" if words else "%",
        "after": after,
        "most": limit,
    }
    if commune_code is None:
        return [_read(row) for row in rtx.sql.all(_IN_PROVINCE, **page)]
    return [_read(row) for row in rtx.sql.all(_IN_COMMUNE, commune_code=commune_code, **page)]


def place_of(tx: Tx, commune_code: str | None, province_code: str | None) -> tuple[str | None, str]:
    """Return commune and province of a new row; a commune settles its province, else the province must be named.

    Raises:
        NotFound: `unknown_unit`.
        BadInput: `wrong_unit`, `required`.
    """
    if commune_code is None:
        if province_code is None:
            raise bad_field("commune_code", "required")
        return None, units.get(tx, province_code).code
    unit = units.get(tx, commune_code)
    if not unit.kind.is_commune_level:
        raise bad_field("commune_code", "wrong_unit", role="producer", unit=unit.name_vi)
    return unit.code, units.province_of(tx, unit.code)


def _checked(tx: Tx, data: ProducerData) -> tuple[dict[str, object], str | None]:
    """Return the row's values, and apart from them a tax code that is its owner's id number."""
    name = required_text(data.name, "name")
    enterprise = data.type in (ProducerType.SMALL_MEDIUM_ENTERPRISE, ProducerType.LARGE_ENTERPRISE)
    if data.legal_form is not None and not enterprise:
        raise bad_field("legal_form", "legal_form_not_expected")
    if data.community_majority is not None and data.legal_form is not LegalForm.JOINT_STOCK_COMPANY:
        raise bad_field("community_majority", "legal_form_not_expected")
    tax = contact.tax_code(data.tax_code) if data.tax_code else None
    commune, province = place_of(tx, data.commune_code, data.province_code)
    values: dict[str, object] = {
        "name": name,
        "name_key": name_key(name),
        "type": data.type.value,
        "legal_form": data.legal_form and data.legal_form.value,
        "community_majority": data.community_majority,
        "tax_code": tax.digits if tax and not tax.personal else None,
        "commune_code": commune,
        "province_code": province,
    }
    return values, tax.digits if tax and tax.personal else None


def _read(row: tuple[object, ...]) -> ProducerRead:
    producer_id, name, kind, form, majority, tax_code, commune, province = row
    return ProducerRead(
        id=str(producer_id),
        name=str(name),
        type=ProducerType(str(kind)),
        legal_form=None if form is None else LegalForm(str(form)),
        community_majority=None if majority is None else bool(majority),
        tax_code=None if tax_code is None else str(tax_code),
        commune_code=None if commune is None else str(commune),
        province_code=str(province),
    )
