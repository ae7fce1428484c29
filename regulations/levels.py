"""Levels: who recognises how many stars, from how many points a level hands up, the maxima of the parts.

Points are exact: whole numbers or fractions, never floats.
"""

from collections.abc import Mapping
from fractions import Fraction

from regulations.errors import RegulationError
from regulations.rulesets import Ruleset
from regulations.vocabulary import Level

Points = int | Fraction


def deciders(ruleset: Ruleset) -> Mapping[int, Level | None]:
    """Return who recognises and certifies each number of stars; None = nobody, absent = not known.

    Source: QĐ 26/2026/QĐ-TTg Điều 4.1; process.md 1.2.
    """
    return ruleset.deciders


def decider(ruleset: Ruleset, stars: int) -> Level | None:
    """Return who recognises this number of stars, None where nobody does or it is not known."""
    return ruleset.deciders.get(stars)


def forward_to(ruleset: Ruleset, level: Level, mean: Points) -> Level | None:
    """Return the level a mean is handed up to, None where the product stays.

    Source: QĐ 26/2026/QĐ-TTg Điều 7.3.e; process.md 1.2, 3.1, 3.2.
    """
    for step in ruleset.forward:
        if step.level == level and mean >= step.at_least:
            return step.to
    return None


def parts(ruleset: Ruleset) -> Mapping[str, int]:
    """Return the maximum of each part, in points.

    Source: QĐ 26/2026/QĐ-TTg Điều 3.1.
    """
    return {part.id: part.max_points for part in ruleset.data.parts}


def exact(points: str | Points) -> Fraction:
    """Return points as a fraction; text may be `89.99` or `809/9`.

    Raises:
        RegulationError: `points_invalid`, also for a float, which is not exact.
    """
    if isinstance(points, float):
        raise RegulationError(
            "points_invalid", f"{points!r} is a float", mend="give text, a whole number or a fraction"
        )
    try:
        return Fraction(points)
    except (ValueError, ZeroDivisionError, TypeError) as error:
        raise RegulationError("points_invalid", f"{points!r} is no number of points") from error
