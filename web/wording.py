"""Sentences of the pages: labels by code, refusals with their values worded, rules of computation in words.

It never invents a sentence for a code: what has no text shows as its code, and tests refuse that.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core import texts
from core.errors import FieldError, OcopError, Param
from registry.roles import Role
from regulations import rulesets
from regulations.errors import RegulationError
from web import days

_ORDER_OF_MATTERS = (
    "local_material",
    "local_labour",
    "idea_origin",
    "local_identity",
)  # as Mẫu số 03 lists them


def label(group: str, code: object) -> str:
    """The word for a code of a group, such as `role`, `phase` or `state.dossier`."""
    return texts.text(f"{group}.{code}")


def state_label(kind: str, state: object) -> str:
    return label(f"state.{kind}", state)


def trigger_label(kind: str, trigger: object) -> str:
    return label(f"trigger.{kind}", trigger)


def has(code: str) -> bool:
    return texts.catalogue().has(code)


def why_not(code: str | None) -> str:
    """The sentence for a refusal's bare code as buttons carry it."""
    if not code:
        return ""
    guarded = f"guard_{code}"
    return texts.text(guarded if has(guarded) else code)


def fault(code: str) -> str:
    """Why a row was skipped: the sentence of its refusal, nothing where it has none or needs its values."""
    return texts.text(code) if has(code) and "{" not in texts.text(code) else ""


def refusal(code: str, params: Mapping[str, Param]) -> str:
    """The sentence of an error, with states and triggers in words instead of codes."""
    worded: dict[str, object] = dict(params)
    kind = str(params.get("kind") or "dossier")
    for name, group in (
        ("state", f"state.{kind}"),
        ("trigger", f"trigger.{kind}"),
        ("role", "role"),
        ("form", "form"),
    ):
        value = params.get(name)
        if value is not None and has(f"{group}.{value}"):
            worded[name] = f"“{label(group, value)}”"
    if code == "plan_move_day":
        worded["key"] = f"“{date_name(str(params.get('key')))}”"
    return texts.text_or_code(code, "vi", worded)


def of_error(error: OcopError) -> str:
    return refusal(error.code, error.params)


def field_label(path: str) -> str:
    return label("field", path) if has(f"field.{path}") else path


def field_errors(fields: Sequence[FieldError]) -> list[dict[str, str]]:
    """Field errors for the summary and for the fields themselves."""
    return [
        {
            "path": each.path,
            "label": field_label(each.path),
            "text": texts.text_or_code(each.code, "vi", each.params),
        }
        for each in fields
    ]


def choices_of(field: str, codes: Sequence[str]) -> list[tuple[str, str]]:
    """Codes with their words, the matters of the commune's report in the order of the official form."""
    ordered = _ORDER_OF_MATTERS if field == "matters" else codes
    return [(code, label(f"choice.{field}", code)) for code in ordered]


def deadline_name(code: str, title: str | None = None) -> str:
    """What is due: the plan's own words where it has some, else the catalogue's."""
    return title or label("deadline", code)


def date_name(key: str) -> str:
    """A date of a plan by the code it becomes; several of one kind by their number in the plan."""
    base, opens = key.removesuffix(".opens"), key.endswith(".opens")
    code, _, number = base.partition("/")
    code = {"CALENDAR": "CALENDAR_ENTRY"}.get(code, code)
    batch = code.removesuffix("1").removesuffix("2").removesuffix("3").removesuffix("4")
    if batch in ("BATCH", "CENTRAL"):
        name = f"Đợt {code[len(batch) :]}, {label('level', 'province' if batch == 'BATCH' else 'central')}"
    else:
        name = "Hội đồng" if code == "COUNCIL" else label("deadline", code)
    return f"{'Ngày mở: ' if opens else ''}{name}{f' số {number}' if number else ''}"


