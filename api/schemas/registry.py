"""Producers, products, and the public check of a certificate."""

from typing import Any

from pydantic import Field

from api.schemas.base import Body, Code, Id, Name, Read, Secret
from registry.producers import LegalForm, ProducerType
from registry.products import ProductGroup


class CertificateCheck(Read):
    """A certificate on a day. `verdict`: valid, not_yet, expired, revoked, superseded, term_unknown.

    `last_day` is the last day in force, an extension included; `successor_no` the certificate that took its place;
    `corrections` what was put right on it, with the day and the document.
    """

    certificate_no: str | None
    product_code: str | None
    product_name: str
    producer_name: str
    stars: int | None
    decision_number: str | None
    issued_on: str | None
    expires_on: str | None
    last_valid_day: str | None
    origin: str
    source: str | None
    illustrative: bool
    commune: str | None
    province: str | None
    rehearsal: bool
    on: str
    valid: bool | None
    verdict: str
    last_day: str | None
    successor_no: str | None
    days_left: int | None
    corrections: list[dict[str, Any]]


class ProducerCreate(Body):
    name: Name
    type: ProducerType = Field(strict=False)
    commune_code: Code
    legal_form: LegalForm | None = Field(default=None, strict=False)
    community_majority: bool | None = None
    tax_code: Secret | None = None


class ProducerRead(Read):
    id: str
    name: str
    type: ProducerType
    legal_form: LegalForm | None
    community_majority: bool | None
    tax_code: str | None
    commune_code: str | None
    province_code: str


class ProducerPage(Read):
    items: list[ProducerRead]
    next: str | None


class ProductCreate(Body):
    producer_id: Id
    name: Name
    group: ProductGroup | None = Field(default=None, strict=False)
    set_code: Code | None = None


class ProductRead(Read):
    id: str
    producer_id: str
    name: str
    group_code: ProductGroup | None
    set_code: str | None
    commune_code: str | None
    province_code: str
    product_code: str | None


class ProductPage(Read):
    items: list[ProductRead]
    next: str | None
