"""Writes past recognitions as ``imported`` lines with their sources, and watches the certificates still in force.

Importing twice changes nothing. A fact that lies ahead of the business clock is left out and said so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from core.clock import VIETNAM
from core.errors import BadInput
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry import settings as registry_settings
from registry.actors import SYSTEM_ACTOR
from registry.names import name_key
from registry.producers import Producer, ProducerData, ProducerType, register_producer
from registry.products import Product, register_product
from registry.roles import Role
from registry.tables import table
from registry.units import Unit
from regulations.certificate_terms import certificate_dates
from regulations.rulesets import in_force
from states.certificate.commands import MACHINE, date_columns, watch
from states.certificate.lifecycle import CertificateState
from states.certificate.models import CERTIFICATE_TABLE
from states.engine.fire import import_past
from states.engine.machine import Row
from states.outcomes.recognitions import Recognition

TYPES: Mapping[str | None, ProducerType] = {
    "doanh_nghiep": ProducerType.SMALL_MEDIUM_ENTERPRISE,
    "htx": ProducerType.COOPERATIVE,
    "to_hop_tac": ProducerType.COOPERATIVE_GROUP,
    "ho_kinh_doanh": ProducerType.REGISTERED_HOUSEHOLD,
    None: ProducerType.NOT_STATED,
}
NOBODY_NAMED = "(nguồn không nêu tên chủ thể)"
ACTOR = SYSTEM_ACTOR.ref(Role.SYSTEM)

_P, _Q, _U = table(Product).c, table(Producer).c, table(Unit).c
_KNOWN_KEYS = Sql(
    sa.select(CERTIFICATE_TABLE.c.import_key).where(CERTIFICATE_TABLE.c.import_key.is_not(None))
)
_PROVINCES = Sql(sa.select(_U.code, _U.name_vi).where(_U.kind == "province"))
_PRODUCER = Sql(
    sa.select(_Q.id).where(
        _Q.province_code == sa.bindparam("province_code"), _Q.name_key == sa.bindparam("name_key")
    )
)
_PRODUCT = Sql(
    sa.select(_P.id).where(
        _P.producer_id == sa.bindparam("producer_id"), _P.name_key == sa.bindparam("name_key")
    )
)


@dataclass(slots=True)
class Report:
    """What an import did, by line: taken over, known already, not yet known on the day, and what stays unknown."""

    imported: int = 0
    known: int = 0
    ahead: list[int] = field(default_factory=list)
    term_unknown: list[int] = field(default_factory=list)
    stars_unknown: list[int] = field(default_factory=list)
    in_force: int = 0

    def to_json(self) -> dict[str, object]:
        return {
            "imported": self.imported, "known": self.known, "ahead": self.ahead, "term_unknown": self.term_unknown,
            "stars_unknown": self.stars_unknown, "in_force": self.in_force,
        }  # fmt: skip


def take_over(tx: Tx, rows: Sequence[Recognition], *, observed_on: date) -> Report:
    """Take over past recognitions; ``observed_on`` is the day the table was drawn up.

    A row without any date counts as known from ``observed_on`` on.

    Raises:
        BadInput: a province that is not among the units.
    """
    today = tx.now.astimezone(VIETNAM).date()
    provinces, known = _provinces(tx), {row[0] for row in tx.sql.all(_KNOWN_KEYS)}
    report = Report()
    for row in rows:
        if row.key in known:
            report.known += 1
        elif (row.known_on() or observed_on) > today:
            report.ahead.append(row.line)
        else:
            _one(tx, row, _province(provinces, row), today, report)
            known.add(row.key)
    return report


def _provinces(tx: ReadTx) -> dict[str, str]:
    """Province codes by the key of their name, with and without the word before it; today's units win."""
    found: dict[str, str] = {}
    for code, name in sorted(tx.sql.all(_PROVINCES), key=lambda row: not row[0].startswith("x-")):
        bare = name.removeprefix("Tỉnh ").removeprefix("Thành phố ")
        found[name_key(name)] = found[name_key(bare)] = code
    return found


def _province(provinces: Mapping[str, str], row: Recognition) -> str:
    code = provinces.get(name_key(row.province))
    if code is None:
        raise BadInput("import_province", line=row.line, province=row.province)
    return code


def _one(tx: Tx, row: Recognition, province: str, today: date, report: Report) -> None:
    values = _values(tx, row, province)
    state = _state(values, today)
    inputs = {
        "stars": row.stars, "year": row.year, "decision_number": row.decision_number,
        "issued_on": values["issued_on"], "expires_on": values["expires_on"], "last_valid_day": values["last_valid_day"],
        "import_key": row.key,
    }  # fmt: skip
    fired = import_past(
        tx, MACHINE, values, state=state, source=row.source, effective_on=row.issued_on, inputs=inputs
    )
    report.imported += 1
    report.in_force += state == CertificateState.VALID and bool(values["last_valid_day"])
    if values["last_valid_day"] is None:
        report.term_unknown.append(row.line)
    elif state == CertificateState.VALID:
        watch(tx, fired.row, actor=SYSTEM_ACTOR)
    if row.stars is None:
        report.stars_unknown.append(row.line)


def _values(tx: Tx, row: Recognition, province: str) -> Row:
    producer_id = _producer(tx, row, province)
    ruleset = in_force(row.issued_on) if row.issued_on else None
    dates: Row = dict.fromkeys(("expires_on", "last_valid_day", "window_opens_on", "window_closes_on"))
    if row.issued_on:
        settings = registry_settings.resolved(tx, province)
        dates = date_columns(certificate_dates(ruleset, row.issued_on, settings))
    return {
        **dates, "level": row.level, "ruleset": ruleset.pin if ruleset else None, "product_id": _product(tx, row, producer_id),
        "producer_id": producer_id, "province_code": province, "commune_code": None, "product_name": row.product,
        "producer_name": row.producer or NOBODY_NAMED, "stars": row.stars, "decision_number": row.decision_number,
        "issued_on": row.issued_on.isoformat() if row.issued_on else None, "origin": "imported", "source": row.source[:400],
        "note": row.note, "import_key": row.key, "illustrative": 0,
    }  # fmt: skip


def _state(values: Row, today: date) -> CertificateState:
    last_day = values["last_valid_day"]
    return (
        CertificateState.EXPIRED
        if last_day and date.fromisoformat(last_day) < today
        else CertificateState.VALID
    )


def _producer(tx: Tx, row: Recognition, province: str) -> str:
    name = row.producer or NOBODY_NAMED
    found = tx.sql.one(_PRODUCER, province_code=province, name_key=name_key(name))
    if found and row.producer:
        return str(found[0])
    data = ProducerData(name=name, type=TYPES[row.producer_type], commune_code=None, province_code=province)
    return register_producer(tx, data, actor=ACTOR)


def _product(tx: Tx, row: Recognition, producer_id: str) -> str:
    found = tx.sql.one(_PRODUCT, producer_id=producer_id, name_key=name_key(row.product))
    return str(found[0]) if found else register_product(tx, producer_id, row.product, actor=ACTOR)
