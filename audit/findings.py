"""What a check found wrong: subject, line, stable code.

A finding must never carry what a line says, only where and what kind of fault it is.
"""

from dataclasses import dataclass, field

from core import texts
from core.errors import Param


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `subject` is None where the fault is in no subject, such as a missing trigger."""

    subject: str | None
    version: int | None
    code: str
    params: dict[str, Param] = field(default_factory=dict)

    def text(self, lang: str = "vi") -> str:
        return texts.text_or_code(f"finding.{self.code}", lang, self.params)

    def __str__(self) -> str:
        where = self.subject or "record"
        line = "" if self.version is None else f" line {self.version}"
        return f"{where}{line}: {self.code}: {self.text('en')}"

    def to_json(self) -> dict[str, object]:
        return {
            "subject": self.subject,
            "version": self.version,
            "code": self.code,
            "params": dict(self.params),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked and what was found; `unlisted` counts findings beyond those kept."""

    lines: int
    subjects: int
    findings: list[Finding]
    unlisted: int = 0

    @property
    def intact(self) -> bool:
        return not self.findings

    def to_json(self) -> dict[str, object]:
        return {
            "intact": self.intact,
            "lines": self.lines,
            "subjects": self.subjects,
            "findings": [finding.to_json() for finding in self.findings],
            "unlisted": self.unlisted,
        }


class Notes:
    """Collects findings up to a limit and counts the rest, so that a ruined record does not fill the memory."""

    def __init__(self, limit: int) -> None:
        self.kept: list[Finding] = []
        self.unlisted = 0
        self._limit = limit

    def add(self, subject: str | None, version: int | None, code: str, **params: Param) -> None:
        if len(self.kept) < self._limit:
            self.kept.append(Finding(subject, version, code, params))
        else:
            self.unlisted += 1
