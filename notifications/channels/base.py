"""What every channel agrees on: a message in, an outcome out.

A channel never touches the database and never raises for what a server or a network does.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """How a try ended: `later` is a refusal for the moment, `down` means nobody answered and nothing was handed over."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATER = "later"
    DOWN = "down"
    UNKNOWN = "unknown"

    @property
    def recorded(self) -> str:
        """Return the word kept in the attempt: accepted, refused or unknown."""
        return self.value if self in (Verdict.ACCEPTED, Verdict.UNKNOWN) else Verdict.REFUSED.value


@dataclass(frozen=True, slots=True)
class Event:
    """A day worth a place in a calendar."""

    uid: str
    day: str
    title: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person; `key` is the stable id every repeat carries.

    `in_inbox`: the person finds it there too, so that the inbox can be the whole delivery.
    """

    key: str
    recipient: str
    email: str | None
    phone: str | None
    title: str
    body: str
    in_inbox: bool = True
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try: the verdict, the server's code, its words without personal data, the price."""

    verdict: Verdict
    code: str = ""
    detail: str = ""
    provider: str = ""
    cost_vnd: int = 0


class Channel(Protocol):
    """One way to reach a person."""

    name: str

    def reaches(self, message: Message) -> bool:
        """Say whether the person can be reached this way at all."""
        ...

    def send(self, message: Message) -> Outcome:
        """Hand the message over, once."""
        ...

    def close(self) -> None:
        """Let go of what is held open between two messages."""
        ...
