"""Renewal and upgrade: what a dossier's fate does to the certificate before it, in the dossier's own transaction."""

from collections import Counter
from datetime import date

import pytest

from core.errors import Refused
from registry.roles import Role
from states.certificate.queries import renewals_due
from tests.states.certificate.house import B, C, House, K, P
from tests.world import PROVINCE

ISSUED = date(2024, 12, 15)  # ends on 15 December 2027; the window runs from 18 June to 17 August


@pytest.mark.parametrize(
    ("day", "before", "source"),
    [
        pytest.param("2027-06-18", "renewal_open", "renewal_open", id="first-day"),
        pytest.param("2027-08-17T23:59", "renewal_open", "renewal_open", id="last-minute"),
        pytest.param("2027-08-18", "renewal_open", "renewal_late", id="late-before-the-sweep"),
        pytest.param("2027-12-15T23:59", "renewal_late", "renewal_late", id="last-valid-day"),
    ],
)
def test_a_renewal_that_is_filed_is_in_process_and_owes_no_filing(
    house: House, day: str, before: str, source: str
) -> None:
    certificate, product = house.certified(ISSUED)
    house.on("2027-06-18").sweep()
    if before == "renewal_late":
        house.on("2027-08-18").sweep()

    house.on(day).renewal(product)

    row = house.row("certificate", certificate)
    line = house.lines("certificate", certificate)[-1]
    assert (row["state"], line.trigger, line.source) == ("renewal_in_process", "dossier_filed", source)
    assert house.row("dossier", row["renewal_id"])["product_id"] == product
    assert house.dues(certificate)["RENEW_CLOSE"] == ("2027-08-17", "met")
    assert house.dues(certificate)["EXPIRY"] == ("2027-12-15", "open")


@pytest.mark.parametrize(
    ("day", "source"),
    [
        pytest.param("2027-06-18", "renewal_open", id="first-day"),
        pytest.param("2027-08-17T23:59", "renewal_open", id="last-minute"),
        pytest.param("2027-08-18", "renewal_late", id="a-day-late"),
    ],
)
def test_the_producer_who_files_moves_the_certificate(house: House, day: str, source: str) -> None:
    certificate, product = house.certified(ISSUED)
    dossier = house.on(day).ready_to_file(product)

    house.do("dossier", dossier, "submit_dossier", P)

    line = house.lines("certificate", certificate)[-1]
    assert house.state("dossier", dossier) == "commune.received"
    assert (line.trigger, line.source, line.dest, line.actor.role) == (
        "dossier_filed", source, "renewal_in_process", "producer"
    )  # fmt: skip
    assert house.row("certificate", certificate)["renewal_id"] == dossier


def test_a_filing_a_day_early_moves_neither(house: House) -> None:
    certificate, product = house.certified(ISSUED)
    dossier = house.on("2027-06-17T23:59").ready_to_file(product)

    with pytest.raises(Refused) as refused:
        house.do("dossier", dossier, "submit_dossier", P)

    assert refused.value.code == "guard_too_early"
    assert (house.state("dossier", dossier), house.state("certificate", certificate)) == (
        "dossier.self_assessed", "valid"
    )  # fmt: skip


def test_who_files_too_late_has_no_certificate_to_renew(house: House) -> None:
    certificate, product = house.certified(ISSUED)

    house.on("2027-12-16").renewal(product)

    assert house.state("certificate", certificate) == "expired"
    assert house.row("certificate", certificate)["renewal_id"] is None


@pytest.mark.parametrize("stars", [3, 4])
def test_a_renewal_that_is_recognised_takes_the_place_of_the_former(house: House, stars: int) -> None:
    """The new term runs from the decision; the former ends with it, though days of it were left."""
    certificate, product = house.certified(ISSUED)
    house.on("2027-07-20T09:00").sweep()
    house.renewal(product)
    house.on("2027-11-22T09:00")

    house.decide("re_evaluation", product, stars, date(2027, 11, 20))

    old, new = house.certificates(product)
    assert (old["id"], old["state"], old["successor_id"]) == (certificate, "superseded", new["id"])
    assert (new["state"], new["stars"], new["predecessor_id"]) == ("valid", stars, certificate)
    assert (new["issued_on"], new["expires_on"]) == ("2027-11-20", "2030-11-20")
    line = house.lines("certificate", certificate)[-1]
    assert (line.trigger, line.actor.role, line.effective_on) == (
        "renewed",
        "province_chair",
        date(2027, 11, 20),
    )
    assert {code: how for code, (_, how) in house.dues(certificate).items()} == {
        "EXPIRY": "cancelled", "RENEW_OPEN": "met", "RENEW_CLOSE": "met"
    }  # fmt: skip
    assert house.dues(new["id"]) == {
        "EXPIRY": ("2030-11-20", "open"), "RENEW_OPEN": ("2030-05-23", "open"), "RENEW_CLOSE": ("2030-07-23", "open")
    }  # fmt: skip


