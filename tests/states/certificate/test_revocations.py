"""Revocation and annulment: proposed, decided or declined, and what becomes of the dossier that was promoted on it."""

from datetime import date

import pytest
import sqlalchemy as sa

from core.errors import BadInput, Forbidden, OcopError, Refused
from core.sql import Sql
from registry.roles import Role
from states import moves
from states.deadlines.entries import DEADLINE
from states.engine.fire import import_past
from tests.states.certificate.house import B, House, K, P, V
from tests.states.every_move.stage import cycle_columns

ISSUED = date(2025, 12, 15)
GROUND = {"ground": "law_broken", "conclusion_on": "2027-03-05"}
STOPPED = {"ground": "production_stopped", "commune_confirmation_on": "2027-03-05"}
DECISION = {"revocation_number": "9/QĐ-UBND", "revocation_on": "2027-03-08", "signer": "Chủ tịch"}


@pytest.fixture
def starts() -> str:
    return "2027-03-10T08:00"


@pytest.mark.parametrize("ground", [GROUND, STOPPED], ids=["conclusion", "commune-confirmation"])
@pytest.mark.parametrize(("stars", "owner"), [(4, "province_chair"), (5, "ministry")])
def test_a_proposal_starts_the_fifteen_days_of_the_authority(
    house: House, stars: int, owner: str, ground: dict[str, object]
) -> None:
    """RV-13: fifteen days from Friday 5 March end on a Saturday and roll to Monday 22 March."""
    certificate, _ = house.certified(ISSUED, stars=stars)

    fired = house.do("certificate", certificate, "propose_revocation", V, ground)

    assert (fired.source, fired.dest, fired.move_version) == ("valid", "valid", 1)
    assert house.dues(certificate)["REVOKE_DECISION"] == ("2027-03-22", "open")
    assert owed_by(house, certificate) == owner
    assert house.row("certificate", certificate)["revocation_proposed_on"] == "2027-03-10"


def owed_by(house: House, certificate: str) -> str:
    chosen = sa.select(DEADLINE.c.owner_role).where(
        DEADLINE.c.subject == f"certificate/{certificate}", DEADLINE.c.code == "REVOKE_DECISION"
    )
    return str(house.db.read_now(lambda rtx: rtx.sql.value(Sql(chosen))))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(GROUND | {"ground": "low_sales"}, "guard_ground_unknown", id="no-ground-of-the-law"),
        pytest.param({"ground": "law_broken"}, "guard_conclusion_missing", id="no-conclusion"),
        pytest.param(
            {"ground": "law_broken", "commune_confirmation_on": "2027-03-05"}, "guard_conclusion_missing",
            id="the-communes-word-is-for-stopped-production-only",
        ),
        pytest.param(GROUND | {"conclusion_on": "2027-03-11"}, "guard_conclusion_ahead", id="tomorrow"),
        pytest.param(
            STOPPED | {"commune_confirmation_on": "2027-03-11"}, "guard_conclusion_ahead", id="confirmed-tomorrow"
        ),
    ],
)  # fmt: skip
def test_a_proposal_without_its_ground_is_refused(house: House, data: dict[str, object], code: str) -> None:
    certificate, _ = house.certified(ISSUED)
    before = house.row("certificate", certificate)

    with pytest.raises(Refused) as refused:
        house.do("certificate", certificate, "propose_revocation", V, data)

    assert (refused.value.code, house.row("certificate", certificate)) == (code, before)


def test_a_conclusion_of_today_is_soon_enough(house: House) -> None:
    certificate, _ = house.certified(ISSUED)

    house.do("certificate", certificate, "propose_revocation", V, GROUND | {"conclusion_on": "2027-03-10"})

    assert house.dues(certificate)["REVOKE_DECISION"] == ("2027-03-25", "open")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        pytest.param({"revocation_on": "2027-03-11"}, "guard_decision_ahead", id="decided-tomorrow"),
        pytest.param({"revocation_on": "2027-03-04"}, "guard_decision_before_conclusion", id="before-the-conclusion"),
        pytest.param({"signer": None}, "guard_decision_missing", id="nobody-signed"),
        pytest.param({"revocation_number": "   "}, "guard_decision_missing", id="no-number"),
        pytest.param({"ground": None}, "guard_ground_unknown", id="no-ground"),
        pytest.param(
            {"conclusion_on": "2025-12-01", "revocation_on": "2025-12-14"}, "guard_decision_before_issue",
            id="before-the-issue",
        ),
    ],
)  # fmt: skip
def test_a_revocation_whose_paper_does_not_hold_is_refused(
    house: House, more: dict[str, object], code: str
) -> None:
    certificate, _ = house.certified(ISSUED)
    before = house.row("certificate", certificate)

    with pytest.raises(Refused) as refused:
        house.do("certificate", certificate, "revoke", K, GROUND | DECISION | more)

    assert (refused.value.code, house.row("certificate", certificate)) == (code, before)


