"""``fire``: gathers the facts, decides, and is the only writer of a state.

Row and history line are written in one transaction with one statement each. Effects on other subjects belong to
``states.moves``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from core import history
from core.errors import BadInput, Forbidden, NotFound, OcopError, Refused, StaleVersion
from core.ids import new_id, new_ids
from core.lines import ZEROS, ActorRef, Line, canonical
from core.tx import Tx
from registry.actors import Actor
from states.engine import permissions
from states.engine.decide import Move, Refusal, decide
from states.engine.facts import FactValue
from states.engine.machine import Asked, Machine, Row, Supply, ruleset_features
from states.engine.rules import NEW


class Fired(NamedTuple):
    """What happened: ``version`` counts all lines of the subject, ``move_version`` its transitions."""

    kind: str
    id: str
    trigger: str
    source: str
    dest: str
    level: str | None
    version: int
    move_version: int
    at: str
    hash: str
    row: Row
    inputs: Mapping[str, Any]
    texts: Mapping[str, Any] | None = None

    @property
    def subject(self) -> str:
        return f"{self.kind}/{self.id}"


def fire(
    tx: Tx,
    machine: Machine,
    subject_id: str,
    trigger: str,
    *,
    actor: Actor,
    data: Mapping[str, object] | None = None,
    expected_version: int | None = None,
    reason: str | None = None,
    effective_on: date | None = None,
    supply: Supply | None = None,
) -> Fired:
    """Move one subject, or say why not.

    Raises:
        NotFound: no such subject, or the actor may not see it.
        StaleVersion: ``expected_version`` is not the subject's move version.
        BadInput: unknown trigger or malformed data. Forbidden: this actor never may. Refused: not now.
    """
    row = machine.lock(tx, subject_id)
    held = permissions.held_at(actor, row) if row is not None else ()
    if row is None or not (held or permissions.may_see(actor, row)):
        raise NotFound("subject_not_found", kind=machine.spec.kind)
    if expected_version is not None and expected_version != row["move_version"]:
        raise StaleVersion("stale_version", expected=expected_version, current=row["move_version"])
    asked = Asked(tx, row, trigger, {}, reason, actor, max(tx.now_text, row["last_at"]), held, supply)
    move, inputs = _decided(machine, asked, data)
    return _write(tx, machine, asked, move, inputs, effective_on)


def create(
    tx: Tx,
    machine: Machine,
    trigger: str,
    values: Row,
    *,
    actor: Actor,
    data: Mapping[str, object] | None = None,
    reason: str | None = None,
    effective_on: date | None = None,
    supply: Supply | None = None,
) -> Fired:
    """Bring a new subject into being by the rule that leads out of "new"; ``values`` are its own columns."""
    row = _unborn(tx, machine, values)
    held = permissions.held_at(actor, row)
    if not held:
        raise NotFound("subject_not_found", kind=machine.spec.kind)
    asked = Asked(tx, row, trigger, {}, reason, actor, tx.now_text, held, supply)
    move, inputs = _decided(machine, asked, data)
    return _write(tx, machine, asked, move, inputs, effective_on)


def _unborn(tx: Tx, machine: Machine, values: Row) -> Row:
    """The row of a subject that comes from nowhere, before its first line."""
    row: Row = {
        **dict.fromkeys(machine.columns),
        **values,
        "id": values.get("id") or new_id(),
        "state": NEW,
        "version": 0,
        "move_version": 0,
        "head": ZEROS,
        "last_at": "",
    }
    if "created_at" in row:
        row["created_at"] = tx.now_text
    return row


@dataclass(frozen=True, slots=True)
class Known:
    """What many subjects share or was looked up for all of them at once: ``shared`` look-ups of one move, by their key
    in `Asked.cache`, and ``facts`` of each row that need no look-up of their own.
    """

    facts: Callable[[Row], Mapping[str, FactValue]]
    shared: Mapping[str, Any] = field(default_factory=dict)


def create_many(
    tx: Tx,
    machine: Machine,
    trigger: str,
    rows: Sequence[Row],
    *,
    actor: Actor,
    known: Known,
) -> list[Row]:
    """`create` for many subjects at once: each is decided by itself, lines and rows are written together.

    The given rows hold driver values. Returns the new rows in their order. A trigger that takes data from a person is not for many.

    Raises:
        What `create` raises, for the first row that may not be.
    """
    many, ids = _Many(set(_ALWAYS)), new_ids(len(rows))
    made = [
        _newborn(tx, machine, trigger, {"id": row_id, **values}, actor, known, many)
        for row_id, values in zip(ids, rows, strict=True)
    ]
    heads = history.write_lines(tx, (line for line, _ in made))
    born = [row for _, row in made]
    for row, head in zip(born, heads, strict=True):
        row["head"] = head
    machine.insert_many(tx, born, [name for name in machine.columns if name in many.filled])
    return born


_ALWAYS = ("id", "state", "version", "move_version", "head", "last_at", "created_at")


@dataclass(slots=True)
class _Many:
    """What subjects that are created together leave behind for the next: the columns that anything was put into, and the
    last verdict, which holds for the next where all that is judged is the same.
    """

    filled: set[str]
    judged: tuple[object, ...] | None = None
    verdict: Move | Refusal | None = None


def _newborn(
    tx: Tx, machine: Machine, trigger: str, values: Row, actor: Actor, known: Known, many: _Many
) -> tuple[Line, Row]:
    row = _unborn(tx, machine, values)
    held = permissions.held_at(actor, row)
    if not held:
        raise NotFound("subject_not_found", kind=machine.spec.kind)
    asked = Asked(tx, row, trigger, {}, None, actor, tx.now_text, held, cache=dict(known.shared))
    move, inputs = _decided(machine, asked, None, known.facts(row), many)
    line, moved = _planned(tx, machine, asked, move, inputs, None)
    many.filled.update(values, moved)
    return line, row | moved


def import_past(
    tx: Tx,
    machine: Machine,
    values: Row,
    *,
    state: str,
    source: str,
    effective_on: date | None,
    inputs: Mapping[str, Any],
    actor: ActorRef = permissions.IMPORTER,
) -> Fired:
    """Take over a past fact from a document: an ``imported`` line with its source, never passed off as live.

    ``inputs`` must hold no personal data. The subject stands in ``state`` from ``effective_on`` on.
    """
    blank: Row = dict.fromkeys(machine.columns)
    row = {**blank, "id": new_id(), **values, "version": 0, "move_version": 0, "head": ZEROS}
    line = Line(
        subject=f"{machine.spec.kind}/{row['id']}",
        version=1,
        kind="imported",
        actor=actor,
        at=tx.now,
        source=NEW,
        dest=state,
        level=row.get("level"),
        rules=machine.spec.edition,
        ruleset=row.get("ruleset"),
        effective_on=effective_on,
        inputs={"document": source, **inputs, "columns": machine.stated_in(row)},
        rehearsal=tx.rehearsal,
        prev=row["head"],
    )
    digest = history.write_line(tx, line)
    after = {
        **row,
        "state": str(machine.spec.state_of[state]),
        "version": 1,
        "move_version": 1,
        "head": digest,
        "last_at": tx.now_text,
        "created_at": tx.now_text,
    }
    machine.insert(tx, after)
    return Fired(
        machine.spec.kind,
        row["id"],
        "import",
        NEW,
        state,
        row.get("level"),
        1,
        1,
        tx.now_text,
        digest,
        after,
        inputs,
    )


def _decided(
    machine: Machine,
    asked: Asked,
    data: Mapping[str, object] | None,
    given: Mapping[str, FactValue] | None = None,
    many: _Many | None = None,
) -> tuple[Move, dict[str, Any]]:
    step, roles = machine.steps.get((asked.row["state"], asked.trigger)), asked.roles
    if step is None:
        raise _no_step(machine, asked)
    if step.roles.isdisjoint(roles):  # said before their data is read
        raise Forbidden("wrong_actor", trigger=asked.trigger)
    form = step.form
    asked.data = form.clean(data)
    facts: dict[str, Any]
    if given is None:
        facts = {name: fact(asked) for name, fact in step.facts}
    else:
        facts = {name: given[name] if name in given else fact(asked) for name, fact in step.facts}
    features = ruleset_features(asked.row, asked.instant) if step.by_ruleset else _NO_FEATURES
    judged = (step.state, asked.trigger, roles, facts, features)
    if many is not None and many.verdict is not None and many.judged == judged:
        verdict = many.verdict
    else:
        verdict = decide(
            machine.spec, state=step.state, trigger=asked.trigger, roles=roles, facts=facts, features=features
        )
        if many is not None:
            many.judged, many.verdict = judged, verdict
    if isinstance(verdict, Refusal):
        raise refused(verdict, machine, asked)
    if not form.fields:
        return verdict, facts
    texts = form.texts(asked.data)
    if texts:
        asked.texts = {"salt": new_id(), **texts}
        facts["texts_digest"] = sha256(canonical(asked.texts)).hexdigest()
    return verdict, {**form.kept(asked.data), **facts}


_NO_FEATURES: frozenset[str] = frozenset()
_NOTHING: Row = {}


def _no_step(machine: Machine, asked: Asked) -> OcopError:
    """The error of a trigger that means nothing in this state, or anywhere."""
    known = asked.trigger in machine.spec.triggers
    verdict = Refusal("wrong_state", "state") if known else Refusal("unknown_trigger", "unknown")
    return refused(verdict, machine, asked)


def refused(verdict: Refusal, machine: Machine, asked: Asked) -> OcopError:
    """The error of a refusal: never (403), not now (409) or badly asked (422)."""
    about: dict[str, Any] = {"kind": machine.spec.kind, "state": asked.row["state"], "trigger": asked.trigger}
    match verdict.kind:
        case "actor":
            return Forbidden(verdict.code, trigger=asked.trigger)
        case "unknown":
            return BadInput(verdict.code, kind=machine.spec.kind, trigger=asked.trigger)
        case "guard":
            return Refused(f"guard_{verdict.code}", fact=verdict.fact, **about)
    return Refused(verdict.code, fact=verdict.fact, **about)


def _planned(
    tx: Tx, machine: Machine, asked: Asked, move: Move, inputs: dict[str, Any], effective_on: date | None
) -> tuple[Line, Row]:
    """The line of a decided move, and the columns it changes but for the head."""
    rule, row = move.rule, asked.row
    dest = str(machine.pass_through(machine.spec.state_of[row["state"]], rule))
    changed = _changed(machine, asked, move)
    if machine.stated and (stated := machine.stated_in(changed, row if row["state"] == NEW else _NOTHING)):
        inputs = {**inputs, "columns": stated}
    line = Line(  # in the order of its fields: sixteen names cost more than all the rest of it
        f"{machine.spec.kind}/{row['id']}",
        row["version"] + 1,
        "fact_noted" if rule.note else "transition",
        asked.actor.ref(move.role, asked.held),
        asked.instant,
        rule.trigger,
        str(row["state"]),
        dest,
        changed.get("level", row.get("level")),
        machine.spec.edition,
        changed.get("ruleset", row.get("ruleset")),
        effective_on,
        asked.reason,
        inputs,
        tx.rehearsal,
        row["head"],
    )
    return line, {
        **changed,
        "state": dest,
        "version": line.version,
        "last_at": asked.now,
        "move_version": row["move_version"] + (not rule.note),
    }


def _write(
    tx: Tx, machine: Machine, asked: Asked, move: Move, inputs: dict[str, Any], effective_on: date | None
) -> Fired:
    row = asked.row
    line, moved = _planned(tx, machine, asked, move, inputs, effective_on)
    moved["head"] = digest = history.write_line(tx, line)
    after = {**row, **moved}
    if row["state"] == NEW:
        machine.insert(tx, after)
    else:
        machine.update(tx, row["id"], moved)
    return Fired(
        machine.spec.kind,
        row["id"],
        move.rule.trigger,
        str(row["state"]),
        moved["state"],
        after.get("level"),
        line.version,
        after["move_version"],
        asked.now,
        digest,
        after,
        line.inputs,
        asked.texts,
    )


def _changed(machine: Machine, asked: Asked, move: Move) -> Row:
    change = machine.changes.get(move.rule.trigger)
    changed: Row = dict(change(asked, move)) if change else {}
    if move.rule.level_to:
        changed["level"] = move.rule.level_to
    return changed
