"""The programme year of a dossier: carried over, closed, adopted by the cycle that opens, reviewed once a year."""

from pathlib import Path

import pytest

from core.config import Config
from core.errors import Refused
from core.sql import Sql
from core.tx import ReadTx
from registry import calendar_days
from registry.roles import Role
from states.deadlines.entries import DEADLINE, IS_OPEN
from states.dossier.adoption import adopt
from states.moves import machine_of
from tests.states.dossier.ground import Ground
from tests.world import PROVINCE, SYSTEM
from workflows.service import Service
from workflows.steps import STEPS

V, P, S = Role.PROVINCE_UNIT, Role.PRODUCER, Role.SYSTEM
K = Role.PROVINCE_CHAIR
WHY = "Chưa xong trong năm"
RECOGNISED = {
    "level": "province", "filed_on": "2027-09-01", "stars": 4, "decision_number": "7/QĐ",
    "decision_on": "2027-11-20",
}  # fmt: skip


def carry(ground: Ground, dossier: str, year: int) -> str | None:
    return ground.refused(dossier, "carry_over", V, WHY, year=year)


def where(ground: Ground, dossier: str) -> tuple[int, str | None, str | None]:
    row = ground.row(dossier)
    return row["year"], row["cycle_id"], row["batch_id"]


def test_a_dossier_is_carried_into_a_year_whose_cycle_waits_to_be_opened(ground: Ground) -> None:
    dossier = ground.put("plan.drafting")

    fired = ground.fire(dossier, "carry_over", V, WHY, year=2028)

    assert (fired.source, fired.dest, fired.move_version) == ("plan.drafting", "plan.drafting", 1)
    assert where(ground, dossier) == (2028, None, None)
    line = ground.stored(dossier)[1][-1]
    assert (line.kind, line.trigger, line.reason, line.inputs["year"]) == (
        "fact_noted",
        "carry_over",
        WHY,
        2028,
    )
    assert ground.replayed(dossier).problems == ()


@pytest.mark.parametrize(
    ("state", "number"),
    [("commune.received", 1), ("province.returned", 1), ("council.ready", None), ("plan.drafting", None)],
)
def test_what_is_filed_stands_in_the_first_batch_that_still_takes_dossiers(
    ground: Ground, state: str, number: int | None
) -> None:
    cycle = ground.cycle(year=2028)
    ground.batch(cycle, 2, "2028-10-29")
    first = ground.batch(cycle, 1, "2028-04-29")
    dossier = ground.put(state, filed_on="2027-10-30", batch_id=None)

    assert carry(ground, dossier, 2028) is None

    assert where(ground, dossier) == (2028, cycle, first if number else None)


def test_a_batch_whose_limit_has_passed_takes_nothing_more(ground: Ground) -> None:
    cycle = ground.cycle(year=2028)
    ground.batch(cycle, 1, "2028-04-29")
    second = ground.batch(cycle, 2, "2028-10-29")
    dossiers = [ground.put("commune.reported", filed_on="2027-10-30") for _ in range(2)]

    ground.on("2028-04-29T23:59")
    assert carry(ground, dossiers[0], 2028) is None
    ground.on("2028-04-30T00:00")
    assert carry(ground, dossiers[1], 2028) is None

    assert [where(ground, one)[2] == second for one in dossiers] == [False, True]


@pytest.mark.parametrize(
    ("year", "code"), [(2027, "guard_year_impossible"), (2028, None), (2029, "guard_year_impossible")]
)
def test_a_dossier_goes_into_the_next_year_and_no_further(
    ground: Ground, year: int, code: str | None
) -> None:
    assert carry(ground, ground.put("idea.accepted"), year) == code


@pytest.mark.parametrize(("state", "code"), [("under_review", None), ("closed", "guard_cycle_ended")])
def test_a_cycle_that_has_ended_takes_nothing(ground: Ground, state: str, code: str | None) -> None:
    ground.cycle(state, year=2028)

    assert carry(ground, ground.put("idea.accepted"), 2028) == code


def test_carrying_over_needs_a_reason_and_a_year(ground: Ground) -> None:
    dossier = ground.put("idea.accepted")

    assert ground.refused(dossier, "carry_over", V, "  ", year=2028) == "guard_reason_missing"
    assert ground.refused(dossier, "carry_over", V, WHY) == "bad_fields"
    assert ground.refused(dossier, "carry_over", P, WHY, year=2028) == "wrong_actor"


