"""What was typed into a form that could not be taken: shown, kept in the page, sent again by the person's own hand.

It never sends anything by itself, and never keeps a password or a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from web import wording
from web.fields import Typed

ADDRESS, SENT = "ve", "gui:"  # names of our own fields: where the form belongs, and before each of its names
NOT_KEPT = frozenset({"csrf", "password", "again"})
NOT_SHOWN = frozenset({"expected_version", "lines", "once", "digest"})
_LABELS = ("field", "producer_field")


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it was sent: `texts` go out again, `shown` is for people, `unnamed` counts what has no name for them."""

    address: str
    texts: list[tuple[str, str]]
    shown: list[tuple[str, str]]
    unnamed: int
    files: list[str]


def kept_of(address: str, typed: Typed) -> Kept:
    """What a posted form held."""
    return _kept(address, typed.texts, list(typed.names.values()))


def sent_again(address: str, typed: Typed) -> Kept:
    """What a page of ours kept of a form, out of that page's own form."""
    texts = {name.removeprefix(SENT): values for name, values in typed.texts.items() if name.startswith(SENT)}
    return _kept(address, texts, [])


def _kept(address: str, texts: Mapping[str, list[str]], files: list[str]) -> Kept:
    held = {name: values for name, values in texts.items() if name not in NOT_KEPT}
    filled = {
        name: [value for value in values if value.strip()]
        for name, values in held.items()
        if name not in NOT_SHOWN
    }
    words = [(_label(name), _words(name, values)) for name, values in filled.items() if values]
    return Kept(
        address=address,
        texts=[(name, value) for name, values in held.items() for value in values],
        shown=[(label, said) for label, said in words if label],
        unnamed=sum(not label for label, _ in words),
        files=files,
    )


def _label(name: str) -> str:
    known = (group for group in _LABELS if wording.has(f"{group}.{name}"))
    return next((wording.label(group, name) for group in known), "")


def _words(name: str, values: list[str]) -> str:
    said = [
        wording.label(f"choice.{name}", one) if wording.has(f"choice.{name}.{one}") else one for one in values
    ]
    return ", ".join("có" if one == "true" else "không" if one == "false" else one for one in said)
