"""The three levels of 2019 to 2025: filed at the district, forwarded from 50 or 70 points, three stars at the district."""

from datetime import date, datetime
from typing import Any

import pytest

from core.clock import Clock, StepClock
from core.db import Database
from core.errors import OcopError
from core.tx import Tx
from registry.accounts.appointments import appoint
from registry.actors import load_actor
from registry.producers import ProducerData, ProducerType, register_producer
from registry.roles import Role
from registry.units import UnitKind
from registry.units_seed import add_historic_unit
from regulations import rulesets
from states import moves
from states.certificate.queries import of_dossier
from states.dossier import papers, queries
from tests.states.dossier.ground import Ground, decision
from tests.states.every_move.stage import filled
from tests.world import PROVINCE, SYSTEM, settled

P, V, T, K = Role.PRODUCER, Role.PROVINCE_UNIT, Role.ADVISORY, Role.PROVINCE_CHAIR
CHAIR, SECRETARY, B = Role.CHAIR, Role.SECRETARY, Role.MINISTRY
R1, R1B, R2, R2B, R3 = (
    rulesets.get(name).pin for name in ("qd1048-2019", "qd781-2020", "qd148-2023", "qd1489-2025", "qd26-2026")
)
FILED = {"filed_on": "2021-05-03", "received_on": "2021-05-03"}
RESULT = {"quorum_met": True, "materials_in_time": True, "minutes_signed": True, "ballots": 7, "required_ballots": 7,
          "spread": 6, "points_count": 7, "floor_stars": 5}  # fmt: skip


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> Clock:
    """A day under Decision 781, or the one the test asks for."""
    return StepClock(datetime.fromisoformat(f"{getattr(request, 'param', '2021-05-05')}T08:00:00+07:00"))


@pytest.fixture
def ground(db: Database, clock: StepClock) -> Ground:
    """A province whose cycles of those years are not kept here."""
    return Ground(db, clock, settled(db, plan=None))


@pytest.fixture
def district(ground: Ground) -> str:
    """An old district with a commune of its own, and the producer there."""

    def write(tx: Tx) -> tuple[str, str, str]:
        there = {"source": "bản giấy", "successor_codes": ()}
        found = add_historic_unit(tx, "Huyện Minh Hoạ", UnitKind.DISTRICT, parent_code=PROVINCE, **there)
        commune = add_historic_unit(tx, "Xã Minh Hoạ", UnitKind.COMMUNE, parent_code=found, **there)
        data = ProducerData("HTX huyện", ProducerType.COOPERATIVE, commune)
        return found, commune, register_producer(tx, data, actor=SYSTEM)

    found, ground.world.commune, ground.world.producer = ground.write(write)
    return str(found)


def council(ground: Ground, dossier: str, points: int, *, unit: str | None, on: str) -> str:
    """From the advisory team to a concluded council; the state it comes to."""
    ground.fire(dossier, "advisory_report_done", T, unit=unit, advisory_report="Đủ")
    ground.fire(dossier, "schedule", V, unit=unit, session_on=on)
    ground.fire(dossier, "record_council_facts", SECRETARY, unit=unit, **RESULT)
    ground.fire(dossier, "open_scoring", CHAIR, unit=unit)
    ground.fire(dossier, "record_council_facts", SECRETARY, unit=unit, points_sum=points, **RESULT)
    return ground.fire(dossier, "adopt_result", CHAIR, unit=unit).dest


def concluded(ground: Ground, ruleset: str, level: str, points: int, **columns: Any) -> str:
    stars = 1 + sum(points >= edge * 7 for edge in (30, 50, 70, 90))
    values = {
        "points_sum": points,
        "points_count": 7,
        "spread": 6,
        "stars": stars,
        "ruleset": ruleset,
        "level": level,
    }
    return ground.put("council.concluded", **FILED, **values, **columns)


def ready(ground: Ground, state: str, forms: tuple[str, ...], **columns: Any) -> str:
    """A dossier before filing, with forms saved."""
    dossier = ground.put(state, level="district", **columns)

    def save(tx: Tx) -> None:
        for name in forms:
            papers.save(tx, dossier, name, filled(name), actor=ground.actor(P))

    ground.write(save)
    return dossier


# ---- filing


@pytest.mark.parametrize("clock", ["2024-05-06"], indirect=True)
def test_under_148_a_dossier_is_filed_at_the_district(ground: Ground, district: str) -> None:
    forms = ("registration", "self_assessment")
    columns = {"ruleset_assessed": R2, "district_code": district}
    dossier = ready(ground, "dossier.self_assessed", forms, **columns)

    assert ground.refused(dossier, "submit_dossier", P) == "guard_documents_missing"
    fired = ground.fire(dossier, "submit_dossier", P, paper_set=True)

    assert (fired.dest, fired.level, fired.row["ruleset"]) == ("advisory.review", "district", R2)
    assert ground.replayed(dossier).problems == ()


