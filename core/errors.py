"""The refusals every room shares: a class says what kind, a stable code says which.

It must never know of HTTP or of exit codes; `api` and `ocop` map the classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core import texts

Param = str | int | None


@dataclass(frozen=True, slots=True)
class FieldError:
    """One bad field of an input: where it stands, what is wrong, and the values its text needs."""

    path: str
    code: str
    params: dict[str, Param] = field(default_factory=dict)

    def text(self, lang: str = "vi") -> str:
        return texts.text_or_code(self.code, lang, self.params)


class OcopError(Exception):
    """A refusal with a stable code; `str()` is its English text."""

    def __init__(self, code: str, /, **params: Param) -> None:
        super().__init__(code)
        self.code = code
        self.params: dict[str, Param] = params

    def text(self, lang: str = "vi") -> str:
        return texts.text_or_code(self.code, lang, self.params)

    def __str__(self) -> str:
        return self.text("en")


class BadInput(OcopError):
    """The input can be read but says something that cannot be: 422, exit 2."""

    def __init__(self, code: str, /, fields: Sequence[FieldError] = (), **params: Param) -> None:
        super().__init__(code, **params)
        self.fields: list[FieldError] = list(fields)


class Malformed(OcopError):
    """The input cannot be read at all: 400, exit 2."""


class NotSignedIn(OcopError):
    """Nobody is signed in: 401."""


class Forbidden(OcopError):
    """The record may be seen, the act is not this person's: 403."""


class NotFound(OcopError):
    """It is not there, or not yours to see: 404."""


class Refused(OcopError):
    """Right person, wrong moment (`wrong_state`, `guard_*`): 409."""


class StaleVersion(Refused):
    """Somebody moved the subject since it was looked at: 409."""

    def __init__(self, code: str = "stale_version", /, **params: Param) -> None:
        super().__init__(code, **params)


class TooMany(OcopError):
    """Too often in too short a time: 429."""


class Unavailable(OcopError):
    """The house itself cannot answer; trying again later may help: 503."""
