"""The shape of a ruleset file: every value with its unit, its source to the article and how sure it is.

Shape only: whether the numbers agree with each other is checked in `ruleset_checks`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from regulations.law_files import Strict
from regulations.vocabulary import Basis, Bound, Feature, Kind, Level, Outcome, TermCode, Unit

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=False)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]
Star = Annotated[int, Field(ge=1, le=5)]
Points = Annotated[int, Field(ge=0, le=100)]
Period = Literal[Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS]


class Sourced(Strict):
    """Anything the law says: where it says so (to the article), and how sure we are."""

    source: Annotated[tuple[Text, ...], Field(min_length=1)]
    basis: Basis
    note: Text | None = None


class Valued(Sourced):
    """A sourced value with the unit it is counted in."""

    unit: Unit


class DateValue(Valued):
    """A day, or none yet."""

    value: date | None


class TextValue(Valued):
    """A name or a pattern."""

    value: Text


class NumberValue(Valued):
    """A whole number of `unit`."""

    value: Annotated[int, Field(ge=0)]


class ListValue(Valued):
    """A list of codes, in the order of the text."""

    value: tuple[Key, ...]


class KindsValue(Valued):
    """A list of kinds of registration."""

    value: tuple[Kind, ...]


class LevelsValue(Valued):
    """The levels a dossier passes, from below."""

    value: tuple[Level, ...]


class OutcomeValue(Valued):
    """An outcome of an evaluation."""

    value: Outcome


class TermsByKind(Valued):
    """Which term of the catalogue holds for which kind of registration."""

    value: Mapping[Kind, TermCode]


class Document(Sourced):
    """A decision the ruleset consists of (quyết định)."""

    number: Text
    issued_on: date
    title_vi: Text
    title_en: Text


class Part(Valued):
    """One of the three parts of a sheet with its maximum (phần)."""

    id: Literal["A", "B", "C"]
    max_points: Points
    vi: Text
    en: Text


class Band(Valued):
    """The mean a number of stars starts at (included) and ends below (hạng sao)."""

    star: Star
    at_least: Points
    below: Points | None


class Decider(Valued):
    """Who recognises, or revokes, a number of stars; nobody where null."""

    star: Star
    level: Level | None


class Forward(Valued):
    """From how many points a level hands a product up."""

    level: Level
    to: Level
    at_least: Points


class BatchLimitRule(Valued):
    """A fixed date of Art. 5, in the year of its batch or `years_after` it."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_]+$")]
    level: Level
    number: Annotated[int, Field(ge=1)]
    step: Literal["propose", "evaluate"]
    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]
    years_after: Annotated[int, Field(ge=0, le=1)] = 0
    bound: Bound


class BatchRules(Strict):
    """Batches of evaluation in a year (đợt đánh giá)."""

    min_per_year: NumberValue
    extra_needs: ListValue
    not_for: KindsValue
    limits: Annotated[tuple[BatchLimitRule, ...], Field(min_length=1)]


class Term(Sourced):
    """A period: how much, in which unit, from which event, and who must act in it.

    A negative amount counts back from the event.
    """

    amount: int
    unit: Period
    counts_from: Key
    actor: Key


class Runoff(Strict):
    """What becomes of dossiers filed before the ruleset and not yet evaluated."""

    ruleset: TextValue
    terms: TermsByKind


class CouncilRules(Strict):
    """Seats a council must have, may have, and who may chair it (hội đồng)."""

    seats: ListValue
    seats_if_exists: ListValue
    invited: ListValue
    chairs: ListValue
    chairs_authorised: ListValue


class Ground(Valued):
    """A ground of revocation and the paper that must stand behind it."""

    code: Key
    needs: Literal["conclusion", "commune_confirmation"]
    vi: Text
    en: Text


class RevocationRules(Strict):
    """Why and by whom a certificate is revoked (thu hồi)."""

    grounds: Annotated[tuple[Ground, ...], Field(min_length=1)]
    deciders: tuple[Decider, ...]


class ProducerRules(Strict):
    """Who may register: types for all groups, and further types for tourism."""

    goods: ListValue
    tourism_also: ListValue


class DossierRules(Strict):
    """What a set of papers must hold: always, more for one kind, another set inside it, samples."""

    always: ListValue
    first: ListValue | None = None
    upgrade: ListValue | None = None
    re_evaluation: ListValue | None = None
    includes: TextValue | None = None
    samples: bool


class CommuneMatter(Valued):
    """One of the four matters the commune reports on, with the topics of criteria it belongs to."""

    code: Key
    vi: Text
    en: Text
    topics: tuple[Text, ...]


class FormField(Strict):
    """A field of an official form, in the order of the form."""

    key: Key
    vi: Text
    part: Text | None = None


class Form(Sourced):
    """An official form (mẫu)."""

    vi: Text
    en: Text
    fields: Annotated[tuple[FormField, ...], Field(min_length=1)]


class EvidenceItem(Strict):
    """A kind of evidence the guide names and the topics it usually supports."""

    vi: Text
    topics: tuple[Text, ...]


class EvidenceGuide(Sourced):
    """The evidence table of the self-assessment form: guidance, not a closed list."""

    items: tuple[EvidenceItem, ...]


class RulesetData(Strict):
    """One ruleset file together with the digests of the sheets it scores by."""

    schema_: Annotated[Literal["ocop-ruleset/1"], Field(alias="schema")]
    id: Annotated[str, StringConstraints(pattern=r"^qd\d+-\d{4}$")]
    label: Text
    documents: Annotated[tuple[Document, ...], Field(min_length=1)]
    valid_from: DateValue
    valid_to: DateValue
    sheets: TextValue
    sheet_digests: Mapping[str, str]
    levels: LevelsValue
    features: Mapping[Feature, Sourced]
    parts: tuple[Part, ...]
    bands: tuple[Band, ...]
    deciders: tuple[Decider, ...]
    forward: tuple[Forward, ...]
    below_five_at_centre: OutcomeValue
    terms: Mapping[TermCode, Term]
    samples: NumberValue
    dossiers: Mapping[Key, DossierRules]
    upload_counts_as: ListValue | None = None
    batches: BatchRules | None = None
    runoff: Runoff | None = None
    council: Mapping[Level, CouncilRules] = Field(default_factory=dict)
    revocation: RevocationRules | None = None
    producers: ProducerRules | None = None
    commune_matters: tuple[CommuneMatter, ...] = ()
    product_code: TextValue | None = None
    forms: Mapping[Key, Form] = Field(default_factory=dict)
    evidence_guide: EvidenceGuide | None = None
    earlier_certificate_months: NumberValue | None = None
