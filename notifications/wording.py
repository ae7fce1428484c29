"""Texts filled in: every template of `texts.vi.toml` is taken apart once, then only filled.

It never guesses a value: a name nobody knows makes a shorter text be used, or is an error.
"""

import string
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

from notifications import sms
from notifications.dates import long_day, short_day

Params = Mapping[str, str | int]

_DAYS_LONG = ("han", "tu")
_DAYS_SHORT = ("het",)
# A lawful day ends at 24:00 and is told without an hour (users.md §10); an hour is told where `gio` is known.
_LAWFUL = (
    ("trước {gio} ngày {han}", "trước khi hết ngày {han}"),
    ("{gio} ngày {han}", "hết ngày {han}"),
    ("truoc {gio} {han}", "truoc khi het ngay {han}"),
    ("{gio} {han}", "het ngay {han}"),
)


class TextMissingError(LookupError):
    """No text of this kind can be filled from what is known; `str` names kind and part."""


def _lawful(template: str) -> str:
    for timed, lawful in _LAWFUL:
        template = template.replace(timed, lawful)
    return template


def _variants(entry: Mapping[str, str], part: str) -> tuple[str, ...]:
    names = (part, *(f"{part}_{number}" for number in range(2, 5)))
    return tuple(entry[name] for name in names if name in entry)


class Wording:
    """All texts of one language, ready to fill: `[notice.<kind>]` with title, body and sms, `[task]`, `[mail]`."""

    def __init__(self, table: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
        """Prepare each text twice: as written, with an hour, and for a lawful day, without one."""
        self._timed: dict[tuple[str, str], tuple[str, ...]] = {}
        self._lawful: dict[tuple[str, str], tuple[str, ...]] = {}
        for kind, entry in table["notice"].items():
            for part in ("title", "body", "sms"):
                texts = _variants(entry, part)
                self._timed[kind, part] = texts
                self._lawful[kind, part] = tuple(_lawful(text) for text in texts)

    def kinds(self) -> frozenset[str]:
        """Return the notice kinds that have texts."""
        return frozenset(kind for kind, _ in self._timed)

    def names(self, kind: str) -> frozenset[str]:
        """Return every name the texts of a kind may ask for."""
        texts = [text for part in ("title", "body", "sms") for text in self._timed[kind, part]]
        return frozenset(name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name)

    def render(self, kind: str, params: Params) -> tuple[str, str]:
        """Return title and body in full Vietnamese; days in `params` are ISO text.

        Raises:
            TextMissingError: no text of the kind can be filled from `params`.
        """
        shown = dict(params)
        for name in _DAYS_LONG:
            if name in shown:
                shown[name] = long_day(str(shown[name]))
        for name in _DAYS_SHORT:
            if name in shown:
                shown[name] = short_day(str(shown[name]))
        return self._fill(kind, "title", shown, str.format_map), self._fill(
            kind, "body", shown, str.format_map
        )

    def short_message(self, kind: str, params: Params) -> str:
        """Return the SMS text: no accents, one segment, days as dd/mm/yyyy.

        Raises:
            TextMissingError: no text of the kind can be filled from `params`.
        """
        shown = {
            name: short_day(str(value)) if name in (*_DAYS_LONG, *_DAYS_SHORT) else value
            for name, value in params.items()
        }
        return self._fill(kind, "sms", shown, sms.fit)

    def _fill(
        self,
        kind: str,
        part: str,
        params: dict[str, str | int],
        fill: Callable[[str, dict[str, str | int]], str],
    ) -> str:
        source = self._timed if "gio" in params else self._lawful
        for text in source.get((kind, part), ()):
            try:
                return fill(text, params)
            except KeyError:  # the next text asks for less
                continue
        raise TextMissingError(f"{kind}.{part}")


@cache
def texts_file(language: str) -> dict[str, dict[str, dict[str, str]]]:
    """Return this room's text file as it stands."""
    file = resources.files("notifications") / f"texts.{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def vietnamese() -> Wording:
    """Return the texts people get."""
    return Wording(texts_file("vi"))
