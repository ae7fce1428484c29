"""The rows of `moves.csv` that bring a subject into being: each by the request that does it."""

from typing import Any

import pytest

from core.errors import Refused
from core.tx import Tx
from registry.actors import load_actor
from registry.roles import Role
from states.appeal.models import APPEAL_TABLE
from states.certificate.commands import issue
from states.certificate.models import CERTIFICATE_TABLE
from states.council.models import SESSION_TABLE
from states.cycle.models import BATCH_TABLE, CYCLE_TABLE
from states.dossier.models import DOSSIER_TABLE
from tests.expected import expected_moves
from tests.states.every_move.councils import product
from tests.states.every_move.dossiers import appealed
from tests.states.every_move.stage import (
    RULESET,
    V1,
    Stage,
    Subject,
    certificate_columns,
    cycle_columns,
    dossier_columns,
)
from tests.states.every_move.table import DECISION, FIRST_OF_ALL, STANDING
from tests.world import PLANS

PLAN = (PLANS / "thai-nguyen-2027.yaml").read_text(encoding="utf-8")


def test_every_beginning_of_the_table_has_its_test_here() -> None:
    assert {(move.machine, move.event) for move in expected_moves() if move.source == "new"} == FIRST_OF_ALL


def idea(stage: Stage, role: str, **given: str) -> Any:
    body = {"product_id": stage.fresh_product(), "cycle_id": stage.world.cycle} | given
    return stage.by(role).post(f"{V1}/dossiers", json=body)


def test_a_producer_creates_an_idea(stage: Stage) -> None:
    made = idea(stage, "producer")

    assert made.status_code == 201, made.text
    assert (made.json()["source"], made.json()["state"], made.json()["version"]) == ("new", "idea.draft", 1)
    _, lines = stage.stored(Subject("dossier", made.json()["id"]))
    assert [(line.kind, line.trigger, line.actor.role) for line in lines] == [
        ("transition", "create_idea", "producer")
    ]


def test_nobody_else_creates_an_idea(stage: Stage) -> None:
    before = stage.count(DOSSIER_TABLE)

    refused = idea(stage, "commune")

    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_actor")
    assert stage.count(DOSSIER_TABLE) == before


def test_no_idea_is_created_in_a_cycle_that_is_not_open(stage: Stage) -> None:
    closed = stage.put("cycle", "under_review", cycle_columns())
    before = stage.count(DOSSIER_TABLE)

    refused = idea(stage, "producer", cycle_id=closed.id)

    assert (refused.status_code, refused.json()["code"]) == (409, "guard_cycle_not_open")
    assert stage.count(DOSSIER_TABLE) == before


def of_kind(stage: Stage, kind: str, role: str = "producer", **given: Any) -> Any:
    """Ask for a dossier of a kind for a product with a certificate in force."""
    product = stage.fresh_product()
    stage.put("certificate", given.pop("state", "valid"), certificate_columns(stage, product_id=product))
    body = {"product_id": product, "kind": kind} | given
    return stage.by(role).post(f"{V1}/dossiers", json=body)


@pytest.mark.parametrize(
    ("kind", "trigger"), [("upgrade", "open_upgrade"), ("re_evaluation", "open_renewal")]
)
def test_a_producer_opens_what_a_certificate_gives_a_right_to(stage: Stage, kind: str, trigger: str) -> None:
    made = of_kind(stage, kind)

    assert made.status_code == 201, made.text
    assert (made.json()["source"], made.json()["state"]) == ("new", "dossier.preparing")
    row, lines = stage.stored(Subject("dossier", made.json()["id"]))
    assert (row["kind"], row["year"], row["cycle_id"]) == (kind, 2027, stage.world.cycle)
    assert [(line.kind, line.trigger, line.actor.role) for line in lines] == [
        ("transition", trigger, "producer")
    ]


@pytest.mark.parametrize("kind", ["upgrade", "re_evaluation"])
def test_nobody_else_opens_it_and_not_without_a_certificate(stage: Stage, kind: str) -> None:
    before = stage.count(DOSSIER_TABLE)

    by_another = of_kind(stage, kind, "commune")
    without = stage.by("producer").post(
        f"{V1}/dossiers", json={"product_id": stage.fresh_product(), "kind": kind}
    )

    assert (by_another.status_code, by_another.json()["code"]) == (403, "wrong_actor")
    assert (without.status_code, without.json()["code"]) == (409, "guard_no_certificate")
    assert stage.count(DOSSIER_TABLE) == before


def test_who_was_not_passed_begins_again_with_the_papers(stage: Stage) -> None:
    failed = stage.put(
        "dossier",
        "evaluation.not_passed",
        dossier_columns(stage, **STANDING["dossier", "evaluation.not_passed"]),
    )

    answer = stage.ask(failed, "reapply", "producer")

    assert answer.status_code == 200, answer.text
    (again,) = stage.ids(DOSSIER_TABLE, predecessor_id=failed.id)
    row, lines = stage.stored(Subject("dossier", again))
    assert (row["state"], row["kind"]) == ("dossier.preparing", "first")
    assert [(line.trigger, line.actor.role) for line in lines] == [("open_reapplied", "producer")]


