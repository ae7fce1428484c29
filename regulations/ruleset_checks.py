"""Whether the numbers of a ruleset agree: sums, bands without a gap, levels that exist, validity without a gap.

Each check raises with the file, the place and how to mend it; none of them changes anything.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from regulations.errors import RegulationError
from regulations.ruleset_models import Band, RulesetData
from regulations.vocabulary import Feature, TermCode

_FEATURE_TERMS = {
    Feature.RENEWAL_WINDOW: (TermCode.RENEW_OPEN, TermCode.RENEW_CLOSE),
    Feature.LATE_RENEWAL_GRACE: (TermCode.GRACE_END,),
    Feature.EXPIRY_NOTICE: (TermCode.EXPIRY_NOTICE,),
    Feature.REVOCATION_GROUNDS: (TermCode.REVOKE_DECISION,),
}


def check_one(data: RulesetData, file: str) -> None:
    """Check one ruleset by itself.

    Raises:
        RegulationError: `law_file_invalid`.
    """
    _check_parts(data, file)
    _check_bands(data.bands, file)
    _check_levels(data, file)
    _check_batches(data, file)
    _check_terms(data, file)
    _check_dossiers(data, file)
    if data.valid_from.value is None:
        raise _fault(file, "valid_from.value", "a ruleset without a first day", "give the day of force")


def check_timeline(rulesets: Sequence[RulesetData]) -> None:
    """Check that the rulesets, in order of force, leave no gap and no overlap, and that the last one is open.

    Raises:
        RegulationError: `law_file_invalid`.
    """
    for before, after in pairwise(rulesets):
        if before.valid_to.value != after.valid_from.value:
            message = f"ends on {before.valid_to.value}, but {after.id} starts on {after.valid_from.value}"
            raise _fault(
                f"{before.id}.yaml", "valid_to.value", message, "let one end on the day the next starts"
            )
    for each in rulesets:
        if each.producers is None:
            raise _fault(f"{each.id}.yaml", "producers", "nobody may register", "list the types of producer")
    if rulesets and rulesets[-1].valid_to.value is not None:
        message = "the newest ruleset ends and none follows"
        raise _fault(
            f"{rulesets[-1].id}.yaml", "valid_to.value", message, "leave it null or add the next ruleset"
        )
    known = {each.id for each in rulesets}
    for each in rulesets:
        if each.runoff is not None and each.runoff.ruleset.value not in known:
            message = f"there is no ruleset {each.runoff.ruleset.value}"
            raise _fault(f"{each.id}.yaml", "runoff.ruleset.value", message, "name an existing ruleset")


def _check_parts(data: RulesetData, file: str) -> None:
    found = [part.id for part in data.parts]
    if found != ["A", "B", "C"]:
        raise _fault(file, "parts", f"parts are {found}", "state A, B and C once each")
    total = sum(part.max_points for part in data.parts)
    if total != 100:
        raise _fault(file, "parts", f"the parts sum to {total}, not 100", "correct max_points")


def _check_bands(bands: Sequence[Band], file: str) -> None:
    stars = [band.star for band in bands]
    if stars != [5, 4, 3, 2, 1]:
        raise _fault(file, "bands", f"bands are for stars {stars}", "state 5, 4, 3, 2, 1 in this order")
    for index, (upper, lower) in enumerate(pairwise(bands)):
        if lower.below != upper.at_least:
            message = f"{lower.star} stars end below {lower.below}, {upper.star} start at {upper.at_least}"
            raise _fault(file, f"bands.{index + 1}.below", message, "let one band end where the next begins")
    if bands[0].below is not None or bands[-1].at_least != 0:
        raise _fault(file, "bands", "the bands do not span 0 to 100", "start at 0 and leave the top open")


def _check_levels(data: RulesetData, file: str) -> None:
    levels = data.levels.value
    if list(levels) != sorted(set(levels), key=lambda level: level.rank):
        raise _fault(file, "levels.value", f"levels are {list(levels)}", "state each once, from below")
    for index, decider in enumerate(data.deciders):
        if decider.level is not None and decider.level not in levels:
            message = f"{decider.level} is no level of this ruleset"
            raise _fault(file, f"deciders.{index}.level", message, "use a level of `levels`")
    _check_once([each.star for each in data.deciders], file, "deciders")
    for index, step in enumerate(data.forward):
        if step.level not in levels or step.to not in levels or step.to.rank <= step.level.rank:
            message = f"nothing is forwarded from {step.level} to {step.to}"
            raise _fault(file, f"forward.{index}", message, "forward to a higher level of `levels`")


def _check_batches(data: RulesetData, file: str) -> None:
    if (data.batches is not None) != (Feature.STATUTORY_BATCHES in data.features):
        raise _fault(
            file, "batches", "batches and the feature statutory_batches disagree", "state both or neither"
        )
    if data.batches is None:
        return
    limits = data.batches.limits
    _check_once([limit.code for limit in limits], file, "batches.limits")
    steps = {(limit.level, limit.number, limit.step) for limit in limits}
    for level, number, _ in steps:
        if {(level, number, "propose"), (level, number, "evaluate")} - steps:
            message = f"batch {number} of {level} lacks a limit"
            raise _fault(file, "batches.limits", message, "state one propose and one evaluate limit")
    for index, limit in enumerate(limits):
        try:
            date(2027, limit.month, limit.day)  # any common year: 29 February is no yearly date
        except ValueError as error:
            raise _fault(
                file, f"batches.limits.{index}.day", "no such day", "correct month and day"
            ) from error


def _check_terms(data: RulesetData, file: str) -> None:
    for feature, codes in _FEATURE_TERMS.items():
        for code in codes:
            if feature in data.features and code not in data.terms:
                raise _fault(file, f"terms.{code}", f"feature {feature} needs this term", "add the term")
    for code, term in data.terms.items():
        if term.amount == 0:
            raise _fault(file, f"terms.{code}.amount", "a period of nothing", "state the amount")
    wanted = data.runoff.terms.value.values() if data.runoff is not None else ()
    for code in wanted:
        if code not in data.terms:
            raise _fault(file, "runoff.terms.value", f"there is no term {code}", "add the term")


def _check_dossiers(data: RulesetData, file: str) -> None:
    for name, rules in data.dossiers.items():
        if rules.includes is not None and rules.includes.value not in data.dossiers:
            message = f"there is no dossier {rules.includes.value}"
            raise _fault(file, f"dossiers.{name}.includes.value", message, "name a dossier of this file")


def _check_once(values: Iterable[object], file: str, place: str) -> None:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise _fault(file, place, f"{value} stands twice", "keep one of them")
        seen.add(value)


def _fault(file: str, place: str, message: str, mend: str) -> RegulationError:
    return RegulationError("law_file_invalid", message, file=file, place=place, mend=mend)
