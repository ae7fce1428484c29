"""How a session ends or is put off, and what becomes of its products: minutes with two signatures, adjourned, cancelled."""

from typing import Any

import pytest

from core.tx import Tx
from registry.accounts.appointments import appoint
from registry.roles import Role
from states.moves import machine_of
from tests.states.council.sessions import READY, Session, hired, planned
from tests.states.every_move.stage import Stage
from tests.world import PROVINCE, SYSTEM

LATER = "2027-04-19T08:00:00+07:00"


def signed_by(session: Session) -> list[bool]:
    """Whether the chair, and whether the secretary has signed."""
    found = session.read()
    return [found[f"{office}_signed_at"] is not None for office in ("chair", "secretary")]


@pytest.mark.parametrize(("first", "second"), [("chair", "secretary"), ("secretary", "chair")])
def test_the_minutes_stand_when_the_second_of_the_two_has_signed(
    stage: Stage, first: str, second: str
) -> None:
    session = planned(stage, READY, READY).concluded()

    assert session.do("sign_minutes", first) == "concluded"
    assert signed_by(session) == [first == "chair", first == "secretary"]
    assert session.states() == ["council.tallied"] * 2
    assert session.refused("sign_minutes", first) == "guard_signed_already"

    assert session.do("sign_minutes", second) == "minutes_signed"
    assert session.states() == ["council.concluded"] * 2
    _, lines = stage.stored(session.dossiers[0])
    assert (lines[-1].trigger, lines[-1].actor.role) == ("adopt_result", "system")
    assert lines[-1].inputs["minutes_signed"] is True


def test_both_names_stand_under_the_same_results(stage: Stage) -> None:
    """The results one of them has signed are not the ones the dossier states any more."""
    session = planned(stage).concluded()
    session.do("sign_minutes", "chair")
    ours = session.dossiers[0]
    stage.db.write_now(lambda tx: _overwrite(tx, ours.id))

    assert session.refused("sign_minutes", "secretary") == "guard_results_changed"
    assert session.states() == ["council.tallied"]


def _overwrite(tx: Tx, dossier_id: str) -> None:
    """What no program does: a result changed beneath the session."""
    machine_of("dossier").update(tx, dossier_id, {"points_sum": 199})


def test_one_person_does_not_sign_for_both_offices(stage: Stage) -> None:
    """The deputy who keeps the minutes is chair and secretary in one."""
    both = hired(stage, Role.CHAIR)
    secretary = stage.db.write_now(
        lambda tx: appoint(tx, both.account, Role.SECRETARY, PROVINCE, actor=SYSTEM)
    )
    session = planned(stage)
    others = session.everybody()
    session.do("name_members", "province_unit", appointments=[*others, both.appointment, secretary])
    session.concluded(ballots=3)

    first = both.client.post(f"{session.subject.address}/transitions", json=_sign(stage, session))
    again = both.client.post(f"{session.subject.address}/transitions", json=_sign(stage, session))

    assert (first.status_code, first.json()["state"]) == (200, "concluded")
    assert (again.status_code, again.json()["code"]) == (409, "guard_signed_already")


def _sign(stage: Stage, session: Session) -> dict[str, Any]:
    return {"trigger": "sign_minutes", "expected_version": stage.stored(session.subject)[0]["move_version"]}


def test_a_closed_session_has_its_report_and_holds_no_product(stage: Stage) -> None:
    session = planned(stage).concluded()
    session.do("sign_minutes", "chair")
    session.do("sign_minutes", "secretary")

    assert session.do("close", "province_unit", report_document="12/BC-HĐ") == "closed"

    assert session.read()["report_document"] == "12/BC-HĐ"
    assert "close" not in [one["trigger"] for one in session.read("province_unit")["actions"]]


@pytest.mark.parametrize("document", ["", "   ", "x" * 61, 12, None, ["6/BC"]])
def test_a_session_is_not_closed_without_its_report(stage: Stage, document: Any) -> None:
    session = planned(stage).concluded()
    session.do("sign_minutes", "chair")
    session.do("sign_minutes", "secretary")

    refused = session.refused("close", "province_unit", report_document=document)

    assert refused in ("guard_council_report_missing", "bad_fields")


def test_a_session_put_off_lets_its_products_wait_and_takes_them_up_on_its_new_day(stage: Stage) -> None:
    session = planned(stage, READY, READY).convened()
    session.do("deliver_materials", "secretary", delivered_on="2027-04-12")
    session.do("record_attendance", "secretary", present=session.everybody())

    assert session.do("adjourn", "chair", "Bão số 3", adjourned_to=LATER) == "adjourned"
    assert session.states() == [READY] * 2
    found = session.read()
    assert (found["adjourned_to"], found["materials_on"]) == ("2027-04-19T01:00:00.000000Z", None)
    assert not any(one["present"] for one in found["members"])
    refused = stage.ask(session.dossiers[0], "schedule", "province_unit", data={"session_on": "2027-04-20"})
    assert refused.json()["code"] == "guard_on_an_agenda"

    assert session.do("convene", "province_unit") == "convened"
    assert session.states() == ["council.scheduled"] * 2
    assert session.read()["convened_for"] == "2027-04-19T01:00:00.000000Z"
    assert session.read()["adjourned_to"] is None
    assert [stage.stored(one)[0]["session_on"] for one in session.dossiers] == ["2027-04-19"] * 2


