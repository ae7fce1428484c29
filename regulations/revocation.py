"""Revocation (thu hồi): the six grounds, the paper behind each, and who decides for how many stars.

The 15 days are a row of the catalogue (`deadlines.deadline(…, "REVOKE_DECISION", …)`).
"""

from datetime import date

from regulations.errors import RegulationError
from regulations.ruleset_models import Ground, RevocationRules
from regulations.rulesets import Ruleset
from regulations.vocabulary import ALLOWED, Level, Reason, Verdict


def grounds(ruleset: Ruleset) -> tuple[Ground, ...]:
    """Return the grounds of revocation in the order of the law.

    Raises:
        RegulationError: `not_in_ruleset`.
    Source: QĐ 26/2026/QĐ-TTg Điều 8.1.
    """
    return _rules(ruleset).grounds


def revoker(ruleset: Ruleset, stars: int) -> Level | None:
    """Return the level that revokes a certificate of so many stars.

    Raises:
        RegulationError: `not_in_ruleset`.
    Source: QĐ 26/2026/QĐ-TTg Điều 8.2.
    """
    return next((each.level for each in _rules(ruleset).deciders if each.star == stars), None)


def may_revoke(
    ruleset: Ruleset,
    stars: int,
    level: Level,
    ground: str,
    *,
    conclusion_on: date | None = None,
    commune_confirmation_on: date | None = None,
) -> Verdict:
    """Say whether a level may revoke on a ground: its powers first, then the ground, then the paper behind it.

    Raises:
        RegulationError: `not_in_ruleset`.
    Source: QĐ 26/2026/QĐ-TTg Điều 8.1, 8.2, 8.3.
    """
    if revoker(ruleset, stars) != level:
        return Verdict(Reason.WRONG_ACTOR)
    known = next((each for each in grounds(ruleset) if each.code == ground), None)
    if known is None:
        return Verdict(Reason.GROUND_UNKNOWN)
    paper = conclusion_on if known.needs == "conclusion" else commune_confirmation_on
    return ALLOWED if paper is not None else Verdict(Reason.CONCLUSION_MISSING)


def _rules(ruleset: Ruleset) -> RevocationRules:
    if ruleset.revocation is None:
        raise RegulationError(Reason.NOT_IN_RULESET, f"{ruleset.id} states no grounds of revocation")
    return ruleset.revocation
