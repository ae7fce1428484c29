"""Every published edition of the rules, as JSON with its hash: what replay and the offline verifier judge by.

An edition that was used is never changed; a changed table gets the next number.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from typing import Any

from core.lines import canonical
from states.engine.facts import Condition, FactValue, condition_from_json
from states.engine.rules import MachineSpec, TransitionRule

FORMAT = "ocop-rules/1"


class UnknownEditionError(LookupError):
    """A line names an edition of the rules that is not packaged."""


@dataclass(frozen=True, slots=True)
class EditionGuard:
    code: str
    condition: Condition
    attested: bool


@dataclass(frozen=True, slots=True)
class EditionRule:
    trigger: str
    source: str
    dest: str
    roles: frozenset[str]
    guards: tuple[EditionGuard, ...]
    requires: frozenset[str]
    when: tuple[tuple[str, FactValue], ...]
    level_to: str | None
    note: bool


@dataclass(frozen=True)
class Edition:
    """One edition, indexed for replay."""

    name: str
    digest: str
    rules: dict[tuple[str, str, str], tuple[EditionRule, ...]]

    def between(self, trigger: str, source: str, dest: str) -> tuple[EditionRule, ...]:
        return self.rules.get((trigger, source, dest), ())


def export(spec: MachineSpec) -> dict[str, Any]:
    """A spec as plain JSON: everything a file-only verifier needs."""
    states = [
        {"state": str(state), "phase": str(info.phase) if info.phase else None, "final": info.final}
        for state, info in spec.states.items()
    ]
    return {
        "format": FORMAT,
        "edition": spec.edition,
        "kind": spec.kind,
        "states": states,
        "rules": [_exported(rule) for rule in spec.rules],
    }


def _exported(rule: TransitionRule) -> dict[str, Any]:
    return {
        "trigger": str(rule.trigger),
        "source": str(rule.source),
        "dest": str(rule.dest),
        "roles": sorted(str(role) for role in rule.roles),
        "guards": [
            {"code": guard.code, "condition": guard.condition.to_json(), "attested": guard.attested}
            for guard in rule.guards
        ],
        "requires": sorted(rule.requires),
        "when": [[name, value] for name, value in rule.when],
        "level_to": rule.level_to,
        "note": rule.note,
    }


def file_name(edition: str) -> str:
    return edition.replace("/", "-") + ".json"


def to_bytes(exported: dict[str, Any]) -> bytes:
    """Readable and stable: one rule a line, so that a diff of editions can be read."""
    rules = ",\n".join(json.dumps(rule, ensure_ascii=False, sort_keys=True) for rule in exported["rules"])
    head = json.dumps(
        {key: value for key, value in exported.items() if key != "rules"}, ensure_ascii=False, sort_keys=True
    )
    return f'{head[:-1]}, "rules": [\n{rules}\n]}}\n'.encode()


@lru_cache(maxsize=64)
def load(edition: str) -> Edition:
    """A packaged edition by its name, such as "dossier/1".

    Raises:
        UnknownEditionError: no such edition is packaged.
    """
    path = resources.files(__package__).joinpath(file_name(edition))
    if not path.is_file():
        raise UnknownEditionError(edition)
    return from_json(json.loads(path.read_text(encoding="utf-8")))


def from_json(exported: dict[str, Any]) -> Edition:
    rules: dict[tuple[str, str, str], tuple[EditionRule, ...]] = {}
    for rule in _rules(exported["rules"]):
        key = (rule.trigger, rule.source, rule.dest)
        rules[key] = (*rules.get(key, ()), rule)
    return Edition(exported["edition"], sha256(canonical(exported)).hexdigest(), rules)


def _rules(exported: list[dict[str, Any]]) -> Iterable[EditionRule]:
    for rule in exported:
        guards = tuple(
            EditionGuard(guard["code"], condition_from_json(guard["condition"]), guard["attested"])
            for guard in rule["guards"]
        )
        yield EditionRule(
            rule["trigger"],
            rule["source"],
            rule["dest"],
            frozenset(rule["roles"]),
            guards,
            frozenset(rule["requires"]),
            tuple((name, value) for name, value in rule["when"]),
            rule["level_to"],
            rule["note"],
        )
