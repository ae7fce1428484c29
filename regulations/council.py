"""Councils (hội đồng): lawful composition, quorum, and whether to meet or to decide in writing.

Says what is lawful; who sits, votes and signs is the council's own machine.
"""

from collections.abc import Collection
from fractions import Fraction

from regulations.errors import RegulationError
from regulations.rulesets import Ruleset
from regulations.settings import DEFAULTS, Settings
from regulations.vocabulary import ALLOWED, Feature, Kind, Level, Reason, Verdict

_WRITTEN = "written"


def council_composition(
    ruleset: Ruleset,
    level: Level,
    *,
    chair: str,
    seats: Collection[str],
    authorised: bool = False,
    existing: Collection[str] = (),
) -> Verdict:
    """Say whether a council is composed as the law wants; the number of members is not fixed.

    `existing` names the bodies of `seats_if_exists` this province has (Sở An toàn thực phẩm).

    Raises:
        RegulationError: `not_in_ruleset`, the ruleset fixes no composition at this level.
    Source: QĐ 26/2026/QĐ-TTg Điều 7.3.b, 7.4.b.
    """
    rules = ruleset.data.council.get(level)
    if rules is None:
        raise RegulationError(Reason.NOT_IN_RULESET, f"{ruleset.id} fixes no council at level {level}")
    entitled = chair in rules.chairs.value or (authorised and chair in rules.chairs_authorised.value)
    if not entitled:
        return Verdict(Reason.CHAIR_NOT_ENTITLED)
    wanted = [*rules.seats.value, *(each for each in rules.seats_if_exists.value if each in existing)]
    missing = tuple(each for each in wanted if each not in seats)
    return Verdict(Reason.COMPOSITION_INCOMPLETE, missing) if missing else ALLOWED


def session_valid(seats: int, present: int, *, head_present: bool, settings: Settings = DEFAULTS) -> Verdict:
    """Say whether a session has its quorum: a share of all seats, with the chair or a deputy.

    Raises:
        RegulationError: `seats_invalid`, more present than seats.
    Source: process.md 3.5 (S09, S26), 10 #3 (settings `quorum`, `quorum_needs_head`).
    """
    if seats < 1 or not 0 <= present <= seats:
        raise RegulationError("seats_invalid", f"{present} of {seats} seats cannot be present")
    if present < Fraction(settings.text("quorum")) * seats:
        return Verdict(Reason.NO_QUORUM)
    if settings["quorum_needs_head"] and not head_present:
        return Verdict(Reason.HEAD_ABSENT)
    return ALLOWED


def quorum_base(seats: int, conflicted: int, settings: Settings = DEFAULTS) -> int:
    """Return the seats the quorum of one product is a share of.

    Source: process.md 11.16 (setting `conflicted_in_quorum_base`).
    """
    return seats if settings["conflicted_in_quorum_base"] else seats - conflicted


def session_kind(
    ruleset: Ruleset, kind: Kind, session: str, *, opinions_differ: bool = False, complex_matter: bool = False
) -> Verdict:
    """Say whether a council may decide this kind in this way: only a re-evaluation goes in writing.

    Where the law wants written opinions, a meeting needs differing opinions or a complex matter.

    Source: QĐ 26/2026/QĐ-TTg Điều 7.3.d, 7.5.b, 7.6.d, 7.6.e.
    """
    in_writing = kind == Kind.RE_EVALUATION and Feature.WRITTEN_COUNCIL in ruleset.features
    if session == _WRITTEN:
        return ALLOWED if in_writing else Verdict(Reason.MEETING_REQUIRED)
    if in_writing and not (opinions_differ or complex_matter):
        return Verdict(Reason.MEETING_NOT_JUSTIFIED)
    return ALLOWED
