"""Days that cannot be, points that forward by themselves, and batches that follow the level: both sides of each edge."""

from typing import Any

import pytest

from core.sql import Sql
from core.tx import ReadTx
from registry import settings
from registry.roles import Role
from regulations import rulesets
from states.dossier.models import TEXT_TABLE
from tests.states.dossier.ground import Ground, decision
from tests.world import PROVINCE, SYSTEM

P, V, K, B, CHAIR, SECRETARY = (
    Role.PRODUCER, Role.PROVINCE_UNIT, Role.PROVINCE_CHAIR, Role.MINISTRY, Role.CHAIR, Role.SECRETARY
)  # fmt: skip
FILED = {"level": "province", "filed_on": "2027-01-04", "received_on": "2027-01-04"}
COUNTED = FILED | {"points_sum": 560, "points_count": 7, "spread": 6, "stars": 4}
CENTRAL = COUNTED | {"level": "central", "points_sum": 644, "stars": 5}


@pytest.mark.parametrize(
    ("day", "code"),
    [
        pytest.param("2027-01-03", "guard_decision_date_impossible", id="before-the-filing"),
        pytest.param("2027-01-04", None, id="on-the-day-of-filing"),
        pytest.param("2027-03-10", None, id="today"),
        pytest.param("2027-03-11", "guard_decision_date_impossible", id="tomorrow"),
    ],
)
@pytest.mark.parametrize(
    ("state", "trigger", "role", "columns", "more"),
    [
        pytest.param("decision.pending", "decide_recognition", K, COUNTED, {}, id="recognition"),
        pytest.param(
            "decision.pending_result_approval", "approve_and_forward", K, COUNTED, {"letter_number": "1/UB"}, id="approval"
        ),
        pytest.param("central.concluded", "decide_five_star", B, CENTRAL, {}, id="five-stars"),
        pytest.param(
            "central.returned_to_province", "province_decides", K, COUNTED | {"level": "central"}, {"decided_stars": 4},
            id="province",
        ),
    ],
)  # fmt: skip
def test_a_decision_is_dated_between_the_filing_and_today(
    ground: Ground, state: str, trigger: str, role: Role, columns: dict[str, Any], more: dict[str, Any],
    day: str, code: str | None,
) -> None:  # fmt: skip
    dossier = ground.put(state, **columns)
    ground.on("2027-03-10T23:59")

    assert ground.refused(dossier, trigger, role, **decision(day), **more) == code


def test_a_dossier_without_a_known_filing_day_is_decided_up_to_today(ground: Ground) -> None:
    dossier = ground.put(
        "decision.pending", **(COUNTED | {"filed_on": None}), ruleset=rulesets.get("qd26-2026").pin
    )

    assert ground.refused(dossier, "decide_recognition", K, **decision("2026-12-31")) is None


@pytest.mark.parametrize(
    ("day", "code"),
    [
        pytest.param("2027-01-03", "guard_session_date_impossible", id="yesterday"),
        pytest.param("2027-01-04", None, id="today"),
        pytest.param("2027-11-30", None, id="later"),
    ],
)
def test_a_session_is_planned_for_today_or_later(ground: Ground, day: str, code: str | None) -> None:
    dossier = ground.put("council.ready", **FILED)

    assert ground.refused(dossier, "schedule", V, session_on=day) == code


def test_a_session_is_not_before_the_filing(ground: Ground) -> None:
    dossier = ground.put("council.ready", **(FILED | {"filed_on": "2027-01-06"}))

    assert ground.refused(dossier, "schedule", V, session_on="2027-01-05") == "guard_session_date_impossible"


@pytest.mark.parametrize(
    ("on", "points", "stars", "recognition", "five"),
    [
        pytest.param(False, 630, 4, None, "guard_score_below_band", id="floors-count-by-default"),
        pytest.param(True, 630, 4, "guard_score_above_band", None, id="points-alone"),
        pytest.param(True, 629, 4, None, "guard_score_below_band", id="just-below-ninety"),
        pytest.param(True, 630, 5, "guard_score_above_band", None, id="all-floors-met"),
    ],
)
def test_a_province_may_forward_on_points_alone(
    ground: Ground, on: bool, points: int, stars: int, recognition: str | None, five: str | None
) -> None:
    """Art. 7.3.e read by its words (process.md §11.6)."""
    if on:
        ground.write(
            lambda tx: settings.choose(tx, PROVINCE, "forward_on_points", True, source="5/QĐ", actor=SYSTEM)
        )
    made = [
        ground.refused(
            ground.put("council.concluded", **(COUNTED | {"points_sum": points, "stars": stars})), trigger, V
        )
        for trigger in ("propose_recognition", "propose_five_star")
    ]

    assert made == [recognition, five]