def test_a_renewal_recognised_after_the_term_still_takes_its_place(house: House) -> None:
    certificate, product = house.certified(ISSUED)
    house.on("2027-07-20").sweep()
    house.renewal(product)
    house.on("2027-12-16").sweep()
    assert house.state("certificate", certificate) == "expired_pending"

    house.on("2028-01-05T09:00").decide("re_evaluation", product, 4, date(2028, 1, 5))

    assert [row["state"] for row in house.certificates(product)] == ["superseded", "valid"]


@pytest.mark.parametrize(
    ("trigger", "role", "reason", "data"),
    [
        pytest.param("withdraw", P, None, None, id="withdrawn"),
        pytest.param("refuse", K, "Không đủ căn cứ", None, id="refused-by-the-chair"),
        pytest.param("decline_to_propose", C, "Không còn nguyên liệu", None, id="not-proposed"),
    ],
)
def test_a_renewal_that_fails_leaves_the_certificate_to_its_term(
    house: House, trigger: str, role: Role, reason: str | None, data: dict[str, object] | None
) -> None:
    certificate, product = house.certified(ISSUED)
    house.on("2027-07-20").sweep()
    house.renewal(product)
    stands = {
        "withdraw": "council.ready",
        "refuse": "decision.pending",
        "decline_to_propose": "commune.received",
    }
    failing = house.dossier("re_evaluation", stands[trigger], product)

    house.on("2027-09-20").do("dossier", failing, trigger, role, data, reason)

    line = house.lines("certificate", certificate)[-1]
    assert (line.trigger, line.source, line.dest) == ("not_renewed", "renewal_in_process", "renewal_late")
    assert house.dues(certificate)["EXPIRY"] == ("2027-12-15", "open")
    house.on("2027-12-15T23:59").sweep()
    assert house.state("certificate", certificate) == "renewal_late"
    house.on("2027-12-16").sweep()
    assert house.state("certificate", certificate) == "expired"


def test_the_chair_who_refuses_is_named_and_so_is_the_system_in_anothers_wake(house: House) -> None:
    by = {}
    for trigger, role, state in (("refuse", K, "decision.pending"), ("withdraw", P, "council.ready")):
        certificate, product = house.certified(ISSUED)
        house.on("2027-07-20").sweep()
        house.renewal(product)
        failing = house.dossier("re_evaluation", state, product)
        house.do("dossier", failing, trigger, role, reason="Không đủ căn cứ")
        by[trigger] = house.lines("certificate", certificate)[-1].actor.role

    assert by == {"refuse": "province_chair", "withdraw": "system"}


@pytest.mark.parametrize(
    ("resets", "expires_on"),
    [pytest.param(True, "2030-02-10", id="new-term"), pytest.param(False, "2027-12-15", id="old-term")],
)
def test_an_upgrade_supersedes_with_the_term_the_province_chose(
    house: House, resets: bool, expires_on: str
) -> None:
    house.choose(upgrade_resets_term=resets)
    certificate, product = house.certified(ISSUED, stars=3)
    house.on("2027-02-10T09:00")

    house.decide("upgrade", product, 4, date(2027, 2, 10))

    old, new = house.certificates(product)
    assert (old["id"], old["state"]) == (certificate, "superseded")
    assert (new["stars"], new["expires_on"], new["predecessor_id"]) == (4, expires_on, certificate)
    assert house.lines("certificate", certificate)[-1].trigger == "upgraded"


@pytest.mark.parametrize("stars", [3, 4])
def test_an_upgrade_that_brings_no_more_stars_leaves_everything_as_it_was(house: House, stars: int) -> None:
    certificate, product = house.certified(ISSUED, stars=4)
    before = house.row("certificate", certificate)

    house.on("2027-02-10T09:00").decide("upgrade", product, stars, date(2027, 2, 10))

    assert house.certificates(product) == [before]


def test_an_upgrade_that_fails_leaves_the_certificate_untouched(house: House) -> None:
    certificate, product = house.certified(ISSUED)
    upgrade = house.dossier("upgrade", "council.ready", product)
    before = house.row("certificate", certificate)

    house.do("dossier", upgrade, "withdraw", P)

    assert house.row("certificate", certificate) == before


