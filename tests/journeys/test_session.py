"""The story of one session by HTTP alone: three teas, one struck off, one with a conflict, one scored twice, one appeal."""

from typing import Any, cast

import pytest

from core.tx import Tx
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.roles import Role
from tests.journeys.house import V1, House, good, refusal
from tests.journeys.test_a_year import CHAIR, SECRETARY, K, P, Story, V, letters
from tests.states.every_move.councils import product
from tests.states.every_move.stage import Hand, Stage
from tests.world import PROVINCE, START, SYSTEM, settled

MEMBER = Role.COUNCIL_MEMBER
HELD = "2027-11-19T08:00:00+07:00"
FOUR_STARS = {"points_sum": 320, "points_count": 4, "spread": 6, "ballots": 4, "floor_stars": 5}


@pytest.fixture
def story(house: House) -> Story:
    """A province of 10 November with two more members of its council, one of whom is not asked to this session."""
    made = Story(house, settled(house.db))
    house.on("2027-11-10T08:00")
    house.db.write_now(lambda tx: [colleague(tx, name) for name in ("second", "third", "not-asked")])
    made.told()
    return made


def colleague(tx: Tx, name: str) -> None:
    account = add_account(tx, f"Thành viên {name}", actor=SYSTEM, email=f"{name}@ocop.example")
    appoint(tx, account, MEMBER, PROVINCE, actor=SYSTEM, starts_on=START)


def teas(story: Story) -> list[str]:
    """Three products that wait for their council."""
    house = story.house
    stage = Stage(house.db, cast(Hand, house.clock), story.world, house.config, house.app)
    columns = {"filed_on": "2027-10-01", "received_on": "2027-10-01"}
    return [product(stage, "council.ready", **columns).id for _ in range(3)]