def test_a_cycle_that_opens_takes_what_waited_for_it_and_nothing_else(ground: Ground) -> None:
    waiting = ground.put("province.received", year=2028, cycle_id=None, level="province")
    promoted = ground.put("promotion.active", year=2028, cycle_id=None, **RECOGNISED)
    others = [
        ground.put("province.received", year=2028, cycle_id=None, province_code="24"),
        ground.put("province.received", year=2029, cycle_id=None),
        ground.put("withdrawn", year=2028, cycle_id=None),
        ground.put("idea.accepted"),
    ]
    before = [ground.stored(one) for one in others]
    cycle = ground.cycle(year=2028)
    batch = ground.batch(cycle, 1, "2028-04-29")
    ground.on("2028-01-03")

    taken = ground.write(lambda tx: adopt(tx, cycle, province=PROVINCE, year=2028, cycle_state="open"))

    assert taken == 2
    assert [where(ground, one) for one in (waiting, promoted)] == [(2028, cycle, batch), (2028, cycle, None)]
    assert [ground.stored(one) for one in others] == before
    for one in (waiting, promoted):
        row, lines = ground.stored(one)
        replayed = ground.replayed(one)
        assert (lines[-1].trigger, lines[-1].actor.role, replayed.problems) == ("carry_over", "system", ())
        assert (replayed.version, replayed.state) == (row["version"], row["state"])


def test_nothing_waits_twice(ground: Ground) -> None:
    ground.put("idea.accepted", year=2028, cycle_id=None)
    cycle = ground.cycle(year=2028)

    taken = [
        ground.write(lambda tx: adopt(tx, cycle, province=PROVINCE, year=2028, cycle_state="open"))
        for _ in range(2)
    ]

    assert taken == [1, 0]


def test_unfinished_dossiers_are_closed_when_the_year_is_over_and_not_before(ground: Ground) -> None:
    dossier = ground.put("production.in_progress")

    ground.on("2027-12-31T23:59")
    before = ground.refused(dossier, "close_unfinished", V, "Chủ thể ngừng")
    ground.on("2028-01-01T00:00")
    after = ground.fire(dossier, "close_unfinished", V, "Chủ thể ngừng")

    assert before == "guard_cycle_still_running"
    assert (after.source, after.dest, after.row["year"]) == ("production.in_progress", "withdrawn", 2027)


@pytest.mark.parametrize(
    ("state", "code"), [("promotion", "guard_cycle_still_running"), ("under_review", None)]
)
def test_unfinished_dossiers_are_closed_while_their_cycle_is_reviewed(
    ground: Ground, state: str, code: str | None
) -> None:
    dossier = ground.put("plan.drafting", cycle_id=ground.cycle(state, year=2031), year=2031)

    assert ground.refused(dossier, "close_unfinished", V, "Chủ thể ngừng") == code


def test_what_is_recognised_is_not_closed_as_unfinished(ground: Ground) -> None:
    dossier = ground.put("promotion.active", **RECOGNISED)

    ground.on("2028-01-01")

    assert ground.refused(dossier, "close_unfinished", V, "Chủ thể ngừng") == "wrong_state"


# ---- the yearly review


def promoted(ground: Ground, state: str, decided: str) -> str:
    product = ground.product()
    ground.certificate(product, issued_on=decided, expires_on="2030-06-10", last_valid_day="2030-06-10")
    return ground.put(state, product_id=product, **{**RECOGNISED, "decision_on": decided})


def review_deadline(ground: Ground, dossier: str) -> list[str]:
    def read(rtx: ReadTx) -> list[str]:
        code, subject = DEADLINE.c.code == "REVIEW_OPENS", DEADLINE.c.subject == f"dossier/{dossier}"
        found = Sql(DEADLINE.select().with_only_columns(DEADLINE.c.last_day).where(code, subject, IS_OPEN))
        return [row[0] for row in rtx.sql.all(found)]

    return ground.db.read_now(read)


def test_the_review_that_counts_is_the_first_one_after_the_recognition(ground: Ground) -> None:
    """The plan of 2027 reviews from 15 December on."""
    early, late = (promoted(ground, "recognised.4", day) for day in ("2027-12-14", "2027-12-20"))
    ground.on("2027-12-20")

    for dossier in (early, late):
        ground.fire(dossier, "start_promotion", P)

    assert [ground.refused(one, "cycle_review_due", S) for one in (early, late)] == [
        None,
        "guard_review_not_due",
    ]
    assert review_deadline(ground, late) == ["2028-12-31"]
    ground.on("2028-12-31T23:59")
    assert ground.refused(late, "cycle_review_due", S) == "guard_review_not_due"
    ground.on("2029-01-01T00:00")
    assert ground.refused(late, "cycle_review_due", S) is None


def test_a_carried_dossier_is_reviewed_a_year_later_in_the_window_of_its_new_cycle(ground: Ground) -> None:
    dossier = promoted(ground, "recognised.4", "2027-06-01")
    ground.on("2027-06-02").fire(dossier, "start_promotion", P)
    assert review_deadline(ground, dossier) == ["2027-12-14"]

    ground.fire(dossier, "carry_over", V, WHY, year=2028)

    assert review_deadline(ground, dossier) == ["2028-12-31"]
    ground.on("2027-12-20")
    assert ground.refused(dossier, "cycle_review_due", S) == "guard_review_not_due"


