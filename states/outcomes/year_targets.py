"""Targets of a plan against what the record holds: counts of products, steps up in stars, producers, areas.

A target nobody can measure from the record (new producers, coverage, facilities, things to deliver) keeps None.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from states.dossier.states import AFTER_RECOGNITION, DossierState

_OF_PROVINCE = len("19")
_RECOGNISED = frozenset(map(str, AFTER_RECOGNITION))


@dataclass(frozen=True, slots=True)
class Taking:
    """One dossier of the year, as far as counting needs it; `came_from` are the stars of the certificate it replaced."""

    id: str
    kind: str
    state: str
    stars: int | None
    producer_id: str
    producer_type: str | None
    commune_code: str | None
    district_code: str | None
    group: str | None
    batch_id: str | None
    filed_on: str | None
    came_from: int | None

    @property
    def dossier_state(self) -> StrEnum:
        return DossierState(self.state)

    @property
    def area(self) -> str | None:
        """The area whose minimum it counts for: the district in the time of districts, else the commune."""
        return self.district_code or self.commune_code

    @property
    def recognised(self) -> bool:
        return self.state in _RECOGNISED


def measured(kind: str, label: str, measure: Mapping[str, Any], taking: Sequence[Taking]) -> dict[str, Any]:
    """A target with its result, how far it is fulfilled in thousandths (cut), and its areas."""
    count = _RESULTS.get(kind)
    result = count(measure, taking) if count else None
    aim = measure.get("at_least") or measure.get("exactly") or measure.get("from")
    return {
        "kind": kind, "what": label, "measure": dict(measure), "result": result,
        "fulfilment_permille": result * 1000 // aim if result is not None and aim else None,
        "areas": _areas(measure, taking),
    }  # fmt: skip


def _products(measure: Mapping[str, Any], taking: Sequence[Taking]) -> int | None:
    """Products recognised with these stars or more; products counted by anything else are not in the record."""
    least = measure.get("stars")
    return (
        sum(each.recognised and (each.stars or 0) >= least for each in _meant(measure, taking))
        if least
        else None
    )


def _meant(measure: Mapping[str, Any], taking: Sequence[Taking]) -> list[Taking]:
    """The dossiers a target speaks of: all of them, or those of one kind, first-time products for one."""
    kind = measure.get("of")
    return [each for each in taking if kind in (None, each.kind)]


def _steps_up(measure: Mapping[str, Any], taking: Sequence[Taking]) -> int:
    """Products that went up from the one number of stars to the other."""
    step = (measure["from_stars"], measure["to_stars"])
    return sum(each.recognised and (each.came_from, each.stars) == step for each in taking)


def _per_area(measure: Mapping[str, Any], taking: Sequence[Taking]) -> int:
    """How many areas have as many products as each was to have."""
    least = measure.get("per_area_from") or 1
    return sum(count >= least for count in _by_area(measure, taking).values())


_RESULTS: Mapping[str, Callable[[Mapping[str, Any], Sequence[Taking]], int | None]] = {
    "count": _products,
    "range": _products,
    "transition": _steps_up,
    "per_area": _per_area,
}


def _by_area(measure: Mapping[str, Any], taking: Sequence[Taking]) -> Counter[str]:
    """Products by district, where there is none by commune."""
    return Counter(each.area for each in _counted(measure, taking) if each.area)


def _counted(measure: Mapping[str, Any], taking: Sequence[Taking]) -> list[Taking]:
    """The dossiers that count for an area: filed where the target is about taking part, else recognised."""
    taking_part = measure.get("basis") == "participation"
    return [
        each
        for each in _meant(measure, taking)
        if (each.filed_on is not None if taking_part else each.recognised)
    ]


def _areas(measure: Mapping[str, Any], taking: Sequence[Taking]) -> list[dict[str, Any]]:
    """The named areas with what they were to reach and what they did; of a whole province the record holds nothing."""
    counted = _counted(measure, taking)
    found = Counter(code for each in counted for code in (each.commune_code, each.district_code) if code)
    return [
        {
            "unit": area["unit"], "aim": area.get("at_least") or area.get("exactly"),
            "result": None if len(area["unit"]) == _OF_PROVINCE else found[area["unit"]],
        }
        for area in measure.get("areas") or ()
    ]  # fmt: skip
