"""How the dates of a plan are read: last good day, closing instant, marks; with the law, settings and calendar of its province.

A year without a calendar is never guessed at: its dates stay as stated, and the year is named for a warning.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from regulations.batches import BatchLimit, statutory_batches
from regulations.periods import closes_at, last_day_of
from regulations.rulesets import Ruleset
from regulations.settings import Settings
from regulations.vocabulary import Bound, Feature
from regulations.working_calendar import WorkingCalendar
from states.cycle.calendar_marks import PlanMark, marks_of

_LONGEST_REST = timedelta(days=14)  # no run of days off is longer, Tết and its compensatory days included


@dataclass(frozen=True, slots=True)
class Calendar:
    """What dates are computed with."""

    days: WorkingCalendar
    settings: Settings
    ruleset: Ruleset | None

    @property
    def rolls(self) -> bool:
        """Whether the province lets fixed dates move off days off."""
        return self.settings["fixed_date_roll"] != "none"

    @property
    def districts(self) -> bool:
        """Whether district councils evaluate; assumed where no national ruleset says otherwise."""
        return self.ruleset is None or Feature.DISTRICT_LEVEL in self.ruleset.features

    def missing_years(self, stated: date) -> frozenset[int]:
        """The years without rows that reading this date would need."""
        needed = {stated.year, (stated + _LONGEST_REST).year} if self.rolls else {stated.year}
        return frozenset(needed - self.days.years)

    def last_day(self, stated: date, bound: str) -> date:
        """The last good day of a stated date."""
        settings = _still(self.settings) if self.missing_years(stated) else self.settings
        return last_day_of(stated, Bound(bound), settings, self.days)

    def closing(self, last_day: date) -> datetime:
        """The first instant too late."""
        return closes_at(last_day, self.settings)

    def marks(self, day: date) -> tuple[PlanMark, ...]:
        return marks_of(day, self.days)

    def limits(self, year: int) -> tuple[BatchLimit, ...]:
        """The dates the law fixes for the batches of a year; none where the ruleset fixes none."""
        if self.ruleset is None or Feature.STATUTORY_BATCHES not in self.ruleset.features:
            return ()
        covered = {year, year + 1} <= self.days.years
        settings = self.settings if covered else _still(self.settings)
        return statutory_batches(self.ruleset, year, settings, self.days)


def _still(settings: Settings) -> Settings:
    return settings.with_(fixed_date_roll="none")
