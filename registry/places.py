"""Which unit a published place means on a day: province, district and commune by name, as papers of the time wrote them.

It never guesses: a name that fits nowhere, or in two places, means no unit.
"""

from datetime import date

from core.db import ReadTx
from registry import unit_successors, units
from registry.names import bare_name, match_key
from registry.units import UnitKind, UnitRead


def province_named(rtx: ReadTx, name: str) -> str | None:
    """Return the code of a province by its name, with or without the word before it; one of today goes first."""
    today, old = _provinces(rtx)
    key = match_key(bare_name(name))
    return today.get(key) or old.get(key)


def commune_named(
    rtx: ReadTx, name: str, on: date, *, province_code: str, district: str | None = None
) -> str | None:
    """Return the code of the commune that carried this name on a day in a province, where exactly one did.

    A district tells namesakes of before July 2025 apart. A unit that no reform changed is known by its name alone,
    also where its province was merged since.
    """
    found = [unit for unit in units.named(rtx, name, on) if unit.kind.is_commune_level]
    old = [unit for unit in found if unit.code.startswith("x-") and _in_province(rtx, unit, province_code)]
    if district is not None:
        old = [unit for unit in old if _in_district(rtx, unit, district)]
    now = {province_code, *unit_successors.current_units(rtx, province_code)}
    fits = old or [unit for unit in found if unit.parent_code in now]
    return fits[0].code if len(fits) == 1 else None


def _in_province(rtx: ReadTx, unit: UnitRead, province_code: str) -> bool:
    return units.province_of(rtx, unit.code) == province_code


def _in_district(rtx: ReadTx, unit: UnitRead, district: str) -> bool:
    parent = units.get(rtx, unit.parent_code) if unit.parent_code else None
    return (
        parent is not None
        and parent.kind is UnitKind.DISTRICT
        and match_key(parent.name_vi) == match_key(district)
    )


def _provinces(rtx: ReadTx) -> tuple[dict[str, str], dict[str, str]]:
    """Codes of all provinces there ever were by the key of their bare name: those of today, and old ones."""
    every = units.of_kind(rtx, UnitKind.PROVINCE)
    keyed = [(match_key(bare_name(unit.name_vi)), unit) for unit in every]
    today = {key: unit.code for key, unit in keyed if unit.valid_to is None}
    return today, {key: unit.code for key, unit in keyed if unit.valid_to is not None}
