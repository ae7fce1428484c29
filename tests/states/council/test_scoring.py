"""From the quorum to the conclusion: one session's rounds, its products along with it, written opinions, the facts."""

from typing import Any

import pytest

from tests.states.council.sessions import ALL_IN, READY, WIDE, Session, council, hired, planned, swept
from tests.states.every_move.councils import product
from tests.states.every_move.stage import Stage

DUE = "2027-04-20T17:00:00+07:00"
MEETING = "2027-04-22T08:00:00+07:00"


def quorums(session: Session) -> list[tuple[int | None, int | None, int | None]]:
    """Of each product: seats counted, members present who judge it, members kept out."""
    return [(one["seats"], one["present"], one["conflicted"]) for one in session.read()["items"]]


def test_opening_the_scoring_opens_it_for_every_product(stage: Stage) -> None:
    session = planned(stage, READY, READY).scoring()

    assert session.states() == ["council.scoring"] * 2
    for one in session.dossiers:
        row, lines = stage.stored(one)
        assert row["required_ballots"] == 2
        assert (lines[-1].trigger, lines[-1].actor.role) == ("open_scoring", "system")
        assert lines[-1].inputs["quorum_met"] is lines[-1].inputs["materials_in_time"] is True


def test_a_member_who_is_absent_owes_no_ballot(stage: Stage) -> None:
    third, fourth = hired(stage), hired(stage)
    three = council(stage)
    session = planned(stage, appointments=[*three, third.appointment, fourth.appointment]).convened()
    session.do("deliver_materials", "secretary", delivered_on="2027-04-12")
    session.do("record_attendance", "secretary", present=[*three, third.appointment])

    session.do("confirm_quorum", "chair")
    session.do("open_scoring", "secretary")

    assert quorums(session) == [(4, 3, 0)]
    assert stage.stored(session.dossiers[0])[0]["required_ballots"] == 3


def test_a_conflict_is_counted_for_its_own_product_alone(stage: Stage) -> None:
    third = hired(stage)
    three = council(stage)
    session = planned(stage, READY, READY, appointments=[*three, third.appointment]).convened()
    session.do("declare_conflict", "council_member", dossiers=[session.dossiers[0].id])
    session.do("deliver_materials", "secretary", delivered_on="2027-04-12")
    session.do("record_attendance", "secretary", present=session.everybody())

    session.do("confirm_quorum", "chair")
    session.do("open_scoring", "chair")

    assert [found[1:] for found in quorums(session)] == [(2, 1), (3, 0)]
    assert [stage.stored(one)[0]["required_ballots"] for one in session.dossiers] == [2, 3]


def test_one_product_without_quorum_holds_the_whole_session_until_it_is_struck_off(stage: Stage) -> None:
    third = hired(stage)
    session = planned(stage, READY, READY, appointments=[*council(stage), third.appointment]).convened()
    ours = session.dossiers[0].id
    session.do("declare_conflict", "council_member", dossiers=[ours])
    session.do("declare_conflict", "secretary", dossiers=[ours], member=[third.appointment])
    session.do("record_attendance", "secretary", present=session.everybody())
    assert session.refused("confirm_quorum", "chair") == "guard_no_quorum"

    session.do("strike_off", "chair", "Không đủ thành viên", dossiers=[ours])

    assert session.do("confirm_quorum", "chair") == "quorum_ok"
    assert session.states() == [READY, "council.scheduled"]


def test_no_session_is_held_without_anybody_at_its_head(stage: Stage) -> None:
    others = [hired(stage).appointment for _ in range(2)]
    session = planned(stage, appointments=[*council(stage), *others]).convened()
    absent = session.member("chair")
    session.do(
        "record_attendance", "secretary", present=[one for one in session.everybody() if one != absent]
    )

    assert session.refused("confirm_quorum", "secretary") == "guard_head_absent"


def test_nobody_may_vote_by_proxy_where_the_council_allows_none(stage: Stage) -> None:
    session = planned(stage).convened()
    member = session.member("member")

    refused = session.refused(
        "record_attendance", "secretary", present=[session.member("chair")], proxies=[member]
    )

    assert refused == "guard_proxies_not_allowed"


def test_a_stranger_is_not_noted_as_present(stage: Stage) -> None:
    session, stranger = planned(stage).convened(), hired(stage)

    assert (
        session.refused("record_attendance", "secretary", present=[stranger.appointment])
        == "guard_not_a_member"
    )


