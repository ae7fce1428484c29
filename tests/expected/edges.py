"""The edges of the guards as ``edges.txt`` states them, read as data by the tests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

Value = str | int | bool | list[str] | None
Facts = Mapping[str, Value]
_WORDS: Mapping[str, Value] = {"true": True, "false": False, "none": None}


@dataclass
class Edge:
    """One guard by machine, trigger, code and, where that names two, a state it leads from or to; facts on both sides."""

    machine: str
    trigger: str
    code: str
    state: str | None
    holds: list[Facts] = field(default_factory=list)
    fails: list[Facts] = field(default_factory=list)

    def __str__(self) -> str:
        return "-".join(filter(None, (self.machine, self.trigger, self.code, self.state)))


def edges() -> list[Edge]:
    found: list[Edge] = []
    text = (Path(__file__).parent / "edges.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        sign, _, stated = line.partition(" ")
        if sign in "+-" and sign:
            side = found[-1].holds if sign == "+" else found[-1].fails
            side.extend(_cases(stated))
        elif sign and sign != "#":
            machine, trigger, code, *state = line.split()
            found.append(Edge(machine, trigger, code, state[0] if state else None))
    return found


def _cases(stated: str) -> Iterator[Facts]:
    pairs = [word.split("=", 1) for word in stated.split()]
    for values in product(*(value.split("/") for _, value in pairs)):
        yield {name: _value(value) for (name, _), value in zip(pairs, values, strict=True)}


def _value(text: str) -> Value:
    if text in _WORDS:
        return _WORDS[text]
    if text.isdecimal() and (text == "0" or not text.startswith("0")):
        return int(text)
    return text.split("|") if "|" in text else text
