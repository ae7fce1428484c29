"""Upgrades, renewals, another try, an evaluation opened again: where each begins, what it needs, what follows."""

from typing import Any

import pytest

from core.errors import OcopError
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry import settings
from registry.roles import Role
from regulations import rulesets
from states import moves
from states.deadlines.entries import DEADLINE, IS_OPEN
from states.dossier import papers
from states.dossier.commands import save_form
from states.dossier.models import DOSSIER_TABLE
from states.engine.fire import Fired
from tests.states.dossier.ground import Ground, decision
from tests.states.every_move.stage import filled
from tests.world import PROVINCE, SYSTEM

P, C, V, T, K, B = (
    Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT, Role.ADVISORY, Role.PROVINCE_CHAIR, Role.MINISTRY
)  # fmt: skip
R3 = rulesets.get("qd26-2026").pin
FILED = {"level": "province", "filed_on": "2027-01-04", "received_on": "2027-01-04"}
COUNTED = FILED | {"points_sum": 560, "points_count": 7, "spread": 6, "stars": 4}


def opened(ground: Ground, kind: str, product: str, role: Role = P, **given: Any) -> Fired:
    actor = ground.actor(role)

    def write(tx: Tx) -> Fired:
        return moves.open_dossier(tx, kind=kind, product_id=product, actor=actor, **given)

    fired: Fired = ground.write(write)
    return fired


def refusal(ground: Ground, kind: str, product: str, role: Role = P, **given: Any) -> str | None:
    try:
        opened(ground, kind, product, role, **given)
    except OcopError as error:
        return error.code
    return None


def certified(ground: Ground, state: str = "valid", **columns: Any) -> str:
    product = ground.product()
    ground.certificate(product, state, **columns)
    return product


def choose(ground: Ground, name: str, value: str | bool) -> None:
    ground.write(lambda tx: settings.choose(tx, PROVINCE, name, value, source="5/QĐ-UBND", actor=SYSTEM))


def others(ground: Ground, dossier: str) -> list[dict[str, Any]]:
    """The product's other dossiers, whole."""
    product = ground.row(dossier)["product_id"]

    def read(rtx: ReadTx) -> list[str]:
        found = DOSSIER_TABLE.select().with_only_columns(DOSSIER_TABLE.c.id)
        chosen = found.where(DOSSIER_TABLE.c.product_id == product, DOSSIER_TABLE.c.id != dossier)
        return [row[0] for row in rtx.sql.all(Sql(chosen))]

    return [ground.row(one) for one in ground.db.read_now(read)]


# ---- beginnings


@pytest.mark.parametrize("state", ["valid", "renewal_open", "renewal_late", "renewal_in_process"])
def test_an_upgrade_needs_a_certificate_in_force(ground: Ground, state: str) -> None:
    fired = opened(ground, "upgrade", certified(ground, state))

    assert (fired.source, fired.dest, fired.row["kind"]) == ("new", "dossier.preparing", "upgrade")


@pytest.mark.parametrize("state", ["expired", "revoked"])
@pytest.mark.parametrize("kind", ["upgrade", "re_evaluation"])
def test_what_has_ended_is_neither_raised_nor_renewed(ground: Ground, state: str, kind: str) -> None:
    assert refusal(ground, kind, certified(ground, state)) == "guard_no_certificate"


def test_a_certificate_counts_until_the_end_of_its_last_day(ground: Ground) -> None:
    product = certified(ground)

    ground.on("2027-06-10T23:59")
    on_the_last_day = refusal(ground, "first", product, cycle_id=ground.world.cycle)
    ground.on("2027-06-11T00:00")
    after = refusal(ground, "upgrade", product)

    assert (on_the_last_day, after) == ("guard_certificate_in_force", "guard_no_certificate")


def test_one_open_dossier_a_product(ground: Ground) -> None:
    product = certified(ground)
    opened(ground, "upgrade", product)

    assert [refusal(ground, kind, product) for kind in ("upgrade", "re_evaluation", "first")] == [
        "guard_dossier_already_open"
    ] * 3


