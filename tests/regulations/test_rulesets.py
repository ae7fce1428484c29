import hashlib
from datetime import date, timedelta

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from regulations import rulesets
from regulations.errors import RegulationError
from regulations.settings import Settings
from regulations.vocabulary import Feature, Kind, Reason, TermCode

FIRST_DAY = date(2019, 8, 21)
FORCE_OF_26 = date(2026, 5, 22)


@given(st.dates(FIRST_DAY, date(2030, 12, 31)))
def test_exactly_one_ruleset_is_in_force_on_every_day_since_the_first(day: date) -> None:
    holding = [each.id for each in rulesets.all_rulesets() if each.in_force(day)]

    assert len(holding) == 1
    assert rulesets.in_force(day) == rulesets.get(holding[0])


@given(st.dates(max_value=FIRST_DAY - timedelta(days=1)))
def test_no_ruleset_is_in_force_before_the_first_national_one(day: date) -> None:
    assert rulesets.in_force(day) is None


def test_every_day_of_twelve_years_is_walked_once() -> None:
    days = (FIRST_DAY + timedelta(days=step) for step in range((date(2030, 12, 31) - FIRST_DAY).days + 1))

    assert {sum(each.in_force(day) for each in rulesets.all_rulesets()) for day in days} == {1}


def test_rulesets_are_loaded_once() -> None:
    assert rulesets.all_rulesets() is rulesets.all_rulesets()
    assert rulesets.get("qd26-2026") is rulesets.in_force(FORCE_OF_26)


def test_the_hash_is_that_of_the_canonical_text() -> None:
    ruleset = rulesets.get("qd26-2026")

    assert hashlib.sha256(ruleset.canonical).hexdigest() == ruleset.content_hash
    assert ruleset.pin == f"qd26-2026@sha256:{ruleset.content_hash}"
    assert rulesets.from_canonical(ruleset.canonical) == ruleset


@pytest.mark.parametrize("ruleset", rulesets.all_rulesets(), ids=lambda each: each.id)
def test_canonical_text_is_rfc_8785(ruleset: rulesets.Ruleset) -> None:
    import json

    assert rfc8785.dumps(json.loads(ruleset.canonical)) == ruleset.canonical


def test_the_hash_covers_the_sheets() -> None:
    digests = rulesets.get("qd26-2026").data.sheet_digests

    assert len(digests) == 27  # 26 sheets and the tree


def test_a_changed_value_changes_the_hash() -> None:
    ruleset = rulesets.get("qd26-2026")
    changed = ruleset.canonical.replace(b'"amount":45', b'"amount":46')

    assert rulesets.from_canonical(changed).content_hash != ruleset.content_hash


def test_a_pin_finds_its_ruleset_and_refuses_another_text() -> None:
    ruleset = rulesets.get("qd148-2023")

    assert rulesets.by_pin(ruleset.pin) is ruleset
    with pytest.raises(RegulationError) as refused:
        rulesets.by_pin("qd148-2023@sha256:" + "0" * 64)
    assert refused.value.code == "pin_differs"


PUBLISHED = (
    "qd1048-2019@sha256:11ed25ee5751d0dafd69a3f8964b4d605bb76abb5762488d2c2a9b497c773750",
    "qd781-2020@sha256:2f2e33d5d402e59b27c2c0f478717e36a63fe88b69cd0f02605af1387989cfbc",
    "qd148-2023@sha256:201d54adb75aece8afab32e09a51eed5a3536e23d055c15d5823792860418ee0",
    "qd148-2023@sha256:fabd7ccd4ad1ab371b40639fb3e9dd6917d0804a8387e9f5291ddb97eb4a508c",
    "qd1489-2025@sha256:53ff25c5cdbc8f555e473fc8977b4c7e275b77f2bfa2527f0c1d026257409a42",
    "qd1489-2025@sha256:4929030e9cdce4799200d2bf49c6763b58caf442313ec7ff2fc7c045fce60b9a",
    "qd26-2026@sha256:f45258fe3b394d85a3434f23c5a8bdc2ed4ebfd0e853a3965e9bede04f77c605",
)
"""Every text a dossier may have been filed under; a corrected file adds a line here and its former text to the package."""


@pytest.mark.parametrize("pin", PUBLISHED)
def test_a_text_that_was_corrected_since_still_judges_what_was_filed_under_it(pin: str) -> None:
    ruleset = rulesets.by_pin(pin)

    assert ruleset.pin == pin
    assert hashlib.sha256(ruleset.canonical).hexdigest() == pin.partition("sha256:")[2]


def test_no_text_is_packaged_that_the_list_of_pins_does_not_know() -> None:
    packaged = {each.pin for each in rulesets.all_rulesets()} | set(rulesets.former())

    assert packaged == set(PUBLISHED)


