"""Names of places, offices and work as they stand inside a sentence.

It never looks anything up: rows come in, words go out.
"""

from functools import lru_cache

from core.texts import catalogue
from notifications.wording import texts_file

NO_COMMUNE = "cán bộ xã"


def place(name: str | None) -> str:
    """Return a unit's name inside a sentence: `xã Tân Trào`; without a unit, whom to ask instead."""
    return name[:1].lower() + name[1:] if name else NO_COMMUNE


@lru_cache(maxsize=512)
def task(code: str, title: str | None) -> str:
    """Return what is due: the plan's own words, else the name of the deadline's code."""
    if title:
        return title
    if catalogue().has(f"deadline.{code}"):
        name = catalogue().text(f"deadline.{code}")
        return name[:1].lower() + name[1:]
    own = texts_file("vi")["task"]
    return str(own.get(code.lower(), own["other"]))
