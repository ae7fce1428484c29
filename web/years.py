"""The year of a cycle as pages show it: before opening from a preview, afterwards from the rows, with counts.

It computes no date; every date comes from the preview or from a row.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.tx import ReadTx
from registry import calendar_days
from registry.roles import Role
from regulations.working_calendar import DayKind
from states.dossier.lifecycle import DOSSIER
from states.dossier.queries import count_of_cycle
from states.engine.rules import Phase
from web import days, strip, wording

SETTLED = (("met_at", "đã xong"), ("cancelled_at", "đã hủy"), ("fired_at", "đã qua"))
OF_THE_DAY = "tet_quiet"
"""The mark that asks for a decision about one day; marks of a whole year are said once, not on every row."""


@dataclass(frozen=True, slots=True)
class DueLine:
    """One deadline in the table: its number on the strip, what, who, until when, how computed, its marks."""

    number: int
    name: str
    owner: str
    last_day: str
    when: str
    rule: str
    marks: tuple[tuple[str, str], ...]
    chip: days.Chip | None
    settled: str
    extended_from: str | None
    key: str = ""
    stated: str = ""


@dataclass(frozen=True, slots=True)
class YearView:
    """Strip, table and batches of a year."""

    picture: str
    dues: list[DueLine]
    windows: list[tuple[str, str, str]]
    batches: list[dict[str, Any]]


def of_preview(rtx: ReadTx, shown: Mapping[str, Any]) -> YearView:
    """The year as a preview computes it."""
    accepted = frozenset(each["id"] for each in shown["warnings"] if each["accepted"])
    dues = [
        replace(
            _line(number, each["code"], each["title"], each["owner_role"], each["last_day"], each["rule"],
                  each["stated"]["date"], each["stated"]["bound"], each["basis"], each["marks"], accepted),
            key=each["key"], stated=each["stated"]["date"],
        )
        for number, each in enumerate(shown["deadlines"], 1)
    ]  # fmt: skip
    return _year(rtx, int(shown["year"]), shown["windows"], shown["batches"], dues, today=None)


def of_cycle(rtx: ReadTx, cycle: Mapping[str, Any]) -> YearView:
    """The year as it was opened."""
    dues = [_of_row(rtx, number, each) for number, each in enumerate(cycle["deadlines"], 1)]
    today = days.local(rtx.now).date()
    windows = [{**each, "batch": each["batch_number"]} for each in cycle["windows"]]
    return _year(rtx, int(cycle["year"]), windows, cycle["batches"], dues, today=today)


def _of_row(rtx: ReadTx, number: int, row: Mapping[str, Any]) -> DueLine:
    line = _line(number, row["code"], row["title"], row["owner_role"], row["last_day"], row["rule"], row["stated_on"],
                 row["bound"], row["basis"], (), frozenset())  # fmt: skip
    settled = next((word for column, word in SETTLED if row[column]), "")
    chip = None if settled else days.chip(row["due_at"], rtx.now, staff=True)
    return DueLine(
        line.number,
        line.name,
        line.owner,
        line.last_day,
        line.when,
        line.rule,
        (),
        chip,
        settled,
        row["extended_from"],
    )


def _line(
    number: int, code: str, title: str | None, owner: str, last_day: str, rule: str, stated: str | None, bound: str | None,
    basis: str, marks: Sequence[str], accepted: Collection[str],
) -> DueLine:  # fmt: skip
    said = tuple(
        (
            "late" if mark == OF_THE_DAY and f"{mark}:{last_day}" not in accepted else "",
            wording.label("mark", mark),
        )
        for mark in marks
    )
    return DueLine(
        number=number,
        name=wording.deadline_name(code, title),
        owner=wording.label("role", owner) if owner != Role.SYSTEM else "Hệ thống",
        last_day=last_day,
        when=f"hết ngày {days.long(last_day)}",
        rule=wording.rule_words(rule, stated=stated, bound=bound, basis=basis),
        marks=said,
        chip=None,
        settled="",
        extended_from=None,
    )


def _year(
    rtx: ReadTx,
    year: int,
    windows: Sequence[Mapping[str, Any]],
    batches: Sequence[Mapping[str, Any]],
    dues: list[DueLine],
    *,
    today: date | None,
) -> YearView:
    bars = [
        strip.Bar(
            w["step"], _window_name(w), date.fromisoformat(w["opens_on"]), date.fromisoformat(w["closes_on"])
        )
        for w in windows
    ]
    diamonds = [
        strip.Diamond(
            due.number, date.fromisoformat(due.last_day), any(tone == "late" for tone, _ in due.marks)
        )
        for due in dues
    ]
    picture = strip.draw(
        year,
        bars,
        diamonds,
        _calendar(rtx, year),
        today=today,
        title="Lịch cả năm; mọi mốc có trong bảng bên dưới",
    )
    return YearView(
        picture=picture,
        dues=dues,
        windows=[(_window_name(w), days.short(w["opens_on"]), days.short(w["closes_on"])) for w in windows],
        batches=[_batch(each) for each in batches],
    )


def _window_name(window: Mapping[str, Any]) -> str:
    name = wording.label("step", window["step"])
    return f"{name}, đợt {window['batch']}" if window.get("batch") else name


def _batch(batch: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **batch,
        "name": f"Đợt {batch['number']}, {wording.label('level', batch['level'])}",
        "label": wording.state_label("batch", batch["state"]) if batch.get("state") else "",
        "opens": days.short(batch["opens_on"]),
        "propose": days.long(batch["propose_last_day"]),
        "evaluate": days.long(batch["evaluate_last_day"]),
    }


def _calendar(rtx: ReadTx, year: int) -> strip.Calendar:
    calendar = calendar_days.calendar(rtx)
    first, last = date(year, 1, 1), date(year + 1, 3, 31)
    off = [day for day, row in calendar.days.items() if row.kind is not DayKind.WORK and first <= day <= last]
    quiet = [
        (zone.first_day, zone.last_day)
        for zone in calendar.quiet
        if zone.last_day >= first and zone.first_day <= last
    ]
    return strip.Calendar(sorted(off), quiet)


@dataclass(frozen=True, slots=True)
class PhaseCount:
    """How many dossiers stand in a phase, and in which states."""

    phase: str
    label: str
    count: int
    states: list[tuple[str, int]]


def counts(rtx: ReadTx, cycle_id: str) -> tuple[list[PhaseCount], list[tuple[str, int]], int]:
    """Dossiers of a cycle by phase and state, those that ended without a phase, and all of them."""
    found = count_of_cycle(rtx, cycle_id)
    phases = []
    for phase in Phase:
        inside = [
            (wording.state_label("dossier", state), found[str(state)])
            for state, info in DOSSIER.states.items()
            if info.phase is phase and str(state) in found
        ]
        phases.append(
            PhaseCount(str(phase), wording.label("phase", phase), sum(n for _, n in inside), inside)
        )
    known = {str(state) for state, info in DOSSIER.states.items() if info.phase}
    rest = [
        (wording.state_label("dossier", state), number)
        for state, number in found.items()
        if state not in known
    ]
    return phases, rest, sum(found.values())
