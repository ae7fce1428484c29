"""The deadline catalogue of the law: a code and the day it starts give the last day and the closing instant.

Pure arithmetic over the ruleset's terms; rows that fall due live in `states/deadlines`.
Source: process.md 2.8.
"""

from dataclasses import dataclass
from datetime import date, datetime

from regulations.periods import closes_at, period_end
from regulations.rulesets import Ruleset
from regulations.settings import DEFAULTS, Settings
from regulations.vocabulary import TermCode
from regulations.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Deadline:
    """A computed deadline, with all it was computed from so that it can be explained and recomputed."""

    code: TermCode
    start_on: date
    last_day: date
    closes_at: datetime
    amount: int
    unit: str
    actor: str
    source: tuple[str, ...]
    ruleset: str
    calendar_version: str


def deadline(
    ruleset: Ruleset,
    code: TermCode | str,
    start_on: date,
    calendar: WorkingCalendar,
    settings: Settings = DEFAULTS,
) -> Deadline:
    """Return when a period of the law ends; the day it starts on is not counted.

    `closes_at` is the first instant too late, aware UTC.

    Raises:
        RegulationError: `not_in_ruleset`; `calendar_year_missing`.
    Source: the term's own; BLDS 2015 Điều 147, 148.
    """
    term = ruleset.term(code)
    last_day = period_end(start_on, term.amount, term.unit, calendar, settings)
    return Deadline(
        code=TermCode(code),
        start_on=start_on,
        last_day=last_day,
        closes_at=closes_at(last_day, settings),
        amount=term.amount,
        unit=term.unit,
        actor=term.actor,
        source=term.source,
        ruleset=ruleset.pin,
        calendar_version=calendar.version,
    )
