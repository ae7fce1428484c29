"""The 77 scoring sheets in three editions and the trees of products, loaded once and checked.

Read-only; a province's own full wording is laid over a copy by `wordings`.
"""

from collections.abc import Mapping
from functools import cache

from regulations import law_files, sheet_files
from regulations.errors import RegulationError
from regulations.levels import parts
from regulations.rulesets import Ruleset, all_rulesets
from regulations.sheet_checks import check_sheet, check_taxonomy
from regulations.sheet_floors import Floor, floors, floors_missed
from regulations.sheet_models import Criterion, Option, SetEntry, Sheet, Taxonomy

__all__ = [
    "Criterion",
    "Floor",
    "Option",
    "SetEntry",
    "Sheet",
    "Taxonomy",
    "all_sheets",
    "edition_sheets",
    "floors",
    "floors_missed",
    "set_entry",
    "sheet_for",
    "taxonomy",
]


def all_sheets() -> tuple[Sheet, ...]:
    """Return the sheets of all editions.

    Raises:
        RegulationError: `law_file_invalid`, a packaged file is broken.
    """
    return tuple(
        sheet for edition in sorted(sheet_files.index()) for sheet in edition_sheets(edition).values()
    )


@cache
def edition_sheets(edition: str) -> Mapping[str, Sheet]:
    """Return the sheets of one edition by the name of their set, checked with their tree.

    Raises:
        RegulationError: `law_file_invalid`.
    """
    maxima = _part_maxima(edition)
    tree = _tree_name(edition)
    with law_files.one_big_load():
        names = [name for name in sheet_files.digests(edition) if name != tree]
        files = {name: law_files.parse(Sheet, sheet_files.read(edition, name), name) for name in names}
        for name, sheet in files.items():
            check_sheet(sheet, name, maxima)
    check_taxonomy(taxonomy(edition), files, tree)
    return {sheet.set: sheet for sheet in files.values()}


@cache
def taxonomy(edition: str) -> Taxonomy:
    """Return the tree of products of one edition.

    Raises:
        RegulationError: `law_file_invalid`.
    """
    name = _tree_name(edition)
    return law_files.parse(Taxonomy, sheet_files.read(edition, name), name)


def sheet_for(ruleset: Ruleset, set_id: str) -> Sheet:
    """Return the sheet a product of this set is scored by under a ruleset.

    Raises:
        RegulationError: `sheet_unknown`, no such set, or no sheet of it was found.
    Source: process.md 11.12 (781 and 1489 use the sheets of 1048 and 148).
    """
    sheets = edition_sheets(ruleset.sheet_edition)
    if set_id not in sheets:
        why = set_entry(ruleset, set_id).missing
        raise RegulationError(
            "sheet_unknown", f"{ruleset.id} has no sheet for set {set_id}: {why}", place=set_id
        )
    return sheets[set_id]


def set_entry(ruleset: Ruleset, set_id: str) -> SetEntry:
    """Return a set of the tree with its agencies in charge.

    Raises:
        RegulationError: `sheet_unknown`.
    """
    for entry in taxonomy(ruleset.sheet_edition).entries():
        if entry.set == set_id:
            return entry
    raise RegulationError("sheet_unknown", f"{ruleset.id} has no set {set_id!r}", place=set_id)


def _part_maxima(edition: str) -> dict[str, int]:
    return dict(next(parts(each) for each in all_rulesets() if each.sheet_edition == edition))


def _tree_name(edition: str) -> str:
    return f"taxonomy-{edition}.json"
