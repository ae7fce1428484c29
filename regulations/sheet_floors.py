"""Star minimums of a sheet (dấu sao): the least points on a criterion for a number of stars.

Reads marks; whether a product meets one is recorded by the council.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from regulations.sheet_models import Sheet


@dataclass(frozen=True, slots=True)
class Floor:
    """The least points on one criterion for a number of stars."""

    criterion: str
    star: int
    points: int


def floors(sheet: Sheet) -> tuple[Floor, ...]:
    """Return every star minimum of a sheet; a mark on a heading asks for the full points.

    Source: QĐ 26/2026/QĐ-TTg Phụ lục II (note under the sheets); criteria/rulesets.yaml `heading_marks`.
    """
    found = []
    for criterion in sheet.criteria():
        if criterion.required_for_star is not None:
            found.append(Floor(criterion.id, criterion.required_for_star, criterion.max_points))
        marked = (each for each in criterion.options if each.required_for_star is not None)
        found += [Floor(criterion.id, each.required_for_star or 0, each.points) for each in marked]
    return tuple(found)


def floors_missed(sheet: Sheet, points: Mapping[str, int]) -> Mapping[int, tuple[str, ...]]:
    """Return per number of stars the criteria whose minimum these points do not reach; absent criteria miss it."""
    missed: dict[int, tuple[str, ...]] = {}
    for floor in floors(sheet):
        if points.get(floor.criterion, 0) < floor.points:
            missed[floor.star] = (*missed.get(floor.star, ()), floor.criterion)
    return missed
