"""Data that fits the form's types and makes no sense: one clear refusal, nothing written, alike on both databases."""

from typing import Any

import pytest

from tests.states.every_move.stage import Stage, Subject, cycle_columns, dossier_columns
from tests.states.every_move.table import DECISION, STANDING

ACT = {"ground": "Mưa lũ", "approver": "UBND tỉnh", "document": "4/QĐ", "scope": "toàn tỉnh"}


@pytest.mark.parametrize(
    ("state", "trigger", "role", "data"),
    [
        pytest.param(
            "council.scoring", "record_council_facts", "secretary", {"points_sum": 560, "points_count": 1},
            id="a-mean-over-a-hundred",
        ),
        pytest.param(
            "decision.pending", "decide_recognition", "province_chair", DECISION | {"decision_on": "9999-12-31"},
            id="a-decision-at-the-end-of-time",
        ),
        pytest.param(
            "decision.pending", "decide_recognition", "province_chair", DECISION | {"decision_number": "7" * 200},
            id="a-number-no-column-holds",
        ),
        pytest.param(
            "review.in_progress", "file_results", "producer",
            {"revenue_million_vnd": 2**60, "output": "3 tấn", "market": "Trong tỉnh"}, id="more-money-than-json-counts",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_writes_nothing(
    stage: Stage, state: str, trigger: str, role: str, data: dict[str, Any]
) -> None:
    dossier = stage.put("dossier", state, dossier_columns(stage, **STANDING["dossier", state]))
    before = stage.stored(dossier)

    answer = stage.ask(dossier, trigger, role, data=data)

    assert (answer.status_code, answer.json()["code"]) in ((422, "bad_fields"), (409, answer.json()["code"]))
    assert stage.stored(dossier) == before


def test_a_deadline_cannot_be_put_off_to_the_end_of_time(stage: Stage) -> None:
    cycle = stage.put("cycle", "open", cycle_columns())
    act = {**ACT, "deadline_id": stage.deadline_of(cycle), "new_last_day": "9999-12-31"}
    before = stage.stored(cycle)

    answer = stage.ask(cycle, "extend_window", "province_unit", data=act)

    assert answer.status_code == 422, answer.text
    assert stage.stored(cycle) == before


def scored(stage: Stage, data: dict[str, Any], **columns: Any) -> tuple[Any, Subject]:
    standing = STANDING["dossier", "council.scoring"] | columns
    dossier = stage.put("dossier", "council.scoring", dossier_columns(stage, **standing))
    return stage.ask(dossier, "record_council_facts", "secretary", data=data), dossier


def test_a_floor_missed_for_one_star_leaves_none(stage: Stage) -> None:
    facts = {"points_sum": 560, "points_count": 7, "floor_stars": 0}

    answer, dossier = scored(stage, facts)

    assert answer.status_code == 200, answer.text
    assert stage.stored(dossier)[0]["stars"] == 0


def test_ballots_noted_before_anybody_said_how_many_are_needed_move_nothing(stage: Stage) -> None:
    answer, dossier = scored(stage, {"ballots": 1}, required_ballots=None, ballots=None)

    assert answer.status_code == 200, answer.text
    assert stage.state(dossier) == "council.scoring"
