"""The days of a certificate: which move they call for, what the public is told, and how an end or a start is found."""

from datetime import date
from typing import Any

import pytest

from regulations.certificate_terms import certificate_dates, grace_end, issued_for
from regulations.rulesets import get
from regulations.settings import DEFAULTS
from states.certificate.queries import PublicAnswer, Verdict, check
from states.certificate.terms import due_move, holds_from
from tests.states.certificate.house import House

DAYS = {
    "window_opens_on": "2027-06-18", "window_closes_on": "2027-08-17", "last_valid_day": "2027-12-15",
    "grace_ends_on": "2028-06-12",
}  # fmt: skip


@pytest.mark.parametrize(
    ("state", "day", "trigger"),
    [
        ("valid", "2027-06-17", None),
        ("valid", "2027-06-18", "enter_window"),
        ("valid", "2027-12-16", "expire"),
        ("renewal_open", "2027-08-17", None),
        ("renewal_open", "2027-08-18", "window_missed"),
        ("renewal_late", "2027-12-15", None),
        ("renewal_late", "2027-12-16", "expire"),
        ("renewal_in_process", "2027-12-15", None),
        ("renewal_in_process", "2027-12-16", "expire"),
        ("extended", "2028-06-12", None),
        ("extended", "2028-06-13", "expire"),
        ("expired_pending", "2030-01-01", None),
        ("superseded", "2030-01-01", None),
        ("revoked", "2030-01-01", None),
    ],
)
def test_a_days_move_is_due_from_its_first_day_and_not_before(
    state: str, day: str, trigger: str | None
) -> None:
    assert due_move({"state": state, **DAYS}, date.fromisoformat(day)) == trigger


def test_a_certificate_without_days_owes_the_clock_nothing() -> None:
    row: dict[str, Any] = {"state": "valid", **dict.fromkeys(DAYS)}

    assert due_move(row, date(2030, 1, 1)) is None
    assert holds_from(row, "revoke") is None


def test_a_stated_end_replaces_the_months_and_moves_its_window_along() -> None:
    law = get("qd26-2026")

    stated = certificate_dates(law, date(2027, 2, 10), ends=date(2027, 12, 15))

    assert (stated.issued_on, stated.expires_on, stated.last_valid_day) == (
        date(2027, 2, 10), date(2027, 12, 15), date(2027, 12, 15)
    )  # fmt: skip
    assert (stated.window_opens, stated.window_closes) == (date(2027, 6, 18), date(2027, 8, 17))


def test_the_start_of_a_known_end_lies_its_months_before_it() -> None:
    assert [issued_for(date(2027, 12, 15)), issued_for(date(2027, 2, 28))] == [
        date(2024, 12, 15), date(2024, 2, 28)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("expires_on", "grace", "ends"),
    [
        pytest.param("2026-05-21", "all", None, id="over-before-the-decision"),
        pytest.param("2026-05-22", "window_already_closed", "2026-11-18", id="first-of-the-population"),
        pytest.param("2026-09-18", "window_already_closed", "2027-03-17", id="last-of-the-population"),
        pytest.param("2026-09-19", "window_already_closed", None, id="its-window-closed-on-the-day-of-force"),
        pytest.param("2026-09-19", "all", "2027-03-18", id="all"),
        pytest.param("2026-06-20", "off", None, id="off"),
    ],
)
def test_who_is_extended_and_until_when(expires_on: str, grace: str, ends: str | None) -> None:
    """Art. 12.3; process.md §11.11: certificates that expire from 22 May to 18 September 2026."""
    found = grace_end(date.fromisoformat(expires_on), DEFAULTS.with_(grace=grace))

    assert (found.isoformat() if found else None) == ends


def asked(house: House, number: str, day: str) -> PublicAnswer:
    found = house.db.read_now(lambda rtx: check(rtx, number, date.fromisoformat(day)))
    assert found is not None
    return found


def test_the_public_is_told_what_took_the_place_of_a_certificate(house: House) -> None:
    certificate, product = house.certified(date(2024, 12, 15))
    house.on("2027-07-20T09:00").sweep()
    house.renewal(product)
    house.on("2027-11-22T09:00").decide("re_evaluation", product, 4, date(2027, 11, 20))
    old, new = house.certificates(product)
    number = old["certificate_no"]

    before, on_the_day = asked(house, number, "2027-11-19"), asked(house, number, "2027-11-20")

    assert (before.verdict, before.successor_no, before.days_left) == (Verdict.VALID, None, 26)
    assert (on_the_day.verdict, on_the_day.successor_no, on_the_day.days_left) == (
        Verdict.SUPERSEDED, new["certificate_no"], None
    )  # fmt: skip
    assert asked(house, new["certificate_no"], "2027-11-19").verdict is Verdict.NOT_YET
    assert asked(house, new["certificate_no"], "2027-11-20").verdict is Verdict.VALID
    assert old["id"] == certificate


def test_the_public_sees_an_extension_until_its_last_day(house: House) -> None:
    house.choose(grace="all")
    certificate, product = house.certified(date(2024, 3, 15))
    house.renewal(product)
    house.on("2027-03-16").sweep()
    number = house.row("certificate", certificate)["certificate_no"]

    said = [asked(house, number, day) for day in ("2027-03-16", "2027-09-11", "2027-09-12")]

    assert [(one.verdict, one.days_left) for one in said] == [
        (Verdict.VALID, 179), (Verdict.VALID, 0), (Verdict.EXPIRED, None)
    ]  # fmt: skip