@pytest.mark.parametrize(
    "on",
    [pytest.param("2027-03-05", id="on-the-day-of-the-conclusion"), pytest.param("2027-03-10", id="today")],
)
def test_a_revocation_takes_effect_on_its_decisions_day_and_takes_the_deadlines_back(
    house: House, on: str
) -> None:
    certificate, _ = house.certified(ISSUED)
    house.do("certificate", certificate, "propose_revocation", V, GROUND)

    house.do("certificate", certificate, "revoke", K, GROUND | DECISION | {"revocation_on": on})

    row, line = house.row("certificate", certificate), house.lines("certificate", certificate)[-1]
    assert (row["state"], row["revocation_proposed_on"]) == ("revoked", None)
    assert (line.effective_on, line.inputs["ground"]) == (date.fromisoformat(on), "law_broken")
    standing = {code: how for code, (_, how) in house.dues(certificate).items()}
    assert standing == {
        "EXPIRY": "cancelled", "RENEW_OPEN": "cancelled", "RENEW_CLOSE": "cancelled", "REVOKE_DECISION": "met"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("stars", "role", "error"),
    [
        pytest.param(5, K, Forbidden, id="the-chair-on-five-stars"),
        pytest.param(4, B, Forbidden, id="the-ministry-on-four"),
        pytest.param(None, K, Refused, id="nobody-knows-the-stars"),
    ],
)
def test_only_the_authority_of_its_stars_revokes(
    house: House, stars: int | None, role: Role, error: type[OcopError]
) -> None:
    certificate, _ = house.certified(ISSUED, stars=stars)

    with pytest.raises(error) as refused:
        house.do("certificate", certificate, "revoke", role, GROUND | DECISION)

    assert refused.value.code == ("wrong_actor" if stars else "branch_unknown")
    assert house.state("certificate", certificate) == "valid"


PROMOTED = [
    "recognised.4", "promotion.active", "review.in_progress", "review.reported", "review.inspected",
    "certificate.revocation_proposed",
]  # fmt: skip


@pytest.mark.parametrize("state", PROMOTED)
def test_a_revoked_product_is_not_promoted_on(house: House, state: str) -> None:
    product = house.product()
    dossier = house.dossier("first", state, product)
    certificate, _ = house.certified(ISSUED, product_id=product, dossier_id=dossier)

    house.do("certificate", certificate, "revoke", K, GROUND | DECISION)

    assert house.state("dossier", dossier) == "review.closed"
    line = house.lines("dossier", dossier)[-1]
    assert (line.trigger, line.source, line.actor.role) == ("revocation_decided", state, "system")


def test_the_revocation_of_another_certificate_stops_nothing(house: House) -> None:
    """A dossier speaks of the certificate it led to, not of an older one of the same product."""
    product = house.product()
    old, _ = house.certified(date(2024, 12, 15), product_id=product)
    dossier = house.dossier("upgrade", "promotion.active", product)
    house.certified(ISSUED, product_id=product, dossier_id=dossier)

    house.do("certificate", old, "revoke", K, GROUND | DECISION)

    assert house.state("dossier", dossier) == "promotion.active"


def test_a_bad_finding_proposes_and_the_decision_closes_the_review(house: House) -> None:
    product = house.product()
    dossier = house.dossier("first", "review.inspected", product)
    certificate, _ = house.certified(ISSUED, product_id=product, dossier_id=dossier)

    house.do("dossier", dossier, "finding_bad", V, GROUND)

    assert house.state("dossier", dossier) == "certificate.revocation_proposed"
    line = house.lines("certificate", certificate)[-1]
    assert (line.trigger, line.kind, line.actor.role) == ("propose_revocation", "fact_noted", "province_unit")
    assert house.dues(certificate)["REVOKE_DECISION"] == ("2027-03-22", "open")
    house.do("certificate", certificate, "revoke", K, GROUND | DECISION)
    assert house.state("dossier", dossier) == "review.closed"


