"""An appeal from its filing to its answer: who sees it, its term, who is told, and what an upheld one allows."""

from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from audit.verify import verify
from core.lines import canonical
from core.sql import Sql
from core.tx import Tx
from notifications.models import Outbox
from registry import sign_in
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.producers import ProducerData, ProducerType, register_producer
from registry.roles import Role
from registry.tables import table
from states.appeal.models import APPEAL_TABLE
from states.dossier.models import DOSSIER_TABLE
from tests.states.every_move.councils import product
from tests.states.every_move.stage import BASE, V1, Stage, Subject
from tests.world import SYSTEM
from workflows.service import Service
from workflows.steps import STEPS

OUTBOX = table(Outbox)
GROUNDS = "Phiếu của thành viên thứ ba cộng sai hai điểm"
REOPEN: dict[str, Any] = {"data": {"document": "15/KL-UBND"}, "reason": "Kiến nghị có căn cứ"}


def filed(stage: Stage, state: str = "evaluation.not_passed", **body: Any) -> tuple[Subject, Subject]:
    """A dossier with such an outcome, and the producer's appeal about it."""
    dossier = product(stage, state)
    made = stage.by("producer").post(
        f"{V1}/appeals", json={"dossier_id": dossier.id, "grounds": GROUNDS} | body
    )
    assert made.status_code == 201, made.text
    return dossier, Subject("appeal", made.json()["id"])


def done(stage: Stage, appeal: Subject, trigger: str, role: str = "province_unit", **how: Any) -> None:
    answer = stage.ask(appeal, trigger, role, **how)
    assert answer.status_code == 200, answer.text


def accepted(stage: Stage, due_on: str = "2027-04-30") -> tuple[Subject, Subject]:
    dossier, appeal = filed(stage)
    done(stage, appeal, "accept_appeal", data={"due_on": due_on})
    return dossier, appeal


def read(stage: Stage, appeal: Subject, role: str = "province_unit") -> dict[str, Any]:
    answer = stage.by(role).get(appeal.address)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("state", ["evaluation.not_passed", "evaluation.disqualified"])
def test_an_appeal_is_noted_by_its_dossier_and_freezes_nothing_of_it(stage: Stage, state: str) -> None:
    dossier, appeal = filed(stage, state)

    row, lines = stage.stored(dossier)
    assert (row["state"], lines[-1].trigger, lines[-1].kind) == (state, "appeal", "fact_noted")
    found = read(stage, appeal)
    assert (found["state"], found["about_state"], found["texts"]) == ("open", state, {"grounds": GROUNDS})
    assert stage.ask(dossier, "notify_result", "province_unit").status_code == 200


@pytest.mark.parametrize(
    "state", ["council.ready", "decision.pending", "recognised.4", "withdrawn", "idea.rejected"]
)
def test_what_is_no_failed_evaluation_is_not_appealed(stage: Stage, state: str) -> None:
    dossier = product(stage, state)
    before = stage.count(APPEAL_TABLE)

    refused = stage.by("producer").post(f"{V1}/appeals", json={"dossier_id": dossier.id, "grounds": GROUNDS})

    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert stage.count(APPEAL_TABLE) == before


def test_one_appeal_waits_at_a_time(stage: Stage) -> None:
    dossier, appeal = filed(stage)
    body = {"dossier_id": dossier.id, "grounds": GROUNDS}
    again = stage.by("producer").post(f"{V1}/appeals", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "guard_appeal_already_open")

    done(stage, appeal, "refuse_to_hear", reason="Không phải kiến nghị về kết quả")

    second = stage.by("producer").post(f"{V1}/appeals", json=body)
    assert second.status_code == 201
    assert second.json()["code"].endswith("-KN2")


@pytest.mark.parametrize(
    "body",
    [
        {"grounds": ""}, {"grounds": None}, {"grounds": 7}, {"grounds": "x" * 4001}, {"dossier_id": "x"},
        {"dossier_id": None}, {"extra": 1},
    ],
)  # fmt: skip
def test_bad_data_opens_no_appeal(stage: Stage, body: dict[str, Any]) -> None:
    dossier = product(stage, "evaluation.not_passed")
    before = stage.count(APPEAL_TABLE), stage.stored(dossier)

    answer = stage.by("producer").post(
        f"{V1}/appeals", json={"dossier_id": dossier.id, "grounds": GROUNDS} | body
    )

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert (stage.count(APPEAL_TABLE), stage.stored(dossier)) == before


