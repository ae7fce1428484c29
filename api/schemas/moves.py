"""Moves of every kind of subject, what may be done, and histories with their replay.

`version` is everywhere the move version: what a move must name. `lines` counts all lines of the history.
"""

from typing import Any

from pydantic import Field

from api.schemas.base import Body, Code, Read


class ActionField(Read):
    name: str
    kind: str
    required: bool
    choices: list[str]
    least: int | None
    most: int | None


class ActionRead(Read):
    """A trigger open to one of this person's roles; `code` says why not where it is not allowed now."""

    trigger: str
    label: str
    allowed: bool
    code: str | None
    message: str | None
    needs_reason: bool
    fields: list[ActionField]


class TransitionRequest(Body):
    """A move: `data` are the fields of the trigger. Facts (`inputs`) are the server's alone and are refused."""

    trigger: Code
    expected_version: int = Field(ge=0, le=2**31 - 1)
    reason: str | None = Field(default=None, max_length=4000)
    data: dict[str, Any] | None = None


class FiredRead(Read):
    """A move that was made and stored."""

    kind: str
    id: str
    trigger: str
    source: str
    state: str
    level: str | None
    version: int
    lines: int
    at: str
    hash: str


class LineRead(Read):
    """A line as stored: canonical JSON (RFC 8785); `hash` is SHA-256 over a zero byte and its bytes."""

    hash: str
    line: dict[str, Any]


class HistoryRead(Read):
    subject: str
    items: list[LineRead]


class ReplayProblem(Read):
    version: int
    code: str
    detail: str | None


class ReplayRead(Read):
    state: str
    level: str | None
    ruleset: str | None
    version: int
    lines: int
    of_lines: int
    last_at: str | None
    attested: list[str]
    problems: list[ReplayProblem]
    equals_stored: bool | None