@pytest.mark.parametrize(
    ("clock", "stated", "code"),
    [
        pytest.param("2021-05-05", ["business_registration", "organisation_introduction"], None, id="all-papers"),
        pytest.param("2021-05-05", ["business_registration"], "guard_documents_missing", id="one-missing"),
        pytest.param(
            "2024-05-06", ["business_registration", "organisation_introduction"], "guard_assessment_incomplete",
            id="148-asks-for-a-self-assessment",
        ),
    ],
    indirect=["clock"],
)  # fmt: skip
def test_under_1048_a_dossier_is_filed_without_a_self_assessment(
    ground: Ground, district: str, stated: list[str], code: str | None
) -> None:
    dossier = ready(ground, "dossier.preparing", ("idea", "plan"), district_code=district)

    assert ground.refused(dossier, "submit_dossier", P, papers=stated) == code


def test_under_1048_nobody_assesses_themselves(ground: Ground) -> None:
    assert ground.refused(ground.put("dossier.preparing"), "self_assess", P) == "not_in_ruleset"


@pytest.mark.parametrize(
    ("clock", "level"), [("2021-05-05", "district"), ("2026-01-12", "commune")], indirect=["clock"]
)
def test_a_new_dossier_begins_at_the_level_that_handles_it_first(
    ground: Ground, district: str, level: str
) -> None:
    year = ground.clock.business_now().year
    cycle = ground.cycle(year=year)
    product, producer = ground.product(), ground.actor(P)

    def write(tx: Tx) -> Any:
        return moves.open_dossier(tx, kind="first", product_id=product, cycle_id=cycle, actor=producer)

    row = ground.write(write).row

    assert (row["level"], row["district_code"]) == (level, district)


# ---- who acts


def test_offices_act_at_their_own_level_and_see_the_other(ground: Ground, district: str) -> None:
    dossier = concluded(ground, R1B, "district", 350, district_code=district)

    assert ground.refused(dossier, "forward_to_province", V) == "wrong_actor"
    fired = ground.fire(dossier, "forward_to_province", V, unit=district)

    assert (fired.dest, fired.level) == ("province.received", "province")
    assert (
        ground.refused(dossier, "accept_for_review", V, unit=district, consolidated_report="Đủ")
        == "wrong_actor"
    )
    assert ground.refused(dossier, "accept_for_review", V, consolidated_report="Đủ") is None


def test_a_council_of_another_place_does_not_see_what_a_district_evaluates(
    ground: Ground, district: str
) -> None:
    dossier = ground.put("advisory.review", level="district", district_code=district, ruleset=R1B, **FILED)

    assert ground.refused(dossier, "advisory_report_done", T, advisory_report="Đủ") == "subject_not_found"
    assert (
        ground.refused(dossier, "advisory_report_done", T, unit="24", advisory_report="Đủ")
        == "subject_not_found"
    )
    assert ground.refused(dossier, "advisory_report_done", T, unit=district, advisory_report="Đủ") is None


@pytest.mark.parametrize(
    ("clock", "taken_over"),
    [
        pytest.param("2025-06-30", False, id="the-last-day-of-the-districts"),
        pytest.param("2025-07-01", True, id="the-first-day-without"),
    ],
    indirect=["clock"],
)
def test_a_list_shows_an_office_what_it_may_open_and_a_queue_what_it_may_do(
    ground: Ground, district: str, taken_over: bool
) -> None:
    at_district = concluded(ground, R1B, "district", 350, district_code=district)
    at_province = concluded(ground, R1B, "province", 350, district_code=district)
    offices = {"district": ground.actor(V, district), "province": ground.actor(V)}

    def listed(name: str) -> tuple[set[str], set[str]]:
        def read(rtx: Any) -> tuple[set[str], set[str]]:
            seen = queries.page(rtx, queries.scope_of(offices[name]))
            return {one.id for one in seen}, {one.id for one in queries.queue(rtx, offices[name])}

        return ground.db.read_now(read)

    assert listed("district") == ({at_district, at_province}, {at_district})
    assert listed("province") == (
        {at_district, at_province},
        {at_district, at_province} if taken_over else {at_province},
    )


# ---- from the district's council on


