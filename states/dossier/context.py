"""What a move of a dossier stands in: its day, its province's settings, the working calendar, the law that judges it.

Must never decide anything, and reads each of them once per move.
"""

from datetime import date, timedelta

from core.clock import VIETNAM
from core.columns import instant_text
from registry import calendar_days
from registry import settings as registry_settings
from regulations import rulesets
from regulations.periods import closes_at
from regulations.rulesets import Ruleset
from regulations.settings import Settings
from regulations.vocabulary import Kind
from regulations.working_calendar import WorkingCalendar
from states.engine.machine import Asked

_DAY = timedelta(days=1)


def today(asked: Asked) -> date:
    """The Vietnamese day of the move."""
    return asked.instant.astimezone(VIETNAM).date()


def settings_of(asked: Asked) -> Settings:
    return asked.once(
        "settings", lambda: registry_settings.resolved(asked.tx, asked.row["province_code"], at=asked.instant)
    )


def calendar_of(asked: Asked) -> WorkingCalendar:
    return asked.once("calendar", lambda: calendar_days.calendar(asked.tx))


def end_of(asked: Asked, last_day: date) -> str:
    """The first instant too late for a last good day, as stored text."""
    return instant_text(closes_at(last_day, settings_of(asked)))


def start_of(day: date) -> str:
    """The first instant of a Vietnamese day, as stored text."""
    return instant_text(closes_at(day - _DAY, Settings.defaults()))


def pin_for(asked: Asked, filed_on: date) -> str | None:
    """The pin of the ruleset a dossier of this kind falls under when filed on a day."""
    choice = rulesets.for_dossier(
        as_of=filed_on,
        filed_on=filed_on,
        kind=Kind(asked.row["kind"]),
        settings=settings_of(asked),
        calendar=calendar_of(asked),
    )
    return choice.ruleset.pin if choice.ruleset else None


def law_of(asked: Asked) -> Ruleset | None:
    """The ruleset a dossier is pinned to, before it is filed the one it would be filed under today."""
    pin = asked.row["ruleset"] or pin_for(asked, today(asked))
    return rulesets.by_pin(pin) if pin else None
