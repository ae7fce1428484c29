"""The extension of Art. 12.3: by the clock where the province's choice gives it, by hand where it comes to choose later."""

from datetime import date

import pytest

from core.errors import Refused
from states.certificate.queries import Verdict, check
from tests.states.certificate.house import House, K, P, V

ISSUED = date(2024, 3, 15)  # ends on 15 March 2027, outside the population of the default
LAST_DAY = "2027-09-11"  # 180 days after 15 March


@pytest.fixture
def starts() -> str:
    return "2027-01-04T08:00"


def in_process(house: House, grace: str) -> tuple[str, str, str]:
    """A certificate in process whose term is over: certificate, product, renewal."""
    house.choose(grace=grace)
    certificate, product = house.certified(ISSUED)
    renewal = house.renewal(product)
    house.on("2027-03-15T23:59").sweep()
    assert house.state("certificate", certificate) == "renewal_in_process"
    house.on("2027-03-16").sweep()
    return certificate, product, renewal


@pytest.mark.parametrize(
    ("grace", "state"),
    [("all", "extended"), ("window_already_closed", "expired_pending"), ("off", "expired_pending")],
)
def test_the_clock_extends_as_the_province_has_chosen(house: House, grace: str, state: str) -> None:
    certificate, _, _ = in_process(house, grace)

    assert house.state("certificate", certificate) == state
    ends_on = house.row("certificate", certificate)["grace_ends_on"]
    assert ends_on == (LAST_DAY if state == "extended" else None)


def test_an_extension_has_an_end_of_its_own_that_comes_by_the_clock(house: House) -> None:
    certificate, _, _ = in_process(house, "all")
    assert house.dues(certificate)["EXPIRY"] == ("2027-03-15", "cancelled")
    assert house.dues(certificate)["GRACE_END"] == (LAST_DAY, "open")

    house.on(f"{LAST_DAY}T23:59").sweep()
    assert house.state("certificate", certificate) == "extended"
    house.on("2027-09-12").sweep()

    assert house.state("certificate", certificate) == "expired"
    assert house.dues(certificate)["GRACE_END"] == (LAST_DAY, "fired")


def test_a_promotion_goes_on_while_the_certificate_is_extended(house: House) -> None:
    product = house.product()
    dossier = house.dossier("first", "promotion.active", product)
    house.choose(grace="all")
    certificate, _ = house.certified(ISSUED, product_id=product, dossier_id=dossier)
    house.renewal(product)
    house.on("2027-03-16").sweep()
    assert house.state("certificate", certificate) == "extended"

    house.do("dossier", dossier, "join_event", P, {"event_on": LAST_DAY, "event": "Hội chợ"})
    with pytest.raises(Refused) as refused:
        house.do("dossier", dossier, "join_event", P, {"event_on": "2027-09-12", "event": "Hội chợ"})

    assert refused.value.code == "guard_certificate_not_valid"


def test_a_result_ends_the_extension_that_day(house: House) -> None:
    certificate, _, renewal = in_process(house, "all")
    house.on("2027-06-10T09:00").do("dossier", renewal, "withdraw", P)

    row = house.row("certificate", certificate)
    assert (row["state"], row["grace_ends_on"]) == ("expired", "2027-06-09")
    assert house.dues(certificate)["GRACE_END"] == (LAST_DAY, "cancelled")
    on = {
        day: house.db.read_now(
            lambda rtx, day=day: check(rtx, row["certificate_no"], date.fromisoformat(day))
        )
        for day in ("2027-03-16", "2027-06-09", "2027-06-10")
    }
    assert [one.verdict for one in on.values() if one] == [Verdict.VALID, Verdict.VALID, Verdict.EXPIRED]


@pytest.mark.parametrize(
    ("reading", "first_invalid"),
    [
        pytest.param("anniversary", "2027-03-16", id="anniversary"),
        pytest.param("anniversary_minus_1", "2027-03-15", id="the-day-before"),
    ],
)
def test_a_result_on_the_first_day_of_the_extension_leaves_the_term_alone(
    house: House, reading: str, first_invalid: str
) -> None:
    house.choose(grace="all", last_valid_day=reading)
    certificate, product = house.certified(ISSUED)
    renewal = house.renewal(product)
    house.on(first_invalid).sweep()
    assert house.state("certificate", certificate) == "extended"

    house.on(f"{first_invalid}T09:00").do("dossier", renewal, "withdraw", P)

    row = house.row("certificate", certificate)
    assert (row["state"], row["grace_ends_on"]) == ("expired", row["last_valid_day"])


def test_a_result_against_a_certificate_that_waits_ends_it(house: House) -> None:
    certificate, _, renewal = in_process(house, "off")

    house.on("2027-06-10T09:00").do("dossier", renewal, "withdraw", P)

    assert house.state("certificate", certificate) == "expired"


def test_the_province_extends_later_what_its_choice_did_not_give_at_the_time(house: House) -> None:
    certificate, _, _ = in_process(house, "off")
    with pytest.raises(Refused) as refused:
        house.do("certificate", certificate, "grace_extension", V)
    assert refused.value.code == "guard_no_grace"
    house.on("2027-04-10T09:00").choose(grace="all")

    house.do("certificate", certificate, "grace_extension", V)

    line = house.lines("certificate", certificate)[-1]
    assert (line.dest, line.actor.role, line.effective_on) == ("extended", "province_unit", date(2027, 3, 16))
    assert house.replayed("certificate", certificate, effective=date(2027, 3, 20)).state == "extended"
    assert house.dues(certificate)["GRACE_END"] == (LAST_DAY, "open")


@pytest.mark.parametrize(
    ("when", "code"),
    [
        pytest.param(f"{LAST_DAY}T23:59", None, id="day-180"),
        pytest.param("2027-09-12", "guard_grace_over", id="day-181"),
    ],
)
def test_nothing_is_extended_after_the_hundred_and_eightieth_day(
    house: House, when: str, code: str | None
) -> None:
    certificate, _, _ = in_process(house, "off")
    house.on("2027-04-10T09:00").choose(grace="all")
    house.on(when)

    try:
        house.do("certificate", certificate, "grace_extension", V)
        refused = None
    except Refused as refusal:
        refused = refusal.code

    assert refused == code
    assert house.state("certificate", certificate) == ("expired_pending" if code else "extended")


def test_a_term_that_runs_is_not_extended(house: House) -> None:
    house.choose(grace="all")
    certificate, product = house.certified(ISSUED)
    house.renewal(product)

    with pytest.raises(Refused) as refused:
        house.on("2027-03-15T23:59").do("certificate", certificate, "grace_extension", V)

    assert (refused.value.code, house.state("certificate", certificate)) == (
        "guard_still_valid",
        "renewal_in_process",
    )


def test_an_extended_certificate_can_be_revoked(house: House) -> None:
    revoked, _, _ = in_process(house, "all")
    paper = {
        "ground": "mark_misused", "conclusion_on": "2027-03-10", "revocation_number": "9/QĐ", "revocation_on": "2027-03-16",
        "signer": "Chủ tịch",
    }  # fmt: skip

    house.do("certificate", revoked, "revoke", K, paper)

    assert house.state("certificate", revoked) == "revoked"
    assert house.dues(revoked)["GRACE_END"] == (LAST_DAY, "cancelled")
