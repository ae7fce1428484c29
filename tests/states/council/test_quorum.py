"""The quorum of one product: who counts, who is there, who heads; settings and conflicts."""

import pytest

from regulations.settings import DEFAULTS, SettingValue
from states.council.quorum import Sitting, judges, quorum_of
from states.council.states import Office


def seats(present: str, *, offices: str = "cmmmmmmmm") -> list[Sitting]:
    """Nine seats, c for the chair, d for a deputy; a capital in ``present`` is a seat that is taken."""
    kinds = {"c": Office.CHAIR, "d": Office.DEPUTY, "m": Office.MEMBER, "s": Office.SECRETARY}
    return [
        Sitting(f"p{place}", f"a{place}", kinds[letter], letter != "s", mark == "x")
        for place, (letter, mark) in enumerate(zip(offices, present, strict=True))
    ]


@pytest.mark.parametrize(
    ("present", "offices", "reason"),
    [
        pytest.param("xxxxxx---", "cmmmmmmmm", None, id="six-of-nine-with-the-chair"),
        pytest.param("xxxxx----", "cmmmmmmmm", "no_quorum", id="five-of-nine"),
        pytest.param("-xxxxxxx-", "cmmmmmmmm", "head_absent", id="seven-without-a-head"),
        pytest.param("-xxxxxx--", "cdmmmmmmm", None, id="six-with-the-deputy"),
        pytest.param("xxxxx-xxx", "cmmmmmsss", None, id="secretaries-hold-no-seat"),
        pytest.param("xxxx--xxx", "cmmmmmsss", None, id="four-of-six-seats"),
        pytest.param("xxx---xxx", "cmmmmmsss", "no_quorum", id="secretaries-do-not-make-up-for-members"),
    ],
)
def test_a_quorum_is_two_thirds_of_the_seats_with_a_head(
    present: str, offices: str, reason: str | None
) -> None:
    assert quorum_of(seats(present, offices=offices), (), DEFAULTS).verdict.reason == reason


@pytest.mark.parametrize(
    ("changed", "present", "conflicted", "found"),
    [
        pytest.param({}, "xxxxxxx--", ["a1"], (9, 6, 1, None), id="kept-out-but-in-the-base"),
        pytest.param({}, "xxxxxx---", ["a1"], (9, 5, 1, "no_quorum"), id="kept-out-is-not-present"),
        pytest.param({"conflicted_in_quorum_base": False}, "xxxxxx---", ["a1"], (8, 5, 1, "no_quorum"), id="smaller-base"),
        pytest.param({"conflicted_in_quorum_base": False}, "xxxxxxx--", ["a1"], (8, 6, 1, None), id="six-of-eight"),
        pytest.param({"conflicts": "declare_only"}, "xxxxxx---", ["a1"], (9, 6, 0, None), id="only-declared"),
        pytest.param({}, "xxxxxxx--", ["a0"], (9, 6, 1, "head_absent"), id="the-head-is-kept-out"),
        pytest.param({"quorum_needs_head": False}, "xxxxxxx--", ["a0"], (9, 6, 1, None), id="no-head-needed"),
        pytest.param({"quorum": "3/4"}, "xxxxxx---", [], (9, 6, 0, "no_quorum"), id="three-quarters"),
        pytest.param({"conflicted_in_quorum_base": False}, "xxxxxxxxx", [f"a{n}" for n in range(9)], (0, 0, 9, "no_quorum"), id="nobody-left"),
    ],
)  # fmt: skip
def test_a_conflict_keeps_out_of_one_product(
    changed: dict[str, SettingValue],
    present: str,
    conflicted: list[str],
    found: tuple[int, int, int, str | None],
) -> None:
    quorum = quorum_of(seats(present), conflicted, DEFAULTS.with_(**changed))

    assert (quorum.seats, quorum.present, quorum.conflicted, quorum.verdict.reason) == found


def test_ballots_are_waited_for_from_those_who_may_judge() -> None:
    everybody = seats("xxx", offices="cms")

    assert [one.account_id for one in judges(everybody, ["a1"], DEFAULTS)] == ["a0"]
