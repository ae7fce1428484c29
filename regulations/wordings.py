"""A province's full official wording, laid over the abridged labels of a sheet from a file.

Changes labels only: never points, marks or ids, and never a label that is already the official one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from regulations import law_files
from regulations.errors import RegulationError
from regulations.law_files import Strict
from regulations.sheet_models import Criterion, Sheet

Label = Annotated[str, StringConstraints(min_length=1)]


class Wording(Strict):
    """A wording file: criterion id → option id → full text, with the document the texts were taken from."""

    schema_: Literal["ocop-wording/1"] = Field(alias="schema")
    ruleset: str
    set: str
    source: Label
    labels: Mapping[str, Mapping[str, Label]]


def with_wording(sheet: Sheet, path: Path) -> Sheet:
    """Return the sheet with the labels of a wording file; labels it does not name stay abridged.

    Raises:
        RegulationError: `wording_invalid`, another sheet, an unknown criterion or option, or a label that is
            not abridged; `law_file_invalid`, the file itself is broken.
    """
    data = law_files.canonical(law_files.read_yaml(path.read_text(encoding="utf-8"), path.name))
    wording = law_files.parse(Wording, data, path.name)
    _check(sheet, wording, path.name)
    parts = [
        part.model_copy(
            update={
                "sections": tuple(
                    section.model_copy(
                        update={"criteria": tuple(_worded(each, wording) for each in section.criteria)}
                    )
                    for section in part.sections
                )
            }
        )
        for part in sheet.parts
    ]
    return sheet.model_copy(update={"parts": tuple(parts)})


def still_abridged(sheet: Sheet) -> tuple[tuple[str, int], ...]:
    """Return the options (criterion id, option id) whose label is still our shorter one."""
    return tuple(
        (criterion.id, option.id)
        for criterion in sheet.criteria()
        for option in criterion.options
        if option.abridged
    )


def _check(sheet: Sheet, wording: Wording, file: str) -> None:
    if (wording.ruleset, wording.set) != (sheet.ruleset, sheet.set):
        raise _fault(
            file, "set", f"worded for {wording.ruleset} {wording.set}, not {sheet.ruleset} {sheet.set}"
        )
    abridged = {(criterion, str(option)) for criterion, option in still_abridged(sheet)}
    for criterion, options in wording.labels.items():
        for option in options:
            if (criterion, option) not in abridged:
                place = f"labels.{criterion}.{option}"
                raise _fault(file, place, "no such option, or its label is already the official one")


def _worded(criterion: Criterion, wording: Wording) -> Criterion:
    texts = wording.labels.get(criterion.id, {})
    options = tuple(
        option.model_copy(update={"vi": texts[str(option.id)], "abridged": False})
        if str(option.id) in texts
        else option
        for option in criterion.options
    )
    below = tuple(_worded(each, wording) for each in criterion.criteria)
    return criterion.model_copy(update={"options": options, "criteria": below})


def _fault(file: str, place: str, message: str) -> RegulationError:
    return RegulationError("wording_invalid", message, file=file, place=place, mend="compare with the sheet")
