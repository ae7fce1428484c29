"""The dates of a plan by name: each can be moved, and dates that hang on another one move with it.

It knows no law and no calendar; it works on the values of a plan file before they are checked against each other.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeAlias

from core.errors import BadInput, FieldError
from states.cycle.plan_format import STEP_CODES, WINDOW_CODES
from states.cycle.plan_values import Hanging, stated_day
from states.cycle.shapes import FIRST_DAY, LAST_DAY, Offset, Reading

Values: TypeAlias = dict[str, Any]
OPENS = ".opens"
_BATCH_PREFIX = {"province": "BATCH", "central": "CENTRAL"}


@dataclass(frozen=True, slots=True)
class Dated:
    """One date of a plan: the key it is moved by, its place in the file, and where its value stands."""

    key: str
    path: str
    holder: Values
    name: str

    @property
    def value(self) -> date | Offset | None:
        """What stands there; of a month its last day."""
        found: date | Offset | None = self.holder[self.name]
        return found if found or self.name != "date" else stated_day(None, None, self.holder.get("month"))

    def put(self, day: date) -> None:
        """Let this day stand there; a month gives way to it."""
        self.holder[self.name] = day
        if self.name == "date" and self.holder.get("month"):
            self.holder["month"] = None
            self.holder["bound"] = self.holder.get("bound") or "by"


def dated(values: Values) -> list[Dated]:
    """Every date of a plan, in the order of the file.

    The key is the code of the deadline it becomes, with a number where several share one; the first day of a window, a
    span or an intake has `.opens` behind it.
    """
    return [each for each in _dated(values) if each.value is not None]


def _dated(values: Values) -> Iterator[Dated]:
    codes = Counter(
        [*map(_window_code, values["windows"] or ()), *map(_entry_code, values["calendar"] or ())]
    )
    for index, window in enumerate(values["windows"] or ()):
        code = _window_code(window)
        key = code if codes[code] == 1 else f"{code}/{index + 1}"
        yield Dated(key + OPENS, f"windows[{index}].opens", window, "opens")
        yield Dated(key, f"windows[{index}].closes", window, "closes")
    for index, batch in enumerate(values["batches"] or ()):
        yield from _of_batch(batch, f"batches[{index}]")
    for index, entry in enumerate(values["calendar"] or ()):
        code = _entry_code(entry)
        yield from _span(code if codes[code] == 1 else f"CALENDAR/{index + 1}", f"calendar[{index}]", entry)
    for name, prefix in (("events", "EVENT"), ("councils", "COUNCIL")):
        for index, span in enumerate(values[name] or ()):
            yield from _span(f"{prefix}/{index + 1}", f"{name}[{index}]", span)
    for index, task in enumerate(values["tasks"] or ()):
        yield Dated(f"TASK/{index + 1}", f"tasks[{index}].due", task, "due")


def _window_code(window: Values) -> str:
    return WINDOW_CODES[window["step"]]


def _entry_code(entry: Values) -> str:
    return str(entry["code"] or "CALENDAR_ENTRY")


def _of_batch(batch: Values, path: str) -> Iterator[Dated]:
    yield Dated(f"{_BATCH_PREFIX[batch['level']]}{batch['number']}{OPENS}", f"{path}.opens", batch, "opens")
    for place, step in enumerate(batch["steps"]):
        code = STEP_CODES.get((batch["level"], step["step"]))
        if code is not None:
            yield Dated(code.format(batch["number"]), f"{path}.steps[{place}].date", step, "date")


def _span(key: str, path: str, entry: Values) -> Iterator[Dated]:
    if entry.get("from") or entry.get("to"):
        yield Dated(key + OPENS, f"{path}.from", entry, "from")
        yield Dated(key, f"{path}.to", entry, "to")
    elif "date" in entry:
        yield Dated(key, f"{path}.date", entry, "date")


def settle(values: Values, reading: Reading) -> tuple[Hanging, ...]:
    """Put a day where a date hangs on another; returns what hung on what. Faults: no such base, a circle."""
    found = dated(values)
    hanging = tuple(Hanging(each.path, str(each.value)) for each in found if isinstance(each.value, Offset))
    settling = _Settling({each.key: each for each in found}, reading)
    for each in found:
        settling.day_of(each, ())
    return hanging


@dataclass(frozen=True, slots=True)
class _Settling:
    """One walk over hanging dates, each base before what hangs on it; a mistake is named once."""

    by_key: Mapping[str, Dated]
    reading: Reading
    failed: set[str] = field(default_factory=set)

    def day_of(self, each: Dated, above: tuple[str, ...]) -> date | None:
        """The day of one date, its base settled first; None after a fault."""
        value = each.value
        if not isinstance(value, Offset) or each.path in self.failed:
            return None if isinstance(value, Offset) else value
        base = self.by_key.get(value.base)
        if base is None or each.path in above:
            code = "plan_base_unknown" if base is None else "plan_base_circle"
            self._fault(each, code, base=value.base, known=_known(self.by_key))
            return None
        day = self.day_of(base, (*above, each.path))
        if day is None:
            return None
        moved_to = day + timedelta(days=value.days)
        if not FIRST_DAY <= moved_to <= LAST_DAY:
            limits = {"least": str(FIRST_DAY), "most": str(LAST_DAY)}
            self._fault(each, "plan_out_of_range", value=str(moved_to), **limits)
            return None
        each.put(moved_to)
        return moved_to

    def _fault(self, each: Dated, code: str, **params: str) -> None:
        self.failed.add(each.path)
        self.reading.fault(code, each.path, **params)


def read_moves(given: Mapping[str, str]) -> dict[str, date]:
    """Moves as they were sent, key to day.

    Raises:
        BadInput: `bad_fields`, with the key of each day that is none.
    """
    found: dict[str, date] = {}
    faults = []
    for key, text in given.items():
        try:
            found[key] = date.fromisoformat(text)
        except ValueError:
            faults.append(FieldError(f"moves.{key}", "bad_day"))
    if faults:
        raise BadInput("bad_fields", fields=faults)
    return found


def _known(keys: Iterable[str]) -> str:
    return ", ".join(sorted(keys))


def moved(values: Values, moves: Mapping[str, date], lawful: Mapping[str, Values]) -> Values:
    """The values with these dates in place of their own; a batch that only the law fixes enters the plan with its move.

    Raises:
        BadInput: `plan_move_unknown`, `plan_move_outside`.
    """
    changed = deepcopy(values)
    for key in sorted(moves):
        batch = lawful.get(key)
        if batch is not None and key not in {each.key for each in dated(changed)}:
            changed["batches"] = [*(changed["batches"] or ()), deepcopy(batch)]
    by_key = {each.key: each for each in dated(changed)}
    for key, day in moves.items():
        if key not in by_key:
            raise BadInput("plan_move_unknown", key=key, known=_known(by_key.keys() | lawful.keys()))
        if not FIRST_DAY <= day <= LAST_DAY:
            raise BadInput(
                "plan_move_outside", key=key, day=str(day), least=str(FIRST_DAY), most=str(LAST_DAY)
            )
        by_key[key].put(day)
    return changed
