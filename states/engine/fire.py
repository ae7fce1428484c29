"""``fire``: gathers the facts, decides, and is the only writer of a state.

Row and history line are written in one transaction with one statement each. Effects on other subjects belong to
``states.moves``.
"""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from core import history
from core.errors import BadInput, Forbidden, NotFound, OcopError, Refused, StaleVersion
from core.ids import new_id
from core.lines import ZEROS, Line, canonical
from core.tx import Tx
from registry.actors import Actor
from registry.roles import Role
from states.engine import permissions
from states.engine.decide import Move, Refusal, decide
from states.engine.forms import NOTHING
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
    if row is None or not held:
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
) -> Fired:
    """Bring a new subject into being by the rule that leads out of "new"; ``values`` are its own columns."""
    blank: Row = dict.fromkeys(machine.columns)
    row = {
        **blank,
        "id": new_id(),
        **values,
        "state": NEW,
        "version": 0,
        "move_version": 0,
        "head": ZEROS,
        "last_at": "",
    }
    held = permissions.held_at(actor, row)
    if not held:
        raise NotFound("subject_not_found", kind=machine.spec.kind)
    asked = Asked(tx, row, trigger, {}, reason, actor, tx.now_text, held)
    if "created_at" in row:
        row["created_at"] = asked.now
    move, inputs = _decided(machine, asked, data)
    return _write(tx, machine, asked, move, inputs, effective_on)


def import_past(
    tx: Tx,
    machine: Machine,
    values: Row,
    *,
    state: str,
    source: str,
    effective_on: date | None,
    inputs: Mapping[str, Any],
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
        actor=permissions.IMPORTER,
        at=tx.now,
        source=NEW,
        dest=state,
        level=row.get("level"),
        rules=machine.spec.edition,
        ruleset=row.get("ruleset"),
        effective_on=effective_on,
        inputs={"document": source, **inputs},
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
    machine: Machine, asked: Asked, data: Mapping[str, object] | None
) -> tuple[Move, dict[str, Any]]:
    spec, state = machine.spec, machine.spec.state_of[asked.row["state"]]
    facts: dict[str, Any] = {}
    form = spec.forms.get(asked.trigger, NOTHING)
    roles = asked.roles
    if (state, asked.trigger) in spec.by_move:
        if _nobody_here(machine, asked, roles):
            raise Forbidden("wrong_actor", trigger=asked.trigger)
        asked.data = form.clean(data)
        facts = {name: machine.facts[name](asked) for name in spec.facts_of[state, asked.trigger]}
    features = ruleset_features(asked.row, asked.instant)
    verdict = decide(spec, state=state, trigger=asked.trigger, roles=roles, facts=facts, features=features)
    if isinstance(verdict, Refusal):
        raise refused(verdict, machine, asked)
    if not form.fields:
        return verdict, facts
    texts = form.texts(asked.data)
    if texts:
        asked.texts = {"salt": new_id(), **texts}
        facts["texts_digest"] = sha256(canonical(asked.texts)).hexdigest()
    return verdict, {**form.kept(asked.data), **facts}


def _nobody_here(machine: Machine, asked: Asked, roles: frozenset[Role]) -> bool:
    """No rule of this trigger is this actor's: said before their data is read."""
    state = machine.spec.state_of[asked.row["state"]]
    return not any(rule.roles & roles for rule in machine.spec.by_move[state, asked.trigger])


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


def _write(
    tx: Tx, machine: Machine, asked: Asked, move: Move, inputs: dict[str, Any], effective_on: date | None
) -> Fired:
    rule, row = move.rule, asked.row
    dest = str(machine.pass_through(machine.spec.state_of[row["state"]], rule))
    changed = _changed(machine, asked, move)
    line = Line(
        subject=f"{machine.spec.kind}/{row['id']}",
        version=row["version"] + 1,
        kind="fact_noted" if rule.note else "transition",
        actor=asked.actor.ref(move.role, asked.held),
        at=asked.instant,
        trigger=rule.trigger,
        source=str(row["state"]),
        dest=dest,
        level=changed.get("level", row.get("level")),
        rules=machine.spec.edition,
        ruleset=changed.get("ruleset", row.get("ruleset")),
        effective_on=effective_on,
        reason=asked.reason,
        inputs=inputs,
        rehearsal=tx.rehearsal,
        prev=row["head"],
    )
    digest = history.write_line(tx, line)
    moved: Row = {
        **changed,
        "state": dest,
        "version": line.version,
        "head": digest,
        "last_at": asked.now,
        "move_version": row["move_version"] + (not rule.note),
    }
    after = {**row, **moved}
    if row["state"] == NEW:
        machine.insert(tx, after)
    else:
        machine.update(tx, row["id"], moved)
    return Fired(
        machine.spec.kind,
        row["id"],
        rule.trigger,
        str(row["state"]),
        dest,
        after.get("level"),
        line.version,
        after["move_version"],
        asked.now,
        digest,
        after,
        inputs,
        asked.texts,
    )


def _changed(machine: Machine, asked: Asked, move: Move) -> Row:
    change = machine.changes.get(move.rule.trigger)
    changed: Row = dict(change(asked, move)) if change else {}
    if move.rule.level_to:
        changed["level"] = move.rule.level_to
    return changed
