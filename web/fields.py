"""What was typed into a form, and the form a trigger's fields make.

It never judges a value: what is wrong with it is said by the room that takes it.
"""

import re
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
Choices = Sequence[tuple[str, str]]
CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("dossier", "matters"): tuple(COMMUNE_MATTERS),
    ("dossier", "rejection"): tuple(REJECTIONS),
    ("dossier", "ground"): tuple(REVOCATION_GROUNDS),
    ("certificate", "ground"): tuple(REVOCATION_GROUNDS),
}
"""Fields of a kind of subject that are chosen from a closed list of the law."""
SHORT_TEXTS = frozenset(
    {
        "report_number", "letter_number", "session", "decision_number", "signer", "ministry_document", "notice_number",
        "event", "document", "revocation_number", "report_document", "approver", "unit_name", "representative",
        "position", "phone", "email", "digest", "place",
    }
)  # fmt: skip
YES, NO = "true", "false"
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Signs nobody types; a database may refuse them."""


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
    typed = await keep_form(request)
    check_token(request, typed.one("csrf"), visit)
    return typed


async def keep_form(request: Request) -> Typed:
    """Read a form and keep it with the request, so that a page that says no can still show what was typed."""
    async with request.form(max_fields=MOST_FIELDS, max_files=4) as form:
        request.state.typed = await _typed(form)
    kept: Typed = request.state.typed
    return kept


async def _typed(form: FormData) -> Typed:
    texts: dict[str, list[str]] = {}
    files, names = {}, {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files[name], names[name] = await value.read(), value.filename
        else:
            texts.setdefault(name, []).append(_UNSEEN.sub("", value.replace("\r\n", "\n")))
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
    kind: str,
    fields: Sequence[Field],
    typed: Typed | None,
    *,
    needed: frozenset[str],
    known: Mapping[str, Any] | None = None,
    offered: Mapping[str, Choices] | None = None,
) -> list[Input]:
    """The fields of a trigger as a form; what was typed before, or is known, stands in them."""
    return [
        _input(
            kind,
            each,
            typed,
            each.required or each.name in needed,
            (known or {}).get(each.name),
            offered or {},
        )
        for each in fields
    ]


def _input(
    kind: str, each: Field, typed: Typed | None, needed: bool, known: Any, offered: Mapping[str, Choices]
) -> Input:
    codes = CHOICES.get((kind, each.name)) or each.choices
    choices = offered.get(each.name) or (wording.choices_of(each.name, codes) if codes else ())
    look = _look(each, chosen=bool(choices))
    return Input(
        name=each.name,
        label=wording.field_label(each.name),
        look=look,
        hint=hint_of(each.name),
        value=typed.one(each.name) if typed else _known(look, known),
        values=tuple(typed.all(each.name)) if typed else tuple(known) if isinstance(known, list) else (),
        choices=tuple(choices),
        required=needed,
    )


def _look(each: Field, *, chosen: bool) -> str:
    if each.kind in ("codes", "ids"):
        return "checks"
    if chosen:
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
    if each.kind in ("codes", "ids"):
        return [value for value in typed.all(each.name) if value]
    text = typed.one(each.name).strip()
    if each.kind == "instant" and text:
        instant = days.read_moment(text)
        return instant.isoformat() if instant else text
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
