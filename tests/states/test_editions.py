"""The published editions: equal to today's tables, readable, and able to judge a history after the table changed."""

import json
from dataclasses import replace
from importlib import resources

import pytest

from audit.replay import replay
from core.db import Database
from core.errors import BadInput, OcopError, Refused
from core.history import read_lines
from core.lines import Line, parse_line
from core.tx import Tx
from registry.roles import Role
from states import moves
from states.dossier.changes import CHANGES
from states.dossier.commands import save_form
from states.dossier.facts import FACTS
from states.dossier.lifecycle import DOSSIER
from states.dossier.models import DOSSIER_TABLE
from states.dossier.papers import REQUIRED
from states.engine import editions
from states.engine.facts import condition_from_json
from states.engine.fire import fire
from states.engine.machine import Machine
from states.engine.replay import fold
from states.engine.rules import MachineSpec, TransitionRule
from states.moves import MACHINES
from tests.world import settled

TODAY = DOSSIER.edition
LATER = f"dossier/{int(TODAY.partition('/')[2]) + 1}"
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


def in_later_edition(rule: TransitionRule) -> TransitionRule | None:
    """An idea is filed under another name, screened by the province, and no longer returned before screening."""
    if (rule.source, rule.trigger) == ("idea.submitted", "return_idea"):
        return None
    if rule.trigger == "submit_idea":
        return replace(rule, trigger="file_idea")
    if rule.trigger == "commune_screen_ok":
        return replace(rule, roles=frozenset({Role.PROVINCE_UNIT}))
    return rule


def later_edition() -> MachineSpec:
    rules = tuple(rule for one in DOSSIER.rules if (rule := in_later_edition(one)))
    return replace(DOSSIER, edition=LATER, rules=rules)


def packaged_and_later(name: str) -> editions.Edition:
    later = later_edition()
    return editions.from_json(editions.export(later)) if name == later.edition else editions.load(name)


class OldIdea:
    """An idea filed, returned and filed again under the table of today."""

    def __init__(self, db: Database) -> None:
        self.db, self.world = db, settled(db)
        db.clock.move_to(db.clock.business_now().replace(month=3))  # type: ignore[attr-defined]  # a StepClock
        self.id = db.write_now(self._written)
        changes = {name: change for name, change in CHANGES.items() if name != "submit_idea"}
        self.later = Machine(later_edition(), DOSSIER_TABLE, facts=FACTS, changes=changes)

    def _written(self, tx: Tx) -> str:
        world, producer = self.world, self.world.actor(tx, Role.PRODUCER)
        made = moves.open_idea(tx, product_id=world.product, cycle_id=world.cycle, actor=producer)
        save_form(tx, made.id, "idea", dict.fromkeys(REQUIRED["idea"], "đã điền"), actor=producer)
        moves.fire(tx, "dossier", made.id, "submit_idea", actor=producer)
        commune = world.actor(tx, Role.COMMUNE)
        moves.fire(tx, "dossier", made.id, "return_idea", actor=commune, reason="Thiếu mô tả")
        moves.fire(tx, "dossier", made.id, "resubmit_idea", actor=producer)
        return made.id

    def fire_later(self, trigger: str, role: Role) -> None:
        """Ask for a move by the table of the later edition."""

        def ask(tx: Tx) -> None:
            fire(tx, self.later, self.id, trigger, actor=self.world.actor(tx, role), reason="Thiếu mô tả")

        self.db.write_now(ask)

    def lines(self) -> list[Line]:
        stored = self.db.read_now(lambda rtx: read_lines(rtx, f"dossier/{self.id}"))
        return [parse_line(text) for text, _ in stored]


@pytest.fixture
def old(db: Database) -> OldIdea:
    return OldIdea(db)


def test_an_old_history_still_holds_by_its_own_edition_where_the_new_table_would_refuse_it(
    old: OldIdea,
) -> None:
    lines = old.lines()

    story = old.db.read_now(lambda rtx: replay(rtx, f"dossier/{old.id}"))
    rejudged = fold([line._replace(rules=LATER) for line in lines], editions=packaged_and_later)

    assert {line.rules for line in lines} == {TODAY}
    assert (story.replayed.state, story.replayed.problems) == ("idea.submitted", ())
    assert [(problem.version, problem.code) for problem in rejudged.problems] == [
        (2, "move_not_in_rules"),
        (3, "move_not_in_rules"),
    ]


@pytest.mark.parametrize(
    ("trigger", "role", "error", "code"),
    [
        pytest.param("submit_idea", Role.PRODUCER, BadInput, "unknown_trigger", id="renamed"),
        pytest.param("return_idea", Role.COMMUNE, Refused, "wrong_state", id="removed-here"),
        pytest.param("commune_screen_ok", Role.COMMUNE, OcopError, "wrong_actor", id="another-role"),
    ],
)
def test_the_new_table_refuses_what_the_old_one_allowed(
    old: OldIdea, trigger: str, role: Role, error: type[OcopError], code: str
) -> None:
    before = old.lines()

    with pytest.raises(error) as refusal:
        old.fire_later(trigger, role)

    assert (refusal.value.code, old.lines()) == (code, before)


def test_a_history_that_went_on_under_the_new_table_holds_line_by_line(old: OldIdea) -> None:
    old.fire_later("commune_screen_ok", Role.PROVINCE_UNIT)

    lines = old.lines()
    walked = fold(lines, editions=packaged_and_later)

    assert [line.rules for line in lines] == [TODAY] * 4 + [LATER]
    assert (walked.state, walked.move_version, walked.problems) == ("idea.screened", 5, ())


def test_a_line_of_an_edition_nobody_has_is_judged_by_no_other(old: OldIdea) -> None:
    old.fire_later("commune_screen_ok", Role.PROVINCE_UNIT)

    with pytest.raises(editions.UnknownEditionError, match=LATER):
        fold(old.lines())
