"""Illustrative recognitions of earlier years, taken over from paper: what is under review, and what is to be renewed.

Every one of them is invented and marked so; the real ones stand in ``real.py``.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from core.clock import VIETNAM
from core.tx import Tx
from ocop.demo.people import Cast
from ocop.demo.script import Story
from registry.counters import next_number
from registry.producers import get_producer
from registry.products import get_product
from states import moves
from states.engine.fire import import_past
from states.engine.machine import Row
from states.engine.permissions import IMPORTER
from states.outcomes import past_certificates
from states.outcomes.past_certificates import Past

SOURCE = "Hồ sơ giấy minh hoạ, không có thật"
IN_2024, IN_2026 = date(2024, 11, 15), date(2026, 6, 22)
REVIEW = "review.in_progress"


def to_renew(tx: Tx, cast: Cast, stories: Sequence[Story]) -> None:
    """Certificates of 2024 that run out within the year: opening the cycle finds them."""
    for story in stories:
        _certificate(tx, cast, story, IN_2024, 3, None)


def under_review(tx: Tx, cast: Cast, story: Story, cycle_id: str) -> str:
    """A product recognised in 2026, whose review is going on; its dossier counts in this cycle."""
    row = _columns(tx, cast, story)
    number = f"minh-hoa-{story.number}/QĐ-UBND"
    unit = row["commune_code"]
    values = row | {
        "code": f"27-{unit}-{next_number(tx, 2027, unit, 'dossier'):04d}", "kind": "first", "level": "province",
        "year": 2027, "cycle_id": cycle_id, "product_group": str(story.group), "product_set": story.set_code,
        "stars": 4, "decision_number": number, "decision_on": IN_2026.isoformat(), "attempts": 0, "training_waived": 0,
    }  # fmt: skip
    machine = moves.machine_of("dossier")
    taken = import_past(tx, machine, values, state=REVIEW, source=SOURCE, effective_on=IN_2026, inputs={})
    _certificate(tx, cast, story, IN_2026, 4, taken.id)
    return taken.id


def _columns(tx: Tx, cast: Cast, story: Story) -> Row:
    product = get_product(tx, cast.products[story.number])
    producer = get_producer(tx, product.producer_id)
    return {
        "product_id": product.id, "producer_id": producer.id, "product_name": product.name,
        "province_code": product.province_code, "commune_code": product.commune_code,
        "producer_type": str(producer.type), "illustrative": 1,
    }  # fmt: skip


def _certificate(tx: Tx, cast: Cast, story: Story, issued: date, stars: int, dossier_id: str | None) -> None:
    row: dict[str, Any] = _columns(tx, cast, story)
    row.pop("producer_type")
    producer = get_producer(tx, row["producer_id"])
    values = row | {
        **past_certificates.term_columns(tx, row["province_code"], issued, None),
        "certificate_no": f"MINH-HOA-{issued.year}-{story.number:04d}", "level": "province", "dossier_id": dossier_id,
        "producer_name": producer.name, "stars": stars, "decision_number": f"minh-hoa-{story.number}/QĐ-UBND",
        "origin": "imported", "source": SOURCE,
    }  # fmt: skip
    today = tx.now.astimezone(VIETNAM).date()
    past_certificates.write(tx, [Past(values, SOURCE, {})], today=today, actor=IMPORTER)
