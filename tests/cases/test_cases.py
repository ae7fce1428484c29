"""Every case of every case file whose question the product can answer."""

from collections import Counter

import pytest

from regulations.rulesets import all_rulesets
from regulations.settings import BY_LEVEL, BY_NAME
from tests.cases import answers, machine_answers
from tests.cases.case_files import Case, all_cases, vocabulary
from tests.cases.compare import differences

ANSWERS = {**answers.ANSWERS, **machine_answers.ANSWERS}


@pytest.mark.parametrize("case", all_cases(), ids=str)
def test_case_is_answered_as_written(case: Case) -> None:
    assert differences(case, ANSWERS[case.ask](case)) == [], f"{case.title['en']} ({case.basis})"


ALLOWED = [case for case in all_cases() if case.ask == "fire" and case.then["allowed"]]
CONTEXT = {("surprise_inspection", "stars")}
"""Words that set the scene only: the Ministry may inspect a product of any stars (Art. 9.4.b)."""


@pytest.mark.parametrize("case", ALLOWED, ids=str)
def test_a_move_that_a_case_allows_is_allowed_after_looking_at_what_the_case_states(case: Case) -> None:
    """Guards whose facts are not given hold, so a word that no guard reads would make its case prove nothing."""
    unread = machine_answers.ask_fire(case)["unread"]

    assert [word for word in unread if (case.when["trigger"], word) not in CONTEXT] == []


def test_every_question_of_the_vocabulary_is_answered() -> None:
    assert set(vocabulary()["asks"]) == set(ANSWERS)


def test_no_case_id_stands_twice() -> None:
    twice = [name for name, count in Counter(case.id for case in all_cases()).items() if count > 1]

    assert twice == []


def test_all_302_cases_are_here() -> None:
    assert len(all_cases()) >= 302


def test_settings_are_those_of_the_vocabulary() -> None:
    words = vocabulary()["settings"]
    values = {name: set(each.values) - {BY_LEVEL} for name, each in BY_NAME.items()}
    defaults = {name: each.default for name, each in BY_NAME.items() if name != "on_floor_miss"}

    assert values == {name: set(word["values"]) for name, word in words.items()}
    assert defaults == {name: word["default"] for name, word in words.items() if name != "on_floor_miss"}


def test_reasons_of_the_cases_and_codes_of_the_product_are_one_to_one() -> None:
    renamed = machine_answers.REASONS
    places = [(lifecycle, trigger, word) for (lifecycle, trigger, _), word in renamed.items()]

    assert len(set(places)) == len(renamed)
    assert {word for _, _, word in places} <= set(vocabulary()["reasons"])


def test_rulesets_are_those_of_the_vocabulary() -> None:
    assert [each.id for each in all_rulesets()] == vocabulary()["rulesets"]
