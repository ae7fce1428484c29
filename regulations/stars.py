"""From members' totals to stars: exact means, bands, floors, and what follows from them at each level.

Never rounds; a mean of 89.99 is four stars. Whether a floor is met is decided by the council, not here.
Source: QĐ 26/2026/QĐ-TTg Điều 3.3; process.md 3.6, 11.6.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from regulations.errors import RegulationError
from regulations.levels import Points, decider, exact, forward_to
from regulations.rulesets import Ruleset
from regulations.settings import DEFAULTS, Settings
from regulations.vocabulary import Feature, Level, Outcome

_FORWARDS = {Level.PROVINCE: Outcome.FORWARD_PROVINCE, Level.CENTRAL: Outcome.FORWARD_CENTRAL}
_RETURNS = {Level.DISTRICT: Outcome.RETURN_TO_DISTRICT, Level.PROVINCE: Outcome.RETURN_TO_PROVINCE}


@dataclass(frozen=True, slots=True)
class Rating:
    """The band of the mean, the stars that hold after floors, and what happens next; 0 stars when rejected."""

    band: int
    stars: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Tally:
    """Mean and spread of the counted totals, in points, exact."""

    mean: Fraction
    spread: Fraction
    needs_rescoring: bool
    counted: int


def mean_of(totals: Collection[str | Points]) -> Fraction:
    """Return the exact mean of members' totals.

    Raises:
        RegulationError: `no_ballots`; `points_invalid`.
    Source: QĐ 26/2026/QĐ-TTg Điều 3.3 ("tổng điểm trung bình").
    """
    if not totals:
        raise RegulationError("no_ballots", "no total to take a mean of")
    return sum((exact(each) for each in totals), Fraction()) / len(totals)


def band_of(ruleset: Ruleset, mean: Points) -> int:
    """Return the stars of the band a mean falls into; the lower edge is in, the upper is not.

    Raises:
        RegulationError: `points_invalid`, outside 0 to 100.
    Source: QĐ 26/2026/QĐ-TTg Điều 3.3.
    """
    if not 0 <= mean <= 100:
        raise RegulationError("points_invalid", f"a mean of {mean} lies outside 0 to 100")
    return next(band.star for band in ruleset.bands if mean >= band.at_least)


def rate(
    ruleset: Ruleset,
    level: Level,
    mean: Points,
    *,
    floors_missed: Mapping[int, Collection[str]] | None = None,
    rejected: bool = False,
    settings: Settings = DEFAULTS,
) -> Rating:
    """Return band, stars and outcome of a mean at a level.

    `floors_missed` names the criteria missed per number of stars; floors above the band do not count, lower
    floors count for higher stars. Not passed = the lower of the band and two stars.

    Raises:
        RegulationError: `points_invalid`.
    Source: QĐ 26/2026/QĐ-TTg Điều 3.3, 7.3.e, 7.4.g, Phụ lục II; process.md 3.6, 11.6 (`on_floor_miss`,
        `forward_on_points`).
    """
    band = band_of(ruleset, mean)
    if rejected:
        return Rating(band, 0, Outcome.REJECTED)
    stars = _stars_held(ruleset, level, band, floors_missed or {}, settings)
    if level is Level.CENTRAL:
        outcome = Outcome.RECOGNISE if stars == 5 else ruleset.data.below_five_at_centre.value
        return Rating(band, stars, outcome)
    points = _points_held(ruleset, mean, band, stars, settings)
    return Rating(band, stars, _outcome_below(ruleset, level, stars, points))


def tally(
    totals: Mapping[str, str | Points], conflicted: Collection[str] = (), settings: Settings = DEFAULTS
) -> Tally:
    """Return mean and spread of the totals by member, without those excluded for a conflict.

    A spread of exactly the limit is accepted.

    Raises:
        RegulationError: `no_ballots`, nothing left to count; `points_invalid`.
    Source: process.md 3.5 (S26, S27), 10 #3 (settings `conflicts`, `spread_limit`).
    """
    excluded = conflicted if settings["conflicts"] == "exclude_per_product" else ()
    counted = [exact(total) for member, total in totals.items() if member not in excluded]
    mean = mean_of(counted)
    spread = max(counted) - min(counted)
    return Tally(mean, spread, spread > exact(settings.text("spread_limit")), len(counted))


def _stars_held(
    ruleset: Ruleset,
    level: Level,
    band: int,
    floors_missed: Mapping[int, Collection[str]],
    settings: Settings,
) -> int:
    if Feature.STAR_FLOORS not in ruleset.features:
        return band
    missed = [star for star, criteria in floors_missed.items() if criteria and star <= band]
    if not missed:
        return band
    return min(band, 2) if settings.on_floor_miss(level) == "fail" else min(missed) - 1


def _points_held(ruleset: Ruleset, mean: Points, band: int, stars: int, settings: Settings) -> Points:
    """Return the points that count for handing up: a floor missed counts as the lower edge of the stars held."""
    if stars == band or settings["forward_on_points"]:
        return mean
    return next((Fraction(each.at_least) for each in ruleset.bands if each.star == stars), Fraction())


def _outcome_below(ruleset: Ruleset, level: Level, stars: int, points: Points) -> Outcome:
    """Return the outcome below the centre."""
    upwards = forward_to(ruleset, level, points)
    if upwards is not None:
        return _FORWARDS[upwards]
    who = decider(ruleset, stars)
    if who is None:
        return Outcome.NOT_PASSED
    return Outcome.RECOGNISE if who == level else _RETURNS.get(who, Outcome.NOT_PASSED)
