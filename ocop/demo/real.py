"""What sources tell of Bắc Kạn: the evaluation of two products of 2020, and the recognitions published up to 2024.

A day no source states is marked as assumed in its line; no score stands here that a source does not give.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from core.tx import Tx
from ocop.demo.files import packaged
from registry.counters import next_number
from registry.imported import Origin
from registry.producers import ProducerData, ProducerType, register_producer
from registry.products import register_product
from regulations import rulesets
from states import moves
from states.engine.fire import import_past
from states.engine.machine import Row
from states.engine.past import happened
from states.engine.permissions import IMPORTER
from states.outcomes import recognitions
from states.outcomes.take_over import take_over

PAST = "bac-kan-products.csv"
OBSERVED_ON = date(2026, 11, 22)
PROVINCE = "x-bac-kan"
LIST_OF_2020 = "1604/QĐ-UBND, cổng thông tin tỉnh Bắc Kạn"
RECOGNITION_OF_2021 = "2890/QĐ-BNN-VPĐP, Sở NN&PTNT Bắc Kạn"
ASSUMED, STATED = {"day": "assumed"}, {"day": "stated"}


@dataclass(frozen=True, slots=True)
class Fact:
    """What a document tells of a dossier: on a day it came to a state; the mean in hundredths where it is given."""

    day: date
    state: str
    document: str
    told: Mapping[str, Any] = field(default_factory=lambda: STATED)
    changed: Row = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Past2020:
    """A real product whose evaluation of 2020 sources tell, with its maker and place of the time."""

    product: str
    producer: str
    type: ProducerType
    district: str
    commune: str | None
    facts: tuple[Fact, ...]


FILED = Fact(date(2020, 7, 15), "advisory.review", LIST_OF_2020, ASSUMED)
TAI_HOAN = Past2020(
    "Miến dong Tài Hoan",
    "Hợp tác xã Tài Hoan",
    ProducerType.COOPERATIVE,
    "x-bac-kan-huyen-na-ri",
    "x-bac-kan-huyen-na-ri-xa-con-minh",
    (
        FILED,
        Fact(date(2020, 9, 4), "central.received", LIST_OF_2020, {**STATED, "mean_hundredths": 9400}, {"level": "central"}),
        Fact(date(2021, 5, 26), "central.concluded", RECOGNITION_OF_2021, {**STATED, "mean_hundredths": 9114}),
        Fact(
            date(2021, 6, 30), "recognised.5", RECOGNITION_OF_2021, {**STATED, "mean_hundredths": 9114},
            {"stars": 5, "decision_number": "2890/QĐ-BNN-VPĐP", "decision_on": "2021-06-30"},
        ),
    ),
)  # fmt: skip
VI_CUMAX = Past2020(
    "Vi-cumax Nano curcumin",
    "Công ty TNHH nhà máy Curcumin Bắc Hà",
    ProducerType.SMALL_MEDIUM_ENTERPRISE,
    "x-bac-kan-thanh-pho-bac-kan",
    None,
    (
        FILED,
        Fact(date(2020, 9, 4), "central.received", LIST_OF_2020, {**STATED, "mean_hundredths": 9600}, {"level": "central"}),
        Fact(
            date(2021, 6, 30), "evaluation.not_passed", RECOGNITION_OF_2021,
            {**STATED, "told": "not among the 20 products recognised"},
        ),
    ),
)  # fmt: skip
OF_2020 = (TAI_HOAN, VI_CUMAX)


class Real2020:
    """Replays what documents tell of two real products, each fact on its day."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self.days = {fact.day for past in OF_2020 for fact in past.facts}

    def play(self, tx: Tx, cycle_id: str, day: date) -> None:
        for past in OF_2020:
            for fact in past.facts:
                if fact.day == day:
                    self._tell(tx, past, fact, cycle_id)

    def _tell(self, tx: Tx, past: Past2020, fact: Fact, cycle_id: str) -> None:
        machine = moves.machine_of("dossier")
        known = self._ids.get(past.product)
        if known is None:
            values = _registered(tx, past, cycle_id)
            self._ids[past.product] = import_past(
                tx,
                machine,
                values,
                state=fact.state,
                source=fact.document,
                effective_on=fact.day,
                inputs=fact.told,
            ).id
            return
        row = machine.lock(tx, known) or {}
        happened(
            tx, machine, row, state=fact.state, changed=fact.changed, source=fact.document, effective_on=fact.day,
            inputs=fact.told,
        )  # fmt: skip


def _registered(tx: Tx, past: Past2020, cycle_id: str) -> Row:
    """Maker and product, and the columns of the dossier; what sources do not tell stays empty."""
    place = ProducerData(past.producer, past.type, past.commune, province_code=PROVINCE)
    producer_id = register_producer(tx, place, actor=IMPORTER, origin=_origin(past, "producer"))
    product_id = register_product(
        tx, producer_id, past.product, actor=IMPORTER, origin=_origin(past, "product")
    )
    unit = past.commune or PROVINCE
    return {
        "code": f"20-{unit}-{next_number(tx, 2020, unit, 'dossier'):04d}", "kind": "upgrade", "level": "district",
        "ruleset": rulesets.get("qd781-2020").pin, "year": 2020, "cycle_id": cycle_id, "product_id": product_id,
        "producer_id": producer_id, "product_name": past.product, "province_code": PROVINCE,
        "district_code": past.district, "commune_code": past.commune, "producer_type": str(past.type),
        "illustrative": 0, "attempts": 0, "training_waived": 0,
    }  # fmt: skip


def _origin(past: Past2020, kind: str) -> Origin:
    key = sha256(f"{kind} {past.product}".encode()).hexdigest()
    return Origin(LIST_OF_2020, "", "", 0, key, sha256(past.product.encode()).hexdigest())


def take_over_real(tx: Tx) -> dict[str, object]:
    """The recognitions of Bắc Kạn as published lists state them."""
    return take_over(tx, recognitions.read(packaged(PAST), PAST), observed_on=OBSERVED_ON).to_json()
