"""Writes a repair: columns of one subject put right, and its standing where a mistaken day had moved it, in one line.

Must never judge whether a repair may be made; and a repair is no move: it follows no rule of the table, so its line says
reason, document, what was wrong and what is right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core import history
from core.history import line_at
from core.lines import ActorRef, Line
from core.tx import Tx
from states.engine.machine import Machine, Row
from states.engine.replay import REPAIRED

TRIGGER = "repair"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What a repair says: why, by which document, and the values before and after as far as a line may hold them."""

    reason: str
    document: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    more: Mapping[str, Any]

    def inputs(self) -> dict[str, Any]:
        return {"document": self.document, "before": self.before, "after": self.after, **self.more}


def correct(
    tx: Tx,
    machine: Machine,
    row: Row,
    changed: Row,
    repair: Repair,
    *,
    actor: ActorRef,
    standing: StrEnum | None = None,
) -> Row:
    """Write columns and line of a locked row and return the row after it; ``standing`` is where it belongs instead."""
    dest = None if standing is None else str(standing)
    line = Line(
        subject=f"{machine.spec.kind}/{row['id']}",
        version=row["version"] + 1,
        kind=REPAIRED,
        actor=actor,
        at=line_at(tx, row["last_at"]),
        trigger=TRIGGER,
        source=str(row["state"]) if dest else None,
        dest=dest,
        level=row.get("level"),
        rules=machine.spec.edition,
        ruleset=changed.get("ruleset", row.get("ruleset")),
        reason=repair.reason,
        inputs=repair.inputs(),
        rehearsal=tx.rehearsal,
        prev=row["head"],
    )
    digest = history.write_line(tx, line)
    moved = {"state": dest} if dest else {}
    move_version = row["move_version"] + bool(dest)
    after = {**changed, **moved, **history.head_after(line, digest, move_version=move_version)}
    machine.update(tx, row["id"], after)
    return {**row, **after}


__all__ = ["Repair", "correct"]
