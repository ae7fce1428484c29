"""Repairs: a mistyped number, name or date put right by an act with reason and document; before and after stay.

Must never touch what is not in the table of ``repairable.py``, nor make a move a repair in disguise.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sqlalchemy as sa

from core.errors import BadInput, FieldError, Forbidden, NotFound, StaleVersion
from core.lines import ActorRef
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.actors import Actor
from registry.producer_people import digest_of, salt_of
from registry.refusals import required_text
from registry.roles import Role
from states.certificate.commands import MACHINE as CERTIFICATES
from states.certificate.models import CERTIFICATE_TABLE
from states.council.lifecycle import MACHINE as SESSIONS
from states.cycle.lifecycle import CYCLE_MACHINE
from states.dossier.commands import MACHINE as DOSSIERS
from states.engine import permissions
from states.engine.correct import Repair, correct
from states.engine.machine import Machine, Row
from states.outcomes import registered_repairs, repaired_terms
from states.outcomes.repairable import (
    REPAIRERS,
    TWINS,
    Repairable,
    Value,
    check_order,
    columns_of,
    misfit,
    read_value,
)
from states.outcomes.wake import Moving

MACHINES: Mapping[str, Machine] = {
    "cycle": CYCLE_MACHINE,
    "dossier": DOSSIERS,
    "session": SESSIONS,
    "certificate": CERTIFICATES,
}
KINDS = (*MACHINES, *registered_repairs.KINDS)
LONGEST = 300  # characters of a reason, of a document
_OF_DOSSIER = Sql(
    sa.select(CERTIFICATE_TABLE.c.id)
    .where(CERTIFICATE_TABLE.c.dossier_id == sa.bindparam("dossier_id"))
    .order_by(CERTIFICATE_TABLE.c.id)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A repair as asked for; ``expected_lines`` is the number of lines the asker has seen."""

    kind: str
    id: str
    changes: Mapping[str, object]
    reason: str
    document: str
    expected_lines: int | None = None


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was put right; ``follows`` are the subjects that held a copy of the mistake. Hidden values are only named."""

    subject: str
    version: int
    changed: tuple[str, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    follows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """The act behind a repair: who, why, by which document."""

    actor: ActorRef
    reason: str
    document: str
    move: Moving
    origin: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


Apply: TypeAlias = Callable[[Tx, str, Row, Mapping[str, Value], Act], Repaired]


def repair(tx: Tx, wanted: Wanted, actor: Actor, move: Moving) -> Repaired:
    """Put columns of a subject right, and those of its twin that say the same wrong thing, in this transaction.

    Raises:
        NotFound: no such subject, or not the actor's to see. Forbidden: ``wrong_actor``.
        StaleVersion: lines were added since ``expected_lines``.
        BadInput: a column that is not repaired, a value that cannot be read, nothing changed, no reason, no document.
    """
    row = _locked(tx, wanted.kind, wanted.id)
    act = Act(
        _repairer(actor, wanted.kind, row),
        required_text(wanted.reason, "reason", longest=LONGEST),
        required_text(wanted.document, "document", longest=LONGEST),
        move,
    )
    if wanted.expected_lines is not None and wanted.expected_lines != row["version"]:
        raise StaleVersion("stale_version", expected=wanted.expected_lines, current=row["version"])
    changes = _changes(tx, wanted.kind, row, wanted.changes)
    if wanted.kind in registered_repairs.KINDS:
        return _registered(tx, wanted.kind, row, changes, act)
    done = _apply(tx, wanted.kind, row, changes, act)
    follows = tuple(_twins(tx, wanted.kind, row, changes, act))
    return Repaired(done.subject, done.version, done.changed, done.before, done.after, follows)


def row_of(rtx: ReadTx, kind: str, subject_id: str) -> Row | None:
    """The row of any kind of subject that can be repaired, for showing what stands in it."""
    if kind in registered_repairs.KINDS:
        return registered_repairs.row_of(rtx, kind, subject_id)
    return MACHINES[kind].load(rtx, subject_id) if kind in MACHINES else None


def may_repair(actor: Actor, row: Row) -> bool:
    """Whether this person may repair a subject they see."""
    return bool(permissions.roles_at(actor, row) & frozenset(REPAIRERS))


def _locked(tx: Tx, kind: str, subject_id: str) -> Row:
    """The row, locked, and its dossier before it: subjects are locked in one order everywhere."""
    row = row_of(tx, kind, subject_id)
    if row is None:
        raise NotFound("subject_not_found", kind=kind)
    if kind == "certificate" and row["dossier_id"]:
        DOSSIERS.lock(tx, row["dossier_id"])
    locked = MACHINES[kind].lock(tx, subject_id) if kind in MACHINES else row
    return locked if locked is not None else row


def _repairer(actor: Actor, kind: str, row: Row) -> ActorRef:
    held = permissions.held_at(actor, row)
    if not held:
        raise NotFound("subject_not_found", kind=kind)
    role: Role | None = next((role for role in REPAIRERS if any(one.role is role for one in held)), None)
    if role is None:
        raise Forbidden("wrong_actor")
    return actor.ref(role, held)


def _changes(tx: Tx, kind: str, row: Row, asked: Mapping[str, object]) -> dict[str, Value]:
    """The columns that are to change, read; all faults at once."""
    known = columns_of(kind, row)
    faults: list[FieldError] = []
    found: dict[str, Value] = {}
    for column, raw in asked.items():
        try:
            found |= _change(tx, row, column, known.get(column), raw)
        except BadInput as error:
            faults += error.fields
    if faults:
        raise BadInput("repair_invalid", fields=faults)
    if not found:
        raise misfit(next(iter(asked), "changes"), "nothing_changed")
    return found


def _change(tx: Tx, row: Row, column: str, spec: Repairable | None, raw: object) -> dict[str, Value]:
    if spec is None:
        raise misfit(column, "repair_column_unknown", column=column)
    if not spec.empties and raw == row.get(column):
        return {}
    value = read_value(tx, column, spec, raw)
    return {} if value == row.get(column) else {column: value}


def _apply(tx: Tx, kind: str, row: Row, changes: Mapping[str, Value], act: Act) -> Repaired:
    """Write one subject's repair with what follows from its days."""
    check_order(kind, row, changes)
    known = columns_of(kind, row)
    hidden = [column for column in changes if known[column].hidden]
    derived: Row = {**changes}
    standing = None
    if kind == "certificate":
        derived |= repaired_terms.derived(tx, row, changes)
        standing = repaired_terms.standing(tx, row, derived)
        derived |= {"grace_ends_on": None} if standing else {}
    shown = [column for column in derived if column not in hidden and derived[column] != row.get(column)]
    written = Repair(
        reason=act.reason,
        document=act.document,
        before={column: row.get(column) for column in shown},
        after={column: derived[column] for column in shown},
        more={
            "changed": sorted(changes),
            "digests": _digests(tx, row, changes, hidden),
            **({"follows": act.origin} if act.origin else {}),
        },
    )
    after = correct(tx, MACHINES[kind], row, derived, written, actor=act.actor, standing=standing)
    if kind == "certificate":
        repaired_terms.follow(tx, row, after, actor=act.actor, move=act.move)
    subject = f"{kind}/{row['id']}"
    return Repaired(subject, after["version"], tuple(sorted(changes)), written.before, written.after)


