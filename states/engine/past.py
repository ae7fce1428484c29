"""What happened later to a subject that was taken over from documents: one more imported fact with its source and day.

Must never stand for a move made here: it follows no rule of the table, and only a document can say it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from core import history
from core.history import line_at
from core.lines import ActorRef, Line
from core.tx import Tx
from states.engine import permissions
from states.engine.machine import Machine, Row


def happened(
    tx: Tx,
    machine: Machine,
    row: Row,
    *,
    state: str,
    changed: Row,
    source: str,
    effective_on: date | None,
    inputs: Mapping[str, Any],
    actor: ActorRef = permissions.IMPORTER,
) -> Row:
    """Note that a locked subject came to ``state`` by what a document tells, and return its row."""
    dest = str(machine.spec.state_of[state])
    line = Line(
        subject=f"{machine.spec.kind}/{row['id']}",
        version=row["version"] + 1,
        kind="imported",
        actor=actor,
        at=line_at(tx, row["last_at"]),
        source=str(row["state"]),
        dest=dest,
        level=changed.get("level", row.get("level")),
        rules=machine.spec.edition,
        ruleset=row.get("ruleset"),
        effective_on=effective_on,
        inputs={"document": source, **inputs, "columns": machine.stated_in(changed)},
        rehearsal=tx.rehearsal,
        prev=row["head"],
    )
    digest = history.write_line(tx, line)
    head = history.head_after(line, digest, move_version=row["move_version"] + 1)
    after = {**changed, "state": dest, **head}
    machine.update(tx, row["id"], after)
    return {**row, **after}
