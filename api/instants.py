"""Instants in queries: with their zone, and within what the house can store.

It never guesses a zone.
"""

from datetime import UTC, datetime

from core.errors import BadInput, FieldError


def checked(name: str, value: datetime | None) -> datetime | None:
    """The instant in UTC, None where none was asked for.

    Raises:
        BadInput: `bad_instant`, it has no zone or lies beyond the calendar.
    """
    if value is None:
        return None
    try:
        if value.tzinfo is not None:
            return value.astimezone(UTC)
    except OverflowError:
        pass
    raise BadInput("bad_fields", fields=[FieldError(name, "bad_instant")])