def test_an_upheld_appeal_lets_the_chair_have_the_product_evaluated_again(stage: Stage) -> None:
    failed = stage.put(
        "dossier",
        "evaluation.not_passed",
        dossier_columns(stage, **STANDING["dossier", "evaluation.not_passed"]),
    )
    appealed(stage, failed, "upheld")

    answer = stage.ask(
        failed, "reopen_decision", "province_chair", reason="Khiếu nại đúng", data={"document": "15/KL-UBND"}
    )

    assert answer.status_code == 200, answer.text
    (again,) = stage.ids(DOSSIER_TABLE, predecessor_id=failed.id)
    row, lines = stage.stored(Subject("dossier", again))
    assert (row["state"], row["level"], row["ruleset"], row["filed_on"]) == (
        "council.ready", "province", RULESET, "2027-04-05"
    )  # fmt: skip
    assert [(line.trigger, line.actor.role, line.reason) for line in lines] == [
        ("reopen_evaluation", "province_chair", "Khiếu nại đúng")
    ]


@pytest.mark.parametrize(
    ("state", "trigger", "role", "stars"),
    [
        pytest.param("decision.pending", "decide_recognition", "province_chair", 4, id="at-the-province"),
        pytest.param("central.concluded", "decide_five_star", "ministry", 5, id="at-the-centre"),
    ],
)
def test_recognising_issues_the_certificate_under_the_role_that_decides(
    stage: Stage, state: str, trigger: str, role: str, stars: int
) -> None:
    dossier = stage.put("dossier", state, dossier_columns(stage, **STANDING["dossier", state]))

    decided = stage.ask(dossier, trigger, role, data=DECISION)

    assert decided.status_code == 200, decided.text
    issued = stage.ids(CERTIFICATE_TABLE, dossier_id=dossier.id)
    assert len(issued) == 1
    row, lines = stage.stored(Subject("certificate", issued[0]))
    assert (row["state"], row["stars"], row["issued_on"], row["last_valid_day"]) == (
        "valid", stars, "2027-04-12", "2030-04-12"
    )  # fmt: skip
    assert [(line.trigger, line.actor.role) for line in lines] == [("issue", role)]


@pytest.mark.parametrize(
    "changed", [{"stars": 2}, {"decision_number": None}], ids=["too-few-stars", "undecided"]
)
def test_no_certificate_is_issued_for_what_is_not_recognised(stage: Stage, changed: dict[str, Any]) -> None:
    dossier = stage.put(
        "dossier", "decision.pending", dossier_columns(stage, **STANDING["dossier", "recognised.4"])
    )
    row = {**stage.stored(dossier)[0], **changed}

    def write(tx: Tx) -> None:
        chair = load_actor(tx, stage.world.account[Role.PROVINCE_CHAIR], "api")
        issue(tx, row, producer_name="HTX", actor=chair)

    with pytest.raises(Refused) as refusal:
        stage.db.write_now(write)

    assert refusal.value.code == "guard_not_recognised"
    assert stage.ids(CERTIFICATE_TABLE, dossier_id=dossier.id) == []


def opening(stage: Stage, role: str, digest: str | None = None) -> Any:
    """Preview as the coordinator, open as somebody."""
    plan = {"plan": PLAN, "filename": "plan.yaml"}
    shown = stage.by("province_unit").post(f"{V1}/cycles/preview", json=plan)
    assert shown.status_code == 200, shown.text
    return stage.by(role).post(f"{V1}/cycles", json=plan | {"digest": digest or shown.json()["digest"]})


def test_opening_a_plan_drafts_publishes_and_opens_the_cycle_and_plans_its_batches(unopened: Stage) -> None:
    opened = opening(unopened, "province_unit")

    assert opened.status_code == 201, opened.text
    _, lines = unopened.stored(Subject("cycle", opened.json()["cycle_id"]))
    assert [(line.trigger, line.source, line.dest, line.actor.role) for line in lines] == [
        ("draft_cycle", "new", "draft", "province_unit"),
        ("publish", "draft", "published", "province_unit"),
        ("open", "published", "open", "province_unit"),
    ]
    assert len(opened.json()["batches"]) == 4
    for batch in opened.json()["batches"]:
        _, planned = unopened.stored(Subject("batch", batch))
        assert [(line.trigger, line.dest, line.actor.role) for line in planned] == [
            ("plan_batch", "planned", "province_unit")
        ]


@pytest.mark.parametrize(
    ("role", "digest", "refusal"),
    [
        pytest.param("commune", None, (403, "plan_not_yours"), id="of-another-office"),
        pytest.param("ministry", None, (403, "plan_not_yours"), id="of-the-ministry"),
        pytest.param("province_unit", "0" * 64, (409, "preview_outdated"), id="of-another-preview"),
    ],
)
def test_a_refused_opening_writes_neither_cycle_nor_batch(
    unopened: Stage, role: str, digest: str | None, refusal: tuple[int, str]
) -> None:
    refused = opening(unopened, role, digest)

    assert (refused.status_code, refused.json()["code"]) == refusal
    assert (unopened.count(CYCLE_TABLE), unopened.count(BATCH_TABLE)) == (0, 0)


