"""Replay: a pure fold over one subject's lines, legal step by legal step, by the edition each line names.

Must never read a row or a table of today's rules: an old history is judged by the rules it was made under.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from core.clock import VIETNAM
from core.lines import Line
from states.engine.editions import Edition, EditionRule, load
from states.engine.facts import evaluate
from states.engine.rules import NEW

MOVING = ("transition", "imported")


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that does not follow: where and a stable code."""

    version: int
    code: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """Where a history leads. ``attested`` are the guards whose truth rests on a person's word."""

    state: str = NEW
    level: str | None = None
    ruleset: str | None = None
    version: int = 0
    move_version: int = 0
    last_at: datetime | None = None
    attested: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def fold(lines: Iterable[Line], *, until: datetime | None = None, effective: date | None = None) -> Replayed:
    """Walk the lines in order and return the state they lead to.

    Args:
        lines: one subject's lines by version.
        until: an instant; later lines were not yet known then and are left out.
        effective: a day; lines legally effective after it are left out. A line without ``effective_on`` takes effect
            on the Vietnamese day it was made. Such a walk leaves lines out, so it reports no problems.
    """
    state = Replayed()
    for line in lines:
        if until is not None and line.at > until:
            break
        if effective is not None and effective_day(line) > effective:
            continue
        state = step(state, line)
    return state if effective is None else replace(state, problems=())


def effective_day(line: Line) -> date:
    """The legal day of a line: the stated one, else the Vietnamese day on which it was made."""
    return line.effective_on or line.at.astimezone(VIETNAM).date()


def step(before: Replayed, line: Line) -> Replayed:
    """One line further; what does not follow is kept as a problem, the walk goes on."""
    problems = [*_order_problems(before, line)]
    attested: tuple[str, ...] = ()
    if line.kind in ("transition", "fact_noted") and line.trigger and line.rules:
        edition = load(line.rules)
        found, attested = _rule_problems(edition, before, line)
        problems += found
    moves = line.kind in MOVING and line.dest is not None
    return replace(
        before,
        state=line.dest if moves and line.dest else before.state,
        level=line.level,
        ruleset=line.ruleset or before.ruleset,
        version=line.version,
        last_at=line.at,
        move_version=before.move_version + (line.kind in MOVING),
        attested=before.attested + attested,
        problems=before.problems + tuple(problems),
    )


def _order_problems(before: Replayed, line: Line) -> Iterable[Problem]:
    if line.version != before.version + 1:
        yield Problem(line.version, "version_gap", f"{before.version} -> {line.version}")
    if before.last_at is not None and line.at < before.last_at:
        yield Problem(line.version, "time_runs_back", f"{before.last_at} -> {line.at}")
    if line.kind in (*MOVING, "fact_noted") and line.source is not None and line.source != before.state:
        yield Problem(line.version, "source_differs", f"{before.state} != {line.source}")


def _rule_problems(edition: Edition, before: Replayed, line: Line) -> tuple[list[Problem], tuple[str, ...]]:
    matching = [
        rule
        for rule in edition.between(line.trigger or "", line.source or "", line.dest or "")
        if _selected(rule, line)
    ]
    if len(matching) != 1:
        return [
            Problem(line.version, "move_not_in_rules", f"{line.source} --{line.trigger}--> {line.dest}")
        ], ()
    rule = matching[0]
    problems = []
    if line.actor.role not in rule.roles:
        problems.append(Problem(line.version, "role_may_not", line.actor.role))
    wanted = rule.level_to or (before.level if before.version else line.level)
    if line.level != wanted:
        problems.append(Problem(line.version, "level_differs", f"{wanted} != {line.level}"))
    attested = tuple(guard.code for guard in rule.guards if guard.attested)
    problems += [
        Problem(line.version, "guard_failed" if truth is False else "facts_missing", guard.code)
        for guard in rule.guards
        if not guard.attested and (truth := evaluate(guard.condition, line.inputs)) is not True
    ]
    return problems, attested


def _selected(rule: EditionRule, line: Line) -> bool:
    inputs: Mapping[str, Any] = line.inputs
    return all(name in inputs and inputs[name] == value for name, value in rule.when)
