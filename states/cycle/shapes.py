"""Shapes of a plan file: one table that reads the nodes, names every mistake by its place, and becomes the JSON Schema.

It never guesses a type from the look of a value: `19` is a code where a code is wanted and a number where a number is.
"""

import difflib
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias
from unicodedata import normalize

import yaml

from core.texts import text

Schema: TypeAlias = dict[str, object]
Param: TypeAlias = "str | int | None"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OFFSET = re.compile(r"([A-Z][A-Z0-9_]*(?:/[0-9]{1,3})?(?:\.opens)?) ([+-]) ([0-9]{1,3}) days?")
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)  # no date of the programme lies outside
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DIGITS = re.compile(r"\[0-9\]\{(?:[0-9]+,)?([0-9]+)\}(?:\||$)")  # a pattern that takes digits alone
_LIKE_A_DAY = r"^(199[0-9]|20[0-9]{2}|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_NOTHING = "tag:yaml.org,2002:null"  # what stands as null or ~
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Signs no text holds: control characters but for line feed and tab, and halves of pairs."""
YES_NO = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class PlanFault:
    """One mistake: where it stands in the file (from 1), what it is, and what the text needs to say how to mend it."""

    code: str
    line: int
    column: int
    path: str
    params: Mapping[str, Param] = field(default_factory=dict)


@dataclass
class Reading:
    """What one reading has found so far: faults, and the place of every value by its path."""

    faults: list[PlanFault] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def fault(self, code: str, path: str, /, **params: Param) -> None:
        """Note a mistake at the place of this path, or of the nearest part of it that stands in the file."""
        line, column = self.place(path)
        self.faults.append(PlanFault(code, line, column, path, params))

    def clean(self, *paths: str) -> bool:
        """Whether no mistake was found at or below any of these paths."""
        below = tuple(f"{path}{sign}" for path in paths for sign in (".", "["))
        return not any(fault.path in paths or fault.path.startswith(below) for fault in self.faults)

    def place(self, path: str) -> tuple[int, int]:
        while path not in self.places and path:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.places.get(path, (1, 1))

    def stand(self, path: str, node: yaml.Node) -> None:
        self.places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)


class Shape(ABC):
    """What a value must look like."""

    wanted = ""
    """Under which word of `plan_wanted` people are told what belongs there."""

    def asked(self) -> dict[str, Param]:
        """What is wanted, in the words of both languages."""
        code = f"plan_wanted.{self.wanted}"
        return {"wanted": text(code, "en"), "wanted_vi": text(code, "vi")}

    @abstractmethod
    def read(self, node: yaml.Node, reading: Reading, path: str) -> object: ...

    @abstractmethod
    def schema(self) -> Schema: ...

    def scalar(self, node: yaml.Node, reading: Reading, path: str) -> str | None:
        """The text as written, in NFC and trimmed; None after a fault."""
        if not isinstance(node, yaml.ScalarNode):
            reading.fault("plan_wrong_type", path, **self.asked())
            return None
        value = normalize("NFC", node.value).strip()
        if not value or node.tag == _NOTHING:
            reading.fault("plan_value_empty", path, **self.asked())
            return None
        unseen = _UNSEEN.search(value)
        if unseen:
            reading.fault("plan_sign", path, sign=f"U+{ord(unseen[0]):04X}")
            return None
        return value


@dataclass(frozen=True, slots=True)
class Text(Shape):
    """One line or a few of text; `pattern` must match the whole of it."""

    longest: int = 300
    pattern: str | None = None
    wanted: str = "text"

    def read(self, node: yaml.Node, reading: Reading, path: str) -> object:
        value = self.scalar(node, reading, path)
        if value is None:
            return None
        if len(value) > self.longest:
            reading.fault("plan_text_long", path, limit=self.longest)
            return None
        if self.pattern and not re.fullmatch(self.pattern, value):
            reading.fault("plan_wrong_form", path, value=value, **self.asked())
            return None
        return value

    def schema(self) -> Schema:
        """What editors check; a text of digits alone may stand without quotation marks, as a number."""
        limits: Schema = {"minLength": 1, "maxLength": self.longest}
        if self.pattern is None:
            return {"type": ["string", "number"], **limits}
        written: Schema = {"type": "string", **limits, "pattern": f"^(?:{self.pattern})$"}
        digits = _DIGITS.match(self.pattern)
        if digits is None:
            return written
        most = 10 ** min(int(digits[1]), self.longest) - 1
        return {"anyOf": [written, {"type": "integer", "minimum": 0, "maximum": most}]}


@dataclass(frozen=True, slots=True)
class Whole(Shape):
    """A whole number between two bounds, both included."""

    least: int = 0
    most: int = 1_000_000_000
    wanted: str = "whole"

    def read(self, node: yaml.Node, reading: Reading, path: str) -> object:
        value = self.scalar(node, reading, path)
        if value is None:
            return None
        if not _WHOLE.fullmatch(value):
            reading.fault("plan_not_whole", path, value=value)
            return None
        if not self.least <= int(value) <= self.most:
            reading.fault("plan_out_of_range", path, value=value, least=self.least, most=self.most)
            return None
        return int(value)

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Day(Shape):
    """A day, written year-month-day."""

    wanted: str = "day"

    def read(self, node: yaml.Node, reading: Reading, path: str) -> object:
        value = self.scalar(node, reading, path)
        if value is None:
            return None
        try:
            day = date.fromisoformat(value if _DAY.fullmatch(value) else "")
        except ValueError:
            reading.fault("plan_not_a_day", path, value=value, **self.asked())
            return None
        if not FIRST_DAY <= day <= LAST_DAY:
            reading.fault("plan_out_of_range", path, value=value, least=str(FIRST_DAY), most=str(LAST_DAY))
            return None
        return day

    def schema(self) -> Schema:
        return {"type": "string", "format": "date", "pattern": _LIKE_A_DAY}


@dataclass(frozen=True, slots=True)
class Offset:
    """A day that hangs on another date of the same plan: so many days after it, before it where negative."""

    base: str
    days: int

    def __str__(self) -> str:
        return f"{self.base} {'-' if self.days < 0 else '+'} {abs(self.days)} days"


@dataclass(frozen=True, slots=True)
class DayOrOffset(Shape):
    """A day, or one that hangs on another: `IDEA_WINDOW + 15 days`, `BATCH1_PROPOSE - 28 days`."""

    wanted: str = "day_or_offset"

    def read(self, node: yaml.Node, reading: Reading, path: str) -> object:
        value = self.scalar(node, reading, path)
        if value is None:
            return None
        found = _OFFSET.fullmatch(value)
        if found is None and value[0].isalpha():
            reading.fault("plan_not_a_day", path, value=value, **self.asked())
            return None
        if found is None:
            return Day().read(node, reading, path)
        return Offset(found[1], int(found[2] + found[3]))

    def schema(self) -> Schema:
        return {"anyOf": [Day().schema(), {"type": "string", "pattern": f"^{_OFFSET.pattern}$"}]}


@dataclass(frozen=True, slots=True)
class YesNo(Shape):
    """true or false (yes and no are taken too)."""

    wanted: str = "yes_no"

    def read(self, node: yaml.Node, reading: Reading, path: str) -> object:
        value = self.scalar(node, reading, path)
        if value is not None and value.lower() not in YES_NO:
            reading.fault("plan_not_one_of", path, value=value, allowed="true, false")
            return None
        return None if value is None else YES_NO[value.lower()]

    def schema(self) -> Schema:
        return {"enum": [True, False, "yes", "no"]}


@dataclass(frozen=True, slots=True)
class OneOf(Shape):
    """One word of a closed list."""

    values: tuple[str, ...]
    wanted: str = "one_of"

    def read(self, node: yaml.Node, reading: Reading, path: str) -> object:
        value = self.scalar(node, reading, path)
        if value is not None and value not in self.values:
            reading.fault("plan_not_one_of", path, value=value, allowed=", ".join(self.values))
            return None
        return value

    def schema(self) -> Schema:
        return {"enum": list(self.values)}


@dataclass(frozen=True, slots=True)
class ListOf(Shape):
    """A list of one shape, never longer than `longest`."""

    item: Shape
    longest: int = 200
    exactly: int | None = None
    wanted: str = "list"

    def read(self, node: yaml.Node, reading: Reading, path: str) -> object:
        if not isinstance(node, yaml.SequenceNode):
            reading.fault("plan_wrong_type", path, **self.asked())
            return []
        if len(node.value) > self.longest or (self.exactly is not None and len(node.value) != self.exactly):
            reading.fault("plan_list_length", path, count=len(node.value), limit=self.exactly or self.longest)
            return []
        return [self._one(child, reading, f"{path}[{index}]") for index, child in enumerate(node.value)]

    def _one(self, node: yaml.Node, reading: Reading, path: str) -> object:
        reading.stand(path, node)
        return self.item.read(node, reading, path)

    def schema(self) -> Schema:
        limits: Schema = {
            "type": "array",
            "items": self.item.schema(),
            "maxItems": self.exactly or self.longest,
        }
        return limits | ({"minItems": self.exactly} if self.exactly else {})


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a mapping: its shape, whether it must be there, what it means (for the schema)."""

    name: str
    shape: Shape
    required: bool = False
    what: str = ""