def test_a_session_concludes_when_every_ballot_of_every_product_is_in(stage: Stage) -> None:
    session = planned(stage, READY, READY).scoring()

    assert session.facts(0, **ALL_IN).status_code == 200
    assert session.states() == ["council.tallied", "council.scoring"]
    assert session.refused("conclude", "chair", minutes="Nhất trí") == "guard_ballots_missing"
    assert session.facts(1, **ALL_IN).status_code == 200

    assert session.do("conclude", "chair", minutes="Nhất trí") == "concluded"
    found = session.read()
    assert found["minutes"] == "Nhất trí"
    assert [(one["points_sum"], one["points_count"], one["stars"]) for one in found["items"]] == [
        (160, 2, 4)
    ] * 2


def test_a_wide_spread_sends_only_its_own_product_into_another_round(stage: Stage) -> None:
    session = planned(stage, READY, READY).scoring()
    session.facts(0, **WIDE)
    session.facts(1, **ALL_IN)
    assert session.refused("conclude", "chair") == "guard_spread_too_wide"

    swept(stage)
    assert stage.state(session.subject) == "reconciling"
    assert session.states() == ["council.rescoring", "council.tallied"]

    assert session.refused("reopen_scoring", "chair") == "guard_discussion_missing"
    session.do("reopen_scoring", "chair", discussion="Đã trao đổi về bao bì")
    assert session.states() == ["council.scoring", "council.tallied"]
    row = stage.stored(session.dossiers[0])[0]
    assert [row[name] for name in ("ballots", "points_sum", "points_count", "spread", "stars")] == [None] * 5

    session.facts(0, **ALL_IN)
    assert session.do("conclude", "secretary", minutes="Nhất trí") == "concluded"
    assert session.read()["round"] == 2


def test_the_round_that_was_scored_again_stays_on_record(stage: Stage) -> None:
    session = planned(stage).scoring()
    session.facts(0, **WIDE)
    swept(stage)
    session.do("reopen_scoring", "chair", discussion="Đã trao đổi")
    session.facts(0, **WIDE | {"points_sum": 150})
    swept(stage)
    session.do("reopen_scoring", "chair", discussion="Đã trao đổi lần hai")

    rounds = session.read()["rounds"]

    assert [(one["round"], one["points_sum"], one["spread"], one["ballots"]) for one in rounds] == [
        (1, 160, 11, 2), (2, 150, 11, 2)
    ]  # fmt: skip
    assert session.read()["discussion"] == "Đã trao đổi lần hai"


def test_the_clock_leaves_a_spread_at_the_limit_alone(stage: Stage) -> None:
    session = planned(stage).scoring()
    session.facts(0, **WIDE | {"spread": 10})

    swept(stage)

    assert (stage.state(session.subject), session.states()) == ("scoring", ["council.tallied"])


@pytest.mark.parametrize(
    ("convened", "trigger", "role", "data"),
    [
        pytest.param(False, "schedule", "province_unit", {"session_on": "2027-04-20"}, id="schedule"),
        pytest.param(True, "unschedule", "province_unit", {}, id="unschedule"),
        pytest.param(True, "open_scoring", "chair", {}, id="open-scoring"),
    ],
)
def test_a_product_on_an_agenda_is_moved_by_its_session_alone(
    stage: Stage, convened: bool, trigger: str, role: str, data: dict[str, Any]
) -> None:
    session = planned(stage)
    if convened:
        session.convened()
        session.facts(0, quorum_met=True, materials_in_time=True, required_ballots=2)
    ours = session.dossiers[0]
    before = stage.stored(ours)

    refused = stage.ask(ours, trigger, role, data=data, reason="Lý do")

    assert (refused.status_code, refused.json()["code"]) == (409, "guard_on_an_agenda")
    assert stage.stored(ours) == before


def test_no_result_is_adopted_past_the_minutes_of_the_session(stage: Stage) -> None:
    session = planned(stage).scoring()
    session.facts(0, **ALL_IN, minutes_signed=True)

    refused = stage.ask(session.dossiers[0], "adopt_result", "chair")

    assert (refused.status_code, refused.json()["code"]) == (409, "guard_on_an_agenda")
    assert session.states() == ["council.tallied"]