@pytest.mark.parametrize(
    ("reason", "data", "code"),
    [
        pytest.param("Bão", {"adjourned_to": "2027-04-12T09:00:00+07:00"}, "guard_new_date_missing", id="to-this-very-instant"),
        pytest.param("Bão", {}, "guard_new_date_missing", id="to-no-day"),
        pytest.param(None, {"adjourned_to": LATER}, "guard_reason_missing", id="no-reason"),
        pytest.param(" ", {"adjourned_to": LATER}, "guard_reason_missing", id="blank-reason"),
        pytest.param("Bão", {"adjourned_to": "2027-04-19"}, "bad_fields", id="a-day-is-no-instant"),
        pytest.param("Bão", {"adjourned_to": "9999-12-31T23:59:59-12:00"}, "bad_fields", id="beyond-every-calendar"),
    ],
)  # fmt: skip
def test_a_session_is_put_off_with_a_reason_to_an_instant_to_come(
    stage: Stage, reason: str | None, data: dict[str, Any], code: str
) -> None:
    session = planned(stage).convened()

    assert session.refused("adjourn", "chair", reason, **data) == code


def test_a_cancelled_session_frees_its_products_for_another(stage: Stage) -> None:
    session = planned(stage, READY, READY).convened()
    assert session.refused("cancel", "province_unit") == "guard_reason_missing"

    assert session.do("cancel", "province_unit", "Bão") == "cancelled"

    assert session.states() == [READY] * 2
    _, lines = stage.stored(session.dossiers[0])
    assert (lines[-1].trigger, lines[-1].reason) == ("unschedule", "Bão")
    other = planned(stage)
    other.do("put_on_agenda", "province_unit", dossiers=[one.id for one in session.dossiers])


def test_a_cancelled_plan_frees_its_products_too(stage: Stage) -> None:
    session = planned(stage)

    session.do("cancel", "province_unit", "Đổi kế hoạch")

    answer = stage.ask(session.dossiers[0], "schedule", "province_unit", data={"session_on": "2027-04-20"})
    assert answer.status_code == 200


def test_a_session_whose_last_product_is_struck_off_is_not_convened(stage: Stage) -> None:
    session = planned(stage)
    session.do("strike_off", "province_unit", "Rút", dossiers=[session.dossiers[0].id])

    assert session.refused("convene", "province_unit") == "guard_agenda_empty"


def test_no_product_is_struck_off_once_its_scoring_has_begun(stage: Stage) -> None:
    session = planned(stage).convened()
    session.do("record_attendance", "secretary", present=session.everybody())
    session.do("deliver_materials", "secretary", delivered_on="2027-04-12")
    session.do("confirm_quorum", "chair")
    session.do("open_scoring", "chair")

    assert session.refused("strike_off", "chair", "Rút", dossiers=[session.dossiers[0].id]) == "wrong_state"


def test_what_a_session_has_decided_survives_a_second_session(stage: Stage) -> None:
    """The head of the province sends a product back; another session hears it, the first keeps its own result."""
    first = planned(stage).concluded()
    first.do("sign_minutes", "chair")
    first.do("sign_minutes", "secretary")
    ours = first.dossiers[0]
    for trigger, role in (("propose_recognition", "province_unit"), ("send_back", "province_chair")):
        answer = stage.ask(ours, trigger, role, reason="Xem lại phiếu")
        assert answer.status_code == 200, answer.text

    second = planned(stage)
    second.do("put_on_agenda", "province_unit", dossiers=[ours.id])
    second.dossiers.insert(0, ours)
    second.concluded(points_sum=150, spread=2)

    (then,) = first.read()["items"]
    assert (then["struck"], then["points_sum"], then["spread"], then["stars"]) == (False, 160, 6, 4)
    now = next(one for one in second.read()["items"] if one["dossier_id"] == ours.id)
    assert (now["points_sum"], now["spread"], now["stars"]) == (150, 2, 4)


def test_a_product_struck_off_shows_nothing_of_what_another_session_finds(stage: Stage) -> None:
    first, second = planned(stage, READY, READY), planned(stage)
    ours = first.dossiers[0]
    first.do("strike_off", "province_unit", "Chuyển phiên", dossiers=[ours.id])
    second.do("put_on_agenda", "province_unit", dossiers=[ours.id])
    second.dossiers.append(ours)
    second.concluded()

    struck = next(one for one in first.read()["items"] if one["dossier_id"] == ours.id)

    assert struck["struck"]
    assert [struck[name] for name in ("ballots", "points_sum", "spread", "stars")] == [None] * 4


def test_every_session_is_numbered_within_its_unit_and_year(stage: Stage) -> None:
    codes = [planned(stage).read()["code"] for _ in range(2)]

    assert all(code.startswith("PH-27-19-") for code in codes)
    assert int(codes[1][-3:]) == int(codes[0][-3:]) + 1