_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"law:.*", "rule.law"),
        (r"plan:window:.*", "rule.plan_window"),
        (r"plan:batch:.*", "rule.plan_batch"),
        (r"plan:calendar:month", "rule.plan_month"),
        (r"plan:calendar", "rule.plan_calendar"),
        (r"plan:task", "rule.plan_task"),
        (r"plan:event", "rule.plan_event"),
        (r"plan:offset:(?P<base>\S+) \+ (?P<n>\d+) days", "rule.plan_after"),
        (r"plan:offset:(?P<base>\S+) - (?P<n>\d+) days", "rule.plan_before"),
        (r"receipt (?P<day>\S+) \+ (?P<n>\d+) working days", "rule.receipt"),
        (r"return \+ supplement days", "rule.returned"),
        (r"(start|resumed|report) \+ (?P<n>\d+) months", "rule.report"),
        (r"end of the year of the cycle", "rule.year_end"),
        (r"issue \+ (?P<n>\d+) months", "rule.issue"),
        (r"expiry - (?P<n>\d+) days", "rule.expiry"),
        (r"day before expiry - (?P<n>\d+) days", "rule.expiry_eve"),
        (r"expiry \+ (?P<n>\d+) days", "rule.extension"),
        (r"conclusion (?P<day>\S+) \+ (?P<n>\d+) days", "rule.conclusion"),
        (r"request \+ (?P<n>\d+) days", "rule.request"),
        (r"complete dossier \+ (?P<n>\d+) days", "rule.complete"),
        (r"review window of the year", "rule.review_opens"),
        (r"end of the reviewed year", "rule.review_ends"),
        (r"session (?P<day>\S+), ruleset \S+", "rule.materials"),
        (r"convened for this day", "rule.convened"),
        (r"set by the council", "rule.by_council"),
        (r"set by whoever hears the appeal", "rule.by_hearing"),
    )
)


_BASES = {
    "practice of the provinces": "basis.practice",
    "plan of the province": "basis.plan",
    "council regulation": "basis.council",
    "office, in its request for completion": "basis.request",
    "set by whoever hears the appeal": "basis.hearing",
}
_SAYS_ITS_BASIS = frozenset(
    {"end of the year of the cycle", "set by the council", "set by whoever hears the appeal"}
)


def basis_words(basis: str) -> str:
    """The document a date rests on; what rests on no document says on what else."""
    return "; ".join(texts.text(_BASES[each]) if each in _BASES else each for each in basis.split("; "))


def rule_words(rule: str, *, stated: str | None = None, bound: str | None = None, basis: str = "") -> str:
    """How a deadline was computed, in one sentence."""
    parts: list[str] = []
    for pattern, key in _RULES:
        match = pattern.fullmatch(rule)
        if match:
            values = {name: _worded(name, value) for name, value in match.groupdict().items()}
            parts.append(texts.text(key, **values))
            break
    else:
        parts.append(rule)
    if stated and bound:
        parts.append(f"“{label('bound', bound)} {days.short(stated)}”")
    if basis and rule not in _SAYS_ITS_BASIS:
        parts.append(basis_words(basis))
    return "; ".join(parts)


def _worded(name: str, value: str) -> str:
    if name == "day":
        return days.short(value)
    return f"“{date_name(value)}”" if name == "base" else value


def holder_names(roles: Sequence[Role], *, commune: str | None) -> str:
    """Who has it: the office, or the body, never a person's name."""
    names = {
        Role.PRODUCER: "Chủ thể",
        Role.COMMUNE: office_of(commune),
        Role.PROVINCE_UNIT: "Cơ quan OCOP cấp tỉnh",
        Role.CHAIR: "Chủ tịch, thư ký Hội đồng",
        Role.SECRETARY: "Chủ tịch, thư ký Hội đồng",
    }
    found = dict.fromkeys(names.get(role, label("role", role)) for role in Role if role in roles)
    return ", ".join(found)


def office_of(commune: str | None) -> str:
    """`UBND xã Côn Minh`."""
    return f"UBND {lower_unit(commune)}" if commune else "UBND cấp xã"


