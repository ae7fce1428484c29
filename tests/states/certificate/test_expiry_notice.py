"""The written notice that Decision 148 asks of the authority, at the latest thirty days before a certificate ends."""

from datetime import date

import pytest
import sqlalchemy as sa

from core.errors import OcopError
from core.sql import Sql
from states.deadlines.entries import DEADLINE
from tests.states.certificate.house import B, C, House, K, P, V
from tests.states.certificate.test_notices import kinds, told

PAPER = {"document": "12/TB-SNNMT ngày 05/05/2027"}
CODE = "EXPIRY_NOTICE"


@pytest.fixture
def starts() -> str:
    return "2027-01-04T08:00"


@pytest.mark.parametrize(
    ("ruleset", "last_day"),
    [
        pytest.param("qd1048-2019", None, id="1048-asks-for-none"),
        pytest.param("qd781-2020", None, id="781-asks-for-none"),
        pytest.param("qd148-2023", "2027-05-16", id="148-thirty-days-before"),
        pytest.param("qd1489-2025", "2027-05-16", id="1489-left-it-standing"),
        pytest.param("qd26-2026", None, id="26-asks-for-none"),
        pytest.param(None, None, id="older-than-the-rulesets"),
    ],
)
def test_a_certificate_has_the_day_its_own_ruleset_sets(
    house: House, ruleset: str | None, last_day: str | None
) -> None:
    """15 June 2027 less thirty days is Sunday 16 May: counted back, it never moves."""
    certificate, _ = house.certified(date(2024, 6, 15), ruleset=ruleset)

    assert house.dues(certificate).get(CODE) == (None if last_day is None else (last_day, "open"))


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        pytest.param(date(2024, 2, 3), ("2027-01-04", "open"), id="the-day-itself-still-counts"),
        pytest.param(date(2024, 2, 2), None, id="passed-before-the-service-knew-it"),
    ],
)
def test_a_certificate_taken_over_late_brings_no_day_that_has_passed(
    house: House, issued: date, expected: tuple[str, str] | None
) -> None:
    certificate, _ = house.certified(issued, ruleset="qd148-2023")

    assert house.dues(certificate).get(CODE) == expected


def test_the_office_that_has_written_meets_it_and_the_producer_is_told(house: House) -> None:
    certificate, _ = house.certified(date(2024, 6, 15), ruleset="qd148-2023")
    before = len(told(house.on("2027-05-05T09:00")))

    fired = house.do("certificate", certificate, "notify_expiry", V, PAPER)

    assert (fired.source, fired.dest, fired.inputs["document"]) == ("valid", "valid", PAPER["document"])
    assert house.dues(certificate)[CODE] == ("2027-05-16", "met")
    kind, body = told(house)[before:][-1]
    assert kind == "expiry_notice"
    assert "có giá trị đến hết ngày 15/06/2027" in body
    assert kinds(house, C)[-1] == "expiry_notice"


def test_a_missed_day_is_told_to_the_office_once_it_is_over(house: House) -> None:
    certificate, _ = house.certified(date(2024, 6, 15), ruleset="qd148-2023")
    kinds(house.on("2027-05-16T23:59"), V)

    house.on("2027-05-17T00:00").sweep()

    assert house.dues(certificate)[CODE] == ("2027-05-16", "fired")
    assert kinds(house, V)[-1] == "overdue"


@pytest.mark.parametrize(
    ("end", "standing"),
    [("expire", "cancelled"), ("revoke", "cancelled")],
)
def test_it_ends_with_the_certificate(house: House, end: str, standing: str) -> None:
    certificate, _ = house.certified(date(2024, 6, 15), ruleset="qd148-2023")
    if end == "expire":
        house.on("2027-06-16").sweep()
    else:
        paper = {
            "ground": "law_broken", "conclusion_on": "2027-01-02", "revocation_number": "9/QĐ",
            "revocation_on": "2027-01-04", "signer": "Chủ tịch",
        }  # fmt: skip
        house.do("certificate", certificate, "revoke", K, paper)

    assert house.dues(certificate)[CODE][1] == standing


@pytest.mark.parametrize(
    ("ruleset", "role", "data", "code"),
    [
        pytest.param("qd148-2023", V, {"document": "  "}, "guard_document_missing", id="no-document"),
        pytest.param("qd26-2026", V, PAPER, "not_in_ruleset", id="other-ruleset"),
        pytest.param("qd148-2023", P, PAPER, "wrong_actor", id="producer"),
        pytest.param("qd148-2023", K, PAPER, "wrong_actor", id="chair"),
        pytest.param("qd148-2023", B, PAPER, None, id="ministry-for-its-own"),
    ],
)
def test_only_the_authority_with_a_document_under_such_a_ruleset_notes_it(
    house: House, ruleset: str, role: object, data: dict[str, object], code: str | None
) -> None:
    certificate, _ = house.certified(date(2024, 6, 15), ruleset=ruleset, stars=5)

    try:
        house.do("certificate", certificate, "notify_expiry", role, data)  # type: ignore[arg-type]  # a role of the house
        found = None
    except OcopError as error:
        found = error.code

    assert found == code
    assert house.dues(certificate).get(CODE, ("", ""))[1] == (
        "met" if code is None else "open" if ruleset == "qd148-2023" else ""
    )


def test_it_is_owed_by_whoever_gives_the_stars(house: House) -> None:
    five, four = (house.certified(date(2024, 6, 15), ruleset="qd148-2023", stars=n)[0] for n in (5, 4))
    chosen = sa.select(DEADLINE.c.subject, DEADLINE.c.owner_role).where(DEADLINE.c.code == CODE)

    found = dict(house.db.read_now(lambda rtx: rtx.sql.all(Sql(chosen))))

    assert found == {f"certificate/{five}": "ministry", f"certificate/{four}": "province_unit"}