class Meeting:
    """The session of the story and its three products: scored twice, with a conflict, struck off."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.twice, self.conflict, self.struck = self.dossiers = teas(story)
        self.id = str(good(story.by(V).post(f"{V1}/sessions", json=self.plan()), 201)["id"])
        self.members = {one["name"]: one["appointment_id"] for one in self.read()["members"]}

    def plan(self) -> dict[str, Any]:
        return {
            "kind": "in_person", "title": "Phiên họp đợt 2", "convened_for": HELD, "place": "Hội trường UBND tỉnh",
            "cycle_id": self.story.world.cycle, "dossiers": self.dossiers,
        }  # fmt: skip

    def read(self, role: Role = SECRETARY) -> dict[str, Any]:
        return good(self.story.by(role).get(f"{V1}/sessions/{self.id}"))

    def ask(self, trigger: str, role: Role, reason: str | None = None, **data: object) -> Any:
        body = {
            "trigger": trigger, "expected_version": self.read(role)["version"], "reason": reason, "data": data
        }  # fmt: skip
        return self.story.by(role).post(f"{V1}/sessions/{self.id}/transitions", json=body)

    def do(self, trigger: str, role: Role, reason: str | None = None, **data: object) -> str:
        state = good(self.ask(trigger, role, reason, **data))["state"]
        self.story.house.settle()
        return str(state)

    def found(self, dossier: str, **facts: object) -> Any:
        self.story.id = dossier
        return self.story.ask("record_council_facts", SECRETARY, **facts)

    def states(self) -> list[str]:
        """Where the three products stand."""
        at = (f"{V1}/dossiers/{one}" for one in self.dossiers)
        return [good(self.story.by(V).get(one))["state"] for one in at]


def test_a_session_with_three_products(story: Story) -> None:
    meeting = Meeting(story)
    its_members_are_asked(meeting)
    one_product_is_struck_off_and_one_has_a_conflict(meeting)
    the_council_scores(meeting)
    one_product_is_scored_again(meeting)
    both_sign(meeting)
    what_failed_is_appealed(meeting)
    what_was_struck_off_comes_to_another_session(meeting)
    everything_replays(meeting)


def its_members_are_asked(meeting: Meeting) -> None:
    story, unasked = meeting.story, meeting.members["Thành viên not-asked"]
    asked = [one for one in meeting.members.values() if one != unasked]
    meeting.do("name_members", V, appointments=asked)
    assert len(meeting.read()["members"]) == 5

    assert meeting.do("convene", V) == "convened"

    assert meeting.states() == ["council.scheduled"] * 3
    invited = ["Giấy mời họp Hội đồng"]
    told = story.told()
    assert told == letters(
        chair=invited, secretary=invited, council_member=invited, second=invited, third=invited
    )  # fmt: skip
    assert "lúc 08:00 ngày thứ Sáu, 19/11/2027" in " ".join(story.last.body.split())


def one_product_is_struck_off_and_one_has_a_conflict(meeting: Meeting) -> None:
    story = meeting.story
    story.house.on("2027-11-16T08:00")
    meeting.do("deliver_materials", SECRETARY, delivered_on="2027-11-16")
    meeting.do("declare_conflict", MEMBER, dossiers=[meeting.conflict])
    assert meeting.do("strike_off", CHAIR, "Thiếu mẫu sản phẩm", dossiers=[meeting.struck]) == "convened"
    assert meeting.states() == ["council.scheduled", "council.scheduled", "council.ready"]
    story.told()

    story.house.on("2027-11-18T23:00")

    reminded = {who for who, subject in story.told() if "Hội đồng" in subject}
    assert reminded == {"chair", "secretary", "council-member", "second", "third"}


def the_council_scores(meeting: Meeting) -> None:
    story = meeting.story
    story.house.on("2027-11-19T08:00")
    assert refusal(meeting.ask("open_scoring", CHAIR)) == (409, "guard_quorum_unconfirmed")
    everybody = [one["appointment_id"] for one in meeting.read()["members"]]
    meeting.do("record_attendance", SECRETARY, present=everybody)
    assert meeting.do("confirm_quorum", CHAIR) == "quorum_ok"

    assert meeting.do("open_scoring", CHAIR) == "scoring"

    assert meeting.states() == ["council.scoring", "council.scoring", "council.ready"]
    items = {one["dossier_id"]: one for one in meeting.read()["items"]}
    counted = [
        (items[one]["present"], items[one]["conflicted"], items[one]["required_ballots"])
        for one in (meeting.twice, meeting.conflict)
    ]
    assert counted == [(4, 0, 4), (3, 1, 3)]
    story.told()


def one_product_is_scored_again(meeting: Meeting) -> None:
    story = meeting.story
    good(meeting.found(meeting.conflict, points_sum=120, points_count=3, spread=4, ballots=3, floor_stars=5))
    good(meeting.found(meeting.twice, **FOUR_STARS | {"spread": 14}))
    story.house.settle()
    assert meeting.read()["state"] == "reconciling"
    assert meeting.states() == ["council.rescoring", "council.tallied", "council.ready"]
    assert {who for who, _ in story.told()} == {"chair", "secretary"}

    hidden = {one["dossier_id"]: one["hidden"] for one in meeting.read(MEMBER)["items"]}
    assert hidden == {meeting.twice: False, meeting.conflict: True, meeting.struck: False}

    meeting.do("reopen_scoring", CHAIR, discussion="Đã thống nhất cách chấm bao bì")
    good(meeting.found(meeting.twice, **FOUR_STARS))
    story.house.settle()
    assert meeting.do("conclude", CHAIR, minutes="Hội đồng nhất trí") == "concluded"
    assert [(one["round"], one["dossier_id"], one["spread"]) for one in meeting.read()["rounds"]] == [
        (1, meeting.twice, 14)
    ]


def both_sign(meeting: Meeting) -> None:
    assert refusal(meeting.found(meeting.twice, **FOUR_STARS)) == (409, "session_not_at_work")
    assert meeting.do("sign_minutes", CHAIR) == "concluded"
    assert meeting.do("sign_minutes", SECRETARY) == "minutes_signed"

    meeting.story.house.settle()
    assert meeting.states() == ["council.concluded", "evaluation.not_passed", "council.ready"]
    assert meeting.do("close", V, report_document="14/BC-HĐ") == "closed"
    assert ("province-unit", "OCOP: [Diễn tập] Biên bản phiên Hội đồng đã ký") in meeting.story.told()


def what_failed_is_appealed(meeting: Meeting) -> None:
    story, dossier = meeting.story, meeting.conflict
    filed = good(
        story.by(P).post(f"{V1}/appeals", json={"dossier_id": dossier, "grounds": "Cộng sai phiếu"}), 201
    )
    story.id = dossier
    reopen = {"trigger": "reopen_decision", "reason": "Kiến nghị đúng", "data": {"document": "15/KL-UBND"}}
    body = reopen | {"expected_version": story.dossier(K)["version"]}
    at = f"{V1}/dossiers/{dossier}/transitions"
    assert refusal(story.by(K).post(at, json=body)) == (409, "guard_appeal_not_upheld")

    for trigger, role, data in (
        ("accept_appeal", V, {"due_on": "2027-12-03"}), ("uphold", K, {"conclusion": "Phiếu số 3 cộng thiếu"})
    ):  # fmt: skip
        answer = {"trigger": trigger, "expected_version": _version(story, filed["id"]), "data": data}
        good(story.by(role).post(f"{V1}/appeals/{filed['id']}/transitions", json=answer))
        story.house.settle()

    good(story.by(K).post(at, json=body))
    assert story.dossier()["state"] == "evaluation.not_passed"


def _version(story: Story, appeal: str) -> int:
    return int(good(story.by(V).get(f"{V1}/appeals/{appeal}"))["version"])


def what_was_struck_off_comes_to_another_session(meeting: Meeting) -> None:
    plan = meeting.plan() | {"dossiers": [meeting.struck], "convened_for": "2027-12-10T08:00:00+07:00"}

    again = good(meeting.story.by(V).post(f"{V1}/sessions", json=plan), 201)

    assert again["state"] == "planned"
    assert meeting.read()["products"] == 2


def everything_replays(meeting: Meeting) -> None:
    house = meeting.story.house
    for kind, one in (("sessions", meeting.id), *(("dossiers", each) for each in meeting.dossiers)):
        replayed = good(meeting.story.by(Role.AUDITOR).get(f"{V1}/{kind}/{one}/replay"))
        assert (replayed["problems"], replayed["equals_stored"]) == ([], True)
    assert house.findings() == []
    assert house.told_twice() == []
