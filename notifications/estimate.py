"""What telling people will take, before anything is sent: how many by which channel, and what it costs.

It never reaches for a channel: it counts with what a preview knows of people and the price list of what exists.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.config import Config

PRICE_VND: Mapping[str, int] = {"email": 0, "sink": 0, "inbox": 0}
"""What one message costs by each channel there is."""


def channels_on(config: Config, *, rehearsal: bool) -> tuple[str, ...]:
    """The channels of this installation, in the order they are tried; the inbox is always the last."""
    if config.smtp_host is not None:
        return ("email", "inbox")
    return ("sink", "inbox") if rehearsal else ("inbox",)


def estimate(notices: Sequence[Mapping[str, Any]], channels: Sequence[str]) -> list[dict[str, Any]]:
    """Per channel: how many people get how many messages by it at most, and the price.

    `notices` are the rows of a preview: `accounts`, `emails`, `addresses` and `messages` of each kind of recipient.
    """
    return [
        {
            "channel": name,
            "people": sum(_reached(row, name, channels) for row in notices),
            "messages": sum(_reached(row, name, channels) * int(row["messages"]) for row in notices),
            "price_vnd": sum(_reached(row, name, channels) * int(row["messages"]) for row in notices)
            * PRICE_VND[name],
        }
        for name in channels
    ]


def _reached(row: Mapping[str, Any], channel: str, channels: Sequence[str]) -> int:
    """How many of these people are reached by this channel first."""
    first = int(row["emails"]) if "email" in channels else int(row["addresses"]) if "sink" in channels else 0
    return int(row["accounts"]) - first if channel == "inbox" else first
