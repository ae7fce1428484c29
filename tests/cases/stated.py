"""What a case states and nothing else: whatever a fact of the product touches beyond it is "not stated".

So the product's own fact functions run on a case; none of them is copied here.
"""

from datetime import datetime
from typing import Any, NoReturn

from core.columns import instant_text
from states.engine.facts import FactValue
from states.engine.machine import Asked, Machine


class NotStatedError(LookupError):
    """A fact needs something the case says nothing of."""


class Stated(dict[str, Any]):
    """A mapping that knows only what was put into it; asking for more is an error, never a silent None.

    ``read`` are the names somebody looked at.
    """

    def __init__(self) -> None:
        super().__init__()
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        if name not in self:
            raise NotStatedError(name)
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]


class Unstated:
    """Stands where a case is silent; any use of it says so."""

    def __getattr__(self, name: str) -> NoReturn:
        raise NotStatedError(name)

    def __bool__(self) -> NoReturn:
        raise NotStatedError("unstated")

    def __str__(self) -> NoReturn:
        raise NotStatedError("unstated")


UNSTATED: Any = Unstated()


class Moment:
    """A transaction as far as a case has one: an instant, and no rows but those a case speaks of."""

    def __init__(self, now: datetime, rows: Any = UNSTATED) -> None:
        self.now, self.now_text, self.sql = now, instant_text(now), rows

    def __getattr__(self, name: str) -> NoReturn:
        raise NotStatedError(name)


def gather(machine: Machine, asked: Asked, direct: Stated, names: frozenset[str]) -> dict[str, FactValue]:
    """The facts of a rule, each by the product's own function; those that need more than was stated are left out.

    ``direct`` are facts a case states in the product's own words.
    """
    found: dict[str, FactValue] = {name: direct[name] for name in names & set(direct)}
    for name in names - set(direct):
        try:
            value = machine.facts[name](asked)
        except NotStatedError:
            continue
        if value is not UNSTATED:
            found[name] = value
    return found
