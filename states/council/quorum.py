"""The quorum of one product in one session: who counts, who is there, whether a head is among them.

Pure; the arithmetic is ``regulations.council``, the numbers are settings of the council.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from regulations.council import quorum_base, session_valid
from regulations.settings import Settings
from regulations.vocabulary import Reason, Verdict
from states.council.states import HEADS, Office


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person of a session: ``required`` seats count and vote, a present secretary does not."""

    appointment_id: str
    account_id: str
    office: Office
    required: bool
    present: bool


@dataclass(frozen=True, slots=True)
class Quorum:
    """Seats the share is taken of, members present who may judge this product, those kept out, and the verdict."""

    seats: int
    present: int
    conflicted: int
    verdict: Verdict


def quorum_of(members: Iterable[Sitting], conflicted: Collection[str], settings: Settings) -> Quorum:
    """The quorum of a product with which the accounts ``conflicted`` have declared a conflict.

    Source: process.md 3.5, 10 #3, 11.16 (settings `quorum`, `quorum_needs_head`, `conflicts`,
    `conflicted_in_quorum_base`).
    """
    seated = [one for one in members if one.required]
    judging = judges(seated, conflicted, settings)
    kept_out = len(seated) - len(judging)
    here = [one for one in judging if one.present]
    base = quorum_base(len(seated), kept_out, settings)
    head = any(one.office in HEADS for one in here)
    verdict = session_valid(base, len(here), head_present=head, settings=settings) if base else _NOBODY
    return Quorum(base, len(here), kept_out, verdict)


_NOBODY = Verdict(Reason.NO_QUORUM)


def judges(members: Iterable[Sitting], conflicted: Collection[str], settings: Settings) -> list[Sitting]:
    """The voting members who may judge a product; a declared conflict keeps out unless it is only to be declared."""
    excludes = settings["conflicts"] == "exclude_per_product"
    return [one for one in members if one.required and not (excludes and one.account_id in conflicted)]