@pytest.mark.parametrize(
    ("ruleset", "points", "code"),
    [
        pytest.param(R1, 349, "guard_score_below_band", id="1048-49.86"),
        pytest.param(R1, 350, None, id="1048-50"),
        pytest.param(R1B, 350, None, id="781-50"),
        pytest.param(R2, 489, "guard_score_below_band", id="148-69.86"),
        pytest.param(R2, 490, None, id="148-70"),
        pytest.param(R2B, 490, "not_in_ruleset", id="1489-has-no-districts"),
        pytest.param(R3, 490, "not_in_ruleset", id="26-has-no-districts"),
    ],
)
def test_a_district_forwards_from_so_many_points(
    ground: Ground, ruleset: str, points: int, code: str | None
) -> None:
    dossier = concluded(ground, ruleset, "district", points)

    assert ground.refused(dossier, "forward_to_province", V) == code


def test_a_province_forwards_nothing_to_itself(ground: Ground) -> None:
    assert (
        ground.refused(concluded(ground, R1, "province", 490), "forward_to_province", V)
        == "guard_wrong_level"
    )


@pytest.mark.parametrize(
    ("ruleset", "level", "points", "code"),
    [
        pytest.param(R1, "district", 350, "guard_other_level_decides", id="1048-district"),
        pytest.param(R2, "district", 350, None, id="148-district-3"),
        pytest.param(R2, "district", 490, "guard_other_level_decides", id="148-district-4"),
        pytest.param(R2, "province", 350, "guard_other_level_decides", id="148-province-3"),
        pytest.param(R2, "province", 490, None, id="148-province-4"),
        pytest.param(R2B, "province", 350, None, id="1489-province-3"),
        pytest.param(R3, "province", 349, "guard_score_below_band", id="26-province-2"),
        pytest.param(R3, "province", 630, "guard_score_above_band", id="26-province-5"),
    ],
)
def test_recognition_is_proposed_where_the_ruleset_decides_it(
    ground: Ground, ruleset: str, level: str, points: int, code: str | None
) -> None:
    dossier = concluded(ground, ruleset, level, points)

    assert ground.refused(dossier, "propose_recognition", V) == code


def test_five_stars_are_proposed_by_the_province(ground: Ground) -> None:
    at_district, at_province = (concluded(ground, R2, level, 630) for level in ("district", "province"))

    assert ground.refused(at_district, "propose_five_star", V) == "guard_wrong_level"
    assert ground.refused(at_province, "propose_five_star", V) is None


def test_three_stars_of_the_province_go_back_to_the_district_that_decides_them(
    ground: Ground, district: str
) -> None:
    dossier = concluded(ground, R2, "province", 350, district_code=district)

    assert (
        ground.refused(concluded(ground, R2, "province", 490), "return_to_district", V)
        == "guard_other_level_decides"
    )
    assert (
        ground.refused(concluded(ground, R2, "district", 350), "return_to_district", V) == "guard_wrong_level"
    )
    fired = ground.fire(dossier, "return_to_district", V)

    assert (fired.dest, fired.level, fired.row["stars"], fired.move_version) == (
        "council.concluded",
        "district",
        3,
        2,
    )
    assert ground.replayed(dossier).problems == ()
    assert ground.fire(dossier, "propose_recognition", V, unit=district).dest == "decision.pending"


@pytest.mark.parametrize("clock", ["2024-05-06"], indirect=True)
def test_under_148_the_chair_of_the_district_recognises_three_stars(ground: Ground, district: str) -> None:
    dossier = ground.put("advisory.review", level="district", district_code=district, ruleset=R2, **FILED)

    assert council(ground, dossier, 420, unit=district, on="2024-05-06") == "council.concluded"
    ground.fire(dossier, "propose_recognition", V, unit=district)
    act = decision("2024-05-06")
    assert ground.refused(dossier, "decide_recognition", K, **act) == "wrong_actor"
    recognised = ground.fire(dossier, "decide_recognition", K, unit=district, **act)
    promoted = ground.fire(dossier, "start_promotion", P)

    (certificate,) = ground.db.read_now(lambda rtx: of_dossier(rtx, dossier))
    assert (recognised.dest, recognised.level, certificate.level, certificate.stars) == (
        "recognised.3", "district", "district", 3
    )  # fmt: skip
    assert (promoted.dest, promoted.level) == ("promotion.active", "province")
    assert ground.replayed(dossier).problems == ()


def test_the_centre_fails_before_2026_and_returns_since(ground: Ground) -> None:
    below = {"points_sum": 560, "points_count": 7, "spread": 6, "stars": 4, "level": "central"}
    before, since = (ground.put("central.concluded", ruleset=pin, **FILED, **below) for pin in (R2B, R3))

    assert [ground.fire(one, "below_90", B).dest for one in (before, since)] == [
        "evaluation.not_passed", "central.returned_to_province"
    ]  # fmt: skip


