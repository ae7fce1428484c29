"""What a person may send along with a trigger: a closed list of fields, checked before anything is decided.

Must never hold a fact of the server: guards read facts, people send data, and the two never mix.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from core.errors import BadInput, FieldError
from core.instants import instant_text

FieldKind: TypeAlias = Literal["text", "whole", "day", "instant", "yes_no", "choice", "codes", "ids"]
DataValue: TypeAlias = str | int | bool | list[str] | None
Data: TypeAlias = Mapping[str, DataValue]

TEXT_LIMIT = 4000  # characters of one text field
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)  # no act of the programme lies outside
LARGEST = 2**53  # a history line holds no larger integer
MOST_IDS = 500  # of one field
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: ``kept`` fields are copied into the history line, so they must never carry personal data.

    ``least`` and ``most`` bound a number; of a text ``most`` is its longest length in characters.
    """

    name: str
    kind: FieldKind
    required: bool = False
    kept: bool = False
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The fields one trigger takes."""

    fields: tuple[Field, ...] = ()

    def clean(self, data: Mapping[str, object] | None) -> dict[str, DataValue]:
        """Checked values, text in NFC and trimmed, absent optional fields as None.

        Raises:
            BadInput: unknown, missing or malformed fields, all of them at once.
        """
        if not self.fields and not data:
            return {}
        sent = dict(data or {})
        known = {field.name for field in self.fields}
        faults = [FieldError(name, "unknown_field") for name in sent if name not in known]
        cleaned: dict[str, DataValue] = {}
        for field in self.fields:
            value, code = _read(field, sent.get(field.name))
            cleaned[field.name] = value
            if code:
                faults.append(FieldError(field.name, code))
        if faults:
            raise BadInput("bad_fields", fields=faults)
        return cleaned

    def kept(self, cleaned: Data) -> dict[str, DataValue]:
        return {
            field.name: cleaned[field.name]
            for field in self.fields
            if field.kept and cleaned[field.name] is not None
        }

    def fact_names(self) -> frozenset[str]:
        """Names under which guards read what is sent: the field itself, or that it was given."""
        return frozenset(name for field in self.fields for name in (field.name, f"{field.name}_given"))

    def texts(self, cleaned: Data) -> dict[str, DataValue]:
        """What was written in free text and is not kept: the line carries its digest only."""
        return {
            field.name: cleaned[field.name]
            for field in self.fields
            if field.kind == "text" and not field.kept and cleaned[field.name] is not None
        }


NOTHING = Form()


def _read(field: Field, raw: object) -> tuple[DataValue, str | None]:
    if raw is None or (isinstance(raw, str | list) and not raw):
        return None, "required" if field.required else None
    try:
        return _READERS[field.kind](field, raw), None
    except (ValueError, TypeError):
        return None, f"bad_{field.kind}"


def _text(field: Field, raw: object) -> DataValue:
    if not isinstance(raw, str) or len(raw) > (field.most or TEXT_LIMIT):
        raise ValueError
    return unicodedata.normalize("NFC", raw).strip() or None


def _whole(field: Field, raw: object) -> DataValue:
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise TypeError
    number = int(raw)
    if (
        abs(number) >= LARGEST
        or (field.least is not None and number < field.least)
        or (field.most is not None and number > field.most)
    ):
        raise ValueError
    return number


def _day(_: Field, raw: object) -> DataValue:
    day = date.fromisoformat(str(raw))
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError
    return day.isoformat()


def _instant(_: Field, raw: object) -> DataValue:
    """An instant with its zone, in the house form in which instants are compared as text."""
    instant = datetime.fromisoformat(str(raw))
    if instant.tzinfo is None or not FIRST_DAY <= instant.date() <= LAST_DAY:
        raise ValueError
    return instant_text(instant)


def _yes_no(_: Field, raw: object) -> DataValue:
    if isinstance(raw, bool):
        return raw
    return {"true": True, "on": True, "1": True, "false": False, "0": False}.get(str(raw).lower()) or _no(raw)


def _no(raw: object) -> bool:
    if str(raw).lower() not in ("false", "0"):
        raise ValueError
    return False


def _choice(field: Field, raw: object) -> DataValue:
    if raw not in field.choices:
        raise ValueError
    return str(raw)


def _codes(field: Field, raw: object) -> DataValue:
    values = [raw] if isinstance(raw, str) else raw
    if not isinstance(values, list) or any(value not in field.choices for value in values):
        raise ValueError
    return sorted({str(value) for value in values})


def _ids(field: Field, raw: object) -> DataValue:
    """Ids of other subjects, each once, in the order given."""
    values = [raw] if isinstance(raw, str) else raw
    if not isinstance(values, list) or len(values) > (field.most or MOST_IDS):
        raise ValueError
    if not all(isinstance(value, str) and _ID.fullmatch(value) for value in values):
        raise ValueError
    return list(dict.fromkeys(values))


_READERS = {
    "text": _text,
    "whole": _whole,
    "day": _day,
    "instant": _instant,
    "yes_no": _yes_no,
    "choice": _choice,
    "codes": _codes,
    "ids": _ids,
}