def test_what_is_promoted_or_has_ended_does_not_stand_in_the_way(ground: Ground) -> None:
    product = certified(ground)
    ground.put("withdrawn", product_id=product)
    ground.put(
        "promotion.active", product_id=product, **COUNTED, decision_number="7/QĐ", decision_on="2024-06-10"
    )

    assert refusal(ground, "upgrade", product) is None


def test_an_upgrade_waits_for_an_open_cycle_and_a_renewal_does_not(ground: Ground) -> None:
    closed = ground.cycle("under_review", year=2031)
    ground.on("2029-01-02")  # no cycle of that year is opened
    days = {"issued_on": "2026-06-10", "expires_on": "2029-06-10", "last_valid_day": "2029-06-10"}
    product = certified(ground, **days)

    assert refusal(ground, "upgrade", product) == "guard_cycle_not_open"
    assert refusal(ground, "upgrade", product, cycle_id=closed) == "guard_cycle_not_open"
    renewal = opened(ground, "re_evaluation", product)
    assert (renewal.row["year"], renewal.row["cycle_id"], renewal.row["batch_id"]) == (2029, None, None)


def test_who_may_open_what(ground: Ground) -> None:
    product = certified(ground)

    assert refusal(ground, "upgrade", product, C) == "wrong_actor"
    assert refusal(ground, "re_evaluation", product, V) == "wrong_actor"
    assert refusal(ground, "re_evaluation", product, Role.SYSTEM) is None


def test_an_upgrade_and_a_renewal_follow_the_dossier_the_certificate_came_from(ground: Ground) -> None:
    product = certified(ground)
    old = ground.put(
        "promotion.active", product_id=product, **COUNTED, decision_number="7/QĐ", decision_on="2024-06-10"
    )

    def registered(tx: Tx) -> None:
        form = {"unit_name": "HTX Chè", "phone": "0912", "truth_commitment": "Tôi cam kết"}
        papers.save(tx, old, "registration", form, actor=ground.actor(P))

    ground.write(registered)

    fired = opened(ground, "upgrade", product)

    copied = ground.db.read_now(lambda rtx: papers.all_saved(rtx, fired.id))
    assert fired.row["predecessor_id"] == old
    assert copied == {
        "registration": {"unit_name": "HTX Chè", "phone": "0912"}
    }  # the commitment is given anew


def test_the_predecessor_is_one_of_the_same_product(ground: Ground) -> None:
    stranger = ground.put("evaluation.not_passed", **COUNTED)

    assert refusal(ground, "first", ground.product(), predecessor_id=stranger) == "other_product"


# ---- notes that open the next dossier


@pytest.mark.parametrize(
    ("state", "begins"),
    [
        ("evaluation.not_passed", "dossier.preparing"),
        ("evaluation.disqualified", "dossier.preparing"),
        ("commune.not_proposed", "dossier.preparing"),
        ("plan.rejected", "idea.draft"),
        ("idea.deferred_next_cycle", "idea.draft"),
        ("withdrawn", "idea.draft"),
    ],
)
def test_applying_again_begins_where_the_product_had_come_to(ground: Ground, state: str, begins: str) -> None:
    dossier = ground.put(state, **(COUNTED if state.startswith("evaluation") else {}))
    ground.on("2027-03-01")

    fired = ground.fire(dossier, "reapply", P)

    (again,) = others(ground, dossier)
    assert (fired.dest, fired.move_version) == (state, 1)
    assert (again["state"], again["kind"], again["predecessor_id"]) == (begins, "first", dossier)
    assert ground.replayed(again["id"]).problems == ()


def test_a_province_may_let_products_apply_again_from_the_next_year_only(ground: Ground) -> None:
    choose(ground, "reapply_from", "next_cycle")
    dossier = ground.put("evaluation.not_passed", **COUNTED)
    ground.cycle(year=2028)

    ground.on("2027-12-31T23:59")
    before = ground.refused(dossier, "reapply", P)
    ground.on("2028-01-01T00:00")

    assert (before, ground.refused(dossier, "reapply", P)) == ("guard_reapply_too_early", None)
    assert [one["year"] for one in others(ground, dossier)] == [2028]


