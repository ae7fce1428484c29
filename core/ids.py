"""Names for things: UUIDv7 ids and `kind/uuid` subjects.

It must never hand out the same id twice, nor an id smaller than the one before it in this process.
"""

import os
from threading import Lock

from core.clock import wall_ns
from core.errors import NotFound

_lock = Lock()
_last = 0


def new_id() -> str:
    """A UUIDv7 as text (RFC 9562 §6.2, method 3: the twelve bits after the millisecond keep the order)."""
    return _written(_stamps(1), os.urandom(8).hex())


def new_ids(count: int) -> list[str]:
    """As many ids at once, rising; one look at the clock and one at the source of chance for all of them."""
    first, chance = _stamps(count), os.urandom(8 * count).hex()
    return [_written(first + place, chance[16 * place : 16 * place + 16]) for place in range(count)]


def _stamps(count: int) -> int:
    """The first of so many stamps in a row, later than any before."""
    global _last  # noqa: PLW0603 -- the order holds over the whole process, so one cell remembers it
    ms, rest = divmod(wall_ns(), 1_000_000)
    stamp = ms << 12 | (rest << 12) // 1_000_000
    with _lock:
        if stamp <= _last:
            stamp = _last + 1
        _last = stamp + count - 1
    return stamp


_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def _written(stamp: int, chance: str) -> str:
    time = f"{stamp:015x}"
    return f"{time[:8]}-{time[8:12]}-7{time[12:]}-{_VARIANT[chance[0]]}{chance[1:4]}-{chance[4:]}"


def subject_of(kind: str, row_id: str) -> str:
    return f"{kind}/{row_id}"


def split_subject(subject: str) -> tuple[str, str]:
    """`("dossier", "0192…")` of `dossier/0192…`.

    Raises:
        NotFound: the text is no subject.
    """
    kind, slash, row_id = subject.partition("/")
    if not (kind and slash and row_id):
        raise NotFound("subject_unknown", subject=subject)
    return kind, row_id
