"""Dates that hang on one another, dates that are moved, and a plan written back as the text it came from. No database."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from states.cycle.plan import parse, plan_of
from states.cycle.plan_dates import dated, read_moves
from states.cycle.plan_writing import plan_text as written
from states.cycle.plan_writing import values_of
from tests.states.cycle.factories import PLANS, faults, plan_text

HEAD = "format: ocop-plan/1\nprovince: 19\nyear: 2027\ntitle: a\ndocuments: []\n"
HANGING = (
    HEAD
    + """windows:
  - {step: idea, opens: 2027-02-16, closes: IDEA_WINDOW.opens + 72 days}
batches:
  - level: province
    number: 1
    opens: IDEA_WINDOW - 60 days
    steps:
      - {step: file, date: BATCH1_PROPOSE - 28 days, bound: by}
      - {step: propose, date: 2027-04-30, bound: before}
      - {step: evaluate, date: BATCH1_PROPOSE + 61 days, bound: before}
tasks:
  - {title: first, ref: one, due: IDEA_WINDOW + 15 days}
  - {title: second, after: [one], due: TASK/1 + 1 day}
"""
)


def test_a_date_that_hangs_on_another_is_counted_from_the_stated_one() -> None:
    plan = parse(HANGING)

    assert plan.windows[0].closes == date(2027, 4, 29)
    assert plan.batches[0].opens == date(2027, 2, 28)
    assert [step.date for step in plan.batches[0].steps] == [
        date(2027, 4, 2), date(2027, 4, 30), date(2027, 6, 30)
    ]  # fmt: skip
    assert [task.due for task in plan.tasks] == [date(2027, 5, 14), date(2027, 5, 15)]
    assert {each.path: each.offset for each in plan.hanging}["tasks[1].due"] == "TASK/1 + 1 days"


def test_moving_a_base_moves_all_that_hangs_on_it_and_nothing_else() -> None:
    before = parse(HANGING)

    after = before.moved({"IDEA_WINDOW.opens": date(2027, 2, 18)}, {})

    assert after.windows[0].closes == date(2027, 5, 1)
    assert after.batches[0].opens == date(2027, 3, 2)
    assert [task.due for task in after.tasks] == [date(2027, 5, 16), date(2027, 5, 17)]
    assert after.batches[0].steps == before.batches[0].steps
    assert before == parse(HANGING)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param(("IDEA_WINDOW + 15", "IDEE + 15"), ("plan_base_unknown", 17, 35), id="no-such-base"),
        pytest.param(("2027-02-16", "TASK/2 - 100 days"), ("plan_base_circle", 7, 25), id="circle"),
        pytest.param(("+ 72 days", "+ 72 weeks"), ("plan_not_a_day", 7, 45), id="other-unit"),
        pytest.param(("2027-04-30", "2100-12-30"), ("plan_out_of_range", 15, 32), id="beyond-every-year"),
        pytest.param(("2027-02-16", "9999-12-31"), ("plan_out_of_range", 7, 25), id="no-year-of-the-programme"),
    ],
)  # fmt: skip
def test_a_date_that_cannot_be_counted_is_named_by_place(
    change: tuple[str, str], found: tuple[str, int, int]
) -> None:
    assert found in faults(HANGING.replace(*change, 1))


def test_a_base_that_is_missing_is_named_once() -> None:
    text = HANGING.replace("IDEA_WINDOW + 15", "IDEE + 15")

    assert [fault for fault in faults(text) if fault[0] == "plan_base_unknown"] == [
        ("plan_base_unknown", 17, 35)
    ]


def test_a_move_that_breaks_the_order_is_named_by_place() -> None:
    with pytest.raises(BadInput) as refusal:
        parse(HANGING, "a.yaml").moved({"BATCH1_PROPOSE": date(2027, 3, 1)}, {})

    assert [(fault.code, fault.params["line"]) for fault in refusal.value.fields] == [("plan_backwards", 11)]


@pytest.mark.parametrize(
    ("moves", "code"),
    [
        pytest.param({"NOBODY": date(2027, 3, 1)}, "plan_move_unknown", id="no-such-date"),
        pytest.param({"IDEA_WINDOW": date(9999, 12, 31)}, "plan_move_outside", id="no-year-of-the-programme"),
    ],
)
def test_a_move_of_nothing_or_to_nowhere_is_refused(moves: dict[str, date], code: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse(HANGING).moved(moves, {})

    assert refusal.value.code == code


def test_a_move_that_is_no_day_is_named_by_its_key() -> None:
    with pytest.raises(BadInput) as refusal:
        read_moves({"TASK/1": "mai", "IDEA_WINDOW": "2027-03-01"})

    assert [fault.path for fault in refusal.value.fields] == ["moves.TASK/1"]


def test_a_month_gives_way_to_the_day_it_is_moved_to() -> None:
    plan = parse(HEAD + "calendar:\n  - {title: Họp, month: 2027-09}\n")

    moved = plan.moved({"CALENDAR_ENTRY": date(2027, 9, 20)}, {})

    assert (plan.calendar[0].stated, moved.calendar[0].stated) == (date(2027, 9, 30), date(2027, 9, 20))
    assert moved.calendar[0].month is None


def test_dates_of_one_code_are_told_apart_by_their_number() -> None:
    text = (
        HEAD
        + "calendar:\n  - {title: a, month: 2027-03}\n  - {title: b, from: 2027-04-01, to: 2027-04-02}\n"
        + "tasks:\n  - {title: c}\n  - {title: d, due: 2027-05-01}\n"
    )

    keys = [each.key for each in dated(parse(text).written)]

    assert keys == ["CALENDAR/1", "CALENDAR/2.opens", "CALENDAR/2", "TASK/2"]


@pytest.mark.parametrize("name", [*(path.name for path in sorted(PLANS.glob("*.yaml"))), "hanging"])
def test_a_plan_written_back_is_the_same_plan(name: str) -> None:
    plan = parse(HANGING if name == "hanging" else plan_text(name))

    stored = json.loads(json.dumps(plan.to_json()))

    assert parse(written(plan.written)) == plan
    assert plan_of(values_of(stored)) == plan


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(
    lambda text: bool(text.strip())
)


@given(title=WORDS, what=WORDS)
def test_whatever_words_a_plan_holds_are_read_back(title: str, what: str) -> None:
    values = parse(HEAD + "targets:\n  - {kind: count, what: x, at_least: 1}\n").written
    values["title"], values["targets"][0]["what"] = title, what

    again = parse(written(values))

    assert again == parse(written(again.written))
    assert again.title == parse(written(again.written)).title
