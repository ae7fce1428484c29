"""What a set of papers must hold, by kind and group, and who may register a product at all.

Names of papers only; the papers themselves are kept elsewhere.
"""

from collections.abc import Collection

from regulations.errors import RegulationError
from regulations.rulesets import Ruleset, all_rulesets
from regulations.vocabulary import ALLOWED, Kind, Reason, Verdict

TOURISM = "tourism"
SAMPLES = "samples"
UPLOAD = "software_upload"


def required_documents(ruleset: Ruleset, dossier: str, kind: Kind) -> tuple[str, ...]:
    """Return the papers a dossier (product, to_province, to_central) must hold for this kind.

    Raises:
        RegulationError: `not_in_ruleset`, the ruleset states no such dossier.
    Source: QĐ 26/2026/QĐ-TTg Điều 6, 7.1.
    """
    rules = ruleset.data.dossiers.get(dossier)
    if rules is None:
        raise RegulationError(
            Reason.NOT_IN_RULESET, f"{ruleset.id} states no dossier {dossier}", place="dossiers"
        )
    more = {Kind.FIRST: rules.first, Kind.UPGRADE: rules.upgrade, Kind.RE_EVALUATION: rules.re_evaluation}[
        kind
    ]
    inside = required_documents(ruleset, rules.includes.value, kind) if rules.includes else ()
    return (*rules.always.value, *(more.value if more else ()), *inside)


def required_samples(ruleset: Ruleset, dossier: str, product_group: str) -> int:
    """Return how many samples go with a dossier; a tourism service has none.

    Raises:
        RegulationError: `not_in_ruleset`.
    Source: QĐ 26/2026/QĐ-TTg Điều 6.2.d.
    """
    rules = ruleset.data.dossiers.get(dossier)
    if rules is None:
        raise RegulationError(
            Reason.NOT_IN_RULESET, f"{ruleset.id} states no dossier {dossier}", place="dossiers"
        )
    return ruleset.data.samples.value if rules.samples and product_group != TOURISM else 0


def missing_documents(
    ruleset: Ruleset,
    dossier: str,
    kind: Kind,
    *,
    product_group: str,
    present: Collection[str],
    samples: int = 0,
) -> tuple[str, ...]:
    """Return what a dossier lacks, `samples` among it where there are too few; empty when complete.

    A file uploaded to the scoring software stands for the paper and the electronic set.

    Raises:
        RegulationError: `not_in_ruleset`.
    Source: QĐ 26/2026/QĐ-TTg Điều 6, 7.1.
    """
    upload = ruleset.data.upload_counts_as
    held = {*present, *(upload.value if upload is not None and UPLOAD in present else ())}
    missing = [each for each in required_documents(ruleset, dossier, kind) if each not in held]
    if samples < required_samples(ruleset, dossier, product_group):
        missing.append(SAMPLES)
    return tuple(missing)


def producer_types(ruleset: Ruleset | None, product_group: str | None) -> tuple[str, ...]:
    """Return the types of producer that may take part with a product of this group; of no group, as for goods.

    Before the first ruleset (None) the programme's own list of 2018 holds, which that ruleset took over.

    Raises:
        RegulationError: `not_in_ruleset`, a former text that names no producers.
    Source: QĐ 26/2026/QĐ-TTg Điều 2.3; process.md 5.1; decision record 0123.
    """
    law = ruleset or all_rulesets()[0]
    rules = law.data.producers
    if rules is None:
        raise RegulationError(Reason.NOT_IN_RULESET, f"{law.id} names no producers", place="producers")
    return (*rules.goods.value, *(rules.tourism_also.value if product_group == TOURISM else ()))


def may_register(ruleset: Ruleset, producer_type: str, product_group: str) -> Verdict:
    """Say whether a producer of this type may register a product of this group.

    Raises:
        RegulationError: `not_in_ruleset`, a former text that names no producers.
    """
    admitted = producer_type in producer_types(ruleset, product_group)
    return ALLOWED if admitted else Verdict(Reason.PRODUCER_NOT_ELIGIBLE)
