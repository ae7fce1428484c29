"""A small iCalendar part (RFC 5545): whole-day events for last days, in UTC, so no time zone block is needed.

It never invites anyone: METHOD is PUBLISH.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from notifications.channels.base import Event

_FOLD = 75


_CONTROL = dict.fromkeys(range(32), " ") | {ord("\n"): "\n", 127: " "}


def _escape(text: str) -> str:
    """The text as one value: nothing in it can end the line it stands in."""
    plain = text.replace("\r\n", "\n").translate(_CONTROL)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> str:
    """Break a content line so that no part is longer than 75 octets and no letter is cut."""
    parts, part, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _FOLD:
            parts.append(part)
            part, size = " ", 1
        part += letter
        size += octets
    return "\r\n".join([*parts, part])


def _event(event: Event, stamp: str, origin: str) -> list[str]:
    day = date.fromisoformat(event.day)
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}@{origin}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escape(event.title)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def calendar_text(events: Iterable[Event], *, made_at: datetime, origin: str) -> str:
    """Return one calendar with a whole-day event for each day, lines folded and ended by CRLF."""
    stamp = made_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//OCOP//thong bao//VI", "METHOD:PUBLISH"]
    for event in events:
        lines += _event(event, stamp, origin)
    return "\r\n".join(_fold(line) for line in [*lines, "END:VCALENDAR"]) + "\r\n"
