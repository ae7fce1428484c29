"""The one text form of an instant, in columns and in lines.

It must never write a naive instant or another zone than UTC.
"""

from datetime import UTC, datetime

_latest: tuple[datetime | None, str] = (None, "")  # one change writes the same instant several times


def instant_text(instant: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`, always 27 characters, so that text order is time order.

    Raises:
        ValueError: the instant has no zone.
    """
    global _latest  # noqa: PLW0603 -- a memory of one, replaced whole
    known, text = _latest
    if instant is not known:
        if instant.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        text = instant.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"
        _latest = (instant, text)
    return text


def parse_instant(text: str) -> datetime:
    """The aware UTC instant a stored text means.

    Raises:
        ValueError: the text is not of the stored form.
    """
    if len(text) != 27 or text[26] != "Z":
        raise ValueError(f"no stored instant: {text!r}")
    return datetime.fromisoformat(text[:26]).replace(tzinfo=UTC)
