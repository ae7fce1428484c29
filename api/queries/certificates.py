"""The public check in JSON: what stands printed on a certificate, and whether it was good on a day.

It never passes on anything of a person, nor an id that would lead to one.
"""

from datetime import date
from typing import Any

from api.queries.records import public_corrections
from core.clock import VIETNAM
from core.errors import NotFound
from core.tx import ReadTx
from registry import units
from registry.products import get_product
from states.certificate.queries import Verdict, check

SHOWN = (
    "certificate_no", "product_name", "producer_name", "stars", "decision_number", "issued_on", "expires_on",
    "last_valid_day", "origin", "source", "illustrative",
)  # fmt: skip


def public_check(rtx: ReadTx, code: str, on: date | None) -> dict[str, Any]:
    """What a certificate is worth on a day, today in Vietnam if none is named.

    Raises:
        NotFound: `certificate_unknown`.
    """
    day = on or rtx.now.astimezone(VIETNAM).date()
    answer = check(rtx, code, day)
    if answer is None:
        raise NotFound("certificate_unknown", number=code.strip())
    found = answer.certificate
    unknown = answer.verdict is Verdict.TERM_UNKNOWN
    return {
        **{name: getattr(found, name) for name in SHOWN},
        "product_code": get_product(rtx, found.product_id).product_code,
        "commune": _name(rtx, found.commune_code),
        "province": _name(rtx, found.province_code),
        "rehearsal": rtx.rehearsal,
        "on": day.isoformat(),
        "valid": None if unknown else answer.verdict is Verdict.VALID,
        "verdict": answer.verdict.value,
        "last_day": found.last_day,
        "successor_no": answer.successor_no,
        "days_left": answer.days_left,
        "corrections": public_corrections(rtx, found.id),
    }


def _name(rtx: ReadTx, unit_code: str | None) -> str | None:
    unit = units.find(rtx, unit_code) if unit_code else None
    return unit.name_vi if unit else None
