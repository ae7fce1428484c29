"""Every code this room raises and every word it shows has its text in both languages."""

import re
from pathlib import Path
from string import Formatter

import pytest

from core import texts
from registry import producer_people, producer_years, producers, products, roles, sign_in, units

RAISED = re.compile(
    r"(?:bad_field\(\s*[^,()]*(?:\([^)]*\))?,\s*|NotFound\(|Refused\(|NotSignedIn\(|TooMany\()(?P<first>\"[^\"]+\"[^,)\n]*)"
)
WORDS = {
    "role": roles.Role, "seat": roles.Seat, "unit_kind": units.UnitKind, "producer_type": producers.ProducerType,
    "legal_form": producers.LegalForm, "product_group": products.ProductGroup, "gender": producer_people.Gender,
    "cooperative_grade": producer_years.CooperativeGrade, "link_purpose": sign_in.Purpose,
}  # fmt: skip


def raised_codes() -> set[str]:
    room = Path(roles.__file__).parent
    found = {
        "email_taken",
        "phone_taken",
        "setting_unknown",
        "setting_value",
    }  # made up from a name at run time
    for path in room.rglob("*.py"):
        for match in RAISED.finditer(path.read_text(encoding="utf-8")):
            found.update(re.findall(r'"([a-z_]+)"', match["first"]))
    return found


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_code_and_every_word_has_a_text_and_no_text_is_idle(lang: str) -> None:
    words = {f"{table}.{member.value}" for table, members in WORDS.items() for member in members}

    assert raised_codes() | words == texts.all_codes("registry", lang)


def test_both_languages_use_the_same_values() -> None:
    def names(code: str, lang: str) -> set[str]:
        raw = texts.catalogue()._texts[lang][code]
        return {name for _, name, _, _ in Formatter().parse(raw) if name}

    codes = texts.all_codes("registry")
    assert {code: names(code, "vi") for code in codes} == {code: names(code, "en") for code in codes}


def test_people_are_addressed_neutrally() -> None:
    all_texts = " ".join(texts.text_or_code(code, "vi", {}) for code in texts.all_codes("registry")).lower()

    assert not re.search(r"\banh/chị\b|\banh chị\b", all_texts)
