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
    global _last  # noqa: PLW0603 -- the order holds over the whole process, so one cell remembers it
    ms, rest = divmod(wall_ns(), 1_000_000)
    stamp = ms << 12 | (rest << 12) // 1_000_000
    with _lock:
        if stamp <= _last:
            stamp = _last + 1
        _last = stamp
    tail = int.from_bytes(os.urandom(8)) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    text = f"{stamp >> 12:012x}7{stamp & 0xFFF:03x}{tail:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


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
