"""Checks one subject's lines one after the other: hash, form, copies, chain, order, and where they lead.

It must never trust a column: what counts is the stored text of the line itself.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from audit import stated
from audit.findings import Notes
from core.errors import OcopError
from core.history import COPIED, HISTORY
from core.ids import split_subject
from core.lines import ZEROS, canonical_text, leaf_hash, line_of
from states.engine.replay import Replayed, reached, step

COLUMNS = tuple(HISTORY.c.keys())
_LINE, _HASH = COLUMNS.index("line"), COLUMNS.index("hash")
_SAME = tuple((name, COLUMNS.index(name)) for name in ("subject", "version", *COPIED))
_ACTOR = tuple((name, key, COLUMNS.index(name)) for name, key in (("actor_id", "id"), ("actor_role", "role")))


@dataclass(slots=True)
class Chain:
    """The walk along one subject: the end reached, and whether a line on the way could not be read."""

    subject: str
    version: int = 0
    head: str = ZEROS
    last_at: str = ""
    replayed: Replayed = field(default_factory=Replayed)
    stated: Mapping[str, Any] = field(default_factory=dict)
    seq: int = -1
    readable: bool = True

    def reached(self) -> dict[str, Any]:
        """What the row must say: what its lines state of it, and where they lead."""
        found = {**self.stated, **reached(self.replayed)}
        if self.replayed.ruleset is not None:
            found["ruleset"] = self.replayed.ruleset
        return found

    def numbered(self, seq: int | None, notes: Notes) -> None:
        """The place of the line just followed in the log; a later line never stands before an earlier one."""
        if seq is not None:
            if seq < self.seq:
                notes.add(self.subject, self.version, "log_out_of_order", seq=seq)
            self.seq = max(seq, self.seq)

    def follow(self, row: tuple[Any, ...], notes: Notes) -> None:
        """One stored row of `history` further; columns in the order of `COLUMNS`."""
        version: int = row[1]
        if version != self.version + 1:
            notes.add(self.subject, version, "version_gap", expected=self.version + 1)
        text: str = row[_LINE]
        line_hash = leaf_hash(text.encode("utf-8", "surrogatepass"))
        if line_hash != row[_HASH]:
            notes.add(self.subject, version, "hash_differs")
        found = self._read(text, version, notes)
        if found is not None:
            self._compare(found, row, notes)
            self._replay(found, version, notes)
        self.version, self.head = version, line_hash

    def _read(self, text: str, version: int, notes: Notes) -> dict[str, Any] | None:
        try:
            found = json.loads(text)
            if not isinstance(found, dict) or canonical_text(found) != text:
                notes.add(self.subject, version, "not_canonical")
        except (ValueError, TypeError, RecursionError):
            found = None
        if isinstance(found, dict):
            return found
        self.readable = False
        notes.add(self.subject, version, "line_unreadable")
        return None

    def _compare(self, found: dict[str, Any], row: tuple[Any, ...], notes: Notes) -> None:
        actor = found.get("actor")
        actor = actor if isinstance(actor, dict) else {}
        wrong = [name for name, place in _SAME if found.get(name) != row[place]]
        wrong += [name for name, key, place in _ACTOR if actor.get(key) != row[place]]
        for name in wrong:
            notes.add(self.subject, row[1], "column_differs", column=name)
        if found.get("prev") != self.head:
            notes.add(self.subject, row[1], "chain_broken")
        at = str(found.get("at"))
        if at < self.last_at:
            notes.add(self.subject, row[1], "time_runs_back")
        self.last_at = at

    def _replay(self, found: dict[str, Any], version: int, notes: Notes) -> None:
        """Walk on by the rules the line names; order and gaps are told above, so only the rules are told here."""
        if not self.readable:
            return
        before = len(self.replayed.problems)
        try:
            self.replayed = step(self.replayed, line_of(found))
            self.stated = stated.after(split_subject(self.subject)[0], self.stated, found)
        except (ValueError, KeyError, TypeError, AttributeError):
            self.readable = False
            notes.add(self.subject, version, "line_unreadable")
        except (LookupError, OcopError):
            self.readable = False
            notes.add(self.subject, version, "rules_unknown", rules=str(found.get("rules")))
        for problem in self.replayed.problems[before:]:
            if problem.code not in ("version_gap", "time_runs_back"):
                notes.add(self.subject, version, f"replay_{problem.code}", detail=problem.detail)