@dataclass(frozen=True, slots=True)
class Keys(Shape):
    """A mapping with a closed list of keys."""

    keys: tuple[Key, ...]
    wanted: str = "keys"

    def read(self, node: yaml.Node, reading: Reading, path: str) -> object:
        """The values by key; a key that is absent or wrong is None."""
        if not isinstance(node, yaml.MappingNode):
            reading.fault("plan_wrong_type", path, **self.asked())
            return None
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            self._pair(key_node, value_node, reading, path, found)
        for key in self.keys:
            if key.required and key.name not in found:
                reading.fault("plan_key_missing", path, key=key.name)
        return {key.name: found.get(key.name) for key in self.keys}

    def _pair(
        self,
        key_node: yaml.Node,
        value_node: yaml.Node,
        reading: Reading,
        path: str,
        found: dict[str, object],
    ) -> None:
        name = normalize("NFC", str(key_node.value)) if isinstance(key_node, yaml.ScalarNode) else "?"
        at = f"{path}.{name}" if path else name
        key = next((key for key in self.keys if key.name == name), None)
        if name in found or key is None:
            mark = key_node.start_mark
            code = "plan_key_twice" if key else "plan_key_unknown"
            params: dict[str, Param] = {"key": name, "allowed": self._allowed(name)}
            reading.faults.append(PlanFault(code, mark.line + 1, mark.column + 1, at, params))
            return
        reading.stand(at, value_node)
        found[name] = None
        found[name] = key.shape.read(value_node, reading, at)

    def _allowed(self, name: str) -> str:
        names = [key.name for key in self.keys]
        return ", ".join(difflib.get_close_matches(name, names, n=1) or names)

    def schema(self) -> Schema:
        properties = {
            key.name: key.shape.schema() | ({"description": key.what} if key.what else {})
            for key in self.keys
        }
        required = [key.name for key in self.keys if key.required]
        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
