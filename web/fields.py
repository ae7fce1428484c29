"""What was typed into a form, and the form a trigger's fields make.

It never judges a value: what is wrong with it is said by the room that takes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from states.dossier.guards import COMMUNE_MATTERS, REJECTIONS, REVOCATION_GROUNDS
from states.engine.forms import Field
from web import days, wording
from web.visits import Visit, check_token

MOST_FIELDS = 500
CHOICES: Mapping[str, tuple[str, ...]] = {
    "matters": tuple(COMMUNE_MATTERS),
    "rejection": tuple(REJECTIONS),
    "ground": tuple(REVOCATION_GROUNDS),
}
"""Fields that are chosen from a closed list of the law."""
SHORT_TEXTS = frozenset(
    {
        "report_number", "letter_number", "session", "decision_number", "signer", "ministry_document", "notice_number",
        "event", "document", "revocation_number", "report_document", "approver", "unit_name", "representative",
        "position", "phone", "email", "digest",
    }
)  # fmt: skip
YES, NO = "true", "false"


@dataclass(frozen=True, slots=True)
class Typed:
    """The texts and files of one posted form."""

    texts: Mapping[str, list[str]]
    files: Mapping[str, bytes] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def one(self, name: str, default: str = "") -> str:
        values = self.texts.get(name)
        return values[-1] if values else default

    def all(self, name: str) -> list[str]:
        return self.texts.get(name, [])

    def has(self, name: str) -> bool:
        return name in self.texts


async def read_form(request: Request, visit: Visit | None) -> Typed:
    """Everything a form of our own pages sent.

    Raises:
        Forbidden: `csrf_bad`.
    """
    form = await request.form(max_fields=MOST_FIELDS, max_files=4)
    typed = await _typed(form)
    check_token(request, typed.one("csrf"), visit)
    return typed


async def _typed(form: FormData) -> Typed:
    texts: dict[str, list[str]] = {}
    files, names = {}, {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files[name], names[name] = await value.read(), value.filename
        else:
            texts.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return Typed(texts, files, names)


@dataclass(frozen=True, slots=True)
class Input:
    """One field as a page shows it: `look` is line, text, whole, day, check, choice, checks or ternary."""

    name: str
    label: str
    look: str
    hint: str = ""
    value: str = ""
    values: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False


def inputs_of(
    fields: Sequence[Field],
    typed: Typed | None,
    *,
    needed: frozenset[str],
    row: Mapping[str, Any] | None = None,
) -> list[Input]:
    """The fields of a trigger as a form; what was typed before stands in them again."""
    known = row or {}
    return [
        _input(each, typed, needed=each.required or each.name in needed, known=known.get(each.name))
        for each in fields
    ]


def _input(each: Field, typed: Typed | None, *, needed: bool, known: Any) -> Input:
    codes = CHOICES.get(each.name) or each.choices
    look = _look(each, codes)
    value = typed.one(each.name) if typed else _known(look, known)
    return Input(
        name=each.name,
        label=wording.field_label(each.name),
        look=look,
        hint=hint_of(each.name),
        value=value,
        values=tuple(typed.all(each.name)) if typed else (),
        choices=tuple(wording.choices_of(each.name, codes)) if codes else (),
        required=needed,
    )


def _look(each: Field, codes: Sequence[str]) -> str:
    if each.kind == "codes":
        return "checks"
    if codes:
        return "choice"
    if each.kind == "yes_no":
        return "ternary" if each.name in TERNARY else "check"
    if each.kind == "text":
        return "line" if each.name in SHORT_TEXTS else "text"
    return {"whole": "whole", "day": "day"}.get(each.kind, "line")


TERNARY = frozenset({"quorum_met", "materials_in_time", "minutes_signed"})
"""Facts of a session: not stated is another thing than no."""


def _known(look: str, value: Any) -> str:
    if value is None:
        return ""
    return (YES if value else NO) if look == "ternary" else str(value)


def hint_of(name: str) -> str:
    return wording.label("hint", name) if wording.has(f"hint.{name}") else ""


def data_of(fields: Sequence[Field], typed: Typed) -> dict[str, object]:
    """What a trigger is sent, from what was typed: empty fields are left out, days become ISO days."""
    data: dict[str, object] = {}
    for each in fields:
        value = _value(each, typed)
        if value not in ("", [], None):
            data[each.name] = value
    return data


def _value(each: Field, typed: Typed) -> object:
    if each.kind == "codes":
        return typed.all(each.name)
    text = typed.one(each.name).strip()
    if each.kind == "day" and text:
        day = days.read_day(text)
        return day.isoformat() if day else text
    if each.kind == "whole":
        return text.replace(".", "").replace(" ", "")
    return text


def text_inputs(names: Sequence[str], values: Mapping[str, Any], required: Sequence[str]) -> list[Input]:
    """The text fields of one of a dossier's own forms."""
    return [
        Input(
            name=name,
            label=wording.field_label(name),
            look="line" if name in SHORT_TEXTS else "text",
            hint=hint_of(name),
            value=str(values.get(name) or ""),
            required=name in required,
        )
        for name in names
    ]
