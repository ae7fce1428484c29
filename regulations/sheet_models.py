"""The shape of a scoring sheet (bộ tiêu chí của một bộ sản phẩm) and of the tree of products.

Shape only: whether the points add up is checked in `sheet_checks`.
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from regulations.law_files import Strict

ConditionKind = Literal[
    "prerequisite", "disqualify", "stop_evaluation", "exclude", "applies_if", "evidence", "scope", "choice"
]
StarMark = Literal[3, 4, 5]


class Option(Strict):
    """One printed answer with its points; at most one is chosen.

    `required_for_star`: the least a product of so many stars must reach here. `abridged`: our shorter wording.
    `implied`: not printed, added by us. `en` is our gloss.
    """

    id: int
    points: int
    vi: str
    en: str | None = None
    case: str | None = None
    required_for_star: StarMark | None = None
    abridged: bool = False
    implied: bool = False


class Condition(Strict):
    """A sentence of the sheet that rejects, stops, excludes or explains."""

    kind: ConditionKind
    vi: str
    en: str | None = None


class Case(Strict):
    """One of several situations of a criterion: choose the case first, then an option of it."""

    id: str
    vi: str
    en: str


class Criterion(Strict):
    """A criterion: options, or further criteria (tiêu chí). `commune_assesses`: the commune reports on it."""

    id: str
    vi: str
    en: str
    topic: str
    max_points: int
    commune_assesses: bool = False
    required_for_star: StarMark | None = None
    conditions: tuple[Condition, ...] = ()
    cases: tuple[Case, ...] = ()
    options: tuple[Option, ...] = ()
    criteria: tuple["Criterion", ...] = ()

    def leaves(self) -> Iterator["Criterion"]:
        """Go through the criteria that are answered by an option, this one or those below it."""
        if self.options:
            yield self
        for each in self.criteria:
            yield from each.leaves()


class Section(Strict):
    """A numbered section of a part."""

    id: str
    vi: str
    en: str
    topic: str
    max_points: int
    conditions: tuple[Condition, ...] = ()
    criteria: tuple[Criterion, ...]


class SheetPart(Strict):
    """Part A, B or C with its maximum in points."""

    id: Literal["A", "B", "C"]
    vi: str
    en: str
    max_points: int
    sections: tuple[Section, ...]


class SheetSource(Strict):
    """The document, the annex, and the copy that was read."""

    document: str
    appendix: str
    read_in: str
    identified: str | None = None


class Rejection(Strict):
    """A reason that rejects the dossier whatever its points."""

    code: str
    vi: str
    en: str


class KnownGap(Strict):
    """A sum of the copy that does not close, with both numbers."""

    at: str
    stated: int
    found: int


class Correction(Strict):
    """A slip of the copy that was put right, and why."""

    at: str
    option: int | None
    printed: str
    used: int
    why: str


class Anomaly(Strict):
    """Doubtful as printed, and left as printed."""

    at: str
    vi: str
    en: str


class Sheet(Strict):
    """One sheet of 100 points. Show `gaps`, `corrections` and `anomalies` wherever it is used."""

    schema_: Literal["ocop-criteria-set/1"] = Field(alias="schema")
    ruleset: str
    set: str
    slug: str
    vi: str
    en: str
    status: Literal["verified", "partial"]
    source: SheetSource
    rejected_when: tuple[Rejection, ...] = ()
    known_gaps: tuple[KnownGap, ...] = ()
    corrections: tuple[Correction, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    maxima: str | None = None
    max_points: Literal[100]
    parts: tuple[SheetPart, ...]

    def criteria(self) -> Iterator[Criterion]:
        """Go through the criteria that are answered by an option, in the order of the sheet."""
        for part in self.parts:
            for section in part.sections:
                for each in section.criteria:
                    yield from each.leaves()

    @property
    def caveats(self) -> tuple[str, ...]:
        """Return every doubt about this sheet as short English lines, for whoever is about to use it."""
        return (
            *(f"{gap.at}: {gap.stated} points stated, {gap.found} found" for gap in self.known_gaps),
            *(f"{fix.at}: printed {fix.printed!r}, {fix.used} used ({fix.why})" for fix in self.corrections),
            *(f"{each.at}: {each.en}" for each in self.anomalies),
        )


class SetEntry(Strict):
    """A set of products (bộ sản phẩm), the agencies in charge, and the file of its sheet, or why there is none."""

    set: str
    vi: str
    en: str
    appendix1_vi: str | None = None
    lead: tuple[str, ...] | None
    file: str | None
    missing: str | None = None
    samples_required: bool = True


class Group(Strict):
    """A group of sets (nhóm)."""

    id: str
    vi: str
    en: str
    inferred: bool = False
    sets: tuple[SetEntry, ...]


class Sector(Strict):
    """A sector of products (ngành)."""

    id: str
    vi: str
    en: str
    groups: tuple[Group, ...]


class Taxonomy(Strict):
    """The tree of products of one edition."""

    schema_: Literal["ocop-taxonomy/1"] = Field(alias="schema")
    ruleset: str
    source: str
    set_count: int
    inferred: bool | str = False
    sectors: tuple[Sector, ...]

    def entries(self) -> Iterator[SetEntry]:
        """Go through the sets in the order of the tree."""
        for sector in self.sectors:
            for group in sector.groups:
                yield from group.sets
