"""What anybody may ask of a certificate: whether it was good on a day; and the lists a producer or an office sees.

The answer for a day follows what was legally so on that day; nothing here carries personal data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from core.history import read_lines
from core.lines import parse_line
from core.sql import Sql
from core.tx import ReadTx
from registry.products import Product
from registry.tables import table
from states.certificate.facts import good_until
from states.certificate.models import CERTIFICATE_TABLE
from states.certificate.states import IN_FORCE, CertificateState
from states.engine.replay import fold

_C = CERTIFICATE_TABLE.c
_PRODUCT = table(Product)
_COLUMNS = (
    _C.id, _C.certificate_no, _C.state, _C.level, _C.product_id, _C.producer_id, _C.dossier_id, _C.product_name,
    _C.producer_name, _C.stars, _C.decision_number, _C.issued_on, _C.expires_on, _C.last_valid_day,
    _C.grace_ends_on, _C.window_opens_on, _C.window_closes_on, _C.origin, _C.source, _C.note, _C.illustrative, _C.successor_id,
    _C.province_code, _C.commune_code,
)  # fmt: skip
_BY_NUMBER = Sql(
    sa.select(*_COLUMNS).where(_C.certificate_no.in_(sa.bindparam("codes", type_=sa.Text, expanding=True)))
)
_BY_PRODUCT_CODE = Sql(
    sa.select(*_COLUMNS)
    .select_from(CERTIFICATE_TABLE.join(_PRODUCT, _PRODUCT.c.id == _C.product_id))
    .where(_PRODUCT.c.product_code.in_(sa.bindparam("codes", type_=sa.Text, expanding=True)))
    .order_by(_C.issued_on.desc().nulls_last(), _C.id.desc())
    .limit(20)
)
_OF_PRODUCERS = Sql(
    sa.select(*_COLUMNS)
    .where(_C.producer_id.in_(sa.bindparam("producers", type_=sa.Text, expanding=True)))
    .order_by(_C.issued_on.desc().nulls_last(), _C.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_BY_ID = Sql(sa.select(*_COLUMNS).where(_C.id == sa.bindparam("id")))
_OF_DOSSIER = Sql(sa.select(*_COLUMNS).where(_C.dossier_id == sa.bindparam("dossier_id")).order_by(_C.id))
_OF_PRODUCT = Sql(
    sa.select(*_COLUMNS)
    .where(_C.product_id == sa.bindparam("product_id"))
    .order_by(_C.issued_on.asc().nulls_first(), _C.id)
)

_NUMBER = Sql(sa.select(_C.certificate_no).where(_C.id == sa.bindparam("id")))
_ILLUSTRATIVE = [column.name for column in _COLUMNS].index("illustrative")


class Verdict(StrEnum):
    """What is to be said of a certificate on a day; texts under `verdict.<value>`."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    TERM_UNKNOWN = "term_unknown"


@dataclass(frozen=True, slots=True)
class CertificateRead:
    """A certificate as lists show it; days as ISO text."""

    id: str
    certificate_no: str | None
    state: str
    level: str | None
    product_id: str
    producer_id: str
    dossier_id: str | None
    product_name: str
    producer_name: str
    stars: int | None
    decision_number: str | None
    issued_on: str | None
    expires_on: str | None
    last_valid_day: str | None
    grace_ends_on: str | None
    window_opens_on: str | None
    window_closes_on: str | None
    origin: str
    source: str | None
    note: str | None
    illustrative: bool
    successor_id: str | None
    province_code: str
    commune_code: str | None

    @property
    def last_day(self) -> str | None:
        """The last day in force as things stand; an extension reaches beyond the term."""
        return good_until(self.last_valid_day, self.grace_ends_on)

    @property
    def in_force(self) -> bool:
        """Whether its state is one in which the mark may be used; the last day is another matter."""
        return self.state in IN_FORCE


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """The answer for a code on a day: the last valid day itself is still good.

    ``successor_no`` is the number of the certificate that took this one's place.
    """

    code: str
    on: date
    verdict: Verdict
    certificate: CertificateRead
    successor_no: str | None

    @property
    def days_left(self) -> int | None:
        """Days from the asked day to the last day in force; None where it is not in force."""
        last = self.certificate.last_day
        if self.verdict is not Verdict.VALID or last is None:
            return None
        return (date.fromisoformat(last) - self.on).days


_ENDED_BY_AN_ACT: Mapping[str, Verdict] = {
    CertificateState.REVOKED: Verdict.REVOKED,
    CertificateState.SUPERSEDED: Verdict.SUPERSEDED,
}


