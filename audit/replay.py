"""One subject walked through from its lines: what it was, as was known at an instant or as was lawful on a day.

It must never answer from the subject's row; the row is only what the answer is compared with.
"""

from dataclasses import dataclass
from datetime import date, datetime

from core.errors import BadInput, NotFound
from core.history import read_lines
from core.lines import Line, parse_line
from core.tx import ReadTx
from states.engine.replay import Replayed, effective_day, fold


@dataclass(frozen=True, slots=True)
class Story:
    """The lines that count and where they lead."""

    subject: str
    lines: list[Line]
    replayed: Replayed


def replay(rtx: ReadTx, subject: str, *, at: datetime | None = None, effective: date | None = None) -> Story:
    """Walk a subject's lines: `at`, what was known at that instant; `effective`, what was lawful on that day.

    Raises:
        NotFound: the subject has no lines, or had none by then.
        BadInput: both an instant and a day are given, or a line cannot be read.
    """
    if at is not None and effective is not None:
        raise BadInput("replay_at_or_effective")
    stored = read_lines(rtx, subject)
    try:
        lines = [parse_line(text) for text, _ in stored]
    except ValueError as error:
        raise BadInput("replay_line_unreadable", subject=subject) from error
    lines = [line for line in lines if _counts(line, at, effective)]
    if not lines:
        raise NotFound("subject_unknown", subject=subject)
    return Story(subject, lines, fold(lines, until=at, effective=effective))


def _counts(line: Line, at: datetime | None, effective: date | None) -> bool:
    if at is not None:
        return line.at <= at
    return effective is None or effective_day(line) <= effective
