"""What one actor could do with a subject now, and why not the rest: what pages and the API show as buttons.

Writes nothing; facts that only the asking itself can settle are left open.
"""

from dataclasses import dataclass

from core.tx import ReadTx
from registry.actors import Actor
from states.engine import permissions
from states.engine.decide import Move, Refusal, decide
from states.engine.forms import NOTHING
from states.engine.machine import Asked, Machine, Row, Supply, ruleset_features


@dataclass(frozen=True, slots=True)
class Action:
    """One trigger as seen by one actor: allowed, or why not. Guards over what is still to be sent are left open."""

    trigger: str
    allowed: bool
    code: str | None
    fields: tuple[str, ...]
    needs_reason: bool


def actions(
    tx: ReadTx, machine: Machine, row: Row, *, actor: Actor, supply: Supply | None = None
) -> list[Action]:
    """What this actor could do with a subject in its state: every trigger open to one of their roles."""
    spec, roles = machine.spec, permissions.roles_at(actor, row)
    state = spec.state_of[row["state"]]
    mine = [
        t for t in spec.triggers_from(state) if any(rule.roles & roles for rule in spec.by_move[state, t])
    ]
    found = (_action(tx, machine, row, trigger, actor, supply) for trigger in mine)
    return [action for action in found if action is not None]


def _action(
    tx: ReadTx, machine: Machine, row: Row, trigger: str, actor: Actor, supply: Supply | None
) -> Action | None:
    """The trigger as this actor meets it; None where the branch that holds is another office's."""
    spec, state = machine.spec, machine.spec.state_of[row["state"]]
    form = spec.forms.get(trigger, NOTHING)
    asked = Asked(
        tx,
        row,
        trigger,
        dict.fromkeys((f.name for f in form.fields), None),
        None,
        actor,
        max(tx.now_text, row["last_at"]),
        permissions.held_at(actor, row),
        supply,
    )
    needed = spec.facts_of[state, trigger]
    open_facts = {name for name in needed if name in SENT_FACTS or name in form.fact_names()}
    facts = {name: machine.facts[name](asked) for name in needed - open_facts}
    verdict = decide(
        spec,
        state=state,
        trigger=trigger,
        roles=asked.roles,
        facts=facts,
        features=ruleset_features(row, asked.instant),
        not_given="holds",
    )
    if isinstance(verdict, Refusal) and verdict.kind == "actor":
        return None
    code = None if isinstance(verdict, Move) or verdict.kind == "branch" else verdict.code
    fields = tuple(field.name for field in form.fields)
    return Action(trigger, code is None, code, fields, "reason_given" in needed)


SENT_FACTS = frozenset({"reason_given", "event_on"})
"""Facts that only the asking itself can settle."""
