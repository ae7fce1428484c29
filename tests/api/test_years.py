"""A year over HTTP: dates moved in the preview, next year's plan, the list before closing, closing, the report."""

from typing import Any

import pytest

from api.schemas.cycles import PreviewRead
from api.schemas.years import CloneRead, ClosedRead, ClosingRead, ReportRead
from registry.roles import Role
from states.cycle.plan import parse
from tests.api.people import NOWHERE, V1, House, code_of
from tests.api.test_programme import PLAN, accepted
from tests.states.years.conftest import Year

REST = [{"act": "proposed", "reason": "hết năm", "rest": True}]


@pytest.fixture
def year(house: House) -> Year:
    """The house's open year with two ideas, at its end."""
    made = Year(house.db, house.clock, house.world)
    made.on("2027-03-01T08:00")
    made.idea("nháp", submit=False)
    made.idea("đã nộp", submit=True)
    made.on("2027-12-31T08:00")
    made.finish_batches()
    return made


def at(house: House, more: str) -> str:
    return f"{V1}/cycles/{house.world.cycle}{more}"


def test_moves_belong_to_the_preview_and_its_digest(house: House) -> None:
    coordinator = house.role(Role.PROVINCE_UNIT)
    moves = {"IDEA_WINDOW": "2028-05-10"}
    plain = coordinator.post(f"{V1}/cycles/preview", json={"plan": PLAN}).json()
    reasons = accepted(plain)
    shown = coordinator.post(
        f"{V1}/cycles/preview", json={"plan": PLAN, "accepted": reasons, "moves": moves}
    ).json()
    body = {"plan": PLAN, "accepted": reasons, "digest": shown["digest"]}

    unmoved = coordinator.post(f"{V1}/cycles", json=body)
    opened = coordinator.post(f"{V1}/cycles", json={**body, "moves": moves})

    PreviewRead.model_validate(shown)
    assert [(each["key"], each["becomes"], each["why"]) for each in shown["moved"]] == [
        ("IDEA_WINDOW", "2028-05-10", "moved")
    ]
    assert [each["channel"] for each in shown["channels"]] == ["sink", "inbox"]
    assert code_of(unmoved) == (409, "preview_outdated")
    assert opened.status_code == 201, opened.text
    cycle = coordinator.get(f"{V1}/cycles/{opened.json()['cycle_id']}").json()
    assert (
        next(each["last_day"] for each in cycle["deadlines"] if each["code"] == "IDEA_WINDOW") == "2028-05-10"
    )


@pytest.mark.parametrize(
    ("moves", "status", "code"),
    [
        ({"IDEA_WINDOW": "mai"}, 422, "bad_fields"),
        ({"NOBODY": "2028-05-10"}, 422, "plan_move_unknown"),
        ({"BATCH1_PROPOSE": "2028-06-10"}, 422, "plan_invalid"),
    ],
)
def test_a_move_that_cannot_be_is_refused(
    house: House, moves: dict[str, str], status: int, code: str
) -> None:
    answer = house.role(Role.PROVINCE_UNIT).post(f"{V1}/cycles/preview", json={"plan": PLAN, "moves": moves})

    assert code_of(answer) == (status, code)


def test_the_plan_of_the_year_after_can_be_read(house: House) -> None:
    answer = house.role(Role.PROVINCE_UNIT).post(at(house, "/clone"), json={})

    made = answer.json()
    CloneRead.model_validate(made)
    assert made["year"] == parse(made["plan"]).first_year == 2028
    assert {"law", "year"} <= {reason for each in made["shifts"] for reason in each["reasons"]}
    assert code_of(house.role(Role.PRODUCER).post(at(house, "/clone"), json={})) == (403, "plan_not_yours")
    assert code_of(house.role(Role.PROVINCE_UNIT).post(f"{V1}/cycles/{NOWHERE}/clone", json={}))[0] == 404


def test_a_year_is_closed_exactly_as_listed(house: House, year: Year) -> None:
    coordinator = house.role(Role.PROVINCE_UNIT)
    listed: dict[str, Any] = coordinator.post(at(house, "/close"), json={"decisions": REST}).json()

    outdated = coordinator.post(at(house, "/close"), json={"decisions": [], "digest": listed["digest"]})
    closed = coordinator.post(at(house, "/close"), json={"decisions": REST, "digest": listed["digest"]})
    report = coordinator.get(at(house, "/report")).json()

    ClosingRead.model_validate(listed)
    assert (listed["undecided"], listed["carried_over"], listed["closed"]) == (0, 1, 1)
    assert code_of(outdated) == (409, "preview_outdated")
    ClosedRead.model_validate(closed.json())
    ReportRead.model_validate(report)
    assert closed.json()["report_digest"] == report["digest"]
    assert report["made_at"] is not None
    assert coordinator.get(at(house, "")).json()["state"] == "closed"


def test_only_those_who_may_look_are_shown_the_list_and_only_the_unit_closes(
    house: House, year: Year
) -> None:
    auditor, producer = house.role(Role.AUDITOR), house.role(Role.PRODUCER)
    listed = auditor.post(at(house, "/close"), json={"decisions": REST})

    assert listed.status_code == 200
    assert code_of(producer.post(at(house, "/close"), json={})) == (403, "plan_not_yours")
    digest = listed.json()["digest"]
    assert code_of(auditor.post(at(house, "/close"), json={"decisions": REST, "digest": digest}))[0] == 403
    assert code_of(producer.get(at(house, "/report"))) == (403, "plan_not_yours")
    assert house.role(Role.PROVINCE_UNIT).get(at(house, "")).json()["state"] == "under_review"


def test_a_decision_that_cannot_be_is_named_by_its_place(house: House, year: Year) -> None:
    answer = house.role(Role.PROVINCE_UNIT).post(
        at(house, "/close"), json={"decisions": [{"act": "burn", "reason": "x", "rest": True}]}
    )

    assert code_of(answer) == (422, "bad_fields")
    assert [each["path"] for each in answer.json()["fields"]] == ["decisions.0.act"]


def test_a_task_is_reported_by_the_one_door(house: House) -> None:
    coordinator = house.role(Role.PROVINCE_UNIT)
    cycle = coordinator.get(at(house, "")).json()
    body = {
        "trigger": "report_task", "expected_version": cycle["version"],
        "data": {"task_id": cycle["tasks"][0]["id"], "task_status": "done", "task_document": "7/BC"},
    }  # fmt: skip

    answer = coordinator.post(at(house, "/transitions"), json=body)

    assert answer.status_code == 200, answer.text
    after = coordinator.get(at(house, "")).json()["tasks"][0]
    assert (after["status"], after["document"]) == ("done", "7/BC")