def test_an_unknown_ruleset_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RegulationError) as refused:
        rulesets.get("qd99-2031")

    assert refused.value.code == "ruleset_unknown"
    assert "qd26-2026" in str(refused.value)


def test_documents_and_sheets_of_an_amended_ruleset() -> None:
    ruleset = rulesets.get("qd1489-2025")

    assert ruleset.document == "148/QĐ-TTg + 1489/QĐ-TTg"
    assert ruleset.sheet_edition == "qd148-2023"
    assert rulesets.get("qd781-2020").sheet_edition == "qd1048-2019"


def test_features_by_ruleset() -> None:
    having = {
        feature: [each.id for each in rulesets.all_rulesets() if feature in each.features]
        for feature in (
            Feature.DISTRICT_LEVEL,
            Feature.SECOND_ROUND,
            Feature.COMMUNE_REPORT,
            Feature.WRITTEN_COUNCIL,
        )
    }

    assert having == {
        Feature.DISTRICT_LEVEL: ["qd1048-2019", "qd781-2020", "qd148-2023"],
        Feature.SECOND_ROUND: ["qd1048-2019", "qd781-2020"],
        Feature.COMMUNE_REPORT: ["qd1489-2025", "qd26-2026"],
        Feature.WRITTEN_COUNCIL: ["qd26-2026"],
    }


def test_a_term_a_ruleset_does_not_state_is_refused() -> None:
    with pytest.raises(RegulationError) as refused:
        rulesets.get("qd148-2023").term(TermCode.REVOKE_DECISION)

    assert refused.value.code == Reason.NOT_IN_RULESET


def test_asked_as_of_an_earlier_day_later_law_does_not_catch_a_dossier() -> None:
    filed_on = date(2024, 3, 1)

    then = rulesets.for_dossier(filed_on=filed_on, kind=Kind.FIRST, as_of=filed_on)
    today = rulesets.for_dossier(filed_on=filed_on, kind=Kind.FIRST)

    assert (then.ruleset, then.complete_by) == (rulesets.get("qd148-2023"), None)
    assert (today.ruleset, today.complete_by) == (rulesets.get("qd1489-2025"), date(2026, 7, 21))


@pytest.mark.parametrize(
    ("day", "complete_by"),
    [
        pytest.param(FORCE_OF_26 - timedelta(days=1), None, id="the-day-before-force"),
        pytest.param(FORCE_OF_26, date(2026, 7, 21), id="the-day-of-force"),
    ],
)
def test_the_run_off_catches_what_is_undecided_on_the_day_of_force(
    day: date, complete_by: date | None
) -> None:
    filed_on = date(2026, 3, 2)

    decided = rulesets.for_dossier(filed_on=filed_on, kind=Kind.FIRST, decide_on=day)
    asked = rulesets.for_dossier(filed_on=filed_on, kind=Kind.FIRST, as_of=day)

    assert (decided.complete_by, asked.complete_by) == (complete_by, complete_by)


def test_a_province_may_let_a_missed_run_off_be_decided_and_it_stays_visible() -> None:
    choice = rulesets.for_dossier(
        filed_on=date(2026, 5, 21),
        kind=Kind.FIRST,
        decide_on=date(2026, 7, 22),
        settings=Settings({"runoff_missed": "allow"}),
    )

    assert choice.allowed
    assert choice.runoff_missed


@pytest.mark.parametrize(
    ("filed_on", "expected"),
    [
        pytest.param(date(2026, 5, 22), "qd1489-2025", id="first-day"),
        pytest.param(date(2026, 7, 21), "qd1489-2025", id="last-day-of-the-old-text"),
        pytest.param(date(2026, 7, 22), "qd26-2026", id="old-text-over"),
    ],
)
def test_the_setting_for_filings_while_both_texts_live(filed_on: date, expected: str) -> None:
    old = Settings({"new_filings_2026": "qd1489-2025"})

    choice = rulesets.for_dossier(filed_on=filed_on, kind=Kind.UPGRADE, settings=old)

    assert choice.ruleset == rulesets.get(expected)


def test_a_decision_before_the_filing_is_no_question() -> None:
    with pytest.raises(RegulationError) as refused:
        rulesets.for_dossier(filed_on=date(2026, 6, 2), kind=Kind.FIRST, decide_on=date(2026, 6, 1))

    assert refused.value.code == "decided_before_filed"


@given(st.dates(date(2018, 1, 1), date(2030, 1, 1)), st.sampled_from(Kind), st.integers(0, 900))
def test_a_choice_has_a_ruleset_or_a_reason(filed_on: date, kind: Kind, days: int) -> None:
    choice = rulesets.for_dossier(filed_on=filed_on, kind=kind, decide_on=filed_on + timedelta(days=days))

    assert (choice.ruleset is None) == (choice.reason is Reason.NO_NATIONAL_RULESET)
    assert choice.complete_by is None or choice.complete_by >= FORCE_OF_26
