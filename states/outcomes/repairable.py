"""What a repair may put right: one table of kind and column, how a value is read, and on which rows.

A column that is not here is never repaired: states, points and terms come from acts, and an act is not corrected but
made anew.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import sqlalchemy as sa

from core.clock import VIETNAM
from core.errors import BadInput, FieldError
from core.sql import Sql
from core.tx import ReadTx
from registry.names import tidy
from registry.producer_people import Gender
from registry.producers import LegalForm, ProducerType
from registry.products import ProductGroup
from registry.roles import Role
from states.certificate.models import CERTIFICATE_TABLE
from states.engine.forms import FIRST_DAY
from states.engine.machine import Row

REPAIRERS = (Role.PROVINCE_UNIT, Role.ADMIN)
"""Who may repair, where they hold the role: the unit that keeps the province's records, and the administrator."""

Value: TypeAlias = str | int | bool | None
Reader: TypeAlias = Callable[[ReadTx, str, object], Value]


@dataclass(frozen=True, slots=True)
class Repairable:
    """One column: how its right value is read. `fills` may be given where nothing stood, `empties` may be taken away.

    Of a `hidden` one a line keeps digests only. `imported` columns are repaired on imported rows only: on a live one
    they follow from the dossier's own acts.
    """

    read: Reader
    fills: bool = False
    empties: bool = False
    hidden: bool = False
    imported: bool = False
    choices: tuple[str, ...] = ()
    look: str = "line"


def misfit(path: str, code: str, **params: str | int | None) -> BadInput:
    """The refusal of one field of a repair."""
    return BadInput("repair_invalid", fields=[FieldError(path, code, {"field": path, **params})])


def _text(longest: int) -> Reader:
    def read(_: ReadTx, path: str, raw: object) -> Value:
        clean = tidy(str(raw)) if isinstance(raw, str) else ""
        if not clean:
            raise misfit(path, "required")
        if len(clean) > longest:
            raise misfit(path, "too_long", longest=longest)
        return clean

    return read


def _number_of_certificate(rtx: ReadTx, path: str, raw: object) -> Value:
    number = _text(60)(rtx, path, raw)
    if rtx.sql.value(_NUMBER_TAKEN, number=number) is not None:
        raise misfit(path, "certificate_no_taken", given=str(number))
    return number


_NUMBER_TAKEN = Sql(
    sa.select(CERTIFICATE_TABLE.c.id).where(
        CERTIFICATE_TABLE.c.certificate_no == sa.bindparam("number", type_=sa.Text)
    )
)


def _any_day(_: ReadTx, path: str, raw: object) -> Value:
    try:
        day = date.fromisoformat(str(raw))
    except ValueError:
        day = None
    if day is None or day.isoformat() != raw or day < FIRST_DAY:
        raise misfit(path, "bad_day")
    return day.isoformat()


def _past_day(rtx: ReadTx, path: str, raw: object) -> Value:
    day = _any_day(rtx, path, raw)
    if str(day) > rtx.now.astimezone(VIETNAM).date().isoformat():
        raise misfit(path, "day_ahead", day=str(day))
    return day


def _stars(_: ReadTx, path: str, raw: object) -> Value:
    if str(raw) not in ("3", "4", "5"):
        raise misfit(path, "bad_stars_value")
    return int(str(raw))


def _choice(*allowed: str) -> Reader:
    def read(_: ReadTx, path: str, raw: object) -> Value:
        if raw not in allowed:
            raise misfit(path, "bad_choice")
        return str(raw)

    return read


def _yes_no(_: ReadTx, path: str, raw: object) -> Value:
    if raw is True or raw == "true":
        return True
    if raw is False or raw == "false":
        return False
    raise misfit(path, "bad_yes_no")


def _of(members: type[ProducerType | LegalForm | ProductGroup | Gender], **more: Any) -> Repairable:
    values = tuple(str(each.value) for each in members)
    return Repairable(_choice(*values), choices=values, look="choice", **more)


def _line(longest: int, **more: Any) -> Repairable:
    return Repairable(_text(longest), **more)


_PAST, _DAY = Repairable(_past_day, look="day"), Repairable(_any_day, look="day")
_ASKED = {"fills": True, "empties": True}