def check(rtx: ReadTx, code: str, on: date) -> PublicAnswer | None:
    """Whether the certificate behind a number or a product code was good on a day; None where nothing carries the code.

    A product code may stand for several certificates: the one in force on the day answers, else the newest before it.
    """
    typed = " ".join(code.split())
    codes = sorted({typed, typed.upper()})
    rows = rtx.sql.all(_BY_NUMBER, codes=codes) or rtx.sql.all(_BY_PRODUCT_CODE, codes=codes)
    answers = [_answer(rtx, typed, on, _read(row)) for row in rows]
    in_force = [answer for answer in answers if answer.verdict is Verdict.VALID]
    begun = [answer for answer in answers if answer.verdict is not Verdict.NOT_YET]
    return next(iter(in_force or begun or answers), None)


def verdict_of(rtx: ReadTx, certificate_id: str, on: date) -> Verdict | None:
    """What is to be said of one certificate on a day; None where there is no such certificate."""
    row = rtx.sql.one(_BY_ID, id=certificate_id)
    return _answer(rtx, "", on, _read(row)).verdict if row else None


def _answer(rtx: ReadTx, code: str, on: date, found: CertificateRead) -> PublicAnswer:
    lines = (parse_line(text) for text, _ in read_lines(rtx, f"certificate/{found.id}"))
    state = fold(lines, effective=on).state
    replaced = state == CertificateState.SUPERSEDED and found.successor_id is not None
    successor_no = rtx.sql.value(_NUMBER, id=found.successor_id) if replaced else None
    return PublicAnswer(code, on, _verdict(on, found, state), found, successor_no)


def _verdict(on: date, found: CertificateRead, state: str) -> Verdict:
    """By what was legally so on the day, then by its days: an end that lies ahead is told as things stand."""
    if found.issued_on is not None and on.isoformat() < found.issued_on:
        return Verdict.NOT_YET
    if state in _ENDED_BY_AN_ACT:
        return _ENDED_BY_AN_ACT[state]
    if found.last_day is None:
        return Verdict.TERM_UNKNOWN
    return Verdict.VALID if on.isoformat() <= found.last_day else Verdict.EXPIRED


def of_producers(rtx: ReadTx, producers: Sequence[str], *, limit: int = 200) -> list[CertificateRead]:
    """Certificates of these producers, the newest first."""
    return [_read(row) for row in rtx.sql.all(_OF_PRODUCERS, producers=list(producers), most=limit)]


def of_dossier(rtx: ReadTx, dossier_id: str) -> list[CertificateRead]:
    """Certificates that this dossier led to."""
    return [_read(row) for row in rtx.sql.all(_OF_DOSSIER, dossier_id=dossier_id)]


def of_product(rtx: ReadTx, product_id: str) -> list[CertificateRead]:
    """Certificates of a product, the oldest first, imported ones too."""
    return [_read(row) for row in rtx.sql.all(_OF_PRODUCT, product_id=product_id)]


def _read(row: Sequence[Any]) -> CertificateRead:
    values = list(row)
    values[_ILLUSTRATIVE] = bool(values[_ILLUSTRATIVE])
    return CertificateRead(*values)


@dataclass(frozen=True, slots=True)
class RenewalDue:
    """A certificate whose filing window touches a period; days as ISO text, the closing day still counts."""

    certificate_id: str
    certificate_no: str | None
    state: str
    stars: int | None
    product_id: str
    product_name: str
    producer_id: str
    producer_name: str
    commune_code: str | None
    window_opens_on: str
    window_closes_on: str
    expires_on: str


_WAITING = [str(state) for state in (CertificateState.VALID, CertificateState.RENEWAL_OPEN)]
_DUE = Sql(
    sa.select(
        _C.id, _C.certificate_no, _C.state, _C.stars, _C.product_id, _C.product_name, _C.producer_id, _C.producer_name,
        _C.commune_code, _C.window_opens_on, _C.window_closes_on, _C.expires_on,
    )
    .where(
        _C.province_code == sa.bindparam("province_code"),
        _C.state.in_(_WAITING),
        sa.type_coerce(_C.window_opens_on, sa.Text) <= sa.bindparam("to_day", type_=sa.Text),
        sa.type_coerce(_C.window_closes_on, sa.Text) >= sa.bindparam("from_day", type_=sa.Text),
    )
    .order_by(_C.window_closes_on, _C.id)
)  # fmt: skip


def renewals_due(rtx: ReadTx, province_code: str, from_day: date, to_day: date) -> list[RenewalDue]:
    """Certificates of a province that are to be renewed in a period: nothing filed, the window touches these days.

    The one whose window closes first stands first; both days count. Source: QĐ 26/2026/QĐ-TTg Điều 7.6.a.
    """
    days = {"from_day": from_day.isoformat(), "to_day": to_day.isoformat()}
    return [RenewalDue(*row) for row in rtx.sql.all(_DUE, province_code=province_code, **days)]
