"""Levels, stars, councils, documents, revocation and settings, beyond what the legal cases ask."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations import council, documents, levels, revocation, stars
from regulations.errors import RegulationError
from regulations.rulesets import all_rulesets, get
from regulations.settings import DEFAULTS, Settings
from regulations.vocabulary import Kind, Level, Outcome, Reason

R3 = get("qd26-2026")
R2 = get("qd148-2023")
TOTALS = st.lists(st.integers(0, 100), min_size=1, max_size=15)


@given(TOTALS, st.randoms())
def test_no_order_of_ballots_changes_the_mean(totals: list[int], random: object) -> None:
    shuffled = sorted(totals, key=lambda _: random.random())  # type: ignore[attr-defined]

    assert stars.mean_of(shuffled) == stars.mean_of(totals) == Fraction(sum(totals), len(totals))


@given(TOTALS)
def test_a_band_is_never_rounded_up_into(totals: list[int]) -> None:
    band = stars.band_of(R3, stars.mean_of(totals))
    edges = {5: 90, 4: 70, 3: 50, 2: 30, 1: 0}

    assert sum(totals) >= edges[band] * len(totals)
    assert band == 5 or sum(totals) < edges[band + 1] * len(totals)


@pytest.mark.parametrize("ruleset", all_rulesets(), ids=lambda each: each.id)
@given(mean=st.fractions(0, 100), floors=st.sets(st.sampled_from([3, 4, 5])))
def test_a_missed_floor_never_raises_stars(ruleset: object, mean: Fraction, floors: set[int]) -> None:
    from regulations.rulesets import Ruleset

    assert isinstance(ruleset, Ruleset)
    missed = {star: ["1.1"] for star in floors}
    with_all = stars.rate(ruleset, Level.PROVINCE, mean)
    without = stars.rate(ruleset, Level.PROVINCE, mean, floors_missed=missed)

    assert without.stars <= with_all.stars <= with_all.band


def test_floors_do_not_count_before_decision_781() -> None:
    found = stars.rate(get("qd1048-2019"), Level.PROVINCE, 75, floors_missed={4: ["1.1"]})

    assert (found.stars, found.outcome) == (4, Outcome.RECOGNISE)


def test_forwarding_by_points_alone_where_a_province_reads_it_so() -> None:
    chosen = Settings({"forward_on_points": True})

    found = stars.rate(R3, Level.PROVINCE, 92, floors_missed={5: ["1.5"]}, settings=chosen)

    assert (found.stars, found.outcome) == (4, Outcome.FORWARD_CENTRAL)


@pytest.mark.parametrize(
    ("mean", "outcome"),
    [
        pytest.param(49, Outcome.NOT_PASSED, id="not-passed"),
        pytest.param(60, Outcome.RECOGNISE, id="three-stars-at-the-district"),
        pytest.param(70, Outcome.FORWARD_PROVINCE, id="handed-up"),
    ],
)
def test_the_district_of_decision_148(mean: int, outcome: Outcome) -> None:
    assert stars.rate(R2, Level.DISTRICT, mean).outcome is outcome


def test_a_district_that_misses_a_five_star_floor_still_hands_up_four_stars() -> None:
    found = stars.rate(R2, Level.DISTRICT, 92, floors_missed={5: ["1.1"]})

    assert (found.stars, found.outcome) == (4, Outcome.FORWARD_PROVINCE)


def test_three_stars_at_the_province_of_decision_148_belong_to_the_district() -> None:
    assert stars.rate(R2, Level.PROVINCE, 60).outcome is Outcome.RETURN_TO_DISTRICT


@pytest.mark.parametrize("mean", [-1, Fraction(10001, 100)])
def test_a_mean_outside_the_scale_is_refused(mean: Fraction) -> None:
    with pytest.raises(RegulationError) as refused:
        stars.band_of(R3, mean)

    assert refused.value.code == "points_invalid"


@pytest.mark.parametrize("points", [89.99, "eighty", "1/0"])
def test_points_that_are_not_exact_are_refused(points: str) -> None:
    with pytest.raises(RegulationError) as refused:
        levels.exact(points)

    assert refused.value.code == "points_invalid"


def test_no_ballots_make_no_mean() -> None:
    with pytest.raises(RegulationError) as refused:
        stars.tally({"m1": "80"}, ["m1"])

    assert refused.value.code == "no_ballots"


def test_a_declared_conflict_counts_where_the_regulation_only_wants_it_declared() -> None:
    chosen = Settings({"conflicts": "declare_only"})

    assert stars.tally({"m1": "70", "m2": "90"}, ["m2"], chosen).counted == 2


@given(st.integers(1, 40), st.integers(0, 40), st.sampled_from(["2/3", "3/4", "5/7"]))
def test_a_quorum_is_a_share_of_all_seats(seats: int, present: int, share: str) -> None:
    above, below = map(int, share.split("/"))
    chosen = Settings({"quorum": share})
    if present > seats:
        with pytest.raises(RegulationError):
            council.session_valid(seats, present, head_present=True, settings=chosen)
        return

    found = council.session_valid(seats, present, head_present=True, settings=chosen)

    assert found.allowed == (present * below >= above * seats)


def test_conflicted_seats_leave_the_base_only_by_setting() -> None:
    assert council.quorum_base(9, 2) == 9
    assert council.quorum_base(9, 2, Settings({"conflicted_in_quorum_base": False})) == 7


def test_older_rulesets_fix_no_council_and_know_no_written_opinions() -> None:
    with pytest.raises(RegulationError) as refused:
        council.council_composition(R2, Level.PROVINCE, chair="province_leader", seats=[])

    assert refused.value.code == "not_in_ruleset"
    assert council.session_kind(R2, Kind.RE_EVALUATION, "written").reason is Reason.MEETING_REQUIRED
    assert council.session_kind(R2, Kind.RE_EVALUATION, "in_person").allowed


def test_a_dossier_to_the_province_holds_the_product_dossier_of_its_kind() -> None:
    assert documents.required_documents(R3, "to_province", Kind.UPGRADE) == (
        "proposal_letter_commune",
        "form_03",
        "form_01",
        "form_02",
        "paper_set",
        "electronic_set",
        "changes_since_recognition",
    )


def test_an_unknown_dossier_is_refused() -> None:
    with pytest.raises(RegulationError) as refused:
        documents.missing_documents(R3, "parcel", Kind.FIRST, product_group="food", present=[])

    assert refused.value.code == "not_in_ruleset"


@pytest.mark.parametrize(
    ("producer", "group", "reason"),
    [
        pytest.param("cooperative", "food", None, id="cooperative"),
        pytest.param("large_enterprise", "food", Reason.PRODUCER_NOT_ELIGIBLE, id="large-enterprise"),
        pytest.param("association", "tourism", None, id="association-for-tourism"),
        pytest.param("association", "food", Reason.PRODUCER_NOT_ELIGIBLE, id="association-for-food"),
    ],
)
def test_who_may_register(producer: str, group: str, reason: Reason | None) -> None:
    assert documents.may_register(R3, producer, group).reason == reason


@pytest.mark.parametrize(
    ("stars_held", "level", "ground", "paper", "reason"),
    [
        pytest.param(4, Level.PROVINCE, "law_broken", "conclusion_on", None, id="allowed"),
        pytest.param(
            5, Level.PROVINCE, "law_broken", "conclusion_on", Reason.WRONG_ACTOR, id="not-its-powers"
        ),
        pytest.param(5, Level.CENTRAL, "law_broken", "conclusion_on", None, id="minister"),
        pytest.param(4, Level.PROVINCE, "low_sales", "conclusion_on", Reason.GROUND_UNKNOWN, id="no-ground"),
        pytest.param(4, Level.PROVINCE, "law_broken", None, Reason.CONCLUSION_MISSING, id="no-conclusion"),
        pytest.param(
            4, Level.PROVINCE, "production_stopped", "commune_confirmation_on", None, id="commune-confirms"
        ),
        pytest.param(
            4,
            Level.PROVINCE,
            "production_stopped",
            "conclusion_on",
            Reason.CONCLUSION_MISSING,
            id="commune-silent",
        ),
    ],
)
def test_revocation(
    stars_held: int, level: Level, ground: str, paper: str | None, reason: Reason | None
) -> None:
    papers = {paper: date(2027, 3, 5)} if paper else {}

    assert revocation.may_revoke(R3, stars_held, level, ground, **papers).reason == reason


def test_six_grounds_and_none_known_before() -> None:
    assert len(revocation.grounds(R3)) == 6
    with pytest.raises(RegulationError):
        revocation.grounds(R2)


def test_settings_stand_at_their_defaults_and_change_by_copy() -> None:
    changed = DEFAULTS.with_(quorum="3/4", idea_supplement_days=14)

    assert (DEFAULTS["quorum"], changed["quorum"]) == ("2/3", "3/4")
    assert changed.number("idea_supplement_days") == 14
    assert DEFAULTS.with_() == DEFAULTS
    assert changed != DEFAULTS
    assert len({DEFAULTS, Settings(), changed}) == 2
    assert "quorum" in DEFAULTS
    assert "quorom" not in DEFAULTS


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        pytest.param("quorom", "2/3", "setting_unknown", id="unknown-name"),
        pytest.param("quorum", "1/2", "setting_value", id="unknown-value"),
        pytest.param("proxy", 0, "setting_value", id="zero-is-not-false"),
        pytest.param("resubmit_max", True, "setting_value", id="true-is-no-number"),
    ],
)
def test_an_unknown_setting_or_value_is_refused_with_the_allowed_ones(
    name: str, value: object, code: str
) -> None:
    with pytest.raises(RegulationError) as refused:
        Settings({name: value})  # type: ignore[dict-item]

    assert refused.value.code == code
    assert refused.value.mend


def test_asking_for_an_unknown_setting_is_refused() -> None:
    with pytest.raises(RegulationError) as refused:
        DEFAULTS["quorom"]

    assert refused.value.code == "setting_unknown"


def test_a_missed_floor_caps_at_the_province_and_fails_at_the_centre() -> None:
    assert [DEFAULTS.on_floor_miss(level) for level in Level] == ["cap", "cap", "cap", "fail"]
    assert Settings({"on_floor_miss": "cap"}).on_floor_miss(Level.CENTRAL) == "cap"
