"""The record of a session: its lines replay to its row, the whole history verifies, texts stay out of the lines."""

import pytest

from audit.verify import verify
from core.lines import canonical
from states.engine.replay import differing, fold
from tests.states.council.sessions import READY, WIDE, Session, planned, swept
from tests.states.every_move.stage import Stage

SECRET = "Thành viên Nguyễn Văn A cho rằng bao bì chưa đạt"


def whole_story(stage: Stage) -> Session:
    """A session with a product struck off, a round of reconciliation, minutes and report."""
    session = planned(stage, READY, READY, READY)
    session.do("strike_off", "province_unit", "Rút", dossiers=[session.dossiers[2].id])
    session.dossiers.pop()
    session.scoring()
    session.facts(0, **WIDE)
    swept(stage)
    session.do("reopen_scoring", "chair", discussion=SECRET)
    for place in range(2):
        assert session.facts(place, **WIDE | {"spread": 3}).status_code == 200
    session.do("conclude", "chair", minutes=SECRET)
    session.do("sign_minutes", "secretary")
    session.do("sign_minutes", "chair")
    session.do("close", "province_unit", report_document="12/BC")
    return session


def test_the_lines_of_a_session_lead_to_its_row(stage: Stage) -> None:
    session = whole_story(stage)

    row, lines = stage.stored(session.subject)

    again = fold(lines)
    assert (again.state, again.problems, differing(again, row)) == ("closed", (), ())
    assert again.columns == {"report_document": "12/BC"}


def test_what_was_written_stands_beside_the_lines(stage: Stage) -> None:
    session = whole_story(stage)

    _, lines = stage.stored(session.subject)

    kept = b"".join(canonical(dict(line.inputs)) for line in lines).decode()
    assert SECRET not in kept
    found = session.read()
    assert (found["minutes"], found["discussion"]) == (SECRET, SECRET)


def test_everybody_who_sat_is_named_by_account_or_appointment_never_by_name(stage: Stage) -> None:
    session = whole_story(stage)
    names = [one["name"] for one in session.read()["members"]]

    _, lines = stage.stored(session.subject)

    kept = b"".join(canonical(dict(line.inputs)) for line in lines).decode()
    assert all(names)
    assert not [name for name in names if name in kept]


def test_history_with_sessions_verifies(own_stage: Stage) -> None:
    whole_story(own_stage)
    planned(own_stage)

    report = own_stage.db.read_now(lambda rtx: verify(rtx, deep=True))

    assert report.subjects > 10
    assert (report.findings, report.unlisted) == ([], 0)


@pytest.mark.parametrize("trigger", ["sign_minutes", "conclude", "open_scoring"])
def test_a_move_asked_for_twice_with_one_version_is_made_once(stage: Stage, trigger: str) -> None:
    session = planned(stage).concluded()
    version = stage.stored(session.subject)[0]["move_version"]
    body = {"trigger": trigger, "expected_version": version - 1}

    again = stage.by("chair").post(f"{session.subject.address}/transitions", json=body)

    assert (again.status_code, again.json()["code"]) == (409, "stale_version")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"trigger": "conclude"},
        {"trigger": "conclude", "expected_version": -1},
        {"trigger": "vote", "expected_version": 1},
        {"trigger": "conclude", "expected_version": 1, "data": []},
        {"trigger": 1, "expected_version": 1},
        {"trigger": "reconcile", "expected_version": 1, "extra": 1},
        [],
        "x",
        None,
    ],
)
def test_a_broken_request_moves_nothing(stage: Stage, body: object) -> None:
    session = planned(stage)
    before = stage.stored(session.subject)

    answer = stage.by("province_unit").post(f"{session.subject.address}/transitions", json=body)

    assert answer.status_code in (400, 409, 422), answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert stage.stored(session.subject) == before