def test_blank_grounds_are_none(stage: Stage) -> None:
    dossier = product(stage, "evaluation.not_passed")
    before = stage.stored(dossier)

    answer = stage.by("producer").post(f"{V1}/appeals", json={"dossier_id": dossier.id, "grounds": "   "})

    assert answer.status_code in (409, 422), answer.text
    assert stage.stored(dossier) == before


# ---- The term.


def deadlines(stage: Stage, appeal: Subject) -> list[tuple[str, str, bool]]:
    """Live deadlines of an appeal: code, last day, whether it was met."""
    found = read(stage, appeal)["deadlines"]
    return [(one["code"], one["last_day"], one["met_at"] is not None) for one in found]


def test_accepting_sets_the_day_by_which_it_is_answered(stage: Stage) -> None:
    _, appeal = accepted(stage)

    assert deadlines(stage, appeal) == [("APPEAL_DUE", "2027-04-30", False)]
    assert read(stage, appeal)["due_at"] == "2027-04-30T17:00:00.000000Z"


@pytest.mark.parametrize(
    ("trigger", "how"),
    [("uphold", {"data": {"conclusion": "Có căn cứ"}}), ("dismiss", {"reason": "Không có căn cứ"})],
)
def test_an_answer_meets_the_term(stage: Stage, trigger: str, how: dict[str, Any]) -> None:
    _, appeal = accepted(stage)

    done(stage, appeal, trigger, "province_chair", **how)

    assert [one for one in deadlines(stage, appeal) if not one[2]] == []
    assert read(stage, appeal)["actions"] == []


def test_an_answer_after_its_day_is_still_an_answer(stage: Stage) -> None:
    _, appeal = accepted(stage, due_on="2027-04-12")
    stage.clock.set("2027-05-12T09:00")

    done(stage, appeal, "dismiss", reason="Không có căn cứ")

    assert stage.state(appeal) == "dismissed"


@pytest.mark.parametrize(
    "due_on",
    ["2027-04-11", "", None, "mai", "2027-02-30", "0001-01-01", "9999-12-31", 7, ["2027-04-30"]],
)
def test_an_appeal_is_accepted_with_a_day_to_come_only(stage: Stage, due_on: Any) -> None:
    _, appeal = filed(stage)
    before = stage.stored(appeal)

    refused = stage.ask(appeal, "accept_appeal", "province_unit", data={"due_on": due_on})

    assert refused.json()["code"] in ("guard_appeal_due_missing", "bad_fields"), refused.text
    assert stage.stored(appeal) == before
    assert deadlines(stage, appeal) == []


# ---- What follows.


def test_an_upheld_appeal_lets_the_head_of_the_province_take_the_outcome_up_again(stage: Stage) -> None:
    dossier, appeal = accepted(stage)
    refused = stage.ask(dossier, "reopen_decision", "province_chair", **REOPEN)
    assert refused.json()["code"] == "guard_appeal_not_upheld"

    done(stage, appeal, "uphold", data={"conclusion": "Có căn cứ", "document": "14/KL"})

    assert stage.state(dossier) == "evaluation.not_passed"
    assert stage.ask(dossier, "reopen_decision", "province_chair", **REOPEN).status_code == 200
    assert len(stage.ids(DOSSIER_TABLE, predecessor_id=dossier.id)) == 1


@pytest.mark.parametrize("trigger", ["dismiss", "refuse_to_hear"])
def test_an_appeal_that_fails_leaves_the_outcome_alone(stage: Stage, trigger: str) -> None:
    dossier, appeal = accepted(stage) if trigger == "dismiss" else filed(stage)
    done(stage, appeal, trigger, reason="Không có căn cứ")

    refused = stage.ask(dossier, "reopen_decision", "province_chair", **REOPEN)

    assert (refused.status_code, refused.json()["code"]) == (409, "guard_appeal_not_upheld")
    assert stage.ids(DOSSIER_TABLE, predecessor_id=dossier.id) == []


