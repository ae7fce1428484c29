"""Every sentence a person reads, by stable code, from the `texts.<lang>.toml` of each room and its folders.

It must never invent a sentence: a missing code shows as the code itself, and in tests it is a KeyError.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

ROOMS = (
    "core",
    "regulations",
    "registry",
    "states",
    "audit",
    "papers",
    "notifications",
    "workflows",
    "api",
    "web",
    "ocop",
)
LANGUAGES = ("vi", "en")


class Catalogue:
    """Texts of some rooms; nested TOML tables are joined with dots (`[state] draft` is `state.draft`)."""

    def __init__(self, folders: Mapping[str, Path], *, strict: bool = False) -> None:
        self.strict = strict
        self._rooms: dict[tuple[str, str], dict[str, str]] = {
            (room, lang): _load(folder, lang) for room, folder in folders.items() for lang in LANGUAGES
        }
        self._texts: dict[str, dict[str, str]] = {lang: {} for lang in LANGUAGES}
        for (_, lang), entries in self._rooms.items():
            self._texts[lang].update(entries)

    def text(self, code: str, lang: str = "vi", /, **params: object) -> str:
        """The sentence for a code, filled in.

        Raises:
            KeyError: strict only; the code has no text in this language, or a value is not given.
        """
        found = self._texts[lang].get(code)
        if found is None:
            if self.strict:
                raise KeyError(f"{lang}:{code}")
            return code
        values = _Values({name: "" if value is None else value for name, value in params.items()})
        values.strict = self.strict
        return found.format_map(values)

    def has(self, code: str, lang: str = "vi") -> bool:
        return code in self._texts[lang]

    def all_codes(self, room: str, lang: str = "vi") -> frozenset[str]:
        return frozenset(self._rooms[(room, lang)])


class _Values(dict[str, object]):
    """Values for a sentence; one that is not given stays visible as `{name}` outside tests."""

    strict = False

    def __missing__(self, name: str) -> str:
        if self.strict:
            raise KeyError(name)
        return "{" + name + "}"


def _load(folder: Path, lang: str) -> dict[str, str]:
    """The room's own file and those of the folders in it."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob(f"texts.{lang}.toml")):
        found.update(_flat(tomllib.loads(path.read_text(encoding="utf-8")), ""))
    return found


def _flat(table: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def _folder(room: str) -> Path | None:
    spec = find_spec(room)  # finds the package without running it
    return Path(spec.origin).parent if spec is not None and spec.origin else None


@cache
def catalogue() -> Catalogue:
    """The texts of all rooms, read once."""
    folders = {room: folder for room in ROOMS if (folder := _folder(room)) is not None}
    return Catalogue(folders)


def text(code: str, lang: str = "vi", /, **params: object) -> str:
    return catalogue().text(code, lang, **params)


def all_codes(room: str, lang: str = "vi") -> frozenset[str]:
    return catalogue().all_codes(room, lang)


def text_or_code(code: str, lang: str, params: Mapping[str, object]) -> str:
    """For places that must not fail themselves, such as an error's own text."""
    try:
        return catalogue().text(code, lang, **params)
    except (KeyError, IndexError, ValueError):
        return code