def test_the_new_year_takes_a_reviewed_dossier_along_and_leaves_the_old_cycle_closable(
    ground: Ground,
) -> None:
    dossier = promoted(ground, "review.closed", "2027-06-01")
    old = ground.cycle("under_review", year=2031)
    ground.db.write_now(lambda tx: machine_of("dossier").update(tx, dossier, {"cycle_id": old}))
    new = ground.cycle(year=2028)
    ground.on("2028-01-01T00:00")

    fired = ground.fire(dossier, "next_cycle", S)

    assert (fired.dest, fired.row["year"], fired.row["cycle_id"]) == ("promotion.active", 2028, new)
    assert ground.fire(old, "close", V, kind="cycle").dest == "closed"


def test_a_review_that_ends_late_does_not_bring_the_next_one_at_once(ground: Ground) -> None:
    dossier = promoted(ground, "review.inspected", "2027-06-01")
    ground.on("2029-02-01").fire(dossier, "finding_ok", V, conclusion="Đạt")

    fired = ground.fire(dossier, "next_cycle", S)

    assert fired.row["year"] == 2029
    assert ground.refused(dossier, "cycle_review_due", S) == "guard_review_not_due"


@pytest.mark.parametrize("finding", ["2027-12-31", "2028-01-01", "2028-11-30", "2029-02-01"])
@pytest.mark.parametrize("last_valid_day", ["2030-06-10", "2027-12-31"], ids=["in-force", "run-out"])
@pytest.mark.parametrize("outcome", ["finding_ok", "finding_bad"])
def test_a_cycle_can_be_closed_however_late_its_last_finding_comes(
    ground: Ground, finding: str, last_valid_day: str, outcome: str
) -> None:
    """The clock does what it owes in between; a finding before New Year waits for it."""
    ground.write(lambda tx: calendar_days.seed_calendar(tx, actor=SYSTEM, years=[2028, 2029]))
    product = ground.product()
    certificate = ground.certificate(
        product, issued_on="2027-06-01", expires_on=last_valid_day, last_valid_day=last_valid_day
    )
    old = ground.cycle("under_review", year=2031)
    given = {**RECOGNISED, "decision_on": "2027-06-01", "cycle_id": old}
    dossier = ground.put("review.inspected", product_id=product, **given)
    with pytest.raises(Refused) as refused:
        ground.fire(old, "close", V, kind="cycle")
    assert refused.value.code == "guard_dossiers_unsettled"
    ground.on(finding)

    if outcome == "finding_ok":
        ground.fire(dossier, "finding_ok", V, conclusion="Đạt")
    else:
        ground.fire(dossier, "finding_bad", V, ground="law_broken", conclusion_on="2027-12-30")
        if ground.row(dossier)["state"] == "certificate.revocation_proposed":
            ground.fire(certificate, "decline_revocation", K, "Đã khắc phục", kind="certificate")
    ground.on(max(finding, "2028-01-01"))
    moved_on = ground.refused(dossier, "next_cycle", S)

    assert moved_on in (None, "guard_certificate_not_valid")
    assert ground.fire(old, "close", V, kind="cycle").dest == "closed"


def test_nobody_passes_into_the_next_year_before_the_year_is_over(ground: Ground) -> None:
    dossier = promoted(ground, "review.closed", "2027-06-01")

    ground.on("2027-12-31T23:59")

    assert ground.refused(dossier, "next_cycle", S) == "guard_cycle_not_over"


def test_batches_of_other_levels_take_no_dossier_of_a_province(ground: Ground) -> None:
    cycle = ground.cycle(year=2028)
    ground.batch(cycle, 1, "2028-07-29", level="central")
    dossier = ground.put("commune.received", filed_on="2027-10-30")

    assert carry(ground, dossier, 2028) is None

    assert where(ground, dossier) == (2028, cycle, None)


@pytest.mark.parametrize(
    ("last_valid_day", "state"),
    [("2027-12-31", "review.closed"), ("2028-01-01", "promotion.active")],
    ids=["ended-with-the-year", "in-force-on-new-years-day"],
)
def test_a_reviewed_product_whose_certificate_has_ended_rests_and_is_no_fault_of_the_sweep(
    ground: Ground, last_valid_day: str, state: str
) -> None:
    product = ground.product()
    ground.certificate(
        product, issued_on="2024-12-31", expires_on=last_valid_day, last_valid_day=last_valid_day
    )
    dossier = ground.put(
        "review.inspected", product_id=product, **{**RECOGNISED, "decision_on": "2027-06-01"}
    )
    ground.on("2027-12-20").fire(dossier, "finding_ok", V, conclusion="Đạt")
    ground.on("2028-01-01T00:00")

    service = Service(ground.db, ground.clock, Config(data_dir=Path()))
    found = [STEPS["sweep_deadlines"](service, ground.clock.business_now())["skipped"] for _ in range(2)]

    assert found == [0, 0]
    assert ground.row(dossier)["state"] == state