# ---- Who sees it and who is told.


@pytest.mark.parametrize(
    "role", ["producer", "commune", "province_unit", "province_chair", "ministry", "auditor", "chair"]
)
def test_everybody_concerned_sees_an_appeal_in_a_list_and_on_its_own(stage: Stage, role: str) -> None:
    dossier, appeal = filed(stage)

    listed = stage.by(role).get(f"{V1}/appeals", params={"dossier_id": dossier.id, "state": "open"})

    assert [one["id"] for one in listed.json()["items"]] == [appeal.id]
    assert stage.by(role).get(appeal.address).status_code == 200


@pytest.mark.parametrize("role", ["producer", "commune"])
def test_an_appeal_of_somebody_else_is_not_there(stage: Stage, role: str) -> None:
    _, appeal = filed(stage)
    stranger = elsewhere(stage, Role(role))

    listed = stranger.get(f"{V1}/appeals").json()["items"]

    assert listed == []
    assert stranger.get(appeal.address).status_code == 404


def elsewhere(stage: Stage, role: Role) -> TestClient:
    """A producer, or an officer, of the commune next door."""

    def write(tx: Tx) -> str:
        commune = stage.world.other_commune
        account = add_account(tx, "Người xã bên", actor=SYSTEM)
        data = ProducerData(name="HTX xã bên", type=ProducerType.COOPERATIVE, commune_code=commune)
        producer = register_producer(tx, data, actor=SYSTEM) if role is Role.PRODUCER else None
        appoint(tx, account, role, commune, actor=SYSTEM, producer_id=producer)
        return sign_in.make_token(tx, account, "thử")

    token = stage.db.write_now(write)
    return TestClient(stage.app, base_url=BASE, headers={"authorization": f"Bearer {token}"})


def test_the_answer_is_the_provinces_alone(stage: Stage) -> None:
    _, appeal = accepted(stage)
    before = stage.stored(appeal)

    for role in ("producer", "commune", "ministry", "auditor", "chair"):
        assert stage.ask(appeal, "uphold", role, data={"conclusion": "x"}).status_code in (403, 404)

    assert stage.stored(appeal) == before


def told(stage: Stage, appeal: Subject, people: Sequence[str]) -> list[list[str]]:
    service = Service(stage.db, stage.clock, stage.config)
    STEPS["sequence_and_notify"](service, stage.clock.business_now())
    about = sa.select(OUTBOX.c.recipient, OUTBOX.c.kind).where(OUTBOX.c.subject == f"appeal/{appeal.id}")
    found = stage.db.read_now(lambda rtx: rtx.sql.all(Sql(about.order_by(OUTBOX.c.id))))
    return [[kind for recipient, kind in found if recipient == one] for one in people]


def test_the_province_is_told_of_an_appeal_and_the_producer_of_its_answer(own_stage: Stage) -> None:
    stage = own_stage
    _, appeal = accepted(stage)
    done(stage, appeal, "uphold", "province_chair", data={"conclusion": "Có căn cứ"})
    account = stage.world.account

    kinds = told(stage, appeal, [account[role] for role in ("province_unit", "province_chair", "producer")])

    assert kinds == [
        ["appeal_opened", "appeal_upheld"], ["appeal_opened"], ["appeal_accepted", "appeal_upheld"]
    ]  # fmt: skip


def test_grounds_stand_in_no_line_and_the_history_verifies(own_stage: Stage) -> None:
    dossier, appeal = accepted(own_stage)
    done(own_stage, appeal, "dismiss", reason="Không có căn cứ", data={"conclusion": "Phiếu cộng đúng"})

    lines = own_stage.stored(dossier)[1] + own_stage.stored(appeal)[1]

    kept = b"".join(canonical(dict(line.inputs)) for line in lines).decode()
    assert GROUNDS not in kept
    assert "Phiếu cộng đúng" not in kept
    assert own_stage.db.read_now(lambda rtx: verify(rtx, deep=True)).findings == []
