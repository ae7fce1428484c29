"""Every case of every case file whose question the product can answer."""

from collections import Counter

import pytest

from regulations.rulesets import all_rulesets
from regulations.settings import BY_LEVEL, BY_NAME
from tests.cases.answers import ANSWERS, COVERED, NOT_YET, UNCOVERED, differences
from tests.cases.case_files import Case, all_cases, vocabulary


@pytest.mark.parametrize("case", COVERED, ids=str)
def test_case_is_answered_as_written(case: Case) -> None:
    assert differences(case, ANSWERS[case.ask](case)) == [], f"{case.title['en']} ({case.basis})"


def test_only_questions_for_the_machines_wait() -> None:
    waiting = {case.ask for case in UNCOVERED}

    assert waiting <= NOT_YET
    assert not NOT_YET & set(ANSWERS)


def test_every_question_of_the_vocabulary_is_answered_or_waits() -> None:
    assert set(vocabulary()["asks"]) == set(ANSWERS) | NOT_YET


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


def test_rulesets_are_those_of_the_vocabulary() -> None:
    assert [each.id for each in all_rulesets()] == vocabulary()["rulesets"]
