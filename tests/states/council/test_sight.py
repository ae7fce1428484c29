"""Who sees a session and what of it: its own members, the unit, nobody with a conflict the scores of that product."""

from typing import Any

import pytest

from states.council import agenda
from tests.states.council.sessions import READY, Session, council, hired, planned
from tests.states.every_move.stage import V1, Stage

SCORES = ("ballots", "required_ballots", "points_sum", "points_count", "spread", "stars")


def scores(found: dict[str, Any]) -> list[Any]:
    return [found[name] for name in SCORES]


def scored_with_conflict(stage: Stage) -> Session:
    """Two products with all their ballots in; the member has declared a conflict with the first."""
    third = hired(stage)
    session = planned(stage, READY, READY, appointments=[*council(stage), third.appointment])
    session.do("declare_conflict", "council_member", dossiers=[session.dossiers[0].id])
    session.concluded(ballots=3)
    return session


def test_a_conflict_hides_the_scores_of_its_product_and_of_no_other(stage: Stage) -> None:
    session = scored_with_conflict(stage)

    ours, other = session.read("council_member")["items"]
    assert (ours["hidden"], scores(ours)) == (True, [None] * 6)
    assert (other["hidden"], other["points_sum"]) == (False, 160)

    ours, other = session.read("secretary")["items"]
    assert (ours["hidden"], ours["points_sum"], other["points_sum"]) == (False, 160, 160)


def test_a_conflict_hides_the_scores_in_the_dossier_too(stage: Stage) -> None:
    session = scored_with_conflict(stage)
    ours, other = session.dossiers

    assert stage.by("council_member").get(ours.address).json()["points_sum"] is None
    assert stage.by("council_member").get(other.address).json()["points_sum"] == 160
    assert stage.by("secretary").get(ours.address).json()["points_sum"] == 160


def test_a_conflict_shuts_the_lines_of_the_dossier(stage: Stage) -> None:
    """Lines hold what the secretary recorded, so they are not read in parts."""
    session = scored_with_conflict(stage)
    ours, other = session.dossiers

    for path in ("history", "replay?at_version=1"):
        refused = stage.by("council_member").get(f"{ours.address}/{path}")
        assert (refused.status_code, refused.json()["code"]) == (403, "conflict_hides_scores")
        assert stage.by("council_member").get(f"{other.address}/{path}").status_code == 200
        assert stage.by("secretary").get(f"{ours.address}/{path}").status_code == 200


def test_the_rounds_of_a_product_are_hidden_along_with_its_scores(stage: Stage) -> None:
    session = scored_with_conflict(stage)
    stage.db.write_now(
        lambda tx: agenda.keep_round(tx, session.subject.id, 1, agenda.items_of(tx, session.subject.id))
    )

    assert [one["dossier_id"] for one in session.read("council_member")["rounds"]] == [session.dossiers[1].id]
    assert len(session.read("secretary")["rounds"]) == 2


def test_a_member_declares_for_themselves_and_the_secretary_for_everybody(stage: Stage) -> None:
    session = planned(stage)
    ours, chair = [session.dossiers[0].id], session.member("chair")

    refused = session.refused("declare_conflict", "council_member", dossiers=ours, member=[chair])
    session.do("declare_conflict", "secretary", dossiers=ours, member=[chair])
    session.do("declare_conflict", "secretary", dossiers=ours, member=[chair])

    assert refused == "guard_conflict_of_another"
    assert session.read()["items"][0]["conflicts"] == [chair]


def test_a_conflict_is_declared_before_the_quorum_is_confirmed(stage: Stage) -> None:
    session = planned(stage).convened()
    session.do("record_attendance", "secretary", present=session.everybody())
    session.do("confirm_quorum", "chair")

    refused = session.refused("declare_conflict", "council_member", dossiers=[session.dossiers[0].id])

    assert refused == "wrong_state"


def test_a_member_of_the_council_who_does_not_sit_does_not_see_the_session(stage: Stage) -> None:
    outsider, session = hired(stage), planned(stage)

    assert outsider.client.get(session.subject.address).status_code == 404
    body = {
        "trigger": "declare_conflict",
        "expected_version": 1,
        "data": {"dossiers": [session.dossiers[0].id]},
    }
    assert outsider.client.post(f"{session.subject.address}/transitions", json=body).status_code == 404
    assert outsider.client.get(f"{V1}/sessions").json()["items"] == []


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("province_unit", True), ("chair", True), ("secretary", True), ("council_member", True), ("ministry", True),
        ("auditor", True), ("producer", False), ("commune", False),
    ],
)  # fmt: skip
def test_a_list_and_a_page_show_a_session_to_the_same_people(stage: Stage, role: str, seen: bool) -> None:
    session = planned(stage)

    listed = stage.by(role).get(f"{V1}/sessions").json()["items"]

    assert (session.subject.id in [one["id"] for one in listed]) is seen
    assert stage.by(role).get(session.subject.address).status_code == (200 if seen else 404)


def test_a_list_is_filtered_and_read_page_by_page(stage: Stage) -> None:
    wanted = [planned(stage).convened().subject.id for _ in range(3)]
    planned(stage)

    found, cursor = [], None
    while cursor is not None or not found:
        params = {"state": "convened", "cycle_id": stage.world.cycle, "limit": 1} | (
            {"cursor": cursor} if cursor else {}
        )
        page = stage.by("province_unit").get(f"{V1}/sessions", params=params).json()
        assert len(page["items"]) == 1
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]

    assert found[:3] == wanted[::-1]
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize(
    "query", ["state=open", "cycle_id=x", "batch_id=1", "limit=0", "limit=x", "cursor=x", "cursor=eyJ9"]
)
def test_a_list_refuses_what_it_does_not_know(stage: Stage, query: str) -> None:
    answer = stage.by("province_unit").get(f"{V1}/sessions?{query}")

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
