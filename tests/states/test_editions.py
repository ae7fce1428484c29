"""The published editions: equal to today's tables, readable, and able to judge a history on their own."""

import json
from importlib import resources

import pytest

from states.engine import editions
from states.engine.facts import condition_from_json
from states.moves import MACHINES

SPECS = {kind: machine.spec for kind, machine in MACHINES.items()}


@pytest.mark.parametrize("kind", SPECS)
def test_todays_table_is_its_published_edition(kind: str) -> None:
    path = resources.files(editions.__name__).joinpath(editions.file_name(SPECS[kind].edition))

    assert path.read_bytes() == editions.to_bytes(editions.export(SPECS[kind]))


@pytest.mark.parametrize("kind", SPECS)
def test_every_condition_survives_the_way_through_json(kind: str) -> None:
    for rule in SPECS[kind].rules:
        for guard in rule.guards:
            assert condition_from_json(json.loads(json.dumps(guard.condition.to_json()))) == guard.condition


@pytest.mark.parametrize("kind", SPECS)
def test_a_loaded_edition_has_as_many_rules_as_the_table(kind: str) -> None:
    loaded = editions.load(SPECS[kind].edition)

    assert sum(len(rules) for rules in loaded.rules.values()) == len(SPECS[kind].rules)


def test_an_edition_that_is_not_packaged_is_named() -> None:
    with pytest.raises(editions.UnknownEditionError, match="dossier/99"):
        editions.load("dossier/99")
