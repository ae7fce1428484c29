"""Planning a session and its agenda: which products may come on it, how many, seen on the spot, taken off again."""

from collections.abc import Callable
from json import dumps
from typing import Any

import pytest

from core.errors import Refused
from core.tx import Tx
from states.council import agenda
from states.council.models import ITEM_TABLE, SESSION_TABLE
from tests.states.council.sessions import READY, Session, asked_for, hired, planned
from tests.states.every_move.councils import product
from tests.states.every_move.stage import Stage, batch_columns, cycle_columns

OLD = "qd148-2023"
NOBODY = "0192a000-0000-7000-8000-00000000dead"


def on_agenda(session: Session) -> list[tuple[str, bool]]:
    """The products in their order, and whether each is struck off."""
    return [(one["dossier_id"], one["struck"]) for one in session.read()["items"]]


def test_a_planned_session_lists_its_products_in_the_order_named(stage: Stage) -> None:
    session = planned(stage, READY, READY, READY)

    first, second, third = session.dossiers
    assert on_agenda(session) == [(first.id, False), (second.id, False), (third.id, False)]
    assert session.states() == [READY] * 3


def test_only_a_convened_session_schedules_its_products(stage: Stage) -> None:
    session = planned(stage, READY, READY)

    session.convened()

    assert session.states() == ["council.scheduled"] * 2
    row, lines = stage.stored(session.dossiers[0])
    assert row["session_on"] == "2027-04-12"
    assert (lines[-1].trigger, lines[-1].actor.role) == ("schedule", "system")
    assert lines[-1].inputs["moved_by"] == lines[-1].inputs["agenda_of"] == f"session/{session.subject.id}"


def test_a_product_put_on_a_convened_agenda_is_scheduled_at_once(stage: Stage) -> None:
    session, late = planned(stage).convened(), product(stage, READY)

    session.do("put_on_agenda", "province_unit", dossiers=[late.id])

    assert stage.state(late) == "council.scheduled"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        pytest.param({"level": "central"}, "guard_dossier_not_ready", id="another-level"),
        pytest.param({"province_code": "20"}, "guard_dossier_not_ready", id="another-province"),
        pytest.param({"ruleset": OLD}, "guard_other_ruleset", id="another-ruleset"),
    ],
)
def test_a_product_of_another_council_stays_off_the_agenda(
    stage: Stage, columns: dict[str, Any], code: str
) -> None:
    session, stranger = planned(stage), product(stage, READY, **columns)

    assert session.refused("put_on_agenda", "province_unit", dossiers=[stranger.id]) == code
    assert stage.state(stranger) == READY


@pytest.mark.parametrize("named", [[NOBODY], ["x"], [], "x", [1], [None], {}, None])
def test_a_product_that_is_none_is_refused(stage: Stage, named: Any) -> None:
    session = planned(stage)

    assert session.refused("put_on_agenda", "province_unit", dossiers=named) in (
        "guard_dossier_not_ready", "bad_fields"
    )  # fmt: skip


def test_one_product_is_heard_by_one_session_at_a_time(stage: Stage) -> None:
    first = planned(stage)
    second = planned(stage)
    ours = first.dossiers[0].id

    assert second.refused("put_on_agenda", "province_unit", dossiers=[ours]) == "guard_on_an_agenda"

    first.do("strike_off", "province_unit", "Hồ sơ chưa đủ", dossiers=[ours])
    second.do("put_on_agenda", "province_unit", dossiers=[ours])
    assert on_agenda(first) == [(ours, True)]
    assert (ours, False) in on_agenda(second)


def test_of_two_sessions_that_take_a_product_at_once_the_second_is_refused(stage: Stage) -> None:
    first, second = planned(stage), planned(stage)

    def add(tx: Tx) -> None:
        agenda.add(tx, second.subject.id, [first.dossiers[0].id])

    with pytest.raises(Refused) as refusal:
        stage.db.write_now(add)

    assert refusal.value.code == "guard_on_an_agenda"


def test_a_struck_product_may_come_back_to_the_same_session(stage: Stage) -> None:
    session = planned(stage, READY, READY).convened()
    ours = session.dossiers[0]

    session.do("strike_off", "chair", "Chưa đủ mẫu", dossiers=[ours.id])
    assert stage.state(ours) == READY
    session.do("put_on_agenda", "province_unit", dossiers=[ours.id])

    assert stage.state(ours) == "council.scheduled"
    assert on_agenda(session) == [(session.dossiers[1].id, False), (ours.id, False)]


def test_a_planning_that_fails_over_its_agenda_leaves_nothing(stage: Stage) -> None:
    before = stage.count(SESSION_TABLE), stage.count(ITEM_TABLE)

    refused = asked_for(stage, [product(stage, READY).id, product(stage, "advisory.review").id])

    assert (refused.status_code, refused.json()["code"]) == (409, "guard_dossier_not_ready")
    assert (stage.count(SESSION_TABLE), stage.count(ITEM_TABLE)) == before


@pytest.mark.parametrize(("limit", "role"), [(1, "province_unit"), (2, "province_unit")])
def test_the_load_limit_holds_to_its_last_product(stage: Stage, limit: int, role: str) -> None:
    session = planned(stage, READY, READY, load_limit=limit)

    if limit == 1:
        assert session.refused("convene", role) == "guard_load_exceeded"
        assert session.refused("convene", role, overrule=True) == "guard_load_exceeded"
        assert session.refused("convene", role, "Dịp cuối năm") == "guard_load_exceeded"
        session.do("convene", role, "Dịp cuối năm", overrule=True)
    else:
        session.do("convene", role)

    assert session.read()["load_overruled"] is (limit == 1)


