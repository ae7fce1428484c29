"""What repairs a subject has had, and what could be repaired: for stories, public answers and the form of a repair.

Must never show what a line only keeps a digest of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.history import read_lines
from core.lines import Line, parse_line
from core.tx import ReadTx
from registry.actors import Actor
from states.engine import permissions
from states.engine.machine import Row
from states.engine.replay import REPAIRED
from states.outcomes.repairable import columns_of
from states.outcomes.repairs import may_repair, row_of


@dataclass(frozen=True, slots=True)
class Changed:
    """One column put right; a hidden one has neither value."""

    column: str
    before: Any
    after: Any
    hidden: bool


@dataclass(frozen=True, slots=True)
class RepairRead:
    """One repair as pages and the interface show it; `follows` is the repair of another subject that it goes with."""

    version: int
    at: datetime
    role: str
    reason: str
    document: str
    changes: tuple[Changed, ...]
    follows: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the form of a repair offers it, with what stands in it."""

    name: str
    value: Any
    look: str
    choices: tuple[str, ...]
    empties: bool


def repair_in(line: Line) -> RepairRead | None:
    """The repair a line tells of; None for every other line."""
    if line.kind != REPAIRED:
        return None
    said: Mapping[str, Any] = line.inputs
    before, after = said.get("before", {}), said.get("after", {})
    if "year_after" in said:
        before, after = said["year_before"], said["year_after"]
    shown = [Changed(name, before.get(name), after.get(name), hidden=False) for name in sorted(after)]
    hidden = [Changed(name, None, None, hidden=True) for name in sorted(said.get("digests", {}))]
    return RepairRead(
        version=line.version,
        at=line.at,
        role=line.actor.role,
        reason=line.reason or "",
        document=str(said.get("document") or ""),
        changes=(*shown, *hidden),
        follows=said.get("follows"),
    )


def repairs_in(lines: Iterable[Line]) -> list[RepairRead]:
    """Every repair among lines, the oldest first."""
    return [one for one in map(repair_in, lines) if one is not None]


def repairs_of(rtx: ReadTx, subject: str) -> list[RepairRead]:
    """Every repair of a subject, the oldest first; whether it may be seen is the caller's to know."""
    return repairs_in(parse_line(text) for text, _ in read_lines(rtx, subject))


def row_seen(rtx: ReadTx, kind: str, subject_id: str, actor: Actor) -> Row | None:
    """The row of a subject this person may see; None where it is not there for them."""
    row = row_of(rtx, kind, subject_id)
    return row if row is not None and permissions.may_see(actor, row) else None


def open_columns(kind: str, row: Row, actor: Actor) -> list[Column]:
    """The columns this person may repair in a row, as they stand; none for whoever may not."""
    if not may_repair(actor, row):
        return []
    return [
        Column(name, row.get(name), spec.look, spec.choices, spec.empties)
        for name, spec in columns_of(kind, row).items()
    ]
