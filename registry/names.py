"""Keys for matching, searching and sorting Vietnamese names.

It never changes what is shown: the name as entered (in NFC) stays beside its keys.
Source: `users.md` §5.
"""

import re
import unicodedata

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SHAPES = {"\u0306": "1", "\u0302": "2", "\u031b": "3"}
_LATE_TONE = re.compile(
    "(?P<first>[oO])(?P<tone>[\u0300\u0309\u0303\u0301\u0323])(?P<last>[aeAE])(?![\\w\u0300-\u036f])"
)
_LATE_TONE_UY = re.compile(
    "(?<![qQ])(?P<first>[uU])(?P<tone>[\u0300\u0309\u0303\u0301\u0323])(?P<last>[yY])(?![\\w\u0300-\u036f])"
)
_TYPE = re.compile(r"^(tỉnh|thành phố|xã|phường|đặc khu|thị trấn|thị xã|huyện|quận)\s+", re.IGNORECASE)
_END = "00"
_SPACE = "01"


def tidy(text: str) -> str:
    """Return the text in NFC with single plain spaces and no space around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def match_key(text: str) -> str:
    """Return the key under which two spellings of one name are equal; accents still tell names apart.

    Case, spaces, NFC/NFD and tone placement (`Hòa` = `Hoà`, `Thúy` = `Thuý`, but `quý` stays) are levelled.
    """
    split = unicodedata.normalize("NFD", tidy(text).casefold())
    for pattern in (_LATE_TONE, _LATE_TONE_UY):
        split = pattern.sub(r"\g<first>\g<last>\g<tone>", split)
    return unicodedata.normalize("NFC", split)


def name_key(text: str) -> str:
    """Return the key for searching without accents (`mat ong` finds `Mật ong`): letters, digits, single spaces.

    Two different names may share it, so it finds and suggests but never identifies.
    """
    split = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    plain = "".join(char for char in split if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", plain))


def sort_key(text: str) -> str:
    """Return a key in ASCII whose plain text order is the Vietnamese one: letters first, tones only to break a tie.

    Order of letters: a ă â b c d đ e ê … o ô ơ … u ư …; of tones: none, huyền, hỏi, ngã, sắc, nặng.
    """
    letters: list[str] = []
    tones: list[str] = []
    for char in match_key(text):
        _add_letter(char, letters, tones)
    return "".join(letters) + _END + "".join(tones)


def person_sort_key(name: str) -> str:
    """Return a sort key by given name, the last word, then by the rest."""
    *family, given = tidy(name).split(" ")
    return sort_key(" ".join([given, *family]))


def bare_name(name: str) -> str:
    """Return the name of a unit without its type (`Xã Tân Trào` → `Tân Trào`)."""
    return _TYPE.sub("", tidy(name))


def slug(text: str) -> str:
    """Return an ASCII name for codes (`Tỉnh Bắc Kạn` → `tinh-bac-kan`)."""
    return name_key(text).replace(" ", "-")


def _add_letter(char: str, letters: list[str], tones: list[str]) -> None:
    """Put one letter's rank and its tone at the end of the two lists; marks and punctuation count as a space."""
    split = unicodedata.normalize("NFD", "d\u0306" if char == "đ" else char)
    base, marks = split[0], split[1:]
    if base.isdecimal():
        letters.append("1" + str(int(base)))
    elif base.isascii() and base.isalpha():
        letters.append(base + next((_SHAPES[mark] for mark in marks if mark in _SHAPES), "0"))
        tones.append(next((_TONES[mark] for mark in marks if mark in _TONES), "0"))
    elif letters and letters[-1] != _SPACE:
        letters.append(_SPACE)