REPAIRABLE: Mapping[tuple[str, str], Repairable] = {
    ("dossier", "product_name"): _line(300),
    ("dossier", "session_on"): _DAY,
    ("dossier", "decision_number"): _line(60),
    ("dossier", "decision_on"): _PAST,
    ("certificate", "certificate_no"): Repairable(_number_of_certificate, fills=True),
    ("certificate", "product_name"): _line(300),
    ("certificate", "producer_name"): _line(300, hidden=True),
    ("certificate", "decision_number"): _line(60, fills=True),
    ("certificate", "issued_on"): _PAST,
    ("certificate", "expires_on"): Repairable(_any_day, imported=True, look="day"),
    ("certificate", "stars"): Repairable(_stars, imported=True, choices=("3", "4", "5"), look="choice"),
    ("cycle", "title"): _line(300),
    ("cycle", "plan_number"): _line(60),
    ("cycle", "plan_date"): _PAST,
    ("session", "report_document"): _line(60),
    ("product", "name"): _line(300),
    ("product", "group_code"): _of(ProductGroup, **_ASKED),
    ("product", "set_code"): _line(60, **_ASKED),
    ("producer", "name"): _line(300, hidden=True),
    ("producer", "type"): _of(ProducerType),
    ("producer", "legal_form"): _of(LegalForm, **_ASKED),
    ("producer", "community_majority"): Repairable(_yes_no, choices=("true", "false"), look="choice", **_ASKED),
    ("producer", "tax_code"): _line(20, hidden=True, **_ASKED),
    ("producer", "commune_code"): _line(120, fills=True),
    ("producer", "representative_name"): _line(200, hidden=True, **_ASKED),
    ("producer", "representative_gender"): _of(Gender, hidden=True, **_ASKED),
    ("producer", "representative_ethnicity"): _line(60, hidden=True, **_ASKED),
    ("producer", "representative_disability"): Repairable(
        _yes_no, hidden=True, choices=("true", "false"), look="choice", **_ASKED
    ),
    ("producer", "representative_phone"): _line(30, hidden=True, **_ASKED),
    ("producer", "representative_second_phone"): _line(30, hidden=True, **_ASKED),
    ("producer", "representative_email"): _line(254, hidden=True, **_ASKED),
    ("producer", "representative_address"): _line(300, hidden=True, **_ASKED),
}  # fmt: skip

TWINS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("dossier", "product_name"): ("certificate", "product_name"),
    ("dossier", "decision_number"): ("certificate", "decision_number"),
    ("dossier", "decision_on"): ("certificate", "issued_on"),
}
"""One fact in two rows: what was copied from a dossier into its certificate is put right in both, where both say the same."""


NOT_BEFORE: Mapping[tuple[str, str], str] = {
    ("dossier", "decision_on"): "filed_on",
    ("dossier", "session_on"): "filed_on",
}
"""Days that a move would refuse before another one of the same subject; a repair does too."""


def check_order(kind: str, row: Row, changes: Mapping[str, Value]) -> None:
    """Refuse a day that lies before the one it must follow; that day itself still counts.

    Raises:
        BadInput: `repair_invalid` with `day_before_filing`.
    """
    for column, value in changes.items():
        first = row.get(NOT_BEFORE.get((kind, column), ""))
        if first is not None and str(value) < str(first):
            raise misfit(column, "day_before_filing", day=str(first))


def columns_of(kind: str, row: Row) -> dict[str, Repairable]:
    """The columns of this very row that a repair may name."""
    return {
        column: spec
        for (of_kind, column), spec in REPAIRABLE.items()
        if of_kind == kind
        and (not spec.imported or row.get("origin") == "imported")
        and (spec.fills or row.get(column) is not None)
    }


def read_value(rtx: ReadTx, column: str, spec: Repairable, raw: object) -> Value:
    """The right value as the row stores it.

    Raises:
        BadInput: `repair_invalid` with the field's own fault.
    """
    if spec.empties and (raw is None or (isinstance(raw, str) and not raw.strip())):
        return None
    return spec.read(rtx, column, raw)