def test_only_one_new_try_at_a_time(ground: Ground) -> None:
    dossier = ground.put("evaluation.not_passed", **COUNTED)
    ground.fire(dossier, "reapply", P)

    assert ground.refused(dossier, "reapply", P) == "guard_dossier_already_open"
    assert len(others(ground, dossier)) == 1


@pytest.mark.parametrize("state", ["promotion.active", "review.closed"])
def test_a_producer_plans_an_upgrade_from_a_recognised_product(ground: Ground, state: str) -> None:
    product = certified(ground)
    dossier = ground.put(
        state, product_id=product, **COUNTED, decision_number="7/QĐ", decision_on="2024-06-10"
    )

    fired = ground.fire(dossier, "plan_upgrade", P)

    (upgrade,) = others(ground, dossier)
    assert (fired.dest, upgrade["kind"], upgrade["state"]) == (state, "upgrade", "dossier.preparing")


def test_no_upgrade_is_planned_without_a_certificate(ground: Ground) -> None:
    product = certified(ground, "expired")
    dossier = ground.put(
        "review.closed", product_id=product, **COUNTED, decision_number="7/QĐ", decision_on="2024-06-10"
    )

    assert ground.refused(dossier, "plan_upgrade", P) == "guard_no_certificate"
    assert others(ground, dossier) == []


def test_the_window_opens_even_where_no_draft_can_be_made(ground: Ground) -> None:
    """A large enterprise is not among the producers of Art. 2.3: its certificate runs on, nothing is drafted for it."""
    product = ground.product()
    dossier = ground.put(
        "promotion.active", product_id=product, **COUNTED, decision_number="7/QĐ", decision_on="2024-06-10"
    )
    days = {"window_opens_on": "2027-01-04", "window_closes_on": "2027-03-05"}
    certificate = ground.certificate(product, dossier_id=dossier, **days)
    ground.write(
        lambda tx: tx.sql.run(
            Sql(
                _PRODUCER.update()
                .where(_PRODUCER.c.id == ground.world.producer)
                .values(type="large_enterprise")
            )
        )
    )

    fired = ground.fire(certificate, "enter_window", Role.SYSTEM, kind="certificate")

    assert fired.dest == "renewal_open"
    assert others(ground, dossier) == []
    assert [line.trigger for line in ground.stored(dossier)[1]] == [None]


# ---- filing


def ready(ground: Ground, kind: str, product: str, *forms: str) -> str:
    """A dossier of a kind, assessed and with its forms saved."""
    dossier = opened(ground, kind, product).id

    def save(tx: Tx) -> None:
        for name in ("registration", "self_assessment", *forms):
            save_form(tx, dossier, name, filled(name), actor=ground.actor(P))

    ground.write(save)
    ground.fire(dossier, "self_assess", P)
    return dossier


WINDOW = {"issued_on": "2024-12-15", "expires_on": "2027-12-15", "last_valid_day": "2027-12-15"}
"""Filed from 18 June to 17 August 2027 (process.md §2.6)."""


@pytest.mark.parametrize(
    ("kind", "form"), [("upgrade", "changes_since_recognition"), ("re_evaluation", "renewal_update")]
)
def test_each_kind_brings_what_its_article_asks_for(ground: Ground, kind: str, form: str) -> None:
    ground.on("2027-06-18")
    dossier = ready(ground, kind, certified(ground, **WINDOW))

    assert ground.refused(dossier, "submit_dossier", P) == "guard_documents_missing"
    ground.write(lambda tx: save_form(tx, dossier, form, filled(form), actor=ground.actor(P)))
    fired = ground.fire(dossier, "submit_dossier", P)

    assert (fired.dest, fired.level) == ("commune.received", "commune")
    assert form in fired.inputs["documents"]


