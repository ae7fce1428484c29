"""The state diagram and the year strip: drawn from tables, without styles, complete."""

from datetime import date
from html import escape
from xml.etree import ElementTree as ET

import pytest

from states import moves
from states.engine.diagram import Step, draw
from states.engine.rules import MachineSpec
from web import strip
from web.history import words_of

SPECS = [machine.spec for machine in moves.MACHINES.values()]
QUIET = strip.Calendar([date(2027, 2, 8)], [(date(2027, 1, 27), date(2027, 2, 15))])


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.kind)
def test_the_whole_table_is_drawn_where_nothing_was_walked(spec: MachineSpec) -> None:
    svg = draw(spec, words=words_of(spec.kind))

    boxes = [box for box in parsed(svg).iter("rect") if box.get("class") != "lane"]
    assert len(boxes) == len(spec.states) - 1  # all but the one before the first line
    assert "style=" not in svg


def test_the_way_walked_is_heavy_and_the_present_state_stands_out() -> None:
    spec = moves.machine_of("dossier").spec
    steps = [
        Step("new", "idea.draft", "17/02/2027"),
        Step("idea.draft", "idea.submitted", "18/02/2027"),
        Step("idea.submitted", "idea.returned", "19/02/2027"),
        Step("idea.returned", "idea.submitted", "25/02/2027"),
    ]

    svg = draw(spec, steps, here="idea.submitted", words=words_of("dossier"))

    looks = [box.get("class") for box in parsed(svg).iter("rect")]
    assert (looks.count("here"), looks.count("walk")) == (1, 2)
    assert "đang ở đây" in svg
    assert "18/02/2027 và 25/02/2027" in svg
    assert svg.count('class="arc-w"') == 3  # down, out to the side and back
    assert svg.count('class="lane"') == 6  # phases ahead are closed lanes


def test_words_are_escaped() -> None:
    spec = moves.machine_of("batch").spec
    words = words_of("batch")

    svg = draw(spec, words=type(words)(lambda _: "<b>", words.phase, '"x"', "", "", ""))

    assert escape("<b>") in svg
    assert "<b>" not in svg


def test_the_strip_draws_every_window_and_numbers_every_deadline() -> None:
    bars = [strip.Bar("idea", "Nhận ý tưởng", date(2027, 2, 16), date(2027, 4, 29))]
    dues = [strip.Diamond(1, date(2027, 4, 29)), strip.Diamond(2, date(2028, 1, 29), bad=True)]

    svg = strip.draw(2027, bars, dues, QUIET, today=date(2027, 3, 1), title="Lịch")

    root = parsed(svg)
    assert [text.text for text in root.iter("text") if (text.get("class") or "").startswith("w")] == [
        "1",
        "2",
    ]
    assert [path.get("class") for path in root.iter("path")] == ["k1", "k6"]
    assert sum(box.get("class") == "tet" for box in root.iter("rect")) == 1
    assert "hôm nay" in svg
    assert "style=" not in svg


def test_deadlines_of_one_day_stand_on_levels_of_their_own() -> None:
    dues = [strip.Diamond(number, date(2027, 6, 30)) for number in (1, 2, 3)]

    root = parsed(strip.draw(2027, [], dues, QUIET, today=None, title="Lịch"))

    assert len({mark.get("y") for mark in root.iter("svg") if mark is not root}) == 3


def test_a_day_outside_of_the_strip_is_left_to_the_table() -> None:
    dues = [strip.Diamond(1, date(2029, 1, 1))]

    assert "k1" not in strip.draw(2027, [], dues, QUIET, today=None, title="Lịch")