def test_a_proposal_that_is_declined_closes_the_review_and_the_product_goes_on(house: House) -> None:
    product = house.product()
    dossier = house.dossier("first", "review.inspected", product)
    certificate, _ = house.certified(ISSUED, product_id=product, dossier_id=dossier)
    house.do("dossier", dossier, "finding_bad", V, GROUND)
    with pytest.raises(Refused, match="reason"):
        house.do("certificate", certificate, "decline_revocation", K)

    house.do("certificate", certificate, "decline_revocation", K, reason="Đã khắc phục")

    assert (house.state("certificate", certificate), house.state("dossier", dossier)) == (
        "valid",
        "review.closed",
    )
    assert house.dues(certificate)["REVOKE_DECISION"] == ("2027-03-22", "met")
    with pytest.raises(Refused) as twice:
        house.do("certificate", certificate, "decline_revocation", K, reason="Đã khắc phục")
    assert twice.value.code == "guard_revocation_not_proposed"


def test_a_bad_finding_on_a_certificate_that_has_ended_closes_the_review(house: House) -> None:
    product = house.product()
    dossier = house.dossier("first", "review.inspected", product)
    certificate, _ = house.certified(date(2024, 3, 9), product_id=product, dossier_id=dossier)

    house.do("dossier", dossier, "finding_bad", V, GROUND)

    assert house.state("certificate", certificate) == "expired"
    assert house.state("dossier", dossier) == "review.closed"


def test_a_term_that_ends_before_the_decision_voids_the_proposal(house: House) -> None:
    product = house.product()
    dossier = house.dossier("first", "review.inspected", product)
    certificate, _ = house.certified(date(2024, 3, 15), product_id=product, dossier_id=dossier)
    house.do("dossier", dossier, "finding_bad", V, GROUND)

    house.on("2027-03-16").sweep()

    assert (house.state("certificate", certificate), house.state("dossier", dossier)) == (
        "expired",
        "review.closed",
    )
    assert house.dues(certificate)["REVOKE_DECISION"] == ("2027-03-22", "cancelled")


def test_the_ministrys_order_takes_the_certificate_with_the_recognition(house: House) -> None:
    product = house.product()
    dossier = house.dossier("first", "recognised.4", product)
    certificate, _ = house.certified(ISSUED, product_id=product, dossier_id=dossier)

    house.do("dossier", dossier, "ministry_orders_redo", K, {"ministry_document": "8/BNNMT"})

    assert (house.state("dossier", dossier), house.state("certificate", certificate)) == (
        "decision.annulled",
        "revoked",
    )
    line = house.lines("certificate", certificate)[-1]
    assert (line.trigger, line.inputs["ministry_document"]) == ("annul", "8/BNNMT")
    assert {how for _, how in house.dues(certificate).values()} == {"cancelled"}


def test_no_certificate_is_annulled_while_its_recognition_stands(house: House) -> None:
    product = house.product()
    dossier = house.dossier("first", "recognised.4", product)
    certificate, _ = house.certified(ISSUED, product_id=product, dossier_id=dossier)

    with pytest.raises(Refused) as refused:
        house.do("certificate", certificate, "annul", K, {"ministry_document": "8/BNNMT"})

    assert (refused.value.code, house.state("certificate", certificate)) == (
        "guard_recognition_stands",
        "valid",
    )


def test_stars_and_term_of_a_paper_certificate_are_recorded_once(house: House) -> None:
    """What a source does not state stays unknown until a document does; then the clock and the law take hold."""
    certificate, _ = house.certified(None, stars=None, ruleset=None)
    paper = {"document": "Quyết định 1604/QĐ-UBND"}
    assert house.dues(certificate) == {}

    house.do("certificate", certificate, "record_stars", V, paper | {"stated_stars": 4})
    house.do("certificate", certificate, "record_term", V, paper | {"stated_expires_on": "2027-09-20"})

    row = house.row("certificate", certificate)
    assert (row["stars"], row["issued_on"], row["expires_on"]) == (4, "2024-09-20", "2027-09-20")
    assert house.dues(certificate) == {
        "EXPIRY": ("2027-09-20", "open"), "RENEW_OPEN": ("2027-03-23", "open"), "RENEW_CLOSE": ("2027-05-23", "open"),
        "EXPIRY_NOTICE": ("2027-08-21", "open"),
    }  # fmt: skip
    house.on("2027-03-24").sweep()
    assert house.state("certificate", certificate) == "renewal_open"
    house.do("certificate", certificate, "revoke", K, GROUND | DECISION)
    assert house.state("certificate", certificate) == "revoked"