@pytest.mark.parametrize(
    ("council", "limit"),
    [
        pytest.param({"level": "province", "batch": 1, "per_day": 40}, 40, id="of-this-batch"),
        pytest.param({"level": "province", "per_day": 60}, 60, id="of-every-batch"),
        pytest.param({"level": "province", "batch": 2, "per_day": 50}, None, id="of-another-batch"),
        pytest.param({"level": "district", "per_day": 20}, None, id="of-another-level"),
        pytest.param({"level": "province", "batch": 1}, None, id="unlimited"),
    ],
)
def test_the_load_is_the_one_the_plan_of_the_cycle_states(
    stage: Stage, council: dict[str, Any], limit: int | None
) -> None:
    cycle = stage.put("cycle", "open", cycle_columns(plan=dumps({"councils": [council]})))
    batch = stage.put("batch", "intake_open", batch_columns(cycle.id, number=1))

    made = planned(stage, cycle_id=cycle.id, batch_id=batch.id)

    assert made.read()["load_limit"] == limit


def test_tourism_is_seen_on_the_spot_before_its_council_meets(stage: Stage) -> None:
    session = planned(stage, READY, READY, columns={"product_group": "tourism"})
    first, second = (one.id for one in session.dossiers)

    session.do("record_visit", "secretary", dossiers=[first], visited_on="2027-04-10")
    assert session.refused("convene", "province_unit") == "guard_tourism_not_visited"
    assert (
        session.refused("record_visit", "chair", dossiers=[second], visited_on="2027-04-13")
        == "guard_day_in_future"
    )
    session.do("record_visit", "chair", dossiers=[second], visited_on="2027-04-12")

    assert session.do("convene", "province_unit") == "convened"
    assert [one["visited_on"] for one in session.read()["items"]] == ["2027-04-10", "2027-04-12"]


def test_a_session_in_the_field_sees_tourism_there(stage: Stage) -> None:
    session = planned(stage, columns={"product_group": "tourism"}, kind="field")

    assert session.do("convene", "province_unit") == "convened"


def test_a_session_of_yesterday_is_not_convened(stage: Stage) -> None:
    session = planned(stage, convened_for="2027-04-11T23:59:00+07:00")

    assert session.refused("convene", "province_unit") == "guard_session_date_impossible"


def test_a_session_whose_council_is_no_longer_appointed_names_another(stage: Stage) -> None:
    """The third member's appointment has not begun on the day of the session."""
    session = planned(stage, convened_for="2027-04-12T14:00:00+07:00")
    newcomer = hired(stage)
    three = session.everybody()

    session.do("name_members", "province_unit", appointments=[*three, newcomer.appointment])
    assert sorted(session.everybody()) == sorted([*three, newcomer.appointment])
    assert newcomer.client.get(session.subject.address).status_code == 200

    session.do("name_members", "province_unit", appointments=three)
    assert newcomer.client.get(session.subject.address).status_code == 404


def test_a_council_without_its_secretary_is_not_convened(stage: Stage) -> None:
    session = planned(stage)

    session.do(
        "name_members", "province_unit", appointments=[session.member("chair"), session.member("member")]
    )

    assert session.refused("convene", "province_unit") == "guard_council_not_appointed"


def _other_batch(stage: Stage) -> dict[str, Any]:
    other = stage.put("cycle", "draft", cycle_columns())
    return {"batch_id": stage.put("batch", "intake_open", batch_columns(other.id)).id}


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        pytest.param(lambda _: {"convened_for": "2027-04-12T14:00:00"}, 422, id="no-zone"),
        pytest.param(
            lambda _: {"convened_for": "9999-12-31T23:59:59-12:00"}, 422, id="beyond-every-calendar"
        ),
        pytest.param(
            lambda _: {"convened_for": "0001-01-01T00:00:00+14:00"}, 422, id="before-every-calendar"
        ),
        pytest.param(lambda _: {"convened_for": "2018-01-05T08:00:00+07:00"}, 422, id="before-every-ruleset"),
        pytest.param(lambda _: {"ruleset": "qd0-1900"}, 422, id="unknown-ruleset"),
        pytest.param(lambda _: {"cycle_id": NOBODY}, 404, id="unknown-cycle"),
        pytest.param(lambda _: {"batch_id": NOBODY}, 422, id="unknown-batch"),
        pytest.param(_other_batch, 422, id="batch-of-another-cycle"),
        pytest.param(lambda _: {"appointments": [NOBODY]}, 422, id="unknown-appointment"),
        pytest.param(lambda _: {"appointments": ["x"]}, 422, id="appointment-no-id"),
        pytest.param(lambda _: {"load_limit": 0}, 422, id="no-load"),
        pytest.param(lambda _: {"load_limit": 10**30}, 422, id="endless-load"),
        pytest.param(lambda _: {"title": ""}, 422, id="no-title"),
        pytest.param(lambda _: {"title": "x" * 301}, 422, id="long-title"),
        pytest.param(lambda _: {"kind": "secret"}, 422, id="unknown-kind"),
        pytest.param(lambda _: {"extra": 1}, 422, id="unknown-field"),
    ],
)
def test_bad_data_plans_no_session(
    stage: Stage, given: Callable[[Stage], dict[str, Any]], refusal: int
) -> None:
    before = stage.count(SESSION_TABLE)

    answer = asked_for(stage, [], **given(stage))

    assert answer.status_code == refusal, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert stage.count(SESSION_TABLE) == before
