"""Instants and days as they are typed behind a command, read the same way by every command.

A value that cannot be read is refused before anything is opened; nothing is guessed.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from core.errors import BadInput

if TYPE_CHECKING:  # an older click knows its types without a parameter
    OfInstants = click.ParamType[datetime]
    OfDays = click.ParamType[date]
else:
    OfInstants = OfDays = click.ParamType


class InstantType(OfInstants):
    """An instant with its offset from UTC, such as 2027-03-01T12:00+07:00."""

    name = "instant"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the typed text.

        Raises:
            BadInput: `bad_instant_argument`.
        """
        del param, ctx
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            raise BadInput("bad_instant_argument", text=value) from None
        if instant.tzinfo is None:
            raise BadInput("bad_instant_argument", text=value)
        return instant


class DayType(OfDays):
    """A day, such as 2027-03-01."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the typed text.

        Raises:
            BadInput: `bad_day_argument`.
        """
        del param, ctx
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is None or day.isoformat() != value:
            raise BadInput("bad_day_argument", text=value)
        return day


PORT = click.IntRange(0, 65535)
INSTANT = InstantType()
DAY = DayType()
