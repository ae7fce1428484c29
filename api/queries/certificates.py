"""The public check: whether a certificate holds on a day, by its number or by the product's code.

It never reads or shows anything of a person; what it says is what stands printed on a certificate.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.errors import NotFound
from core.history import read_lines
from core.lines import parse_line
from core.sql import Sql
from core.tx import ReadTx
from registry.products import Product
from registry.tables import table
from registry.units import Unit
from states.certificate.lifecycle import IN_FORCE, CertificateState
from states.certificate.models import CERTIFICATE_TABLE
from states.engine.replay import MOVING, effective_day

_C, _P = CERTIFICATE_TABLE.c, table(Product).c
_COMMUNE, _PROVINCE = table(Unit).alias("commune"), table(Unit).alias("province")
_COLUMNS = (
    _C.id, _C.certificate_no, _P.product_code, _C.product_name, _C.producer_name, _C.stars, _C.decision_number,
    _C.issued_on, _C.expires_on, _C.last_valid_day, _C.origin, _C.source, _C.illustrative,
)  # fmt: skip
_NAMES = tuple(column.name for column in _COLUMNS)
_FROM = (
    CERTIFICATE_TABLE.join(table(Product), _P.id == _C.product_id)
    .outerjoin(_COMMUNE, _COMMUNE.c.code == _C.commune_code)
    .outerjoin(_PROVINCE, _PROVINCE.c.code == _C.province_code)
)
_SELECT = sa.select(*_COLUMNS, _COMMUNE.c.name_vi, _PROVINCE.c.name_vi).select_from(_FROM)
_CODE = sa.bindparam("code", type_=sa.Text)
_ISSUED: sa.ColumnElement[str] = sa.func.coalesce(sa.type_coerce(_C.issued_on, sa.Text), "")
_LATER = sa.case((sa.bindparam("on_day", type_=sa.Text) < _ISSUED, 1), else_=0)
_BY_NUMBER = Sql(_SELECT.where(_C.certificate_no == _CODE))
_BY_PRODUCT = Sql(
    _SELECT.where(_P.product_code == _CODE).order_by(_LATER, _ISSUED.desc(), _C.id.desc()).limit(1)
)  # the newest issued by that day; where there is none yet, one that comes later
_LINES_OF = "certificate/{}"


def check(rtx: ReadTx, code: str, on: date | None) -> dict[str, Any]:
    """What a certificate is worth on a day, today in Vietnam if none is named.

    Raises:
        NotFound: `certificate_unknown`.
    """
    today = rtx.now.astimezone(VIETNAM).date()
    day = on or today
    row = _find(rtx, code.strip(), day) or _find(rtx, code.strip().upper(), day)
    if row is None:
        raise NotFound("certificate_unknown", code=code.strip())
    certificate_id, *shown = row
    found = dict(zip((*_NAMES[1:], "commune", "province"), shown, strict=True))
    standing = _standing(found, state_on(rtx, certificate_id, day), day)
    return {
        **found,
        "illustrative": bool(found["illustrative"]),
        "rehearsal": rtx.rehearsal,
        "on": day.isoformat(),
        "valid": None if standing == "unknown" else standing == "valid",
        "standing": standing,
    }


def _find(rtx: ReadTx, code: str, day: date) -> tuple[Any, ...] | None:
    return rtx.sql.one(_BY_NUMBER, code=code) or rtx.sql.one(_BY_PRODUCT, code=code, on_day=day.isoformat())


def state_on(rtx: ReadTx, certificate_id: str, day: date) -> str:
    """The state that was legally so on a day; `new` before there was anything."""
    state = str(CertificateState.NEW)
    for text, _ in read_lines(rtx, _LINES_OF.format(certificate_id)):
        line = parse_line(text)
        if line.kind in MOVING and line.dest is not None and effective_day(line) <= day:
            state = line.dest
    return state


def _standing(found: dict[str, Any], state: str, day: date) -> str:
    """In one word: not_yet, valid, expired, revoked, or unknown where the source gives no last day."""
    on, first, last = day.isoformat(), found["issued_on"], found["last_valid_day"]
    if state == CertificateState.REVOKED:
        return "revoked"
    if first is not None and on < first:
        return "not_yet"
    if last is not None and on > last:
        return "expired"
    if last is None or (first is None and state == CertificateState.NEW):
        return "unknown"
    if state == CertificateState.EXPIRED:
        return "expired"
    return "valid" if state in (*IN_FORCE, CertificateState.NEW) else "unknown"