def test_a_form_of_another_kind_is_closed(ground: Ground) -> None:
    dossier = opened(ground, "upgrade", certified(ground)).id

    def save(tx: Tx) -> None:
        save_form(tx, dossier, "renewal_update", filled("renewal_update"), actor=ground.actor(P))

    with pytest.raises(OcopError) as refused:
        ground.write(save)

    assert refused.value.code == "form_closed"


@pytest.mark.parametrize(
    ("when", "setting", "code", "late"),
    [
        pytest.param("2027-06-17T23:59", "flag", "guard_too_early", None, id="the-eve"),
        pytest.param("2027-06-18T00:00", "flag", None, 0, id="first-day"),
        pytest.param("2027-08-17T23:59", "refuse", None, 0, id="last-second"),
        pytest.param("2027-08-18T00:00", "flag", None, 1, id="late-and-flagged"),
        pytest.param("2027-08-18T00:00", "refuse", "guard_too_late", None, id="late-and-refused"),
    ],
)
def test_a_renewal_is_filed_in_its_window(
    ground: Ground, when: str, setting: str, code: str | None, late: int | None
) -> None:
    """Art. 7.6.a; a renewal follows its own days and stands in no batch."""
    choose(ground, "late_renewal", setting) if setting == "refuse" else None
    ground.on("2027-06-17T08:00")
    dossier = ready(ground, "re_evaluation", certified(ground, **WINDOW), "renewal_update")
    ground.on(when)

    assert ground.refused(dossier, "submit_dossier", P) == code

    row = ground.row(dossier)
    assert (row["late"], row["batch_id"]) == (late, None)


def test_a_certificate_that_ended_meanwhile_is_not_renewed(ground: Ground) -> None:
    product = ground.product()
    certificate = ground.certificate(product, **WINDOW)
    ground.on("2027-06-18")
    dossier = ready(ground, "re_evaluation", product, "renewal_update")
    ground.write(lambda tx: moves.machine_of("certificate").update(tx, certificate, {"state": "revoked"}))

    assert ground.refused(dossier, "submit_dossier", P) == "guard_no_certificate"


# ---- the report before the council, and the days of a renewal


@pytest.mark.parametrize(
    ("kind", "level", "who"),
    [
        ("first", "province", T),
        ("upgrade", "province", T),
        ("re_evaluation", "province", V),
        ("re_evaluation", "central", B),
    ],
)
def test_the_unit_reports_on_a_renewal_and_the_advisory_team_on_the_rest(
    ground: Ground, kind: str, level: str, who: Role
) -> None:
    dossier = ground.put("advisory.review", kind=kind, **(FILED | {"level": level}))
    wrong = V if who is T else T

    def ask(role: Role) -> str | None:
        unit = "vn" if role is T and level == "central" else None
        return ground.refused(dossier, "advisory_report_done", role, unit=unit, advisory_report="Đủ")

    assert (ask(wrong), ask(who)) == ("wrong_actor", None)
    assert ground.row(dossier)["state"] == "council.ready"


def open_days(ground: Ground, dossier: str) -> list[tuple[str, str]]:
    """Last day and owner of the open 45 days of a renewal."""

    def read(rtx: ReadTx) -> list[tuple[str, str]]:
        found = DEADLINE.select().with_only_columns(DEADLINE.c.last_day, DEADLINE.c.owner_role)
        mine = (DEADLINE.c.code == "RENEW_TOTAL", DEADLINE.c.subject == f"dossier/{dossier}", IS_OPEN)
        return [(row[0], row[1]) for row in rtx.sql.all(Sql(found.where(*mine)))]

    return ground.db.read_now(read)


