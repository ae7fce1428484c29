"""The channel of a rehearsal: it takes what would have gone to a person's address and lets nothing leave.

What it took is read in the pages (`notifications.sink`); it holds nothing and sends nothing.
"""

from notifications.channels.base import Message, Outcome, Verdict


class SinkChannel:
    """Accepts every message that has somewhere to go to."""

    name = "sink"

    def reaches(self, message: Message) -> bool:
        """Say whether outside a rehearsal the person could be reached by an address or a number."""
        return message.email is not None or message.phone is not None

    def send(self, message: Message) -> Outcome:  # noqa: ARG002 -- the protocol's signature
        """Take the message; the notice it stands for says what it said."""
        return Outcome(Verdict.ACCEPTED, code="sink", provider="sink")

    def close(self) -> None:
        """Hold nothing open."""
