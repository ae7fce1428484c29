"""The run-off of Article 12.2: filed before 22 May 2026 and decided by the old rules for sixty or thirty days more.

Sixty days after 22 May 2026 is Tuesday 21 July; thirty are Sunday 21 June, which moves to Monday 22 June.
"""

from datetime import datetime

import pytest
import sqlalchemy as sa

from audit.verify import verify
from core.clock import Clock, StepClock
from core.db import Database
from core.sequencer import sequence_all
from core.sql import Sql
from core.tx import Tx
from registry import settings
from registry.roles import Role
from regulations import rulesets
from states.deadlines.entries import DEADLINE
from tests.states.dossier.ground import Ground, decision
from tests.states.every_move.table import LETTER, STANDING
from tests.world import PROVINCE, SYSTEM, settled
from workflows.service import Service
from workflows.steps import STEPS

K, B, V = Role.PROVINCE_CHAIR, Role.MINISTRY, Role.PROVINCE_UNIT
R2B, R3 = rulesets.get("qd1489-2025").pin, rulesets.get("qd26-2026").pin
PENDING = STANDING["dossier", "decision.pending"]


@pytest.fixture
def clock() -> Clock:
    return StepClock(datetime.fromisoformat("2026-04-20T09:00:00+07:00"))


@pytest.fixture
def ground(db: Database, clock: StepClock) -> Ground:
    return Ground(db, clock, settled(db, plan=None))


def filed(
    ground: Ground, state: str = "decision.pending", *, on: str = "2026-04-20", **columns: object
) -> str:
    law = R2B if on < "2026-05-22" else R3
    given = {"filed_on": on, "received_on": on, "ruleset": law, "ruleset_assessed": law, "level": "province"}
    return ground.put(state, **{**STANDING["dossier", state], **given, **columns})


def watch(ground: Ground) -> int:
    service = Service(ground.db, ground.clock, None)  # type: ignore[arg-type]  # this step reads no setting of the house
    found = STEPS["certificate_watch"](service, ground.clock.business_now())
    assert not found["skipped"]
    return int(found["runoff"])


def dues(ground: Ground, dossier: str) -> dict[str, tuple[str, str]]:
    columns = ("code", "last_day", "met_at", "cancelled_at")
    chosen = sa.select(*(DEADLINE.c[name] for name in columns)).where(DEADLINE.c.dossier_id == dossier)
    found = ground.db.read_now(lambda rtx: rtx.sql.all(Sql(chosen)))
    return {
        code: (last, "cancelled" if gone else "met" if met else "open")
        for code, last, met, gone in found
        if code.startswith("RUNOFF")
    }


@pytest.mark.parametrize(
    ("kind", "decided", "refusal"),
    [
        pytest.param("first", "2026-07-21", None, id="first-sixtieth-day"),
        pytest.param("first", "2026-07-22", "guard_runoff_passed", id="first-a-day-late"),
        pytest.param("upgrade", "2026-07-21", None, id="upgrade-sixtieth-day"),
        pytest.param("upgrade", "2026-07-22", "guard_runoff_passed", id="upgrade-a-day-late"),
        pytest.param("re_evaluation", "2026-06-22", None, id="renewal-monday-after-the-thirtieth-day"),
        pytest.param("re_evaluation", "2026-06-23", "guard_runoff_passed", id="renewal-a-day-late"),
    ],
)
def test_the_chair_decides_by_the_old_rules_until_the_last_day_of_the_run_off(
    ground: Ground, kind: str, decided: str, refusal: str | None
) -> None:
    dossier = filed(ground, kind=kind)
    ground.on("2026-07-30")

    assert ground.refused(dossier, "decide_recognition", K, **decision(decided)) == refusal


@pytest.mark.parametrize(
    ("state", "trigger", "role", "data"),
    [
        ("decision.pending_result_approval", "approve_and_forward", K, LETTER),
        ("central.concluded", "decide_five_star", B, {}),
        ("central.returned_to_province", "province_decides", K, {"decided_stars": 4}),
        ("central.returned_to_province", "province_decides", K, {"decided_stars": 3}),
    ],
)
def test_every_decision_that_recognises_or_hands_up_stands_under_the_run_off(
    ground: Ground, state: str, trigger: str, role: Role, data: dict[str, object]
) -> None:
    level = "central" if state.startswith("central.") else "province"
    late, in_time = (filed(ground, state, level=level) for _ in range(2))
    ground.on("2026-07-30")

    assert ground.refused(late, trigger, role, **data, **decision("2026-07-22")) == "guard_runoff_passed"
    assert ground.refused(in_time, trigger, role, **data, **decision("2026-07-21")) is None


