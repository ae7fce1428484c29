"""Puts the packaged units into the table: today's provinces and communes, and old ones with who took over.

It never overwrites a row: what an installation has corrected stays corrected.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib import resources

import sqlalchemy as sa

from core.db import Tx
from core.sql import Sql, insert_ignore
from registry import unit_successors
from registry.names import bare_name, match_key, name_key, slug, sort_key, tidy
from registry.refusals import bad_field, required_text
from registry.roles import COUNTRY
from registry.tables import day, table
from registry.units import Unit, UnitKind, get, province_of

TWO_TIERS_FROM = date(2025, 7, 1)
"""First day of provinces and communes without districts (process.md §5.3)."""
LAST_DAY_OF_THE_OLD = date(2025, 6, 30)
_SOURCE = "QĐ 19/2025/QĐ-TTg; thanglequoc/vietnamese-provinces-database, 2026-07-25 (MIT)"
_UNCHANGED = "giữ nguyên"
_TPHCM = "Thành phố Hồ Chí Minh"
_ADD = Sql(insert_ignore(table(Unit)))
_COUNT = Sql(sa.select(sa.func.count()).select_from(table(Unit)))
Row = dict[str, str | date | None]
Link = tuple[str, str, date | None]
"""Old unit, unit that took over, last day of the old one."""


def seed_units(tx: Tx) -> int:
    """Write the packaged units that are not there yet and return how many were written."""
    published = _packaged("units-2026.csv")
    historic = _packaged("historic-units.csv")
    former, links = _former_provinces(published)
    rows = [_country(), *map(_current, published), *former, *map(_historic, historic)]
    links += [
        (line["code"], code, day(line["valid_to"] or None))
        for line in historic
        for code in line["successor_codes"].split()
    ]
    links += _offices_of_districts(historic, {old: new for old, new, _ in links})
    written = _write(tx, rows)
    known = unit_successors.known(tx)
    for code, successor, last_day in links:
        if known.get((code, successor)) is None:
            unit_successors.link(tx, code, successor, last_day=last_day)
    return written


def _packaged(name: str) -> list[dict[str, str]]:
    text = resources.files("registry").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _write(tx: Tx, rows: Sequence[Row]) -> int:
    if tx.sql.value(_COUNT):
        return tx.sql.many(_ADD, rows)
    tx.sql.bulk(table(Unit), rows)
    return len(rows)


def add_historic_unit(
    tx: Tx,
    name_vi: str,
    kind: UnitKind,
    *,
    parent_code: str,
    successor_codes: Sequence[str],
    source: str,
    valid_from: date | None = None,
    valid_to: date | None = LAST_DAY_OF_THE_OLD,
) -> str:
    """Write an old unit without an official code and return its own code `x-<province>-<name>`; asking twice is harmless.

    What the offices of a district had begun is its province's afterwards, where no other successor is named.
    Two old units of one parent whose names differ by accents only get different codes.

    Raises:
        NotFound: `unknown_unit`, the parent or a successor is not there.
        BadInput: `unit_dates`, it would end before it began.
    """
    name = required_text(name_vi, "name")
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        raise bad_field("valid_to", "unit_dates")
    parent = get(tx, parent_code)
    codes = [get(tx, code).code for code in successor_codes]
    if kind is UnitKind.DISTRICT and not codes:
        codes = list(unit_successors.current_units(tx, province_of(tx, parent.code)))
    row = _row(_free_code(tx, parent.code, parent.name_vi, name), parent.code, kind, name, source=source)
    tx.sql.many(_ADD, [{**row, "valid_from": valid_from, "valid_to": valid_to}])
    for code in codes:
        unit_successors.link(tx, str(row["code"]), code, last_day=valid_to)
    return str(row["code"])


def former_names(formed_from: str | None) -> tuple[str, ...]:
    """Return the old names in a published `formed_from`, without the remarks in brackets; none if it stayed as it was."""
    if not formed_from or formed_from == _UNCHANGED:
        return ()
    without_remarks = re.sub(r"\s*\([^)]*\)", "", formed_from)
    names = re.split(
        r",\s*|\s+và\s+(?=tỉnh|thành phố|xã|phường|thị trấn)", without_remarks, flags=re.IGNORECASE
    )
    return tuple(tidy(name) for name in names if name.strip())


def _free_code(tx: Tx, parent_code: str, parent_name: str, name: str) -> str:
    """Return the code of this very unit, or the first one not taken by a namesake without accents."""
    stem = parent_code.removeprefix("x-") if parent_code.startswith("x-") else slug(bare_name(parent_name))
    base = f"x-{stem}-{slug(name)}"
    number, code = 1, base
    while (held := tx.sql.one(_NAME, code=code)) is not None and held[0] != match_key(name):
        number += 1
        code = f"{base}-{number}"
    return code


_NAME = Sql(sa.select(table(Unit).c.match_key).where(table(Unit).c.code == sa.bindparam("code")))


def _row(code: str, parent: str | None, kind: str, name: str, *, source: str) -> Row:
    return {
        "code": code, "parent_code": parent, "kind": str(kind), "name_vi": name, "name_en": name,
        "valid_from": None, "valid_to": None, "formed_from": None, "source": source,
        "name_key": name_key(name), "match_key": match_key(name), "sort_key": sort_key(bare_name(name)),
    }  # fmt: skip


def _country() -> Row:
    return {**_row(COUNTRY, None, "country", "Việt Nam", source=_SOURCE), "name_en": "Viet Nam"}


def _current(line: dict[str, str]) -> Row:
    """Return a unit of today; only one formed in 2025 from others began then, the rest are older than our source."""
    row = _row(
        line["code"], line["parent_code"] or COUNTRY, line["kind"], tidy(line["name_vi"]), source=_SOURCE
    )
    made_new = line["kind"] != "province" and line["formed_from"] != _UNCHANGED
    first = TWO_TIERS_FROM if made_new else None
    return {
        **row,
        "name_en": line["name_en"],
        "valid_from": first,
        "formed_from": line["formed_from"] or None,
    }


def _historic(line: dict[str, str]) -> Row:
    """Return an old unit that published recognitions name; its last day is the latest it can have been."""
    row = _row(line["code"], line["parent_code"], line["kind"], tidy(line["name_vi"]), source=line["source"])
    return {**row, "valid_from": day(line["valid_from"] or None), "valid_to": day(line["valid_to"] or None)}


def _offices_of_districts(historic: Sequence[dict[str, str]], today: Mapping[str, str]) -> Iterator[Link]:
    """Go through the districts nobody is named for: what their offices had begun is the province's since (process.md §3.3)."""
    for line in historic:
        if line["kind"] == UnitKind.DISTRICT and not line["successor_codes"]:
            province = line["parent_code"]
            yield line["code"], today.get(province, province), day(line["valid_to"] or None)


def _former_provinces(published: Sequence[dict[str, str]]) -> tuple[list[Row], list[Link]]:
    """Return the provinces that gave up their name in 2025, and by whom each was taken over."""
    rows: list[Row] = []
    links: list[Link] = []
    for code, name in _merged(published):
        row = _row("x-" + slug(bare_name(name)), COUNTRY, "province", name, source=_SOURCE)
        rows.append({**row, "valid_to": LAST_DAY_OF_THE_OLD})
        links.append((str(row["code"]), code, LAST_DAY_OF_THE_OLD))
    return rows, links


def _merged(published: Sequence[dict[str, str]]) -> Iterator[tuple[str, str]]:
    """Go through (code today, old name) of every province whose name is no longer one of the 34."""
    provinces = [line for line in published if line["kind"] == "province"]
    alive = {match_key(bare_name(line["name_vi"])) for line in provinces}
    for line in provinces:
        for name in former_names(line["formed_from"]):
            full = _TPHCM if name == "TPHCM" else name[0].upper() + name[1:]
            if match_key(bare_name(full)) not in alive:
                yield line["code"], full
