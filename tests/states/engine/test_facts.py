"""Conditions: three-valued, closed, and the same after a way through JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.engine.facts import (
    Condition,
    Fact,
    Facts,
    Truth,
    UnknownOperatorError,
    condition_from_json,
    evaluate,
)

NOW, DUE = "2027-03-01T16:59:59.999999Z", "2027-03-01T17:00:00.000000Z"
IN_TIME = Fact("now") < Fact("due_at")


@pytest.mark.parametrize(
    ("condition", "facts", "truth"),
    [
        pytest.param(IN_TIME, {"now": NOW, "due_at": DUE}, True, id="last-instant"),
        pytest.param(IN_TIME, {"now": DUE, "due_at": DUE}, False, id="first-instant-too-late"),
        pytest.param(IN_TIME, {"now": NOW}, None, id="fact-not-given"),
        pytest.param(IN_TIME, {"now": NOW, "due_at": None}, None, id="null-has-no-order"),
        pytest.param(
            ~Fact("due_at").given() | IN_TIME, {"now": NOW, "due_at": None}, True, id="no-limit-set"
        ),
        pytest.param(
            Fact("sum") >= Fact("count").times(90), {"sum": 809, "count": 9}, False, id="89.89-is-not-90"
        ),
        pytest.param(Fact("sum") >= Fact("count").times(90), {"sum": 810, "count": 9}, True, id="exactly-90"),
        pytest.param(Fact("ok").equals(True), {"ok": 1}, False, id="one-is-not-true"),
        pytest.param(Fact("n").given(), {"n": 0}, True, id="zero-is-given"),
        pytest.param(Fact("yes").given(), {"yes": False}, False, id="false-is-not-given"),
        pytest.param(Fact("x").is_in(["a"]), {"x": None}, None, id="null-is-in-nothing"),
        pytest.param(Fact("l").includes_all(["a", "b"]), {"l": ["b", "a", "c"]}, True, id="holds-all"),
        pytest.param(Fact("l").includes_all(["a", "b"]), {"l": ["a"]}, False, id="one-lacks"),
        pytest.param((Fact("a") > 1) & (Fact("b") > 1), {"b": 0}, False, id="one-false-settles-and"),
        pytest.param((Fact("a") > 1) | (Fact("b") > 1), {"b": 2}, True, id="one-true-settles-or"),
    ],
)
def test_a_condition_is_true_false_or_unknown(condition: Condition, facts: Facts, truth: Truth) -> None:
    assert evaluate(condition, facts) is truth


LEAVES = st.sampled_from([Fact("a") > 1, Fact("b").equals("x"), Fact("c").is_in([1, 2]), Fact("d").given()])
CONDITIONS = st.recursive(
    LEAVES, lambda inner: st.builds(lambda a, b: a & b, inner, inner) | st.builds(lambda a, b: a | b, inner, inner) | st.builds(lambda a: ~a, inner)
)  # fmt: skip
VALUES = st.sampled_from([0, 1, 2, "x", None, True])
FACTS = st.dictionaries(st.sampled_from("abcd"), VALUES)


@given(CONDITIONS, FACTS)
def test_a_condition_read_back_from_json_judges_alike(
    condition: Condition, facts: dict[str, int | str | None]
) -> None:
    again = condition_from_json(json.loads(json.dumps(condition.to_json())))

    assert evaluate(again, facts) is evaluate(condition, facts)


@given(CONDITIONS, FACTS, VALUES)
def test_what_is_known_stays_so_when_more_becomes_known(
    condition: Condition, facts: dict[str, int | str | None], value: int | str | None
) -> None:
    truth = evaluate(condition, facts)
    more = {**dict.fromkeys("abcd", value), **facts}

    assert truth is None or evaluate(condition, more) is truth


def test_an_operator_outside_the_closed_set_is_refused() -> None:
    with pytest.raises(UnknownOperatorError, match="matches"):
        condition_from_json(["matches", ["fact", "a"], ["const", ".*"]])