@pytest.mark.parametrize(
    ("trigger", "data", "code"),
    [
        pytest.param("record_stars", {"stated_stars": 4, "document": " "}, "guard_document_missing", id="stars-of-no-document"),
        pytest.param("record_stars", {"document": "1604/QĐ"}, "guard_stars_missing", id="no-stars"),
        pytest.param("record_term", {"document": "1604/QĐ"}, "guard_term_missing", id="no-day"),
        pytest.param(
            "record_term", {"document": "1604/QĐ", "stated_issued_on": "2027-03-11"}, "guard_issue_ahead", id="issued-tomorrow"
        ),
        pytest.param(
            "record_term",
            {"document": "1604/QĐ", "stated_issued_on": "2025-01-02", "stated_expires_on": "2025-01-02"},
            "guard_term_reversed", id="ends-as-it-begins",
        ),
        pytest.param("record_term", {"stated_issued_on": "2025-01-02"}, "guard_document_missing", id="term-of-no-document"),
    ],
)  # fmt: skip
def test_what_no_document_states_is_not_recorded(
    house: House, trigger: str, data: dict[str, object], code: str
) -> None:
    certificate, _ = house.certified(None, stars=None, ruleset=None)
    before = house.row("certificate", certificate)

    with pytest.raises(Refused) as refused:
        house.do("certificate", certificate, trigger, V, data)

    assert (refused.value.code, house.row("certificate", certificate)) == (code, before)


def test_six_stars_are_no_stars(house: House) -> None:
    certificate, _ = house.certified(None, stars=None, ruleset=None)

    with pytest.raises(BadInput):
        house.do("certificate", certificate, "record_stars", V, {"stated_stars": 6, "document": "1604/QĐ"})

    assert house.row("certificate", certificate)["stars"] is None


def test_a_stated_end_stands_whatever_the_months_of_its_time(house: House) -> None:
    """Certificates of 2018 were issued again with an end of their own."""
    certificate, _ = house.certified(None, stars=3, ruleset=None)
    stated = {"document": "1604/QĐ", "stated_issued_on": "2024-11-01", "stated_expires_on": "2027-12-12"}

    house.do("certificate", certificate, "record_term", V, stated)

    row = house.row("certificate", certificate)
    assert (row["expires_on"], row["window_opens_on"], row["window_closes_on"]) == (
        "2027-12-12",
        "2027-06-15",
        "2027-08-14",
    )


def test_a_paper_certificate_without_a_term_can_be_renewed(house: House) -> None:
    certificate, product = house.certified(None, stars=3, ruleset=None)

    house.renewal(product)

    assert house.state("certificate", certificate) == "renewal_in_process"
    house.decide("re_evaluation", product, 4, date(2027, 3, 10))
    assert sorted(row["state"] for row in house.certificates(product)) == ["superseded", "valid"]


def test_a_producer_does_not_revoke(house: House) -> None:
    certificate, _ = house.certified(ISSUED)

    with pytest.raises(Forbidden):
        house.do("certificate", certificate, "revoke", P, GROUND | DECISION)

    assert house.state("certificate", certificate) == "valid"


def test_a_product_whose_certificate_is_revoked_may_begin_anew_and_not_before(house: House) -> None:
    """The row "revoked, reapply" of process.md §2.6: a first-time dossier, opened by the producer."""
    columns = cycle_columns(year=2027)
    machine = moves.machine_of("cycle")
    cycle = house.db.write_now(
        lambda tx: (
            import_past(
                tx, machine, columns, state="open", source="bản giấy", effective_on=None, inputs={}
            ).id
        )
    )
    certificate, product = house.certified(ISSUED)

    def begin() -> str:
        return house.db.write_now(
            lambda tx: (
                moves.open_idea(tx, product_id=product, cycle_id=cycle, actor=house.world.actor(tx, P)).dest
            )
        )

    with pytest.raises(Refused) as refused:
        begin()
    house.do("certificate", certificate, "revoke", K, GROUND | DECISION)

    assert (refused.value.code, begin()) == ("guard_certificate_in_force", "idea.draft")
    assert house.dossiers(product) == [("first", "idea.draft")]
