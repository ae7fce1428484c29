"""Next year's plan from last year's: every date shifted, each with the reason why it stands where it stands.

Pure: it opens nothing and decides nothing; what it gives is a plan file to look through, preview and issue.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta

from core.errors import BadInput
from core.texts import text
from regulations.periods import add_months
from states.cycle.calendar_marks import PlanMark
from states.cycle.dating import Calendar
from states.cycle.plan_dates import OPENS, Dated, Values, dated
from states.cycle.plan_writing import plan_text
from states.cycle.schedule import lawful_batches

_DAY = timedelta(days=1)
_LONGEST = 60  # days a date may be moved on before one gives up; the quiet days of Tết are some twenty
_AVOIDED = (PlanMark.TET_QUIET, PlanMark.DAY_OFF)
YEAR, LEAP, LAW, MISSING = "year", "leap_day", "law", "calendar_missing"
_DROPPED = ("accepted", "theme", "baseline")


@dataclass(frozen=True, slots=True)
class Shift:
    """One date of the new plan: where it stood, where it stands, and every reason in turn."""

    key: str
    path: str
    was: date
    becomes: date
    reasons: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        return {
            "key": self.key, "path": self.path, "was": self.was.isoformat(), "becomes": self.becomes.isoformat(),
            "reasons": list(self.reasons),
        }  # fmt: skip

    def words(self, lang: str = "vi") -> str:
        """The shift in one remark, as it stands behind the date in the file; a missing calendar is said once, on top."""
        why = ", ".join(text(f"plan_shift.{reason}", lang) for reason in self.reasons if reason != MISSING)
        return f"{self.was.isoformat()} → {self.becomes.isoformat()}: {why}"


@dataclass(frozen=True, slots=True)
class Cloned:
    """The text of the new plan file, its shifted dates, and what was left out."""

    year: int
    text: str
    shifts: tuple[Shift, ...]
    left_out: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        return {
            "year": self.year, "plan": self.text, "shifts": [each.to_json() for each in self.shifts],
            "left_out": list(self.left_out),
        }  # fmt: skip


@dataclass(slots=True)
class _Cloning:
    """One cloning: from which year to which, what the law fixed then and fixes now."""

    former: int
    year: int
    calendar: Calendar
    law_then: dict[str, date]
    law_now: dict[str, date]
    shifts: list[Shift] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def years(self) -> int:
        return self.year - self.former


def clone(values: Values, year: int, *, then: Calendar, now: Calendar) -> Cloned:
    """The plan of another year from the values of one.

    A date the law fixed stands where the law fixes it in the new year; every other one keeps its day of the year, and
    moves off days off and the days around Tết: a first day and a last day onto the next day that will do, a step of a
    batch back to the one before, so that no limit of the law is passed. A date that hangs on another stays hanging.
    The number and day of the new plan are for the province to give; results, accepted warnings and the theme are left
    out.

    Raises:
        BadInput: `clone_year`, the new year is not after the old one.
    """
    former = (values["years"] or [values["year"]])[0]
    if year <= former:
        raise BadInput("clone_year", year=year, former=former)
    work = _Cloning(former, year, now, _law(former, then), _law(year, now))
    made = deepcopy(values)
    _leave_out(made, work)
    _shift_years(made, work)
    for each in dated(made):
        _shift(each, work)
    remarks = {each.path: each.words() for each in work.shifts} | {"": _head(work)}
    return Cloned(year, plan_text(made, remarks), tuple(work.shifts), tuple(work.left_out))


def _head(work: _Cloning) -> str:
    said = [text("plan_cloned", "vi", year=work.former)]
    if any(MISSING in each.reasons for each in work.shifts):
        said.append(text(f"plan_shift.{MISSING}", "vi"))
    return " ".join(said)


def _law(year: int, calendar: Calendar) -> dict[str, date]:
    """The stated days of the law by their keys."""
    batches = lawful_batches(year, calendar)
    return {each.key: each.holder["date"] for batch in batches.values() for each in _dates_of(batch)}


def _dates_of(batch: Values) -> Iterator[Dated]:
    bare: Values = dict.fromkeys(("windows", "calendar", "events", "councils", "tasks"))
    return (each for each in dated({**bare, "batches": [batch]}) if each.name == "date")


def _leave_out(made: Values, work: _Cloning) -> None:
    for name in _DROPPED:
        if made[name]:
            work.left_out.append(name)
            made[name] = None
    happened = [entry for entry in made["calendar"] or () if entry["kind"] == "happened"]
    if happened:
        made["calendar"] = [entry for entry in made["calendar"] if entry["kind"] != "happened"] or None
        work.left_out.append("calendar.happened")
    made["sources"] = [
        *(made["sources"] or ()),
        *(_source(each, work.former) for each in made["documents"] or ()),
    ]
    made["documents"], made["ruleset"] = [], None
    if not work.calendar.districts:
        for batch in made["batches"] or ():
            left = [step for step in batch["steps"] if step["step"] != "district_done"]
            if len(left) < len(batch["steps"]):
                batch["steps"] = left
                work.left_out.append("batches.district_done")


def _source(document: Values, year: int) -> str:
    return text("plan_cloned_from", "vi", number=document["number"], year=year)


def _shift_years(made: Values, work: _Cloning) -> None:
    """Every year that is named, in words too; numbers of documents keep theirs."""
    named = re.compile(rf"(?<![\d/-]){work.former}(?![\d/-])")
    made["title"] = named.sub(str(work.year), made["title"])
    for name, words in (("targets", "what"), ("tasks", "title"), ("calendar", "title"), ("events", "title")):
        for each in made[name] or ():
            each[words] = named.sub(str(work.year), each[words])
    if made["years"]:
        made["years"] = [each + work.years for each in made["years"]]
    else:
        made["year"] = work.year
    for name in ("themes", "budgets", "targets", "tasks"):
        for each in made[name] or ():
            each["year"] = each["year"] and each["year"] + work.years
    for name in ("calendar", "events"):
        for each in made[name] or ():
            if each["month"]:
                each["month"] = f"{int(each['month'][:4]) + work.years}{each['month'][4:]}"


def _shift(each: Dated, work: _Cloning) -> None:
    """Move one date; a month was moved with its year, and what hangs on another date follows it."""
    was = each.holder[each.name]
    if not isinstance(was, date):
        return
    if work.law_then.get(each.key) == was and each.key in work.law_now:
        becomes, reasons = work.law_now[each.key], [LAW]
    else:
        kept = add_months(was, 12 * work.years)
        becomes, reasons = _fitting(each, kept, work)
        if kept.day != was.day:
            reasons = [LEAP if reason == YEAR else reason for reason in reasons]
        limit = work.law_now.get(each.key)
        if limit is not None and becomes > limit:
            becomes, reasons = limit, [*reasons, LAW]
    each.put(becomes)
    work.shifts.append(Shift(each.key, each.path, was, becomes, tuple(reasons)))


def _fitting(each: Dated, day: date, work: _Cloning) -> tuple[date, list[str]]:
    """The day itself, or the nearest one in its direction whose last good day is no day off and not around Tết.

    A day that would leave its year that way is looked for the other way.
    """
    back = each.path.startswith("batches") and not each.key.endswith(OPENS)
    bound = "on" if each.name in ("opens", "from") else str(each.holder.get("bound") or "by")
    for step in (-_DAY, _DAY) if back else (_DAY, -_DAY):
        found, reasons = _walked(day, step, bound, work.calendar)
        if found.year == day.year:
            return found, reasons
    return day, [YEAR]


def _walked(day: date, step: timedelta, bound: str, calendar: Calendar) -> tuple[date, list[str]]:
    """The first day that will do from this one on, with what was in the way."""
    reasons: dict[str, None] = {YEAR: None}
    for _ in range(_LONGEST):
        marks = calendar.marks(calendar.last_day(day, bound))
        bad = next((mark for mark in _AVOIDED if mark in marks), None)
        if PlanMark.CALENDAR_MISSING in marks:
            reasons[MISSING] = None
        if bad is None:
            break
        reasons[str(bad)] = None
        day += step
    return day, list(reasons)