def lower(text: str) -> str:
    """A label inside a sentence."""
    return text[:1].lower() + text[1:]


def lower_unit(name: str) -> str:
    """A unit's name inside a sentence: `xã Tân Cương`, `tỉnh Thái Nguyên`."""
    return lower(name)


def ruleset_name(pin: str | None) -> str:
    """The decisions a pinned ruleset consists of: `QĐ 26/2026/QĐ-TTg`."""
    if not pin:
        return "không có"
    try:
        return f"QĐ {rulesets.get(pin.partition('@')[0]).document}"
    except RegulationError:
        return pin.partition("@")[0]


def who(role: str, via: str, commune: str | None) -> str:
    """Who made a line: an office or a role, and the door it came through where that is not the pages."""
    if role == "system":
        return label("via", via) if has(f"via.{via}") else "Hệ thống"
    name = office_of(commune) if role == "commune" else label("role", role) if has(f"role.{role}") else role
    return f"{name} ({label('via', via)})" if via != "web" and has(f"via.{via}") else name


def shown(kind: str, name: str, value: Any, names: Mapping[str, str] | None = None) -> str:
    """A value of a form or of a line in words; ids by what people call them, those without a name by their number."""
    if value is None or value == "":
        return "chưa nhập"
    if isinstance(value, bool):
        return "có" if value else "không"
    if kind == "day" or name.endswith("_on"):
        return days.short(str(value))
    if isinstance(value, list):
        return _several(kind, name, value, names or {})
    if has(f"choice.{name}.{value}"):
        return label(f"choice.{name}", value)
    return str(value)


def _several(kind: str, name: str, values: Sequence[Any], names: Mapping[str, str]) -> str:
    if kind == "ids":
        named = [names[each] for each in values if each in names]
        return ", ".join(named) if len(named) == len(values) else str(len(values))
    group = f"choice.{name}"
    return ", ".join(label(group, each) if has(f"{group}.{each}") else str(each) for each in values)


def corrected(before: Any, after: Any, *, hidden: bool) -> str:
    """What a repair put right, in words; of a hidden value only that it was."""
    if hidden:
        return "đã sửa, không nêu giá trị vì có thể là thông tin cá nhân"
    return f"{_stated(before)} → {_stated(after)}"


def _stated(value: Any) -> str:
    text = str(value)
    is_day = isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)
    if value is None:
        return "không nêu"
    if isinstance(value, bool):
        return "có" if value else "không"
    return days.short(text) if is_day else text


def setting_value(name: str, value: Any) -> str:
    """A value of a setting in words, a number with its unit."""
    if isinstance(value, bool):
        return "có" if value else "không"
    if has(f"setting_value.{value}"):
        return label("setting_value", value)
    if value in {each.id for each in rulesets.all_rulesets()}:
        return ruleset_name(str(value))
    return f"{value} {label('setting_unit', name)}" if has(f"setting_unit.{name}") else str(value)


_CITED = ("QĐ ", "BLDS ")


def setting_basis(source: str) -> str:
    """The articles a setting rests on; where the law says nothing, nothing is cited."""
    return "; ".join(each for each in source.split("; ") if each.startswith(_CITED))


_ACCEPTED = re.compile(r"(?:(?<=^)|(?<=; ))(?P<mark>[a-z_]+):(?P<about>\S+): ")


def reason(text: str | None) -> str | None:
    """A reason as it was given, with the marks of a plan's warnings in words instead of codes."""
    return _ACCEPTED.sub(_warned, text) if text else text


def _warned(found: re.Match[str]) -> str:
    mark, about = found["mark"], found["about"]
    if not has(f"mark.{mark}"):
        return found[0]
    where = days.long(about) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", about) else f"năm {about}"
    said = where if len(about) == len("2027-01-01") or re.fullmatch(r"\d{4}", about) else ""
    return f"{label('mark', mark)}{f' ({said})' if said else ''}: "
