"""One edition of the law as an object, made from its file and pinned by the hash of what the file says.

Says nothing of other editions; which one holds is decided in `rulesets`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from regulations import law_files, sheet_files
from regulations.errors import RegulationError
from regulations.ruleset_checks import check_one
from regulations.ruleset_models import (
    Band,
    BatchRules,
    Document,
    Form,
    Forward,
    RevocationRules,
    RulesetData,
    Term,
)
from regulations.vocabulary import Feature, Level, Reason, TermCode


@dataclass(frozen=True)
class Ruleset:
    """One edition of the law (bộ tiêu chí và quy trình) with the hash a dossier is pinned to.

    `content_hash` is the SHA-256 of `canonical`: the file as RFC 8785 JSON with the digests of its sheets.
    """

    content_hash: str
    canonical: bytes = field(repr=False, compare=False)
    data: RulesetData = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """Return the id, such as `qd26-2026`."""
        return self.data.id

    @property
    def pin(self) -> str:
        """Return `id@sha256:hash`, what a dossier stores."""
        return f"{self.id}@sha256:{self.content_hash}"

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return the decisions this ruleset consists of, the oldest first."""
        return self.data.documents

    @property
    def document(self) -> str:
        """Return the numbers of the decisions, such as `148/QĐ-TTg + 1489/QĐ-TTg`."""
        return " + ".join(each.number for each in self.documents)

    @property
    def valid_from(self) -> date:
        """Return the first day in force."""
        return self.data.valid_from.value or date.min  # a file without a first day does not load

    @property
    def valid_to(self) -> date | None:
        """Return the first day no longer in force, None while it is open."""
        return self.data.valid_to.value

    @cached_property
    def features(self) -> frozenset[Feature]:
        """Return the steps and rules this ruleset has."""
        return frozenset(self.data.features)

    @property
    def levels(self) -> tuple[Level, ...]:
        """Return the levels a dossier passes, from below."""
        return self.data.levels.value

    @cached_property
    def deciders(self) -> Mapping[int, Level | None]:
        """Return who recognises each number of stars; None = nobody, absent = not known."""
        return {each.star: each.level for each in self.data.deciders}

    @property
    def bands(self) -> tuple[Band, ...]:
        """Return the star bands from five down to one."""
        return self.data.bands

    @property
    def forward(self) -> tuple[Forward, ...]:
        """Return the forwarding thresholds, in points of 100."""
        return self.data.forward

    @property
    def batches(self) -> BatchRules | None:
        """Return the rules of batches, None where the ruleset fixes none."""
        return self.data.batches

    @property
    def revocation(self) -> RevocationRules | None:
        """Return grounds and deciders of revocation, None where not known."""
        return self.data.revocation

    @property
    def forms(self) -> Mapping[str, Form]:
        """Return the official forms with their fields."""
        return self.data.forms

    @property
    def commune_check(self) -> Term | None:
        """Return the commune's period, None where the ruleset states none."""
        return self.data.terms.get(TermCode.COMMUNE_CHECK)

    @property
    def certificate(self) -> Term:
        """Return the term of a certificate (36 months).

        Raises:
            RegulationError: `not_in_ruleset`.
        """
        return self.term(TermCode.EXPIRY)

    @property
    def windows(self) -> tuple[Term, Term] | None:
        """Return when a renewal may first and last be filed, counted back from the end of the certificate."""
        if Feature.RENEWAL_WINDOW not in self.features:
            return None
        return self.term(TermCode.RENEW_OPEN), self.term(TermCode.RENEW_CLOSE)

    @property
    def sheet_edition(self) -> str:
        """Return the edition of the sheets it scores by (781 scores by the sheets of 1048, 1489 by those of 148)."""
        return self.data.sheets.value

    def term(self, code: TermCode | str) -> Term:
        """Return a row of the deadline catalogue.

        Raises:
            RegulationError: `not_in_ruleset`, this ruleset states no such period.
        """
        for known, term in self.data.terms.items():
            if known == code:
                return term
        raise RegulationError(Reason.NOT_IN_RULESET, f"{self.id} states no {code}", place=str(code))

    def in_force(self, on: date) -> bool:
        """Say whether it is in force on a day: its first day is, its last is not."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


def load(text: str, file: str) -> Ruleset:
    """Return the ruleset of a YAML text, checked, with its sheets' digests and its hash.

    Raises:
        RegulationError: `law_file_invalid`, with file, place and mend.
    """
    data = law_files.read_yaml(text, file)
    edition = data.get("sheets")
    digests = sheet_files.digests(str(edition.get("value"))) if isinstance(edition, dict) else {}
    return from_canonical(law_files.canonical({**data, "sheet_digests": digests}), file)


def from_canonical(content: bytes, file: str = "ruleset") -> Ruleset:
    """Return the ruleset of canonical JSON, as kept in an audit bundle; its hash is taken anew.

    Raises:
        RegulationError: `law_file_invalid`.
    """
    data = law_files.parse(RulesetData, content, file)
    check_one(data, file)
    return Ruleset(hashlib.sha256(content).hexdigest(), content, data)
