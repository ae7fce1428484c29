"""Names of places, offices and work as they stand inside a sentence.

It never looks anything up: rows come in, words go out.
"""

from functools import lru_cache

from core.texts import catalogue

NO_COMMUNE = "cán bộ xã"
_OTHER = "công việc của chu trình"


@lru_cache(maxsize=4096)
def place(name: str | None) -> str:
    """Return a unit's name inside a sentence: `xã Tân Trào`; without a unit, whom to ask instead."""
    return name[:1].lower() + name[1:] if name else NO_COMMUNE


@lru_cache(maxsize=512)
def task(code: str, title: str | None) -> str:
    """Return what is due, inside a sentence: the plan's own words, else the name of the deadline's code."""
    name = title or (catalogue().text(f"deadline.{code}") if catalogue().has(f"deadline.{code}") else _OTHER)
    name = name[:1].lower() + name[1:]
    return name.removeprefix("hạn ")
