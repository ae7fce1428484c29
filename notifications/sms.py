"""Accent-free texts of one SMS segment: what GSM-7 holds and carriers accept, in at most 160 characters.

It never starts a second segment: the product's name gives way first.
"""

import re
import unicodedata
from collections.abc import Mapping

SEGMENT = 160
_PRODUCT = 30
_LEAST = 6
_SPOKEN = str.maketrans(
    {"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "₫": "d"}
    | {"&": " va ", "%": " phan tram ", "@": " a "}
    | dict.fromkeys("[{", "(")
    | dict.fromkeys("]}", ")")
    | dict.fromkeys("#\\<^`~|", " ")
)
_GIVES_WAY = ("sp", "dd", "viec", "dot", "xa", "tinh")


def plain(text: str) -> str:
    """Return the text without accents and without what carriers refuse; anything else outside ASCII is dropped."""
    decomposed = unicodedata.normalize("NFD", text.translate(_SPOKEN))
    ascii_only = decomposed.encode("ascii", "ignore").decode()
    printable = "".join(letter if letter.isprintable() else " " for letter in ascii_only)
    return " ".join(printable.split())


def fit(template: str, params: Mapping[str, str | int]) -> str:
    """Fill the template and shorten names until it is one segment.

    The product is cut to 30 characters, then to what is left, then `({sp})` goes; only then other names give way.

    Raises:
        KeyError: the template asks for a name that is not in `params`.
    """
    names = {key: plain(str(value)) for key, value in params.items()}
    if "sp" in names:
        names["sp"] = names["sp"][:_PRODUCT].strip()
    text = template.format_map(names)
    for name in _GIVES_WAY:
        if len(text) <= SEGMENT:
            break
        if f"{{{name}}}" not in template:
            continue
        room = len(names[name]) - (len(text) - SEGMENT)
        if name == "sp" and room < _LEAST:
            template = re.sub(r" ?\(\{sp\}\)", "", template)
        names[name] = names[name][: max(room, _LEAST)].strip()
        text = template.format_map(names)
    return text[:SEGMENT]
