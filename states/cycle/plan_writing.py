"""A plan as the text of a plan file again, with a remark behind what somebody should look at.

It writes what `parse` reads back to the same plan; it decides nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from states.cycle.plan_format import PLAN
from states.cycle.shapes import Day, DayOrOffset, Key, Keys, ListOf, Offset, Shape

_BARE = re.compile(r"[a-z][a-z0-9_]*|[A-Z][A-Z0-9_]{3,}")  # words of closed lists, codes of deadlines
_BREAKS = re.compile(
    "[\x7f-\x9f\u2028\u2029\ufeff]"
)  # signs YAML takes for an end of line, or for none of its own
_YES_NO = frozenset({"true", "false", "yes", "no", "null", "on", "off", "y", "n"})

Values = dict[str, Any]
Remarks = Mapping[str, str]


def plan_text(values: Values, remarks: Remarks | None = None) -> str:
    """The text of a plan file; `remarks` are words by the place they belong to, written as comments."""
    said = dict(remarks or {})
    lines: list[str] = [f"# {said.pop('')}"] if said.get("") else []
    for key in PLAN.keys:
        lines += _key(key, values.get(key.name), key.name, said)
    return "\n".join(lines) + "\n"


def _key(key: Key, value: Any, path: str, remarks: Remarks, indent: str = "") -> Iterator[str]:
    """The lines of one key; nothing where it has no value, `[]` where an empty list must be there."""
    if value is None or (value == [] and not key.required):
        return
    if isinstance(key.shape, ListOf) and value:
        yield f"{indent}{key.name}:{_remark(path, remarks)}"
        for place, item in enumerate(value):
            yield from _item(key.shape.item, item, f"{path}[{place}]", remarks, f"{indent}  ")
    else:
        yield f"{indent}{key.name}: {_scalar(value)}{_remark(path, remarks)}"


def _item(shape: Shape, value: Any, path: str, remarks: Remarks, indent: str) -> Iterator[str]:
    """One item of a list: on one line where it holds no list of mappings of its own."""
    if not isinstance(shape, Keys):
        yield f"{indent}- {_scalar(value)}{_remark(path, remarks)}"
        return
    if not any(isinstance(key.shape, ListOf) and isinstance(key.shape.item, Keys) and value.get(key.name)
               for key in shape.keys):  # fmt: skip
        yield f"{indent}- {_flow(shape, value)}{_inside(path, remarks)}"
        return
    first = True
    for key in shape.keys:
        for line in _key(key, value.get(key.name), f"{path}.{key.name}", remarks, f"{indent}  "):
            yield f"{indent}- {line.strip()}" if first else line
            first = False


def _flow(shape: Keys, value: Values) -> str:
    parts = [
        f"{key.name}: {_scalar(value[key.name])}"
        for key in shape.keys
        if value.get(key.name) not in (None, [])
    ]
    return "{" + ", ".join(parts) + "}"


def _scalar(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_scalar(each) for each in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | Offset):
        return str(value) if isinstance(value, date) else json.dumps(str(value))
    if isinstance(value, int):
        return str(value)
    text = str(value)
    bare = _BARE.fullmatch(text) and text not in _YES_NO
    return text if bare else _BREAKS.sub(_escaped, json.dumps(text, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _remark(path: str, remarks: Remarks) -> str:
    return f"  # {remarks[path]}" if path in remarks else ""


def _inside(path: str, remarks: Remarks) -> str:
    """Every remark about a part of an item that stands on one line."""
    said = [
        text for place, text in remarks.items() if place == path or place.startswith((f"{path}.", f"{path}["))
    ]
    return f"  # {'; '.join(said)}" if said else ""


def read_stored(text: str) -> Values:
    """`values_of` for a plan as the column of a cycle holds it."""
    stored: Mapping[str, Any] = json.loads(text)
    return values_of(stored)


def values_of(stored: Mapping[str, Any]) -> Values:
    """The values of a plan file from a plan as a cycle keeps it; what hung on another date hangs on it again."""
    first, last = stored["first_year"], stored["last_year"]
    years: Values = (
        {"year": first, "years": None} if first == last else {"year": None, "years": [first, last]}
    )
    values: Values = _revived(PLAN, {**stored, **years})
    for task in values["tasks"] or ():
        task["bound"] = task["bound"] if task["due"] else None  # the default of a task that states no day
    for each in stored.get("hanging") or ():
        _put(values, each["path"], each["offset"])
    return values


def _revived(shape: Shape, value: Any) -> Any:
    """Days as days, absent keys as None, empty lists as None; everything else as it is."""
    if isinstance(shape, Keys):
        return {key.name: _revived(key.shape, value.get(key.name)) for key in shape.keys}
    if isinstance(shape, ListOf):
        return [_revived(shape.item, each) for each in value] if value else None
    if isinstance(shape, Day | DayOrOffset) and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _put(values: Values, path: str, offset: str) -> None:
    base, sign, days, _ = offset.split(" ")
    *way, name = re.findall(r"\w+", path)
    holder: Any = values
    for step in way:
        holder = holder[int(step) if step.isdigit() else step]
    holder[name] = Offset(base, int(sign + days))
