"""The canonical form of a history line (RFC 8785) and its hash (RFC 9162 leaf).

It must never write a float, a key outside `[a-z0-9_]+`, or text that is not NFC.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from core.instants import instant_text, parse_instant

ZEROS = "0" * 64

_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False)
_make_chunks = getattr(json.encoder, "c_make_encoder", None)  # absent where Python has no C part
_chunks: Callable[[Any, int], tuple[str, ...]] | None = _make_chunks and _make_chunks(
    None, _encoder.default, json.encoder.encode_basestring, None, ":", ",", True, False, False
)  # what `encode` makes anew on every call; made once it halves the time of a line
_quoted = json.encoder.encode_basestring
_is_key = re.compile(r"[a-z0-9_]+").fullmatch
_half_pair = re.compile(r"[\ud800-\udfff]").search
_LIMIT = 2**53
_VERSION = 1


def canonical(obj: Any) -> bytes:
    """The one way to write a value down: keys sorted, no spaces, strings brought to NFC.

    Raises:
        ValueError: a float, an integer of 2**53 or more, another key than `[a-z0-9_]+`, half a surrogate pair.
        TypeError: a value JSON does not know.
    """
    return canonical_text(obj).encode()


def canonical_text(obj: Any) -> str:
    _check(obj)
    return _encoded(obj)


def leaf_hash(line_bytes: bytes) -> str:
    """SHA-256 over 0x00 and the bytes, in hex."""
    return sha256(b"\0" + line_bytes).hexdigest()


def _encode(obj: Any) -> str:
    return _encoder.encode(obj) if _chunks is None or isinstance(obj, str) else "".join(_chunks(obj, 0))


def _encoded(obj: Any) -> str:
    text = _encode(obj)
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFC", text):
        text = _encode(_nfc(obj))
    if _half_pair(text):
        raise ValueError("half a surrogate pair is no text")
    return text


def _text(value: str | None) -> str:
    return "null" if value is None else _quoted(value)


_word = lru_cache(maxsize=4096)(_text)  # triggers, states, roles: few words stand in nearly every line


def _whole(text: str) -> str:
    """A line with other letters than ASCII: composed, and no half of a surrogate pair.

    NFC never touches ASCII, so composing the whole text composes each of its strings.
    """
    text = unicodedata.normalize("NFC", text)
    if _half_pair(text):
        raise ValueError("half a surrogate pair is no text")
    return text


_PLAIN = frozenset({str, bool, type(None)})


def _check(value: Any) -> None:
    kind = type(value)
    if kind in _PLAIN:
        return
    if kind is dict or isinstance(value, Mapping):
        _check_items(value)
    elif isinstance(value, int):
        if not -_LIMIT < value < _LIMIT:
            raise ValueError(f"an integer of 2**53 or more: {value}")
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif not isinstance(value, str):
        _refuse(value)


def _check_items(value: Mapping[Any, Any]) -> None:
    for key, item in value.items():
        if not _known_key(key):
            raise ValueError(f"a key must match [a-z0-9_]+: {key!r}")
        if type(item) not in _PLAIN:
            _check(item)


@lru_cache(maxsize=4096)
def _known_key(key: Any) -> bool:
    """Whether a key may stand in a line; the same few stand in every one."""
    return isinstance(key, str) and _is_key(key) is not None


def _refuse(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError(f"a float: {value!r}; keep integers, or a pair of them")  # noqa: TRY004 -- JSON knows it, we refuse it
    raise TypeError(f"no JSON value: {type(value).__name__}")


def _nfc(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {key: _nfc(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_nfc(item) for item in value]
    return value


class ActorRef(NamedTuple):
    """Who acted, in which role, by which door (`web`, `api`, `cli`, `clock`), and for whom if for another."""

    id: str
    role: str
    via: str
    acting_for: str | None = None


SYSTEM = ActorRef("system", "system", "clock")


_NOTHING: Mapping[str, Any] = {}


class Line(NamedTuple):
    """One line of a subject's history, before it is written; `text` where its canonical text is known already."""

    subject: str
    version: int
    kind: str
    actor: ActorRef
    at: datetime
    trigger: str | None = None
    source: str | None = None
    dest: str | None = None
    level: str | None = None
    rules: str | None = None
    ruleset: str | None = None
    effective_on: date | None = None
    reason: str | None = None
    inputs: Mapping[str, Any] = _NOTHING
    rehearsal: bool = False
    prev: str = ZEROS
    text: str | None = None

    def to_text(self) -> str:
        """The canonical text that is stored.

        Raises:
            ValueError: `inputs` hold what no line may hold.
        """
        if self.text is not None:
            return self.text
        (subject, version, kind, actor, at, trigger, source, dest, level, rules, ruleset, effective_on, reason, inputs,
         rehearsal, prev, _) = self  # fmt: skip
        _check(inputs)
        actor_id, role, via, acting_for = actor
        text = (  # the keys of a line are known, so they stand here in canonical order: a third of the time
            f'{{"actor":{{"for":{_word(acting_for)},"id":{_word(actor_id)},"role":{_word(role)},"via":{_word(via)}}},'
            f'"at":"{instant_text(at)}","dest":{_word(dest)},'
            f'"effective_on":{"null" if effective_on is None else _quoted(effective_on.isoformat())},'
            f'"inputs":{_encode(inputs)},"kind":{_word(kind)},"level":{_word(level)},"prev":{_quoted(prev)},'
            f'"reason":{_text(reason)},"rehearsal":{"true" if rehearsal else "false"},"rules":{_word(rules)},'
            f'"ruleset":{_word(ruleset)},"source":{_word(source)},"subject":{_quoted(subject)},'
            f'"trigger":{_word(trigger)},"v":{_VERSION},"version":{version}}}'
        )
        return text if text.isascii() else _whole(text)

    def to_bytes(self) -> bytes:
        return self.to_text().encode()


def parse_line(text: str) -> Line:
    """The line a stored text holds.

    Raises:
        ValueError: the text is no line of this version.
    """
    try:
        return line_of(json.loads(text))
    except (KeyError, TypeError) as error:
        raise ValueError(f"no history line: {error}") from error


def line_of(found: Mapping[str, Any]) -> Line:
    """The line of parsed JSON.

    Raises:
        ValueError: another version, or a date that is none.
        KeyError: a field is missing.
    """
    if found["v"] != _VERSION:
        raise ValueError(f"unknown version of line: {found['v']!r}")
    actor, effective_on = found["actor"], found["effective_on"]
    return Line(
        subject=found["subject"],
        version=found["version"],
        kind=found["kind"],
        actor=ActorRef(actor["id"], actor["role"], actor["via"], actor["for"]),
        at=parse_instant(found["at"]),
        trigger=found["trigger"],
        source=found["source"],
        dest=found["dest"],
        level=found["level"],
        rules=found["rules"],
        ruleset=found["ruleset"],
        effective_on=None if effective_on is None else date.fromisoformat(effective_on),
        reason=found["reason"],
        inputs=found["inputs"],
        rehearsal=found["rehearsal"],
        prev=found["prev"],
    )
