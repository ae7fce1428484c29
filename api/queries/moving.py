"""What every subject with a lifecycle has in common: its row, what may be done with it, its history, its replay.

It never shows a subject to somebody who holds nothing there.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson

from api.languages import Language
from core import texts
from core.columns import instant_text
from core.errors import BadInput, NotFound
from core.history import read_lines
from core.lines import Line, parse_line
from core.tx import ReadTx
from registry.actors import Actor
from states import moves
from states.council.queries import check_sight
from states.engine import permissions
from states.engine.actions import Action
from states.engine.fire import Fired
from states.engine.forms import NOTHING, Form
from states.engine.machine import Row
from states.engine.replay import Problem, Replayed, differing, fold


def row_seen(rtx: ReadTx, kind: str, subject_id: str, actor: Actor) -> Row:
    """A subject's row.

    Raises:
        NotFound: it is not there, or not this person's to see.
    """
    row = moves.machine_of(kind).load(rtx, subject_id)
    if row is None or not permissions.may_see(actor, row):
        raise NotFound("subject_not_found", kind=kind)
    return row


def actions_of(rtx: ReadTx, kind: str, row: Row, actor: Actor, language: Language) -> list[dict[str, Any]]:
    """Every trigger open to one of this person's roles here: allowed, or why not, and what to send with it."""
    forms = moves.machine_of(kind).spec.forms
    return [
        _action(action, forms.get(action.trigger, NOTHING), kind, language)
        for action in moves.actions(rtx, kind, row, actor)
    ]


def _action(action: Action, form: Form, kind: str, language: Language) -> dict[str, Any]:
    code = _refusal_code(action.code)
    return {
        "trigger": action.trigger,
        "label": texts.text_or_code(f"trigger.{kind}.{action.trigger}", language, {}),
        "allowed": action.allowed,
        "code": code,
        "message": texts.text_or_code(code, language, {}) if code else None,
        "needs_reason": action.needs_reason,
        "fields": [
            {
                "name": field.name,
                "kind": field.kind,
                "required": field.required,
                "choices": list(field.choices),
                "least": field.least,
                "most": field.most,
            }
            for field in form.fields
        ],
    }


def _refusal_code(code: str | None) -> str | None:
    """The code under which the move itself would be refused."""
    return code if code is None or code == "not_in_ruleset" else f"guard_{code}"


def fired_json(fired: Fired) -> dict[str, Any]:
    """What a move did, after its commit."""
    return {
        "kind": fired.kind,
        "id": fired.id,
        "trigger": fired.trigger,
        "source": fired.source,
        "state": fired.dest,
        "level": fired.level,
        "version": fired.move_version,
        "lines": fired.version,
        "at": fired.at,
        "hash": fired.hash,
    }


def history(rtx: ReadTx, kind: str, subject_id: str, actor: Actor) -> list[dict[str, Any]]:
    """Every line as it is stored, with its hash; the line is canonical, so writing it again gives the same bytes.

    Raises:
        NotFound: it is not there, or not this person's to see.
        Forbidden: a declared conflict hides the scores in its lines.
    """
    row_seen(rtx, kind, subject_id, actor)
    check_sight(rtx, actor, kind, subject_id)
    return [
        {"hash": line_hash, "line": orjson.Fragment(line)}
        for line, line_hash in read_lines(rtx, f"{kind}/{subject_id}")
    ]


def replay(
    rtx: ReadTx, kind: str, subject_id: str, actor: Actor, *, at: datetime | None, effective: date | None
) -> dict[str, Any]:
    """Where the lines lead by their own rules: now, as known at an instant, or as it legally was on a day.

    `equals_stored` says whether the end of the whole history is what the row says; None where only a part is walked.

    Raises:
        NotFound: it is not there, or not this person's to see.
        Forbidden: a declared conflict hides the scores in its lines.
        BadInput: both an instant and a day are given, or a line cannot be read.
    """
    row = row_seen(rtx, kind, subject_id, actor)
    check_sight(rtx, actor, kind, subject_id)
    if at is not None and effective is not None:
        raise BadInput("replay_at_or_effective")
    subject = f"{kind}/{subject_id}"
    try:
        lines = [parse_line(text) for text, _ in read_lines(rtx, subject)]
    except ValueError as error:
        raise BadInput("replay_line_unreadable", subject=subject) from error
    end = fold(lines, until=at, effective=effective)
    whole = at is None and effective is None
    return {**_replayed(end, lines), "equals_stored": _equals(end, row) if whole else None}


def _replayed(end: Replayed, lines: list[Line]) -> dict[str, Any]:
    return {
        "state": end.state,
        "level": end.level,
        "ruleset": end.ruleset,
        "version": end.move_version,
        "lines": end.version,
        "of_lines": len(lines),
        "last_at": instant_text(end.last_at) if end.last_at else None,
        "attested": sorted(set(end.attested)),
        "problems": [_problem(problem) for problem in end.problems],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {"version": problem.version, "code": problem.code, "detail": problem.detail}


def _equals(end: Replayed, row: Mapping[str, Any]) -> bool:
    return not end.problems and not differing(end, row)
