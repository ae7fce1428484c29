"""Replay: a pure fold over one subject's lines, legal step by legal step, by the edition each line names.

Must never read a row or a table of today's rules: an old history is judged by the rules it was made under.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeAlias

from core.clock import VIETNAM
from core.lines import Line
from states.engine.editions import Edition, EditionRule, load
from states.engine.facts import evaluate
from states.engine.rules import NEW

MOVING = ("transition", "imported")
REPAIRED = "repaired"
Editions: TypeAlias = Callable[[str], Edition]
"""Where an edition of the rules is read by its name: the packaged ones, or those a bundle brings along."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that does not follow: where and a stable code."""

    version: int
    code: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """Where a history leads. ``attested`` are the guards whose truth rests on a person's word.

    ``columns`` are the values that lines state of the row, as last set by a move, an import or a repair.
    """

    state: str = NEW
    level: str | None = None
    ruleset: str | None = None
    version: int = 0
    move_version: int = 0
    last_at: datetime | None = None
    attested: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    columns: Mapping[str, Any] = field(default_factory=dict)


def fold(
    lines: Iterable[Line],
    *,
    until: datetime | None = None,
    effective: date | None = None,
    editions: Editions = load,
) -> Replayed:
    """Walk the lines in order and return the state they lead to.

    Args:
        lines: one subject's lines by version.
        until: an instant; later lines were not yet known then and are left out.
        effective: a day; lines legally effective after it are left out. A line without ``effective_on`` takes effect
            on the Vietnamese day it was made. Such a walk leaves lines out, so it reports no problems.
        editions: where the edition that a line names is read.

    Raises:
        UnknownEditionError: a line names an edition that is not there; it is never judged by another one.
    """
    state = Replayed()
    for line in lines:
        if until is not None and line.at > until:
            break
        if effective is not None and effective_day(line) > effective:
            continue
        state = step(state, line, editions)
    return state if effective is None else replace(state, problems=())


def effective_day(line: Line) -> date:
    """The legal day of a line: the stated one, else the Vietnamese day on which it was made."""
    return line.effective_on or line.at.astimezone(VIETNAM).date()


def step(before: Replayed, line: Line, editions: Editions = load) -> Replayed:
    """One line further; what does not follow is kept as a problem, the walk goes on."""
    problems = [*_order_problems(before, line)]
    attested: tuple[str, ...] = ()
    if line.kind in ("transition", "fact_noted") and line.trigger and line.rules:
        found, attested = _rule_problems(editions(line.rules), before, line)
        problems += found
    moves = moved(line)
    return replace(
        before,
        state=line.dest if moves and line.dest else before.state,
        level=line.level,
        ruleset=line.ruleset or before.ruleset,
        version=line.version,
        last_at=line.at,
        move_version=before.move_version + moves,
        attested=before.attested + attested,
        problems=before.problems + tuple(problems),
        columns=_columns(before, line),
    )


def moved(line: Line) -> bool:
    """Whether a line led its subject to a state: a move, an import, or a repair that set the state right."""
    return line.kind in (*MOVING, REPAIRED) and line.dest is not None


def _columns(before: Replayed, line: Line) -> Mapping[str, Any]:
    """The values stated of the row after this line."""
    stated = line.inputs.get("after" if line.kind == REPAIRED else "columns")
    return {**before.columns, **stated} if isinstance(stated, Mapping) and stated else before.columns


def reached(end: Replayed) -> dict[str, Any]:
    """What a row must say where its whole history leads; a subject that never moves has neither state nor level."""
    found: dict[str, Any] = {"version": end.version, "move_version": end.move_version, **end.columns}
    if end.move_version:
        found["state"] = end.state
        if end.level is not None:
            found["level"] = end.level
    return found


def differing(end: Replayed, row: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns in which a stored row is not what its whole history leads to."""
    return tuple(sorted(name for name, value in reached(end).items() if name in row and row[name] != value))


def _order_problems(before: Replayed, line: Line) -> Iterable[Problem]:
    if line.version != before.version + 1:
        yield Problem(line.version, "version_gap", f"{before.version} -> {line.version}")
    if before.last_at is not None and line.at < before.last_at:
        yield Problem(line.version, "time_runs_back", f"{before.last_at} -> {line.at}")
    ordered = (*MOVING, "fact_noted", REPAIRED)
    if line.kind in ordered and line.source is not None and line.source != before.state:
        yield Problem(line.version, "source_differs", f"{before.state} != {line.source}")
    yield from _repair_problems(before, line)


def _repair_problems(before: Replayed, line: Line) -> Iterable[Problem]:
    """A repair must know what it mends: every value it calls wrong is the one the lines stated."""
    wrong = line.inputs.get("before") if line.kind == REPAIRED else None
    for name, value in wrong.items() if isinstance(wrong, Mapping) else ():
        if name in before.columns and before.columns[name] != value:
            yield Problem(line.version, "repair_differs", name)


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
