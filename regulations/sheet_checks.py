"""Whether a sheet adds up: options, criteria, sections, parts, 100; star marks; gaps exactly as declared.

Source: criteria/README.md and criteria/check.py, whose rules these are.
"""

from collections.abc import Iterator

from regulations.errors import RegulationError
from regulations.sheet_models import Criterion, Sheet, Taxonomy

_Gap = tuple[str, int, int]


def check_sheet(sheet: Sheet, file: str, part_maxima: dict[str, int]) -> None:
    """Check one sheet.

    Raises:
        RegulationError: `law_file_invalid`, with the id of the criterion.
    """
    doubtful = {each.at for each in sheet.anomalies}
    gaps: set[_Gap] = set()
    seen: set[str] = set()
    for part in sheet.parts:
        if part_maxima.get(part.id) != part.max_points:
            raise _fault(
                file, part.id, f"{part.max_points} points, the ruleset says {part_maxima.get(part.id)}"
            )
        for section in part.sections:
            for criterion in section.criteria:
                gaps.update(_criterion_gaps(criterion, file, doubtful, seen))
            gaps.update(
                _gap(section.id, section.max_points, sum(each.max_points for each in section.criteria))
            )
        gaps.update(_gap(part.id, part.max_points, sum(each.max_points for each in part.sections)))
    if [part.id for part in sheet.parts] != ["A", "B", "C"]:
        raise _fault(file, "parts", "parts are not A, B, C")
    _check_gaps(sheet, gaps, file)


def check_taxonomy(tree: Taxonomy, sheets: dict[str, Sheet], file: str) -> None:
    """Check that every set has its sheet or a reason, and every sheet its set.

    Raises:
        RegulationError: `law_file_invalid`.
    """
    entries = list(tree.entries())
    if len(entries) != tree.set_count:
        raise _fault(file, "set_count", f"{len(entries)} sets listed, {tree.set_count} stated")
    for entry in entries:
        sheet = sheets.get(entry.file or "")
        if entry.file is None and not entry.missing:
            raise _fault(file, f"sets.{entry.set}", "neither a file nor a reason why there is none")
        if entry.file is not None and (sheet is None or sheet.set != entry.set):
            raise _fault(file, f"sets.{entry.set}", f"{entry.file} is not the sheet of this set")
    named = sorted(entry.file for entry in entries if entry.file is not None)
    if named != sorted(sheets):
        raise _fault(file, "sectors", "a sheet stands in no set, or in two")


def _criterion_gaps(criterion: Criterion, file: str, doubtful: set[str], seen: set[str]) -> Iterator[_Gap]:
    if criterion.id in seen:
        raise _fault(file, criterion.id, "id used twice")
    seen.add(criterion.id)
    if bool(criterion.options) == bool(criterion.criteria):
        raise _fault(file, criterion.id, "needs either options or further criteria")
    if criterion.options:
        yield from _gap(criterion.id, criterion.max_points, _best(criterion, file, doubtful))
        return
    for each in criterion.criteria:
        yield from _criterion_gaps(each, file, doubtful, seen)
    yield from _gap(criterion.id, criterion.max_points, sum(each.max_points for each in criterion.criteria))


def _best(criterion: Criterion, file: str, doubtful: set[str]) -> int:
    """Return the most points an option gives, after checking ids, order and star marks case by case."""
    cases: set[str | None] = {each.id for each in criterion.cases}
    cases = cases or {None}
    before: dict[str | None, tuple[int, int]] = {}
    best = 0
    for number, option in enumerate(criterion.options, 1):
        points, mark = before.get(option.case, (-1, 0))
        if option.id != number or option.case not in cases:
            raise _fault(
                file, criterion.id, f"option {number} is numbered {option.id} or names an unknown case"
            )
        if option.points <= points and (option.points < 0 or criterion.id not in doubtful):
            raise _fault(file, criterion.id, f"points do not rise at option {number}")
        if option.required_for_star is not None and option.required_for_star <= mark:
            raise _fault(file, criterion.id, f"star marks do not rise at option {number}")
        before[option.case] = option.points, option.required_for_star or mark
        best = max(best, option.points)
    if len(before) != len(cases):
        raise _fault(file, criterion.id, "a case has no option")
    return best


def _check_gaps(sheet: Sheet, gaps: set[_Gap], file: str) -> None:
    declared = {(gap.at, gap.stated, gap.found) for gap in sheet.known_gaps}
    for at, stated, found in sorted(
        gaps - declared, key=lambda gap: (-len(gap[0]), gap)
    ):  # the innermost first
        raise _fault(file, at, f"{stated} points stated, sums to {found}")
    for at, stated, found in sorted(declared - gaps):
        raise _fault(file, at, f"known_gaps says {stated} stated, {found} found, but there is no such gap")
    if (sheet.status == "partial") != bool(declared):
        raise _fault(file, "status", f"{sheet.status} with {len(declared)} known gaps")


def _gap(at: str, stated: int, found: int) -> Iterator[_Gap]:
    if stated != found:
        yield at, stated, found


def _fault(file: str, place: str, message: str) -> RegulationError:
    mend = "compare with the annex and correct the sheet, or declare it under known_gaps"
    return RegulationError("law_file_invalid", message, file=file, place=place, mend=mend)
