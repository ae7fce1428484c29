"""Batches of evaluation (đợt đánh giá): the fixed dates of Art. 5, which batch a proposal falls into, year plans.

Dates only; whether a batch is open or decided is the matter of the batch machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from regulations.errors import RegulationError
from regulations.periods import last_day_of
from regulations.ruleset_models import BatchLimitRule, BatchRules
from regulations.rulesets import Ruleset
from regulations.settings import DEFAULTS, Settings
from regulations.vocabulary import ALLOWED, Bound, Kind, Level, Reason, Verdict
from regulations.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class BatchLimit:
    """One fixed date of one year: as stated ("trước ngày" 30 April), and the last good day it gives."""

    code: str
    level: Level
    year: int
    number: int
    step: str
    stated_on: date
    bound: Bound
    last_day: date
    source: tuple[str, ...]

    def is_late(self, day: date) -> bool:
        """Say whether a day lies after the last good day; that day itself still counts."""
        return day > self.last_day


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch with its two limits; batch 2 of the centre of year Y ends in Y+1 and keeps the label Y."""

    level: Level
    year: int
    number: int
    propose: BatchLimit
    evaluate: BatchLimit


@dataclass(frozen=True, slots=True)
class Round:
    """A round of a province's own plan; `dossiers_before` None takes whatever comes later."""

    number: int
    dossiers_before: date | None


def statutory_batches(
    ruleset: Ruleset, year: int, settings: Settings = DEFAULTS, calendar: WorkingCalendar | None = None
) -> tuple[BatchLimit, ...]:
    """Return every fixed date of the batches labelled `year`, in the order of the ruleset.

    The calendar is needed only where the setting `fixed_date_roll` moves dates.

    Raises:
        RegulationError: `not_in_ruleset`, the ruleset fixes no batches; `calendar_needed`.
    Source: QĐ 26/2026/QĐ-TTg Điều 5.
    """
    return tuple(_limit(rule, year, settings, calendar) for rule in _rules(ruleset).limits)


def batches_of(
    ruleset: Ruleset,
    level: Level,
    year: int,
    settings: Settings = DEFAULTS,
    calendar: WorkingCalendar | None = None,
) -> tuple[Batch, ...]:
    """Return the batches of one level labelled `year`, by number.

    Raises:
        RegulationError: as `statutory_batches`.
    """
    mine = [each for each in statutory_batches(ruleset, year, settings, calendar) if each.level == level]
    steps = {(each.number, each.step): each for each in mine}
    numbers = sorted({each.number for each in mine})
    return tuple(
        Batch(level, year, each, steps[each, "propose"], steps[each, "evaluate"]) for each in numbers
    )


def batch_for(
    ruleset: Ruleset,
    level: Level,
    proposed_on: date,
    *,
    kind: Kind = Kind.FIRST,
    settings: Settings = DEFAULTS,
    calendar: WorkingCalendar | None = None,
) -> Batch | None:
    """Return the first batch whose last day to propose is not past; None for kinds that follow no batch.

    Raises:
        RegulationError: as `statutory_batches`.
    Source: QĐ 26/2026/QĐ-TTg Điều 5; rolling over is practice (process.md 2.5 miss_cut_off).
    """
    if kind in _rules(ruleset).not_for.value:
        return None
    years = range(proposed_on.year - 1, proposed_on.year + 2)
    batches = [each for year in years for each in batches_of(ruleset, level, year, settings, calendar)]
    open_ones = [each for each in batches if not each.propose.is_late(proposed_on)]
    return min(open_ones, key=lambda each: each.propose.last_day, default=None)


def round_for(rounds: Sequence[Round], dossier_on: date, settings: Settings = DEFAULTS) -> Round | None:
    """Return the first round of a plan that still takes a dossier of this day, None where none is left.

    Source: plans of provinces; setting `before_date`.
    """
    for each in sorted(rounds, key=lambda each: each.number):
        limit = each.dossiers_before
        if limit is None or dossier_on <= last_day_of(
            limit, Bound.BEFORE, settings.with_(fixed_date_roll="none")
        ):
            return each
    return None


def extra_batch(ruleset: Ruleset, *, in_regulation: bool, in_plan: bool) -> Verdict:
    """Say whether a further batch may be held: the council regulation must provide for it and a plan name it.

    Raises:
        RegulationError: `not_in_ruleset`.
    Source: QĐ 26/2026/QĐ-TTg Điều 5.1 đoạn 2, 5.2 đoạn 2.
    """
    present = {"in_regulation": in_regulation, "in_plan": in_plan}
    reasons = {"in_regulation": Reason.NOT_IN_REGULATION, "in_plan": Reason.NOT_IN_PLAN}
    for need in _rules(ruleset).extra_needs.value:
        if not present[need]:
            return Verdict(reasons[need])
    return ALLOWED


def year_plan(ruleset: Ruleset, batches: int) -> Verdict:
    """Say whether a year plan with so many batches may stand: at least two.

    Raises:
        RegulationError: `not_in_ruleset`.
    Source: QĐ 26/2026/QĐ-TTg Điều 5.1, 5.2.
    """
    too_few = batches < _rules(ruleset).min_per_year.value
    return Verdict(Reason.TOO_FEW_BATCHES) if too_few else ALLOWED


def _rules(ruleset: Ruleset) -> BatchRules:
    if ruleset.batches is None:
        raise RegulationError(Reason.NOT_IN_RULESET, f"{ruleset.id} fixes no batches", place="batches")
    return ruleset.batches


def _limit(
    rule: BatchLimitRule, year: int, settings: Settings, calendar: WorkingCalendar | None
) -> BatchLimit:
    stated = date(year + rule.years_after, rule.month, rule.day)
    last_day = last_day_of(stated, rule.bound, settings, calendar)
    return BatchLimit(
        rule.code, rule.level, year, rule.number, rule.step, stated, rule.bound, last_day, rule.source
    )
