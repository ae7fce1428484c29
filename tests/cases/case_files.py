"""Finds and reads case files; a new `*.yaml` with the case schema is picked up by itself."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
SCHEMA = "ocop-cases/1"


@dataclass(frozen=True)
class Case:
    """One case: `given` the facts, `when` the question, `then` the answer, all as written."""

    id: str
    group: str
    basis: str
    title: dict[str, str]
    ask: str
    given: dict[str, Any]
    when: dict[str, Any]
    then: dict[str, Any]

    def __str__(self) -> str:
        return self.id


@lru_cache(maxsize=1)
def all_cases() -> tuple[Case, ...]:
    files = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("*.yaml")))
    return tuple(
        _case(raw, file["group"]) for file in files if file["schema"] == SCHEMA for raw in file["cases"]
    )


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((DATA / "vocabulary.yaml").read_text(encoding="utf-8"))
    return data


def _case(raw: dict[str, Any], group: str) -> Case:
    when = dict(raw["when"])
    ask = when.pop("ask")
    return Case(raw["id"], group, raw["basis"], raw["title"], ask, raw.get("given") or {}, when, raw["then"])
