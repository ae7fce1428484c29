"""Reads a table of past recognitions strictly: every fault with its line, nothing guessed.

Must never write: ``take_over.py`` does. A date that no source states stays unknown.
"""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from core.errors import BadInput, FieldError
from registry.names import name_key
from regulations.certificate_terms import months_of
from regulations.periods import add_months
from regulations.rulesets import in_force

COLUMNS = (
    "product_name", "entity_name", "entity_type", "commune", "district", "product_set", "year_recognised", "stars", "score",
    "kind", "decision_number", "decision_date", "certificate_expires", "source_url", "province", "recognition_level",
    "product_group", "note",
)  # fmt: skip
ENTITY_TYPES = ("", "doanh_nghiep", "htx", "to_hop_tac", "ho_kinh_doanh")
LEVELS = {"": None, "district": "district", "provincial": "province", "national": "central"}
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Recognition:
    """One recognition as its source states it; what no source states is None."""

    line: int
    product: str
    producer: str | None
    producer_type: str | None
    province: str
    level: str | None
    year: int | None
    stars: int | None
    decision_number: str | None
    issued_on: date | None
    expires_on: date | None
    source: str
    note: str | None

    @property
    def key(self) -> str:
        """What makes a row the same row: a second import of it changes nothing."""
        parts = (
            name_key(self.province), name_key(self.product), name_key(self.producer or ""), str(self.year), str(self.stars),
            self.decision_number or "", str(self.issued_on), str(self.expires_on),
        )  # fmt: skip
        return sha256("\x1f".join(parts).encode()).hexdigest()

    def known_on(self) -> date | None:
        """The first day on which the fact can have been known: the day of the decision, else after its year."""
        if self.issued_on:
            return self.issued_on
        return date(self.year + 1, 1, 1) if self.year else None


def read(text: str, file: str) -> list[Recognition]:
    """Every row of a recognition table.

    Raises:
        BadInput: another head, too many rows, or bad fields: all faults at once, each with its line.
    """
    rows = csv.DictReader(io.StringIO(unicodedata.normalize("NFC", text.removeprefix("\ufeff"))))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise BadInput("import_head", file=file, expected=", ".join(COLUMNS))
    faults: list[FieldError] = []
    found = [one for line, row in enumerate(rows, 2) if (one := _row(line, row, faults)) is not None]
    if len(found) > MOST_ROWS:
        raise BadInput("import_too_long", file=file, most=MOST_ROWS)
    if faults:
        raise BadInput("import_rows", fields=faults, file=file, faults=len(faults))
    return found


def _row(line: int, row: dict[str, str], faults: list[FieldError]) -> Recognition | None:
    before = len(faults)
    faults.extend(_faults(line, row))
    if len(faults) > before:
        return None
    stated = _day(row["decision_date"])
    issued, expires = _term(stated, _day(row["certificate_expires"]))
    return Recognition(
        line, row["product_name"].strip(), row["entity_name"].strip() or None, row["entity_type"] or None, row["province"],
        LEVELS[row["recognition_level"]], int(row["year_recognised"]) if row["year_recognised"] else None,
        int(row["stars"]) if row["stars"] else None, row["decision_number"] or None, issued, expires,
        row["source_url"] or row["note"], row["note"] or None,
    )  # fmt: skip


def _faults(line: int, row: dict[str, str]) -> Iterator[FieldError]:
    if None in row or any(value is None for value in row.values()):
        yield FieldError(f"{line}", "row_width", {"line": line})
        return
    for column, code, fine in _CHECKS:
        if not fine(row[column], row):
            yield FieldError(
                f"{line}.{column}", code, {"line": line, "column": column, "value": row[column][:80]}
            )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit()


_CHECKS: tuple[tuple[str, str, Callable[[str, dict[str, str]], bool]], ...] = (
    ("product_name", "required", lambda value, _: bool(value.strip())),
    ("province", "required", lambda value, _: bool(value.strip())),
    ("source_url", "source_missing", lambda value, row: bool(value or row["note"])),
    ("entity_type", "bad_choice", lambda value, _: value in ENTITY_TYPES),
    ("recognition_level", "bad_choice", lambda value, _: value in LEVELS),
    ("stars", "bad_stars", lambda value, _: value in {"", "3", "4", "5"}),
    ("year_recognised", "bad_year", lambda value, _: not value or _is_year(value)),
    ("decision_date", "bad_day", lambda value, _: not value or _is_day(value)),
    ("certificate_expires", "bad_day", lambda value, _: not value or _is_day(value)),
)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _term(issued: date | None, expires: date | None) -> tuple[date | None, date | None]:
    """Either end of the term gives the other, by the months of the ruleset in force; neither: both unknown."""
    if issued and not expires:
        return issued, add_months(issued, months_of(in_force(issued)))
    if expires and not issued:
        return add_months(expires, -months_of(in_force(expires))), expires
    return issued, expires