def test_an_upgrade_may_be_recognised_while_the_window_is_open(house: House) -> None:
    certificate, product = house.certified(ISSUED, stars=3)
    house.on("2027-06-18").sweep()

    house.on("2027-07-01T09:00").decide("upgrade", product, 4, date(2027, 7, 1))

    assert house.state("certificate", certificate) == "superseded"
    house.on("2027-12-16").sweep()
    assert Counter(row["state"] for row in house.certificates(product)) == {"superseded": 1, "valid": 1}


def test_the_ministry_recognises_a_renewal_of_five_stars(house: House) -> None:
    """The former certificate of the centre gives way under the same role."""
    certificate, product = house.certified(ISSUED, stars=5, level="central")
    house.on("2027-07-20").sweep()
    house.renewal(product)
    dossier = house.dossier("re_evaluation", "central.concluded", product, stars=5)
    data = {"decision_number": "9/QĐ-BNNMT", "decision_on": "2027-10-01", "signer": "Bộ trưởng"}

    house.on("2027-10-01T09:00").do("dossier", dossier, "decide_five_star", B, data)

    assert house.state("certificate", certificate) == "superseded"
    assert house.lines("certificate", certificate)[-1].actor.role == "ministry"


def test_a_window_that_opens_drafts_the_renewal_once(house: House) -> None:
    certificate, product = house.certified(ISSUED)

    house.on("2027-06-17T23:59").sweep()
    assert house.dossiers(product) == []
    house.on("2027-06-18").sweep()
    house.on("2027-06-19").sweep()

    assert house.state("certificate", certificate) == "renewal_open"
    assert house.dossiers(product) == [("re_evaluation", "dossier.preparing")]


def test_a_window_opens_without_a_draft_where_a_dossier_is_open(house: House) -> None:
    certificate, product = house.certified(ISSUED, stars=3)
    house.dossier("upgrade", "council.ready", product)

    house.on("2027-06-18").sweep()

    assert house.state("certificate", certificate) == "renewal_open"
    assert house.dossiers(product) == [("upgrade", "council.ready")]


def test_a_late_clock_dates_its_moves_by_the_certificates_own_days(house: House) -> None:
    certificate, _ = house.certified(ISSUED)

    house.on("2028-01-10").sweep()

    moved = [(line.trigger, line.effective_on) for line in house.lines("certificate", certificate)[1:]]
    assert moved == [
        ("enter_window", date(2027, 6, 18)),
        ("window_missed", date(2027, 8, 18)),
        ("expire", date(2027, 12, 16)),
    ]
    on = {
        day: house.replayed("certificate", certificate, effective=date.fromisoformat(day)).state
        for day in ("2027-06-17", "2027-06-18", "2027-08-17", "2027-08-18", "2027-12-15", "2027-12-16")
    }
    assert list(on.values()) == [
        "valid",
        "renewal_open",
        "renewal_open",
        "renewal_late",
        "renewal_late",
        "expired",
    ]


def test_a_renewal_may_not_be_claimed_by_hand(house: House) -> None:
    """Neither the filing nor the new certificate can be stated: both are read from what is there."""
    certificate, _ = house.certified(ISSUED)
    house.on("2027-06-18").sweep()

    for trigger, role, code in (
        ("dossier_filed", P, "guard_renewal_not_filed"),
        ("renewed", K, "guard_successor_missing"),
        ("upgraded", K, "guard_successor_missing"),
    ):
        with pytest.raises(Refused) as refused:
            house.do("certificate", certificate, trigger, role)
        assert refused.value.code == code
    assert house.state("certificate", certificate) == "renewal_open"


@pytest.mark.parametrize(
    ("from_day", "to_day", "found"),
    [
        pytest.param("2027-01-01", "2027-06-17", 0, id="closes-before-it-opens"),
        pytest.param("2027-01-01", "2027-06-18", 1, id="first-day"),
        pytest.param("2027-08-17", "2027-12-31", 1, id="last-day"),
        pytest.param("2027-08-18", "2027-12-31", 0, id="over"),
    ],
)
def test_renewals_falling_due_are_those_whose_window_touches_the_period(
    house: House, from_day: str, to_day: str, found: int
) -> None:
    certificate, product = house.certified(ISSUED)
    filed, other = house.certified(ISSUED)
    house.on("2027-06-18").sweep()
    house.renewal(other)
    first, last = date.fromisoformat(from_day), date.fromisoformat(to_day)

    due = house.db.read_now(lambda rtx: renewals_due(rtx, PROVINCE, first, last))
    elsewhere = house.db.read_now(lambda rtx: renewals_due(rtx, "24", first, last))

    assert [(one.certificate_id, one.product_id) for one in due] == [(certificate, product)] * found
    assert elsewhere == []
    assert filed not in [one.certificate_id for one in due]
