"""Phones, addresses and tax codes: what is taken, what is offered, what is refused, and with which words."""

import pytest

from core.errors import BadInput
from registry import contact


@pytest.mark.parametrize(
    "typed",
    [
        "0900 000 000",
        "84900000000",
        "+84 900.000.000",
        "900000000",
        "(0900) 000-000",
        "0084900000000",
        "+84 0900000000",
        "\uff10\uff19\uff10\uff10 000 000",
    ],  # full-width digits
)
def test_a_mobile_number_is_taken_in_any_form(typed: str) -> None:
    assert contact.phone(typed) == "+84900000000"
    assert contact.shown_phone("+84900000000") == "0900 000 000"


def test_a_landline_keeps_its_ten_digits() -> None:
    assert contact.phone("0208 3855 000") == contact.phone("84 208 3855 000") == "+842083855000"
    assert contact.shown_phone("+842083855000") == "0208 3855 000"


@pytest.mark.parametrize(
    "typed", ["090000000", "09000000000", "0100000000", "abc", "+8490000000a", "+15550000000", "0208 385 500"]
)
def test_a_number_that_cannot_be_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        contact.phone(typed, "representative.phone")

    assert [(one.path, one.text()) for one in refused.value.fields] == [
        ("representative.phone", "Số điện thoại chưa đúng, ví dụ 0900 000 000.")
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [("0167 123 4567", "0371234567"), ("01230000000", "0830000000"), ("0199 000 0000", "0590000000")],
)
def test_an_eleven_digit_mobile_is_answered_with_its_new_form(old: str, new: str) -> None:
    with pytest.raises(BadInput) as refused:
        contact.phone(old)

    assert refused.value.text() == f"Số di động 11 số đã đổi đầu số: hãy nhập {new}."


def test_nothing_entered_is_its_own_error() -> None:
    for check in (contact.phone, contact.email, contact.tax_code):
        with pytest.raises(BadInput) as refused:
            check("  ")
        assert refused.value.code == "required"


@pytest.mark.parametrize("typed", ["Ten.Ho@Vi-Du.VN ", "ten.ho@vi-du.vn"])
def test_an_address_is_one_whatever_its_capitals(typed: str) -> None:
    assert contact.email(typed) == "ten.ho@vi-du.vn"


@pytest.mark.parametrize(
    "typed",
    [
        "a@b",
        "a b@vidu.vn",
        "@vidu.vn",
        "a@-vidu.vn",
        "ạ@vidu.vn",
        "a..b@vidu.vn",
        ".a@vidu.vn",
        "a@vidu.vn\nBcc: b@vidu.vn",
        "a" * 65 + "@vidu.vn",
        "a@" + "b" * 250 + ".vn",
    ],
)
def test_an_address_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        contact.email(typed)
    assert refused.value.code == "bad_email"


@pytest.mark.parametrize(
    ("typed", "digits", "personal"),
    [
        ("0100233488", "0100233488", False),
        ("0100233488-001", "0100233488001", False),
        ("019 300 000 123", "019300000123", True),
    ],
)
def test_a_tax_code_is_ten_thirteen_or_twelve_digits(typed: str, digits: str, personal: bool) -> None:
    assert contact.tax_code(typed) == contact.TaxCode(digits, personal=personal)


@pytest.mark.parametrize("typed", ["0100233489", "0100233488-000", "097300000123", "01002334", "010023348a"])
def test_a_tax_code_that_does_not_add_up_is_refused(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        contact.tax_code(typed)
    assert refused.value.code == "bad_mst"


@pytest.mark.parametrize(("cell", "whole"), [("100233488", "0100233488"), ("19300000123", "019300000123")])
def test_a_zero_lost_by_a_spreadsheet_is_offered_and_not_assumed(cell: str, whole: str) -> None:
    with pytest.raises(BadInput) as refused:
        contact.tax_code(cell)
    assert (refused.value.code, refused.value.params["suggestion"]) == ("lost_zero", whole)


def test_every_company_code_has_exactly_one_right_check_digit_or_none() -> None:
    def right(stem: str) -> list[str]:
        found = []
        for last in "0123456789":
            try:
                found.append(contact.tax_code(stem + last).digits)
            except BadInput:
                continue
        return found

    counts = {len(right(f"{number:09d}")) for number in range(10_000, 10_200)}
    assert counts == {0, 1}


def test_a_personal_number_is_shown_by_its_ends() -> None:
    assert contact.masked("019300000123") == "0••••••••123"
