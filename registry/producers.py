"""Producers (chủ thể OCOP): the public part; the people behind them stand in rows that can be erased.

It never judges who may register: which types a ruleset admits is the law's business (`regulations.documents`).
Source: `process.md` §5.1.
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
from core.history import SubjectKind, append
from core.lines import ActorRef
from core.sql import Sql, insert_ignore
from registry import contact, units
from registry.imported import Origin
from registry.names import match_key, name_key
from registry.producer_people import Representative, digest_of, put_person, salt_of
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
    """Legal form of an enterprise, as the ballots tell them apart (criterion "Loại hình tổ chức").

    Under 148/QĐ-TTg a limited company of one member counts like a household, one of more members more.
    """

    LIMITED_COMPANY = "limited_company"
    LIMITED_COMPANY_ONE_MEMBER = "limited_company_one_member"
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
    import_key: str | None = Field(default=None, max_length=64, unique=True)
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
_SAME_NAME = Sql(
    sa.select(*_READ)
    .where(_P.c.province_code == sa.bindparam("province_code"), _P.c.name_key == sa.bindparam("name_key"))
    .order_by(_P.c.id)
)
_BY_IMPORT = Sql(sa.select(_P.c.import_key, _P.c.id).where(_P.c.import_key.is_not(None)))
_CHANGE = Sql(
    sa.update(_P).where(_ID).values({name: sa.bindparam(name, type_=_P.c[name].type) for name in _FIELDS})
)
NOT_PERSONAL = ("type", "legal_form", "community_majority", "commune_code", "province_code")


def register_producer(tx: Tx, data: ProducerData, *, actor: ActorRef, origin: Origin | None = None) -> str:
    """Write a new producer with its people and return its id; names may repeat, a tax code may not.

    With an `origin` the line is `imported` and names its source.

    Raises:
        NotFound: `unknown_unit`.
        BadInput: `required`, `too_long`, `wrong_unit`, `bad_mst`, `lost_zero`, `tax_code_taken`,
            `legal_form_not_expected`, `bad_phone`, `old_phone`, `bad_email`.
    """
    values, personal = checked_producer(tx, data)
    key = origin.key if origin else None
    row = {**new_subject(tx.now), **values, "import_key": key, "created_at": tx.now}
    if not tx.sql.run(_ADD, **row):
        raise bad_field("tax_code", "tax_code_taken")
    producer_id = str(row["id"])
    put_person(tx, producer_id, data.representative, personal_tax_code=personal)
    said = {name: values[name] for name in NOT_PERSONAL}
    if origin:
        said |= {**origin.inputs(), "row_digest": digest_of(salt_of(tx, producer_id), origin.row_digest)}
    append(
        tx, PRODUCER, producer_id, "imported" if origin else "fact_noted", actor=actor, trigger="register_producer",
        inputs=said,
    )  # fmt: skip
    return producer_id


def write_producer(tx: Tx, producer_id: str, values: Mapping[str, object]) -> None:
    """Overwrite the public columns; the line that says why is the caller's."""
    tx.sql.run(_CHANGE, producer_id=producer_id, **values)


def tax_code_holder(rtx: ReadTx, tax_code: str) -> str | None:
    """Return the producer that has this tax code."""
    found = rtx.sql.value(_BY_TAX_CODE, tax_code=tax_code)
    return None if found is None else str(found)


def imported_producers(rtx: ReadTx) -> dict[str, str]:
    """Return every imported producer by its key."""
    return {str(key): str(producer_id) for key, producer_id in rtx.sql.all(_BY_IMPORT)}


def producers_named(rtx: ReadTx, name: str, province_code: str) -> list[ProducerRead]:
    """Return the producers of a province that carry this name, accents and all, the oldest first."""
    found = rtx.sql.all(_SAME_NAME, province_code=province_code, name_key=name_key(name))
    return [one for one in map(_read, found) if match_key(one.name) == match_key(name)]


def get_producer(rtx: ReadTx, producer_id: str) -> ProducerRead:
    """Return the public part of a producer.

    Raises:
        NotFound: `unknown_producer`.
    """
    row = rtx.sql.one(_BY_ID, producer_id=producer_id)
    if row is None:
        raise NotFound("unknown_producer", producer=producer_id)
    return _read(row)


def place_of(rtx: ReadTx, commune_code: str | None, province_code: str | None) -> tuple[str | None, str]:
    """Return commune and province of a new row; a commune settles its province, else the province must be named.

    Raises:
        NotFound: `unknown_unit`.
        BadInput: `wrong_unit`, `required`.
    """
    if commune_code is None:
        if province_code is None:
            raise bad_field("commune_code", "required")
        return None, units.get(rtx, province_code).code
    unit = units.get(rtx, commune_code)
    if not unit.kind.is_commune_level:
        raise bad_field("commune_code", "wrong_unit", role="producer", unit=unit.name_vi)
    return unit.code, units.province_of(rtx, unit.code)


def check_form(kind: ProducerType, form: LegalForm | None, *, community_majority: bool | None) -> None:
    """Refuse a legal form on what is no enterprise, and a share of capital on what has none.

    Raises:
        BadInput: `legal_form_not_expected`.
    """
    enterprise = kind in (ProducerType.SMALL_MEDIUM_ENTERPRISE, ProducerType.LARGE_ENTERPRISE)
    if form is not None and not enterprise:
        raise bad_field("legal_form", "legal_form_not_expected")
    if community_majority is not None and form is not LegalForm.JOINT_STOCK_COMPANY:
        raise bad_field("community_majority", "legal_form_not_expected")


def checked_producer(rtx: ReadTx, data: ProducerData) -> tuple[dict[str, object], str | None]:
    """Return the row's values, and apart from them a tax code that is its owner's id number.

    Raises:
        NotFound, BadInput: as `register_producer`, but for a tax code that another has.
    """
    name = required_text(data.name, "name")
    check_form(data.type, data.legal_form, community_majority=data.community_majority)
    tax = contact.tax_code(data.tax_code) if data.tax_code else None
    commune, province = place_of(rtx, data.commune_code, data.province_code)
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
