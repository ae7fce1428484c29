"""Keys of Vietnamese names: what is equal, what is found, what stands before what."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.names import bare_name, match_key, name_key, person_sort_key, slug, sort_key, tidy

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"


@pytest.mark.parametrize(
    ("typed", "official"),
    [
        ("Hòa Bình", "Hoà Bình"),
        ("THÚY", "Thuý"),
        ("khỏe", "khoẻ"),
        ("  Xã\u00a0Hòa  An", "Xã Hoà An"),
        ("Tuỵ", "Tụy"),
    ],
)
def test_spellings_of_one_name_have_one_key(typed: str, official: str) -> None:
    assert match_key(typed) == match_key(official)
    assert match_key(unicodedata.normalize("NFD", typed)) == match_key(official)


@pytest.mark.parametrize(
    ("one", "other"), [("Sơn Hà", "Sơn Hạ"), ("Ba Tơ", "Ba Tô"), ("quý", "qúy"), ("Đa", "Da")]
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


def test_a_tone_inside_a_syllable_stays_where_it_is() -> None:
    assert match_key("Hoàng Thủy") == "hoàng thuỷ"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Mật ong  Đắk-Nông (loại 1)", "mat ong dak nong loai 1"),
        ("ỨNG DỤNG", "ung dung"),
        ("%_", ""),
        ("", ""),
    ],
)
def test_the_search_key_has_no_accents_and_no_signs(name: str, key: str) -> None:
    assert name_key(name) == key


def test_names_sort_as_vietnamese_does() -> None:
    words = ["z", "ừ", "ư", "u", "đa", "dạ", "da", "ba", "bà", "ân", "ăn", "anh", "an nhiên", "an", "10", "2"]

    assert sorted(words, key=sort_key) == [
        "10", "2", "an", "an nhiên", "anh", "ăn", "ân", "ba", "bà", "da", "dạ", "đa", "u", "ư", "ừ", "z",
    ]  # fmt: skip
    assert sorted(["Nguyễn Văn Ánh", "Bùi Thị Yến", "Lê An"], key=person_sort_key) == [
        "Lê An", "Nguyễn Văn Ánh", "Bùi Thị Yến",
    ]  # fmt: skip


@given(st.text(LETTERS, min_size=1, max_size=4), st.text(LETTERS, min_size=1, max_size=4))
def test_the_order_of_toneless_words_is_that_of_the_alphabet(one: str, other: str) -> None:
    def by_hand(word: str) -> list[int]:
        return [LETTERS.index(letter) for letter in word]

    assert (sort_key(one) < sort_key(other)) == (by_hand(one) < by_hand(other))


@given(st.text(max_size=30))
def test_keys_take_any_text(text: str) -> None:
    assert sort_key(text).isascii()
    assert name_key(name_key(text)) == name_key(text)
    assert match_key(match_key(text)) == match_key(text)
    assert unicodedata.is_normalized("NFC", tidy(text))


def test_types_are_left_out_of_bare_names_and_slugs_are_ascii() -> None:
    assert bare_name("Thành phố Hồ Chí Minh") == "Hồ Chí Minh"
    assert bare_name("Xã Phường") == "Phường"
    assert slug("Bà Rịa - Vũng Tàu") == "ba-ria-vung-tau"