def test_a_level_has_45_days_for_a_complete_renewal(ground: Ground) -> None:
    """Art. 7.6.g, counted per level for five stars; 2 July is a Friday, 16 August a Monday."""
    columns = {"kind": "re_evaluation", "filed_on": "2027-06-20", "product_id": certified(ground, **WINDOW)}
    dossier = ground.put("commune.reported", **columns)
    letter = {"letter_number": "12/UBND", "letter_on": "2027-07-01", "samples": 5}

    ground.on("2027-07-01").fire(dossier, "propose_to_province", C, **letter)
    assert open_days(ground, dossier) == [("2027-08-16", "province_unit")]
    ground.fire(dossier, "request_completion", V, "Thiếu phiếu")
    assert open_days(ground, dossier) == []
    ground.on("2027-07-02").fire(dossier, "resubmit", P)
    assert open_days(ground, dossier) == [("2027-08-16", "province_unit")]


def test_the_centre_has_days_of_its_own(ground: Ground) -> None:
    columns = COUNTED | {"kind": "re_evaluation", "points_sum": 644, "stars": 5}
    dossier = ground.put("decision.pending_result_approval", **columns)
    act = {**decision("2027-07-01"), "letter_number": "3/UBND"}

    ground.on("2027-07-01").fire(dossier, "approve_and_forward", K, **act)

    assert open_days(ground, dossier) == [("2027-08-16", "ministry")]


def test_another_kind_has_no_such_days(ground: Ground) -> None:
    dossier = ground.put("commune.reported", filed_on="2027-06-20")

    ground.on("2027-07-01").fire(dossier, "propose_to_province", C, letter_number="1/UBND", samples=5)

    assert open_days(ground, dossier) == []


# ---- what a new certificate does to the dossier before it


def test_a_recognised_upgrade_ends_the_promotion_of_the_dossier_before_it(ground: Ground) -> None:
    product = ground.product()
    before = COUNTED | {"stars": 3, "decision_number": "7/QĐ", "decision_on": "2026-06-10"}
    old = ground.put("promotion.active", product_id=product, **before)
    days = {"issued_on": "2026-06-10", "expires_on": "2029-06-10", "last_valid_day": "2029-06-10"}
    ground.certificate(product, dossier_id=old, stars=3, **days)
    new = ground.put("decision.pending", kind="upgrade", product_id=product, predecessor_id=old, **COUNTED)

    ground.fire(new, "decide_recognition", K, **decision("2027-01-04"))

    row, lines = ground.stored(old)
    assert (row["state"], lines[-1].trigger, lines[-1].actor.role) == (
        "review.closed",
        "successor_recognised",
        "system",
    )
    ground.on("2028-01-02")
    assert ground.refused(old, "next_cycle", Role.SYSTEM) == "guard_certificate_not_valid"


# ---- reopening


def test_a_recognition_is_reopened_for_a_reason_by_a_document(ground: Ground) -> None:
    dossier = ground.put("recognised.4", **COUNTED, decision_number="7/QĐ", decision_on="2027-01-04")
    certificate = ground.certificate(ground.row(dossier)["product_id"], dossier_id=dossier, issued_on="2026-06-10",
                                     expires_on="2029-06-10", last_valid_day="2029-06-10")  # fmt: skip

    assert ground.refused(dossier, "reopen_decision", K, document="15/KL") == "guard_reason_missing"
    assert ground.refused(dossier, "reopen_decision", K, "Tính sai điểm") == "guard_document_missing"
    assert ground.refused(dossier, "reopen_decision", V, "Tính sai điểm", document="15/KL") == "wrong_actor"
    fired = ground.fire(dossier, "reopen_decision", K, "Tính sai điểm", document="15/KL")

    assert (fired.dest, fired.row["decision_number"]) == ("decision.annulled", None)
    assert ground.row(certificate, "certificate")["state"] == "revoked"
    assert ground.fire(dossier, "redo", V).dest == "council.ready"


def test_another_outcome_is_reopened_by_an_upheld_appeal_only(ground: Ground) -> None:
    dossier = ground.put("evaluation.not_passed", **(COUNTED | {"stars": 2, "points_sum": 300}))

    refused = ground.refused(dossier, "reopen_decision", K, "Khiếu nại đúng", document="15/KL")

    assert refused == "guard_appeal_not_upheld"
    assert others(ground, dossier) == []


_PRODUCER = moves.machine_of("dossier").table.metadata.tables["producer"]