def planned(stage: Stage, role: str, **given: Any) -> Any:
    body = {
        "kind": "in_person", "title": "Phiên họp đợt 1", "convened_for": "2027-04-20T08:00:00+07:00",
        "cycle_id": stage.world.cycle,
    } | given  # fmt: skip
    return stage.by(role).post(f"{V1}/sessions", json=body)


@pytest.mark.parametrize(
    ("role", "given", "level"),
    [
        pytest.param("province_unit", {}, "province", id="at-the-province"),
        pytest.param("ministry", {"cycle_id": None}, "central", id="at-the-centre"),
    ],
)
def test_a_unit_plans_a_session_of_its_council(
    stage: Stage, role: str, given: dict[str, Any], level: str
) -> None:
    made = planned(stage, role, **given)

    assert made.status_code == 201, made.text
    row, lines = stage.stored(Subject("session", made.json()["id"]))
    assert (row["state"], row["level"], row["ruleset"]) == ("planned", level, RULESET)
    assert [(line.trigger, line.source, line.actor.role) for line in lines] == [("plan_session", "new", role)]


@pytest.mark.parametrize(
    ("role", "given", "refusal"),
    [
        pytest.param("commune", {}, (404, "subject_not_found"), id="by-a-commune"),
        pytest.param("secretary", {}, (404, "subject_not_found"), id="by-a-secretary"),
        pytest.param("ministry", {}, (403, "wrong_actor"), id="of-a-province-by-the-ministry"),
        pytest.param("province_unit", {"cycle_id": None}, (404, "subject_not_found"), id="of-the-centre-by-a-province"),
    ],
)  # fmt: skip
def test_nobody_else_plans_a_session(
    stage: Stage, role: str, given: dict[str, Any], refusal: tuple[int, str]
) -> None:
    before = stage.count(SESSION_TABLE)

    refused = planned(stage, role, **given)

    assert (refused.status_code, refused.json()["code"]) == refusal
    assert stage.count(SESSION_TABLE) == before


def test_no_session_is_planned_in_a_cycle_that_has_ended(stage: Stage) -> None:
    closed = stage.put("cycle", "closed", cycle_columns())

    refused = planned(stage, "province_unit", cycle_id=closed.id)

    assert (refused.status_code, refused.json()["code"]) == (409, "guard_cycle_not_open")


def test_a_producer_appeals_and_the_dossier_notes_it(stage: Stage) -> None:
    dossier = product(stage, "evaluation.not_passed")
    body = {"dossier_id": dossier.id, "grounds": "Phiếu cộng sai"}

    made = stage.by("producer").post(f"{V1}/appeals", json=body)

    assert made.status_code == 201, made.text
    row, lines = stage.stored(Subject("appeal", made.json()["id"]))
    assert (row["state"], row["about_state"]) == ("open", "evaluation.not_passed")
    assert [(line.trigger, line.actor.role) for line in lines] == [("open_appeal", "producer")]
    noted = stage.stored(dossier)[1][-1]
    assert (noted.kind, noted.trigger, noted.dest) == ("fact_noted", "appeal", "evaluation.not_passed")


@pytest.mark.parametrize(
    ("state", "role", "refusal"),
    [
        pytest.param("council.concluded", "producer", (409, "wrong_state"), id="before-the-end"),
        pytest.param("evaluation.not_passed", "commune", (403, "wrong_actor"), id="by-another"),
    ],
)
def test_no_appeal_without_an_outcome_of_ones_own(
    stage: Stage, state: str, role: str, refusal: tuple[int, str]
) -> None:
    dossier, before = product(stage, state), stage.count(APPEAL_TABLE)

    refused = stage.by(role).post(f"{V1}/appeals", json={"dossier_id": dossier.id, "grounds": "Sai"})

    assert (refused.status_code, refused.json()["code"]) == refusal
    assert stage.count(APPEAL_TABLE) == before


def test_a_second_appeal_waits_for_the_answer_to_the_first(stage: Stage) -> None:
    dossier = product(stage, "evaluation.not_passed")
    body = {"dossier_id": dossier.id, "grounds": "Phiếu cộng sai"}
    first = stage.by("producer").post(f"{V1}/appeals", json=body)

    again = stage.by("producer").post(f"{V1}/appeals", json=body)
    answered = stage.ask(
        Subject("appeal", first.json()["id"]), "refuse_to_hear", "province_chair", reason="Không có căn cứ"
    )
    later = stage.by("producer").post(f"{V1}/appeals", json=body)

    assert (again.status_code, again.json()["code"]) == (409, "guard_appeal_already_open")
    assert answered.status_code == 200, answered.text
    assert (later.status_code, later.json()["code"][-4:]) == (201, "-KN2")
