"""The three questions for the machines: may this be done now, where does a walk lead, where does a registration start.

Decided by the product's own tables and fact functions; a guard whose facts a case does not give holds.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from notifications.audience import tells
from registry.roles import Role
from regulations.vocabulary import Kind
from states.dossier.opening import BEGINS
from states.dossier.rules_entry import FOLLOWING
from states.engine.decide import Move, Refusal, decide
from states.engine.machine import Machine
from states.engine.rules import NEW
from states.moves import COMMANDS, MACHINES
from tests.cases.answers import calendar, settings
from tests.cases.case_files import Case
from tests.cases.stated import UNSTATED, NotStatedError, gather
from tests.cases.subjects import Subject, place, subject

Answer = dict[str, Any]
ACTORS: Mapping[str, frozenset[Role]] = {
    "producer": frozenset({Role.PRODUCER}),
    "commune": frozenset({Role.COMMUNE}),
    "province_unit": frozenset({Role.PROVINCE_UNIT}),
    "advisory": frozenset({Role.ADVISORY}),
    "council_head": frozenset({Role.CHAIR, Role.SECRETARY}),
    "council_member": frozenset({Role.COUNCIL_MEMBER}),
    "province_chair": frozenset({Role.PROVINCE_CHAIR}),
    "ministry": frozenset({Role.MINISTRY}),
    "system": frozenset({Role.SYSTEM}),
}
"""The case's actors as roles; they act in the right area, as the README of the cases says."""

REASONS: Mapping[tuple[str, str, str], str] = {
    ("certificate", "revoke", "wrong_state"): "certificate_not_valid"
}
"""Lifecycle, trigger and the product's refusal code, and the case's word for it; equal words stand in no row.

A certificate is revoked from every state in which it is in force, so the wrong state is one in which it is not.
"""


def ask_fire(case: Case) -> Answer:
    found = _subject(case, case.given["state"])
    place(found, case.given.get("facts") or {}, case.when)
    verdict = _verdict(found, case.when["trigger"], case.when["actor"])
    if isinstance(verdict, Refusal):
        return _refused(found, case.when["trigger"], verdict)
    return {
        "allowed": True,
        "state": str(verdict.rule.dest),
        "unread": found.unread(),
        **_what_follows(found, verdict),
    }


def ask_walk(case: Case) -> Answer:
    """Facts of a step stay true for the steps after it."""
    facts: dict[str, Any] = {}
    state, level, states = case.given["state"], None, []
    for number, step in enumerate(case.when["steps"], 1):
        facts |= step.get("facts") or {}
        found = _subject(case, state)
        found.row["level"] = level or found.row["level"]
        place(found, facts, step)
        verdict = _verdict(found, step["trigger"], step["actor"])
        if isinstance(verdict, Refusal):
            return {"refused_at": number, "reason": _refused(found, step["trigger"], verdict)["reason"]}
        state, level = str(verdict.rule.dest), verdict.rule.level_to or found.row["level"]
        states.append(state)
    return {"states": states}


def _machine(case: Case) -> Machine:
    return MACHINES[case.given.get("lifecycle", "dossier")]


def _subject(case: Case, state: str) -> Subject:
    return subject(_machine(case), state, case.given, settings=settings(case), calendar=calendar())


def _verdict(found: Subject, trigger: str, actor: str) -> Move | Refusal:
    spec = found.machine.spec
    state = spec.state_of[found.row["state"]]
    needed = spec.facts_of.get((state, trigger), frozenset())
    return decide(
        spec,
        state=state,
        trigger=trigger,
        roles=ACTORS[actor],
        facts=gather(found.machine, found.asked(trigger), found.direct, needed),
        features=frozenset(map(str, found.ruleset.features)),
        not_given="holds",
    )


def _refused(found: Subject, trigger: str, verdict: Refusal) -> Answer:
    key = (found.machine.spec.kind, trigger, verdict.code)
    return {"allowed": False, "reason": REASONS.get(key, verdict.code)}


def _what_follows(found: Subject, move: Move) -> Answer:
    """Whom the product tells, what it writes into the row, and whether it opens another dossier."""
    rule, kind = move.rule, found.machine.spec.kind
    line_kind = "fact_noted" if rule.note else "transition"
    told = {role for tell in tells(kind, line_kind, rule.trigger, str(rule.dest)) for role in tell.roles}
    changed = _changed(found, move)
    return {
        "notify": sorted(_actors(told)),
        "flag": "late" if changed.get("late") else None,
        "batch": _batch(found, changed),
        "new_dossier": any(rule is one for one in FOLLOWING) and (kind, rule.trigger) in COMMANDS,
    }


def _changed(found: Subject, move: Move) -> Mapping[str, Any]:
    """The columns the move writes, as far as they follow from what the case states."""
    change = found.machine.changes.get(move.rule.trigger)
    try:
        return change(found.asked(move.rule.trigger), move) if change else {}
    except NotStatedError:
        return {}


def _batch(found: Subject, changed: Mapping[str, Any]) -> dict[str, int] | None:
    """The batch the move puts the dossier into; none left in its cycle means the first of the next year's."""
    if found.rows is UNSTATED or "batch_id" not in changed:
        return None
    year, _, number = (changed["batch_id"] or f"{int(found.row['cycle_id']) + 1}-1").partition("-")
    return {"year": int(year), "number": int(number)}


def _actors(roles: Iterable[Role]) -> set[str]:
    wanted = set(roles)
    return {actor for actor, meant in ACTORS.items() if meant & wanted}


def ask_entry(case: Case) -> Answer:
    """A registration starts where the rule out of "new" for its kind leads; the producer registers."""
    found = _subject(case, NEW)
    found.row["kind"] = case.when["kind"]
    place(found, case.given.get("facts") or {}, {})
    trigger = BEGINS[Kind(case.when["kind"])]
    verdict = _verdict(found, trigger, "producer")
    if isinstance(verdict, Refusal):
        return _refused(found, trigger, verdict)
    return {"allowed": True, "state": str(verdict.rule.dest)}


ANSWERS: dict[str, Callable[[Case], Answer]] = {"fire": ask_fire, "walk": ask_walk, "entry": ask_entry}