def test_at_the_centre_the_floors_hold_whatever_the_points(ground: Ground) -> None:
    dossier = ground.put("central.concluded", **(CENTRAL | {"stars": 2}))

    assert (
        ground.refused(dossier, "decide_five_star", B, **decision("2027-01-04")) == "guard_score_below_band"
    )


def test_a_forwarded_product_leaves_the_batch_of_the_province_for_that_of_the_centre(ground: Ground) -> None:
    cycle = ground.cycle(year=2028)
    mine, central = (
        ground.batch(cycle, 1, "2027-04-29"),
        ground.batch(cycle, 1, "2027-07-29", level="central"),
    )
    columns = COUNTED | {"points_sum": 644, "stars": 5, "cycle_id": cycle, "batch_id": mine}
    dossier = ground.put("decision.pending_result_approval", **columns)
    act = {**decision("2027-01-04"), "letter_number": "2/UB"}

    assert ground.fire(dossier, "approve_and_forward", K, **act).row["batch_id"] == central
    back = ground.put("central.returned_to_province", **(CENTRAL | {"cycle_id": cycle, "batch_id": central}))
    assert ground.fire(back, "province_decides", K).row["batch_id"] == mine


@pytest.mark.parametrize(("day", "code"), [("2027-01-04", None), ("2027-01-05", "guard_date_ahead")])
@pytest.mark.parametrize("trigger", ["planned_inspection", "surprise_inspection"])
def test_nobody_has_inspected_tomorrow(ground: Ground, trigger: str, day: str, code: str | None) -> None:
    decided = COUNTED | {"decision_number": "7/QĐ", "decision_on": "2027-01-04"}
    dossier = ground.put("review.in_progress", **decided)

    assert ground.refused(dossier, trigger, V, inspected_on=day) == code


@pytest.mark.parametrize(("day", "code"), [("2027-01-04", None), ("2027-01-05", "guard_conclusion_ahead")])
def test_a_finding_rests_on_a_conclusion_that_is_there(ground: Ground, day: str, code: str | None) -> None:
    decided = COUNTED | {"decision_number": "7/QĐ", "decision_on": "2027-01-04"}
    dossier = ground.put("review.inspected", **decided)

    assert ground.refused(dossier, "finding_bad", V, ground="law_broken", conclusion_on=day) == code


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-12-31", "guard_certificate_not_valid"),
        ("2027-01-01", None),
        ("2029-12-31", None),
        ("2030-01-01", "guard_certificate_not_valid"),
    ],
)
def test_an_event_lies_within_the_certificate(ground: Ground, day: str, code: str | None) -> None:
    decided = COUNTED | {"decision_number": "7/QĐ", "decision_on": "2027-01-04"}
    dossier = ground.put("promotion.active", **decided)
    days = {"issued_on": "2027-01-01", "expires_on": "2029-12-31", "last_valid_day": "2029-12-31"}
    ground.certificate(ground.row(dossier)["product_id"], **days)

    assert ground.refused(dossier, "join_event", P, event_on=day, event="Hội chợ") == code


def test_what_an_inspection_found_is_kept_beside_its_line(ground: Ground) -> None:
    decided = COUNTED | {"decision_number": "7/QĐ", "decision_on": "2027-01-04"}
    dossier = ground.put("review.inspected", **decided)

    fired = ground.fire(dossier, "finding_ok", V, conclusion="Đạt yêu cầu, nhãn đúng quy định")

    def kept(rtx: ReadTx) -> str:
        chosen = (
            TEXT_TABLE.select().with_only_columns(TEXT_TABLE.c.data).where(TEXT_TABLE.c.dossier_id == dossier)
        )
        return str(rtx.sql.value(Sql(chosen)))

    assert "nhãn đúng quy định" in ground.db.read_now(kept)
    assert "nhãn" not in str(fired.inputs)