def _digests(tx: Tx, row: Row, changes: Mapping[str, Value], hidden: list[str]) -> dict[str, Any]:
    """Salted digests of names that may be a person's; the salt is the producer's and dies with its people."""
    if not hidden:
        return {}
    salt = salt_of(tx, row["producer_id"])
    return {
        column: {"before": digest_of(salt, row[column]), "after": digest_of(salt, changes[column])}
        for column in hidden
    }


def _twins(tx: Tx, kind: str, row: Row, changes: Mapping[str, Value], act: Act) -> Iterator[str]:
    """Put the same mistake right where it was copied, and say which repair that follows."""
    after = Act(act.actor, act.reason, act.document, act.move, origin=f"{kind}/{row['id']}")
    for twin_kind, twin in _twin_rows(tx, kind, row):
        copied = {}
        for column, value in changes.items():
            other = _other(kind, twin_kind, column)
            if other is not None and twin[other] == row[column]:
                copied[other] = value
        if copied:
            yield _apply(tx, twin_kind, twin, copied, after).subject


def _other(kind: str, twin_kind: str, column: str) -> str | None:
    """The column of the twin that repeats this one."""
    for one, other in TWINS.items():
        for mine, theirs in ((one, other), (other, one)):
            if mine == (kind, column) and theirs[0] == twin_kind:
                return theirs[1]
    return None


def _twin_rows(tx: Tx, kind: str, row: Row) -> Iterator[tuple[str, Row]]:
    found: list[tuple[str, str]] = []
    if kind == "certificate" and row["dossier_id"]:
        found = [("dossier", row["dossier_id"])]
    elif kind == "dossier":
        found = [("certificate", one[0]) for one in tx.sql.all(_OF_DOSSIER, dossier_id=row["id"])]
    for twin_kind, twin_id in found:
        twin = MACHINES[twin_kind].lock(tx, twin_id)
        if twin is not None:
            yield twin_kind, twin


def _registered(tx: Tx, kind: str, row: Row, changes: Mapping[str, Value], act: Act) -> Repaired:
    """A repair of what the registry keeps, by its own command."""
    written = registered_repairs.apply(
        tx, kind, row, changes, actor=act.actor, reason=act.reason, document=act.document
    )
    known = columns_of(kind, row)
    shown = [column for column in changes if not known[column].hidden]
    return Repaired(
        f"{kind}/{row['id']}", written.version, tuple(sorted(changes)),
        {column: row.get(column) for column in shown}, {column: changes[column] for column in shown},
    )  # fmt: skip
