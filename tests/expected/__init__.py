"""What the machines must be, copied by hand from the process document; read as data by the tests."""

import csv
from dataclasses import dataclass
from pathlib import Path

LETTERS = {
    "P": {"producer"}, "C": {"commune"}, "V": {"province_unit"}, "T": {"advisory"}, "H": {"chair", "secretary"},
    "M": {"council_member"}, "K": {"province_chair"}, "B": {"ministry"}, "S": {"system"}, "secretary": {"secretary"},
}  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """One move of the process document, from one state."""

    machine: str
    source: str
    event: str
    dest: str
    roles: frozenset[str]
    guards: tuple[str, ...]


def expected_moves() -> list[Expected]:
    """The table, one entry per source state."""
    text = (Path(__file__).parent / "moves.csv").read_text(encoding="utf-8")
    return [one for row in csv.DictReader(text.splitlines()) for one in _spread(row)]


def _spread(row: dict[str, str]) -> list[Expected]:
    roles = frozenset(role for letter in row["actor"].split("/") for role in LETTERS[letter.strip()])
    guards = tuple(code.strip() for code in row["guard"].split(";") if code.strip())
    sources = [source.strip() for source in row["from"].split(" / ")]
    return [
        Expected(
            row["machine"], source, row["event"], source if row["to"] == "same" else row["to"], roles, guards
        )
        for source in sources
    ]
