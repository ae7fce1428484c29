"""From notices to one message: a single notice as a letter, several reminders of one day as a digest.

It never adds a fact: only greeting, whom to call, where to look, and the number of the message.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from notifications.channels.base import Event, Message
from notifications.kinds import KINDS
from notifications.wording import texts_file, vietnamese

_GREETINGS = {
    "producer": "greeting_producer",
    "commune": "greeting_officer",
    "province_unit": "greeting_officer",
    "chair": "greeting_council",
    "secretary": "greeting_council",
    "council_member": "greeting_council",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One claimed notice with what its person finds in the inbox; no title where there is no entry."""

    id: str
    kind: str
    lawful: bool
    params: Mapping[str, Any]
    title: str | None
    body: str | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to be sent: its notices, its person, and the number every repeat carries."""

    key: str
    account_id: str
    email: str | None
    phone: str | None
    items: tuple[Item, ...]
    lawful: bool = field(default=False)


def compose(parcel: Parcel, *, base_url: str, rehearsal: bool) -> Message:
    """Return the message of a parcel; the same parcel always gives the same message."""
    words = [_words(item) for item in parcel.items]
    first = parcel.items[0].params
    if len(words) == 1:
        title, text = words[0]
    else:
        told = list(dict.fromkeys(body for _, body in words))
        title, head = vietnamese().render("digest", {"n": len(told)})
        text = "\n\n".join([head, *(f"{number}. {body}" for number, body in enumerate(told, 1))])
    mail = texts_file("vi")["mail"]
    parts = [str(mail[_GREETINGS.get(str(first.get("vai")), "greeting_other")]), text]
    if len(words) == 1:
        parts += _about(first, mail)
    if not KINDS[parcel.items[0].kind].urgent:
        parts.append(str(mail["open"]).format(dia_chi=base_url))
    parts.append(str(mail["footer"]).format(ma_thu=parcel.key))
    if rehearsal:
        parts.insert(0, str(mail["rehearsal"]))
        title = f"{mail['rehearsal_mark']} {title}"
    return Message(
        key=parcel.key,
        recipient=parcel.account_id,
        email=parcel.email,
        phone=parcel.phone,
        title=str(mail["subject"]).format(title=title),
        body="\n\n".join(parts),
        in_inbox=parcel.items[0].title is not None,
        events=tuple(_events(parcel.items)),
    )


def _words(item: Item) -> tuple[str, str]:
    if item.title is not None and item.body is not None:
        return item.title, item.body
    return vietnamese().render(item.kind, item.params)


def _about(params: Mapping[str, Any], mail: Mapping[str, Any]) -> list[str]:
    """Return which dossier it is about and whom to call, as far as known."""
    lines = [str(mail["code"]).format_map(params)] if "ma" in params else []
    if "dt" in params and "xa" in params:
        lines.append(str(mail["office"]).format_map(params))
    return ["\n".join(lines)] if lines else []


def _events(items: Sequence[Item]) -> list[Event]:
    """Return the days worth a place in a calendar; a day that several notices name for one thing stands once."""
    found: dict[tuple[str, str], Event] = {}
    for item in items:
        day = item.params.get("han")
        if day and KINDS[item.kind].dated and item.title:
            found.setdefault((str(day), item.title), Event(item.id, str(day), item.title))
    return list(found.values())


def parse_params(text: str) -> dict[str, Any]:
    """Return stored params."""
    found: dict[str, Any] = json.loads(text)
    return found
