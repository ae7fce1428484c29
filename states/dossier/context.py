"""What a move of a dossier stands in: its day, its province's settings, the working calendar, the law that judges it.

Must never decide anything, and reads each of them once per move.
"""

from datetime import date, timedelta
from typing import Any

from core.clock import VIETNAM
from core.columns import instant_text
from core.tx import ReadTx
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
    law = _law_on(filed_on, Kind(asked.row["kind"]), settings_of(asked), calendar_of(asked))
    return law.pin if law else None


def law_of(asked: Asked) -> Ruleset | None:
    """The ruleset a dossier is pinned to, before it is filed the one it would be filed under today."""
    pin = asked.row["ruleset"]
    if pin:
        return rulesets.by_pin(pin)
    return asked.once(
        "law",
        lambda: _law_on(today(asked), Kind(asked.row["kind"]), settings_of(asked), calendar_of(asked)),
    )


def _law_on(day: date, kind: Kind, settings: Settings, calendar: WorkingCalendar) -> Ruleset | None:
    return rulesets.for_dossier(
        as_of=day, filed_on=day, kind=kind, settings=settings, calendar=calendar
    ).ruleset


def in_common(tx: ReadTx, province_code: str, kind: Kind) -> dict[str, Any]:
    """What drafts of one kind in one province share at this instant, by the keys under which a move looks it up."""
    settings = registry_settings.resolved(tx, province_code, at=tx.now)
    calendar = calendar_days.calendar(tx)
    law = _law_on(tx.now.astimezone(VIETNAM).date(), kind, settings, calendar)
    return {"settings": settings, "calendar": calendar, "law": law}
