"""The drawn sheet and the text of every lifecycle: current, complete, and laid out so that nothing lies over another."""

import re
from collections import Counter
from html import escape
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from core.errors import BadInput
from ocop.cli import ocop
from registry.roles import Role
from states import publish_diagrams
from states.engine.chart import chart
from states.engine.chart_pieces import letters
from states.engine.outline import Exit, Outline, outline, ranges
from states.engine.rules import NEW, MachineSpec
from states.moves import MACHINES
from states.publish_diagrams import sheet, words_of, written

DOCS = Path(__file__).parents[3] / "docs"
SPECS = {kind: machine.spec for kind, machine in MACHINES.items()}
SVG = "{http://www.w3.org/2000/svg}"
PAGE = 1012  # pixels a page of documents is wide
every_machine = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)


def told(outlined: Outline) -> Counter[tuple[str, str, str, frozenset[Role]]]:
    """Every move an outline tells, from each state it starts in, once for each branch."""
    own = [(place.state, way) for place in outlined.places for way in (*place.exits, *place.notes)]
    shared = [(source, one.exit, one.dest) for one in outlined.shared for source in one.sources]
    return Counter(
        entry
        for source, way, dest in [*((source, way, way.dest) for source, way in own), *shared]
        for entry in [(source, way.trigger, dest or source, frozenset(way.roles))] * branches(way)
    )


def branches(way: Exit) -> int:
    return max(1, len(way.branches))


@every_machine
def test_an_outline_tells_every_rule_exactly_once(spec: MachineSpec) -> None:
    assert told(outline(spec)) == Counter(
        (str(rule.source), rule.trigger, str(rule.dest), rule.roles) for rule in spec.rules
    )


@every_machine
def test_a_state_carries_the_number_of_each_shared_move_open_in_it_and_leading_to_it(
    spec: MachineSpec,
) -> None:
    outlined = outline(spec)

    for place in outlined.places:
        numbered = list(enumerate(outlined.shared, 1))
        assert place.shared == tuple(number for number, one in numbered if place.state in one.sources)
        assert place.reached_by == tuple(number for number, one in numbered if one.dest == place.state)


@pytest.mark.parametrize("name", [name for name, _ in publish_diagrams.files()])
def test_a_published_drawing_is_drawn_from_todays_table(name: str) -> None:
    """Where this fails: ``python -m states.publish_diagrams``."""
    assert (DOCS / "machines" / name).read_text(encoding="utf-8") == dict(publish_diagrams.files())[name]


def test_no_drawing_is_left_of_a_lifecycle_that_is_gone_and_all_are_linked() -> None:
    names = {name for name, _ in publish_diagrams.files()}
    linked = set(
        re.findall(
            r"\]\(machines/([a-z]+\.(?:svg|txt))\)", (DOCS / "architecture.md").read_text(encoding="utf-8")
        )
    )

    assert {path.name for path in (DOCS / "machines").iterdir()} == names
    assert linked == names


def boxes(root: ET.Element, *looks: str) -> list[tuple[int, int, int, int]]:
    return [
        tuple(int(box.get(side) or 0) for side in ("x", "y", "width", "height"))  # type: ignore[misc]  # always four
        for box in root.iter(f"{SVG}rect")
        if box.get("class") in looks
    ]


@every_machine
def test_a_sheet_has_a_card_for_every_state_and_none_lies_over_another(spec: MachineSpec) -> None:
    root = ET.fromstring(sheet(spec.kind))

    cards = boxes(root, "card", "final", "start")
    assert len(cards) == len(spec.states)
    assert len(boxes(root, "final")) == sum(info.final for info in spec.states.values())
    for (_, one, _, high), (_, other, _, tall) in combinations(cards, 2):
        assert one + high <= other or other + tall <= one


@every_machine
def test_a_sheet_is_read_without_scrolling_sideways_and_every_text_stands_on_it(spec: MachineSpec) -> None:
    root = ET.fromstring(sheet(spec.kind))
    width, height = int(root.get("width") or 0), int(root.get("height") or 0)

    assert width <= PAGE
    for text in root.iter(f"{SVG}text"):
        assert 0 < int(text.get("x") or -1) < width
        assert 0 < int(text.get("y") or -1) < height


@every_machine
def test_every_way_out_has_its_line_and_lines_to_different_states_never_run_together(
    spec: MachineSpec,
) -> None:
    svg, outlined = sheet(spec.kind), outline(spec)
    found = [tuple(map(int, one)) for one in LINE.findall(svg)]
    lines = [(start, x, before + turn) for start, x, turn, before in found]
    straight_down = svg.count('class="on" d="M54 ')

    next_card = {one.state: other.state for _, places in outlined.lanes for one, other in pairwise(places)}
    ways = [(place.state, way.dest) for place in outlined.places for way in place.exits]
    assert len(lines) == sum(next_card.get(state) != dest for state, dest in ways)
    assert straight_down == len({way for way in ways if next_card.get(way[0]) == way[1]})
    for (start, x, end), (begin, at, stop) in combinations(lines, 2):
        if x == at and end != stop:
            assert max(start, end) < min(begin, stop) or max(begin, stop) < min(start, end)


LINE = re.compile(r'd="M\d+ (\d+)H(\d+)q6 0 6 (-?\d+)V(\d+)q')
"""From the height of the way out, along a track, around a corner to the height of the way in."""


@every_machine
def test_the_text_names_every_state_trigger_guard_and_source(spec: MachineSpec) -> None:
    text = written(spec.kind)
    words = set(re.findall(r"[a-z_0-9.]+", text))

    named = {str(state) for state in spec.states} | set(spec.triggers)
    named |= {guard.code for rule in spec.rules for guard in rule.guards}
    assert named <= words
    assert max(map(len, text.splitlines())) <= 160


def test_words_are_escaped_on_a_sheet() -> None:
    spec = SPECS["batch"]
    words = words_of(spec, "vi")

    svg = chart(
        outline(spec),
        type(words)(**{name: getattr(words, name) for name in words.__slots__} | {"state": lambda _: "<b>"}),
    )

    assert escape("<b>") in svg
    assert "<b>" not in svg


def test_chair_and_secretary_together_are_the_head() -> None:
    assert letters([Role.SECRETARY, Role.CHAIR]) == ("H",)
    assert letters([Role.SECRETARY, Role.PRODUCER]) == ("P", "Ht")


def test_numbers_are_written_as_people_write_them() -> None:
    assert ranges([1, 2, 3, 5, 7, 8]) == "1-3, 5, 7-8"


@pytest.mark.parametrize(
    ("options", "starts"), [([], "Batch"), (["--lang", "vi"], "Đợt"), (["--svg"], "<svg ")]
)
def test_the_command_line_shows_a_lifecycle(options: list[str], starts: str) -> None:
    result = CliRunner().invoke(ocop, ["law", "machine", "batch", *options])

    assert result.exit_code == 0
    assert result.output.startswith(starts)
    assert "intake_open" in result.output


def test_the_command_line_knows_no_other_lifecycle() -> None:
    result = CliRunner().invoke(ocop, ["law", "machine", NEW])

    assert isinstance(result.exception, BadInput)
