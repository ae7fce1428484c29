"""Names of collections in addresses, and the kind of subject behind each.

It must never name a kind that has no lifecycle.
"""

from enum import StrEnum
from typing import Annotated

from fastapi import Path

V1 = "/api/v1"
"""Where the interface stands."""


class Collection(StrEnum):
    """Collections whose members move; the kind of subject is `kind`."""

    DOSSIERS = "dossiers"
    CYCLES = "cycles"
    BATCHES = "batches"
    SESSIONS = "sessions"
    CERTIFICATES = "certificates"
    APPEALS = "appeals"

    @property
    def kind(self) -> str:
        return _KINDS[self]


_KINDS = {
    Collection.DOSSIERS: "dossier",
    Collection.CYCLES: "cycle",
    Collection.BATCHES: "batch",
    Collection.SESSIONS: "session",
    Collection.CERTIFICATES: "certificate",
    Collection.APPEALS: "appeal",
}
ID = r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$"
SubjectId = Annotated[str, Path(pattern=ID, description="UUIDv7 of the subject")]
LinkSecret = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{20,100}$", description="the secret of a one-time link")
]