def test_a_province_may_let_late_decisions_stand(ground: Ground) -> None:
    def choose(tx: Tx) -> None:
        settings.choose(tx, PROVINCE, "runoff_missed", "allow", source="5/QĐ-UBND", actor=SYSTEM)

    ground.write(choose)
    dossier = filed(ground)
    ground.on("2026-07-30")

    assert ground.refused(dossier, "decide_recognition", K, **decision("2026-07-30")) is None


def test_what_was_filed_under_the_new_rules_has_no_run_off(ground: Ground) -> None:
    dossier = filed(ground.on("2026-05-22"), on="2026-05-22")
    ground.on("2026-09-01")

    assert watch(ground) == 0
    assert ground.refused(dossier, "decide_recognition", K, **decision("2026-09-01")) is None


def test_what_was_decided_before_is_evaluated_again_by_the_old_rules_however_late(ground: Ground) -> None:
    """The Ministry orders a recognition of April 2026 redone in 2027: its run-off was kept long ago."""
    product = ground.product()
    dossier = filed(ground, product_id=product)
    ground.fire(dossier, "decide_recognition", K, **decision("2026-04-20"))
    ground.on("2027-02-01").fire(dossier, "ministry_orders_redo", K, ministry_document="8/BNNMT")
    ground.fire(dossier, "redo", V)
    again = filed(ground, product_id=ground.product())

    assert watch(ground) == 0
    ground.db.write_now(
        lambda tx: tx.sql.run(
            Sql(sa.text("UPDATE dossier SET state = 'decision.pending', stars = 4 WHERE id = :id")),
            id=dossier,
        )
    )
    assert ground.refused(dossier, "decide_recognition", K, **decision("2027-02-01")) is None
    assert ground.refused(again, "decide_recognition", K, **decision("2027-02-01")) is None, (
        "a dossier younger than its filing day was opened again from one that was decided"
    )


def test_the_clock_sets_the_day_once_when_the_new_rules_begin(ground: Ground) -> None:
    first, renewal = filed(ground, "council.ready"), filed(ground, "council.ready", kind="re_evaluation")
    idea, failed = ground.put("idea.submitted", attempts=1), filed(ground, "evaluation.not_passed")
    ground.on("2026-05-21T23:59")
    assert watch(ground) == 0

    ground.on("2026-05-22T00:00")

    assert (watch(ground), watch(ground)) == (2, 0)
    assert dues(ground, first) == {"RUNOFF_FIRST": ("2026-07-21", "open")}
    assert dues(ground, renewal) == {"RUNOFF_RENEW": ("2026-06-22", "open")}
    assert dues(ground, idea) == dues(ground, failed) == {}
    sequence_all(ground.db)
    assert [str(one) for one in ground.db.read_now(verify).findings] == []


@pytest.mark.parametrize(
    ("day", "found"), [("2026-07-21", 1), ("2026-07-22", 0)], ids=["last-day", "when-it-is-over"]
)
def test_a_dossier_nobody_had_seen_is_found_as_long_as_the_run_off_lasts(
    ground: Ground, day: str, found: int
) -> None:
    filed(ground, "council.ready")
    ground.on(day)

    assert watch(ground) == found


@pytest.mark.parametrize(
    ("trigger", "role", "data", "standing"),
    [
        ("decide_recognition", K, decision("2026-06-01"), "met"),
        ("refuse", K, {}, "met"),
        ("send_back", K, {}, "open"),
        ("withdraw", Role.PRODUCER, {}, "cancelled"),
    ],
)
def test_the_deadline_ends_with_the_decision(
    ground: Ground, trigger: str, role: Role, data: dict[str, object], standing: str
) -> None:
    dossier = filed(ground)
    ground.on("2026-06-01")
    watch(ground)

    ground.fire(dossier, trigger, role, "Thiếu căn cứ", **data)

    assert dues(ground, dossier) == {"RUNOFF_FIRST": ("2026-07-21", standing)}


@pytest.mark.parametrize(
    ("stars", "standing"), [(4, "met"), (None, "open")], ids=["recognised", "evaluated-again"]
)
def test_the_province_meets_it_by_recognising_what_the_centre_returned(
    ground: Ground, stars: int | None, standing: str
) -> None:
    dossier = filed(ground, "central.returned_to_province", level="central")
    ground.on("2026-06-01")
    watch(ground)

    ground.fire(
        dossier, "province_decides", K, decided_stars=stars, **(decision("2026-06-01") if stars else {})
    )

    assert dues(ground, dossier) == {"RUNOFF_FIRST": ("2026-07-21", standing)}
