"""Phones, e-mail addresses and tax codes of people and offices: accept sloppy, store canonical, show pretty.

It never looks anything up: a number that is well formed may still belong to nobody.
Source: `users.md` §4.
"""

import re
import unicodedata
from dataclasses import dataclass

from registry.refusals import bad_field

_NOISE = re.compile(r"[\s.\-–()]+")
_NATIONAL = re.compile(r"[35789]\d{8}|2\d{9}")
_MOVED = {
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
    "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
    "162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37", "168": "38", "169": "39",
    "186": "56", "188": "58", "199": "59",
}  # fmt: skip
_EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@dataclass(frozen=True, slots=True)
class TaxCode:
    """A tax code (mã số thuế); `personal` when it is the owner's own id number and so personal data."""

    digits: str
    personal: bool


def phone(text: str, path: str = "phone") -> str:
    """Return a Vietnamese number as `+84…`; the leading 0 may be missing, as spreadsheets drop it.

    Raises:
        BadInput: `required`, `old_phone` (eleven-digit mobile, with the new form) or `bad_phone`.
    """
    digits = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    if not digits:
        raise bad_field(path, "required")
    national = _national(digits)
    if _NATIONAL.fullmatch(national):
        return "+84" + national
    if re.fullmatch(r"1\d{9}", national) and national[:3] in _MOVED:
        raise bad_field(path, "old_phone", suggestion=f"0{_MOVED[national[:3]]}{national[3:]}")
    raise bad_field(path, "bad_phone")


def shown_phone(canonical: str) -> str:
    """Return the number as people write it: `0900 000 000`, a landline as `0209 3870 000`."""
    national = "0" + canonical.removeprefix("+84")
    return " ".join((national[:4], national[4:-3], national[-3:]))


def email(text: str, path: str = "email") -> str:
    """Return the address in small letters; one address is one person, however it was typed.

    Raises:
        BadInput: `required` or `bad_email`.
    """
    address = unicodedata.normalize("NFC", text).strip().lower()
    if not address:
        raise bad_field(path, "required")
    local = address.partition("@")[0]
    if len(address) > 254 or not _EMAIL.fullmatch(address) or ".." in local or local.strip(".") != local:
        raise bad_field(path, "bad_email")
    return address


def tax_code(text: str, path: str = "tax_code") -> TaxCode:
    """Return a tax code as digits: 10 (checked), 13 (with a branch), or 12 (the owner's id number).

    A number that fits once a zero lost by a spreadsheet is put back is not taken, but offered.

    Raises:
        BadInput: `required`, `lost_zero` (with the likely number) or `bad_mst`.
    Source: TT 86/2024/TT-BTC for the 12 digits of household businesses from 1 July 2025.
    """
    digits = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    if not digits:
        raise bad_field(path, "required")
    if digits.isascii() and digits.isdecimal():
        if _is_company_code(digits):
            return TaxCode(digits, personal=False)
        if _is_id_number(digits):
            return TaxCode(digits, personal=True)
        if _is_company_code("0" + digits) or _is_id_number("0" + digits):
            raise bad_field(path, "lost_zero", suggestion="0" + digits)
    raise bad_field(path, "bad_mst")


def masked(digits: str) -> str:
    """Return a personal number with only its first and its last three digits (`0••••••••123`)."""
    return digits[0] + "•" * (len(digits) - 4) + digits[-3:]


def _national(digits: str) -> str:
    """Return the number without country code or leading zero."""
    for lead in ("+84", "0084"):
        if digits.startswith(lead):
            return digits.removeprefix(lead).removeprefix("0")
    if digits.startswith("84") and len(digits) > 9:
        return digits[2:]
    return digits.removeprefix("0")


def _is_company_code(digits: str) -> bool:
    """Say whether the check digit fits, and the branch is 001-999 where there is one."""
    if len(digits) == 13 and digits[10:] != "000":
        digits = digits[:10]
    if len(digits) != 10:
        return False
    check = 10 - sum(int(digit) * weight for digit, weight in zip(digits[:9], _WEIGHTS, strict=True)) % 11
    return check == int(digits[9])


def _is_id_number(digits: str) -> bool:
    """Say whether twelve digits begin like an id number: a province code of 2016-2025 (001-096)."""
    return len(digits) == 12 and 1 <= int(digits[:3]) <= 96
