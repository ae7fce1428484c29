"""The inbox as the last channel: who has no other way is told by the entry that stands there already.

It never sends anything.
"""

from notifications.channels.base import Message, Outcome, Verdict


class InboxChannel:
    """Accepts whatever no other channel can carry, as long as there is an entry."""

    name = "inbox"

    def reaches(self, message: Message) -> bool:  # noqa: ARG002 -- the protocol's signature
        """Everyone has an inbox."""
        return True

    def send(self, message: Message) -> Outcome:
        """Record that the entry is the whole delivery."""
        if not message.in_inbox:
            return Outcome(Verdict.REFUSED, code="no_channel", provider="inbox")
        return Outcome(Verdict.ACCEPTED, code="inbox_only", provider="inbox")

    def close(self) -> None:
        """Hold nothing open."""
