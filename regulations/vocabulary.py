"""The closed words of this room: levels, kinds, units, features, outcomes, reasons, and the `Verdict` they end in.

Values are the codes of `domain/cases/vocabulary.yaml`; none of them is a text for a person.
"""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Who handles a dossier (cấp xã, huyện, tỉnh, trung ương); members stand from the lowest to the highest."""

    COMMUNE = "commune"
    DISTRICT = "district"
    PROVINCE = "province"
    CENTRAL = "central"

    @property
    def rank(self) -> int:
        """Return 0 for the commune up to 3 for the centre."""
        return tuple(Level).index(self)


class Kind(StrEnum):
    """Kind of registration: lần đầu, nâng hạng, phân hạng lại."""

    FIRST = "first"
    UPGRADE = "upgrade"
    RE_EVALUATION = "re_evaluation"


class Basis(StrEnum):
    """How sure a value is: the text says it, a report of the text says it, or we read it so."""

    LAW = "law"
    REPORTED = "reported"
    INFERRED = "inferred"


class Unit(StrEnum):
    """What a number of the law counts; `none` marks values that are no number (a list, a name)."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    DATE = "date"
    POINTS = "points"
    POINTS_OF_100 = "points_of_100"
    STARS = "stars"
    BATCHES_PER_YEAR = "batches_per_year"
    SAMPLES = "samples"
    NONE = "none"


class Feature(StrEnum):
    """A step or rule that exists in some rulesets only; machines ask for it by name."""

    DISTRICT_LEVEL = "district_level"
    SECOND_ROUND = "second_round"
    SELF_ASSESSMENT = "self_assessment"
    COMMUNE_REPORT = "commune_report"
    WRITTEN_COUNCIL = "written_council"
    STAR_FLOORS = "star_floors"
    STATUTORY_BATCHES = "statutory_batches"
    RENEWAL_WINDOW = "renewal_window"
    LATE_RENEWAL_GRACE = "late_renewal_grace"
    RETURN_FROM_CENTRE = "return_from_centre"
    EXPIRY_NOTICE = "expiry_notice"
    REVOCATION_GROUNDS = "revocation_grounds"
    RESULT_APPROVAL = "result_approval"


class TermCode(StrEnum):
    """A row of the deadline catalogue that a ruleset may state (`process.md` §2.8)."""

    COMMUNE_CHECK = "COMMUNE_CHECK"
    COUNCIL_MATERIAL = "COUNCIL_MATERIAL"
    EXPIRY = "EXPIRY"
    EXPIRY_NOTICE = "EXPIRY_NOTICE"
    RENEW_OPEN = "RENEW_OPEN"
    RENEW_CLOSE = "RENEW_CLOSE"
    RENEW_TOTAL = "RENEW_TOTAL"
    GRACE_END = "GRACE_END"
    REVOKE_DECISION = "REVOKE_DECISION"
    RUNOFF_FIRST = "RUNOFF_FIRST"
    RUNOFF_RENEW = "RUNOFF_RENEW"
    OLD_RULES_END = "OLD_RULES_END"


class Bound(StrEnum):
    """How a stated date limits: before it ("trước ngày"), by it, or on that day only."""

    BEFORE = "before"
    BY = "by"
    ON = "on"


class Outcome(StrEnum):
    """What an evaluation leads to at the level where it was made."""

    RECOGNISE = "recognise"
    FORWARD_PROVINCE = "forward_province"
    FORWARD_CENTRAL = "forward_central"
    RETURN_TO_DISTRICT = "return_to_district"
    RETURN_TO_PROVINCE = "return_to_province"
    NOT_PASSED = "not_passed"
    REJECTED = "rejected"


class Reason(StrEnum):
    """Why this room answers no."""

    NO_NATIONAL_RULESET = "no_national_ruleset"
    RUNOFF_PASSED = "runoff_passed"
    NOT_IN_RULESET = "not_in_ruleset"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    TOO_FEW_BATCHES = "too_few_batches"
    NOT_IN_REGULATION = "not_in_regulation"
    NOT_IN_PLAN = "not_in_plan"
    COMPOSITION_INCOMPLETE = "composition_incomplete"
    CHAIR_NOT_ENTITLED = "chair_not_entitled"
    NO_QUORUM = "no_quorum"
    HEAD_ABSENT = "head_absent"
    MEETING_REQUIRED = "meeting_required"
    MEETING_NOT_JUSTIFIED = "meeting_not_justified"
    GROUND_UNKNOWN = "ground_unknown"
    CONCLUSION_MISSING = "conclusion_missing"
    WRONG_ACTOR = "wrong_actor"
    PRODUCER_NOT_ELIGIBLE = "producer_not_eligible"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes, or no with its reason; `missing` names what is lacking where the reason is a list of things."""

    reason: Reason | None = None
    missing: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Return True where no reason stands against it."""
        return self.reason is None


ALLOWED = Verdict()
