"""The rows of `moves.csv` that bring a subject into being: each by the request that does it."""

from typing import Any

import pytest

from core.errors import Refused
from core.tx import Tx
from registry.actors import load_actor
from registry.roles import Role
from states.certificate.commands import issue
from states.certificate.models import CERTIFICATE_TABLE
from states.cycle.models import BATCH_TABLE, CYCLE_TABLE
from states.dossier.models import DOSSIER_TABLE
from tests.expected import expected_moves
from tests.states.every_move.stage import V1, Stage, Subject, cycle_columns, dossier_columns
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