# ---- the second round


def test_under_1048_a_council_asks_for_a_supplement_and_scores_once_more(ground: Ground) -> None:
    dossier = concluded(ground, R1B, "province", 350)

    assert ground.refused(dossier, "supplement_then_second_round", CHAIR) == "guard_reason_missing"
    first = ground.fire(dossier, "supplement_then_second_round", CHAIR, "Bổ sung phiếu kiểm nghiệm")
    assert (first.dest, first.row["council_round"], first.row["stars"]) == ("council.second_round", 2, None)
    ground.fire(dossier, "schedule", V, session_on="2021-05-06")
    ground.fire(dossier, "unschedule", V, "Hoãn phiên")
    ground.fire(dossier, "schedule", V, session_on="2021-05-07")
    ground.on("2021-05-07").fire(dossier, "record_council_facts", SECRETARY, **RESULT)
    ground.fire(dossier, "open_scoring", CHAIR)
    ground.fire(dossier, "record_council_facts", SECRETARY, points_sum=490, **RESULT)
    second = ground.fire(dossier, "adopt_result", CHAIR)

    assert (second.dest, second.row["stars"], second.row["council_round"]) == ("council.concluded", 4, 2)
    again = ground.refused(dossier, "supplement_then_second_round", CHAIR, "Thêm lần nữa")
    assert again == "guard_second_round_held"
    assert ground.replayed(dossier).problems == ()


@pytest.mark.parametrize("ruleset", [R2, R2B, R3])
def test_later_rulesets_have_one_round(ground: Ground, ruleset: str) -> None:
    dossier = concluded(ground, ruleset, "province", 350)

    assert ground.refused(dossier, "supplement_then_second_round", CHAIR, "Bổ sung") == "not_in_ruleset"


def test_a_new_evaluation_may_have_its_second_round_again(ground: Ground) -> None:
    dossier = ground.put("decision.pending", council_round=2, ruleset=R1B, level="province", stars=4, **FILED)

    assert ground.fire(dossier, "send_back", K, "Chấm sai mẫu").row["council_round"] is None


@pytest.mark.parametrize("state", ["council.second_round", "council.concluded"])
def test_a_producer_may_still_withdraw(ground: Ground, state: str) -> None:
    dossier = ground.put(state, ruleset=R1B, level="province", **FILED)

    assert ground.fire(dossier, "withdraw", P).dest == "withdrawn"


# ---- after 30 June 2025


@pytest.mark.parametrize(
    ("clock", "code"),
    [
        pytest.param("2025-06-30", "wrong_actor", id="the-last-day-of-the-districts"),
        pytest.param("2025-07-01", None, id="the-first-day-without"),
        pytest.param("2026-11-02", None, id="long-after"),
    ],
    indirect=["clock"],
)
def test_what_a_district_had_begun_is_the_provinces_once_there_are_no_districts(
    ground: Ground, district: str, code: str | None
) -> None:
    """A dossier before the district's council, and a certificate of three stars that the district gave."""

    def serve(tx: Tx) -> None:
        for role in (V, K):
            appoint(
                tx, ground.world.account[role], role, PROVINCE, actor=SYSTEM, starts_on=date(2019, 1, 1),
                ends_on=date(2025, 12, 31),
            )  # fmt: skip

    ground.write(serve)
    filed = {"ruleset": R2, "filed_on": "2025-05-05", "received_on": "2025-05-05"}
    dossier = ground.put("council.ready", level="district", district_code=district, **filed)
    certificate = ground.certificate(ground.product(), level="district", district_code=district, stars=3)

    def fire(kind: str, subject: str, trigger: str, role: Role, data: dict[str, object]) -> str | None:
        def step(tx: Tx) -> None:
            actor = load_actor(tx, ground.world.account[role], "api")
            moves.fire(tx, kind, subject, trigger, actor=actor, data=data)

        try:
            ground.write(step)
        except OcopError as error:
            return error.code
        return None

    today = ground.clock.business_now().date().isoformat()
    ground_given = {"ground": "law_broken", "conclusion_on": today}
    paper = ground_given | {"revocation_number": "9/QĐ", "revocation_on": today, "signer": "Chủ tịch"}
    asked = [
        fire("dossier", dossier, "schedule", V, {"session_on": "2026-12-01"}),
        fire("certificate", certificate, "propose_revocation", V, ground_given),
        fire("certificate", certificate, "revoke", K, paper),
    ]

    assert asked == [code] * 3