def test_what_the_council_found_stands_still_once_the_session_has_concluded(stage: Stage) -> None:
    session = planned(stage).concluded()

    refused = session.facts(0, **ALL_IN | {"points_sum": 190})

    assert (refused.status_code, refused.json()["code"]) == (409, "session_not_at_work")
    assert stage.stored(session.dossiers[0])[0]["points_sum"] == 160


def test_a_product_that_is_withdrawn_no_longer_holds_up_its_session(stage: Stage) -> None:
    session = planned(stage, READY, READY).scoring()
    session.facts(0, **ALL_IN)
    gone = session.dossiers[1]

    assert stage.ask(gone, "withdraw", "producer", reason="Ngừng sản xuất").status_code == 200

    assert session.do("conclude", "chair", minutes="Nhất trí") == "concluded"


# ---- In writing: only a re-evaluation whose members agree and whose file is simple.


def written(stage: Stage) -> Session:
    return planned(stage, columns={"kind": "re_evaluation"}, kind="written")


def test_a_first_evaluation_is_not_asked_for_in_writing(stage: Stage) -> None:
    session, first = written(stage), product(stage, READY)

    refused = session.refused("put_on_agenda", "province_unit", dossiers=[first.id])

    assert refused == "guard_meeting_required"
    assert session.refused("put_on_agenda", "province_unit", dossiers=[first.id], complex=True) == refused


def test_written_opinions_are_asked_for_with_a_term_for_every_member(stage: Stage) -> None:
    session = written(stage).convened()
    assert session.refused("confirm_quorum", "chair") == "guard_asked_in_writing"
    session.do("deliver_materials", "secretary", delivered_on="2027-04-12")
    chair, member = session.member("chair"), session.member("member")

    session.do("set_ballot_due", "chair", due_at=DUE, members=[chair])
    assert session.refused("open_scoring", "chair") == "guard_ballot_due_missing"
    session.do("set_ballot_due", "chair", due_at=DUE)

    assert session.do("open_scoring", "chair") == "scoring"
    due = {one["appointment_id"]: one["due_at"] for one in session.read()["members"]}
    assert due[chair] == due[member] == "2027-04-20T10:00:00.000000Z"
    assert due[session.member("secretary")] is None
    assert stage.stored(session.dossiers[0])[0]["required_ballots"] == 2


def test_a_session_around_a_table_is_not_opened_without_its_quorum(stage: Stage) -> None:
    session = planned(stage).convened()
    session.do("deliver_materials", "secretary", delivered_on="2027-04-12")
    session.do("set_ballot_due", "chair", due_at=DUE)

    assert session.refused("open_scoring", "chair") == "guard_quorum_unconfirmed"


def test_opinions_that_differ_are_settled_at_a_table(stage: Stage) -> None:
    session = written(stage).convened()
    session.do("deliver_materials", "secretary", delivered_on="2027-04-12")
    session.do("set_ballot_due", "chair", due_at=DUE)
    session.do("open_scoring", "chair")
    session.facts(0, **ALL_IN | {"ballots": 1})
    assert session.refused("convene_meeting", "chair", convened_for=MEETING) == "guard_meeting_not_justified"

    session.do("convene_meeting", "chair", convened_for=MEETING, place="Hội trường B", opinions_differ=True)

    found = session.read()
    assert (found["state"], found["kind"], found["place"]) == ("convened", "in_person", "Hội trường B")
    assert (found["convened_for"], session.states()) == ("2027-04-22T01:00:00.000000Z", ["council.scoring"])
    assert not any(one["present"] for one in found["members"])

    assert session.refused("cancel", "province_unit", "Bão") == "guard_scoring_begun"
    session.do("record_attendance", "secretary", present=session.everybody())
    session.do("confirm_quorum", "chair")
    assert session.do("open_scoring", "chair") == "scoring"
    session.facts(0, **ALL_IN)
    assert session.do("conclude", "chair", minutes="Nhất trí") == "concluded"


@pytest.mark.parametrize(
    "due",
    [
        "2027-04-12T09:00:00+07:00",
        "2027-04-11T00:00:00Z",
        "2027-04-20T17:00:00",
        "mai",
        7,
        None,
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_a_term_for_ballots_that_is_past_or_none_is_refused(stage: Stage, due: Any) -> None:
    session = written(stage).convened()

    assert session.refused("set_ballot_due", "chair", due_at=due) in ("guard_due_in_past", "bad_fields")
