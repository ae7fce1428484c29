"""The commune's 15 working days: check, report, letter and sending, with or without a stopping clock.

Source: QĐ 26/2026/QĐ-TTg Điều 7.2; process.md 11.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from regulations.errors import RegulationError
from regulations.periods import closes_at
from regulations.rulesets import Ruleset
from regulations.settings import DEFAULTS, Settings
from regulations.vocabulary import Reason
from regulations.working_calendar import WorkingCalendar

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Return:
    """A dossier sent back for completion; `resubmitted_on` None while the producer still has it.

    Where the clock stops, days after the return up to and including the resubmission do not count.
    """

    returned_on: date
    resubmitted_on: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether the clock stands still on a day."""
        return self.returned_on < day and (self.resubmitted_on is None or day <= self.resubmitted_on)


@dataclass(frozen=True, slots=True)
class CommuneCheck:
    """The commune's limit: net of stops and raw; no last day while a stopped clock has not started again.

    `late` looks at the day the dossier was sent to the province, None where it was not sent.
    """

    last_day: date | None
    closes_at: datetime | None
    raw_last_day: date
    net_days_used: int | None
    raw_days_used: int | None
    late: bool | None


def commune_check(
    ruleset: Ruleset,
    received_on: date,
    calendar: WorkingCalendar,
    settings: Settings = DEFAULTS,
    *,
    returns: Sequence[Return] = (),
    sent_on: date | None = None,
) -> CommuneCheck:
    """Return until when the commune must have sent the dossier on, and whether it did.

    Raises:
        RegulationError: `not_in_ruleset`; `returns_disordered`; `calendar_year_missing`.
    Source: QĐ 26/2026/QĐ-TTg Điều 7.2; BLDS 2015 Điều 147.3; process.md 10 #1 (`commune_clock_stops`).
    """
    days = _working_days(ruleset)
    _in_order(received_on, returns)
    stops = tuple(returns) if settings["commune_clock_stops"] else ()
    last_day = _net_last_day(received_on, days, stops, calendar)
    return CommuneCheck(
        last_day=last_day,
        closes_at=closes_at(last_day, settings) if last_day else None,
        raw_last_day=calendar.add_working_days(received_on, days),
        net_days_used=_days_used(received_on, sent_on, stops, calendar) if sent_on else None,
        raw_days_used=_days_used(received_on, sent_on, (), calendar) if sent_on else None,
        late=(last_day is not None and sent_on > last_day) if sent_on else None,
    )


def last_receipt(ruleset: Ruleset, propose_last_day: date, calendar: WorkingCalendar) -> date:
    """Return the latest working day on which the commune may receive and still use all its days.

    Raises:
        RegulationError: `not_in_ruleset`; `calendar_year_missing`.
    Source: QĐ 26/2026/QĐ-TTg Điều 5.1, 7.2.
    """
    last = calendar.previous_working_day(propose_last_day)
    return calendar.add_working_days(last, -_working_days(ruleset))


def _working_days(ruleset: Ruleset) -> int:
    term = ruleset.commune_check
    if term is None:
        raise RegulationError(Reason.NOT_IN_RULESET, f"{ruleset.id} states no limit of the commune")
    return term.amount


def _net_last_day(
    received_on: date, days: int, stops: Sequence[Return], calendar: WorkingCalendar
) -> date | None:
    """Count working days outside the stops; an open stop that is reached ends the counting without an answer."""
    day, left = received_on, days
    while left:
        day += _DAY
        stop = next((each for each in stops if each.covers(day)), None)
        if stop is None:
            left -= calendar.is_working(day)
        elif stop.resubmitted_on is None:
            return None
    return day


def _days_used(received_on: date, until: date, stops: Sequence[Return], calendar: WorkingCalendar) -> int:
    days = (received_on + timedelta(days=step) for step in range(1, (until - received_on).days + 1))
    return sum(calendar.is_working(day) for day in days if not any(each.covers(day) for each in stops))


def _in_order(received_on: date, returns: Sequence[Return]) -> None:
    moments = [received_on]
    for each in returns:
        moments += [each.returned_on, each.resubmitted_on or date.max]
    if any(later < earlier for earlier, later in pairwise(moments)):
        raise RegulationError(
            "returns_disordered",
            "returns overlap or lie before the receipt",
            mend="give them in order of time",
        )
