"""The published JSON Schema and the parser agree: what one takes the other takes, what one refuses the other refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from core.errors import BadInput
from states.cycle import plan
from states.cycle.plan import parse
from tests.states.cycle.factories import PLANS

HEAD = "format: ocop-plan/1\nprovince: 19\nyear: 2027\ntitle: Kế hoạch\ndocuments: []\n"
PUBLISHED = Path(plan.__file__).parents[2] / "docs" / "plan-file.schema.json"
GOOD = (
    "theme: 2027",  # text that looks like a number
    "illustrative: yes",
    "illustrative: false",
    "windows: []",
    "windows: [{step: idea, opens: 2027-01-04, closes: 2027-02-04}]",
    "windows: [{step: idea, opens: 2027-01-04, closes: 2027-02-04}]\ntasks: [{title: a, due: IDEA_WINDOW + 300 days}]",
    "calendar: [{title: a, month: 2027-12}]",
    "targets: [{kind: count, what: a, at_least: 0}]",
    "targets: [{kind: coverage, what: a, percent: 100}]",
    "targets: [{kind: per_area, what: a, basis: results, areas: [{unit: '05440', at_least: 1}, {unit: 5443, exactly: 2}]}]",
    "targets: [{kind: per_area, what: a, basis: results, areas: [{unit: x-bac-kan-huyen-na-ri, at_least: 1}]}]",
    "surveys: [{sample: 29, growth_percent: -100}]",
    "accepted: [{warning: 'tet_quiet:2027-02-03', reason: a}]",
)
BAD = (
    "taks: []",
    "tasks: {}",
    "tasks: [a]",
    "tasks: [{}]",
    "tasks: [{titel: a}]",
    "tasks: [{title: a, due: 2027-02-31x}]",
    "tasks: [{title: a, due: 31/03/2027}]",
    "tasks: [{title: a, due: 2027-13-01}]",
    "tasks: [{title: a, due: 1989-12-31}]",
    "tasks: [{title: a, due: 2101-01-01}]",
    "tasks: [{title: a, due: IDEA_WINDOW + 1000 days}]",
    "tasks: [{title: a, due: IDEA_WINDOW+1 days}]",
    "tasks: [{title: a, owner: nobody}]",
    "tasks: [{title: a, ref: Một}]",
    "theme: ''",
    "theme: [a]",
    "theme: null",
    f"theme: {'x' * 301}",
    "illustrative: perhaps",
    "budget_million_vnd: -1",
    "budget_million_vnd: 1.5",
    "budget_million_vnd: 1000000001",
    "years: [2027]",
    "calendar: [{title: a, month: 2027-13}]",
    "calendar: [{title: a, month: 0000-05}]",
    "targets: [{kind: many, what: a, at_least: 1}]",
    "targets: [{kind: count, what: a, at_least: -3}]",
    "targets: [{kind: count, what: a, stars: 6, at_least: 3}]",
    "targets: [{kind: coverage, what: a, percent: 101}]",
    "targets: [{kind: per_area, what: a, basis: results, areas: [{unit: Na Rì, at_least: 1}]}]",
    "batches: [{level: province, number: 9, steps: []}]",
    "batches: [{level: province, number: 1}]",
    "accepted: [{warning: 'tet_quiet:2027-02-03'}]",
    f"key_products: [{', '.join('a' for _ in range(501))}]",
)


class _AsEditorsRead(yaml.SafeLoader):
    """YAML as an editor's checker has it: days are text, numbers numbers, and `yes` is a word."""


_AsEditorsRead.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_AsEditorsRead.add_implicit_resolver(  # type: ignore[no-untyped-call]  # the stub says nothing
    "tag:yaml.org,2002:bool", __import__("re").compile(r"true|false"), list("tf")
)


def read(text: str) -> Any:
    return yaml.load(text, _AsEditorsRead)


def schema_takes(text: str) -> bool:
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema).is_valid(read(text))


def parser_takes(text: str) -> bool:
    try:
        parse(text)
    except BadInput:
        return False
    return True


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.yaml")), ids=lambda path: path.stem)
def test_schema_and_parser_take_every_example(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert (schema_takes(text), parser_takes(text)) == (True, True)


@pytest.mark.parametrize("more", GOOD)
def test_schema_and_parser_take_the_same_plans(more: str) -> None:
    text = f"{HEAD}{more}\n"

    assert (schema_takes(text), parser_takes(text)) == (True, True)


@pytest.mark.parametrize("more", BAD)
def test_schema_and_parser_refuse_the_same_plans(more: str) -> None:
    text = f"{HEAD}{more}\n".replace("year: 2027\n", "" if "years:" in more else "year: 2027\n")

    assert (schema_takes(text), parser_takes(text)) == (False, False)
