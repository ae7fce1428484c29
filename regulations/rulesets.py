"""The five rulesets: which one is in force on a day, and which one judges a dossier.

Loaded on first use, once; never a database, never a clock: every day is given by the caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from regulations import law_files
from regulations.errors import RegulationError
from regulations.periods import period_end
from regulations.ruleset import Ruleset, from_canonical, load
from regulations.ruleset_checks import check_timeline
from regulations.settings import DEFAULTS, Settings
from regulations.vocabulary import Kind, Reason, TermCode
from regulations.working_calendar import WorkingCalendar, packaged

__all__ = [
    "Ruleset",
    "RulesetChoice",
    "all_rulesets",
    "by_pin",
    "for_dossier",
    "former",
    "from_canonical",
    "get",
    "in_force",
    "load",
]


@dataclass(frozen=True, slots=True)
class RulesetChoice:
    """The ruleset of a dossier, the day it must be decided by in a run-off, and why it may not be decided."""

    ruleset: Ruleset | None
    complete_by: date | None = None
    reason: Reason | None = None
    runoff_missed: bool = False

    @property
    def allowed(self) -> bool:
        """Return True where it may be decided under this ruleset on the day asked about."""
        return self.reason is None


@lru_cache(maxsize=1)
def all_rulesets() -> tuple[Ruleset, ...]:
    """Return the rulesets in order of force.

    Raises:
        RegulationError: `law_file_invalid`, a packaged file is broken.
    """
    folder = law_files.DATA / "rulesets"
    with law_files.one_big_load():
        rulesets = [
            load(path.read_text(encoding="utf-8"), path.name) for path in sorted(folder.glob("*.yaml"))
        ]
    rulesets.sort(key=lambda each: each.valid_from)
    check_timeline([each.data for each in rulesets])
    return tuple(rulesets)


def get(ruleset_id: str) -> Ruleset:
    """Return a ruleset by its id.

    Raises:
        RegulationError: `ruleset_unknown`.
    """
    for each in all_rulesets():
        if each.id == ruleset_id:
            return each
    known = ", ".join(each.id for each in all_rulesets())
    raise RegulationError(
        "ruleset_unknown", f"there is no ruleset {ruleset_id!r}", mend=f"use one of {known}"
    )


def by_pin(pin: str) -> Ruleset:
    """Return the ruleset a dossier is pinned to: today's text, or the former one it was filed under.

    Raises:
        RegulationError: `ruleset_unknown`; `pin_differs`, no packaged text is the one pinned.
    """
    ruleset = get(pin.partition("@")[0])
    if ruleset.pin == pin:
        return ruleset
    found = former().get(pin)
    if found is None:
        raise RegulationError(
            "pin_differs",
            f"{pin} was pinned, {ruleset.pin} is installed",
            mend="read the pinned text from a bundle",
        )
    return found


@lru_cache(maxsize=1)
def former() -> Mapping[str, Ruleset]:
    """Return texts that were corrected since, by their pins: what was filed under one is judged by it to its end."""
    folder = law_files.DATA / "rulesets" / "former"
    found = [from_canonical(path.read_bytes(), path.name) for path in sorted(folder.glob("*.json"))]
    return {each.pin: each for each in found}


def in_force(on: date) -> Ruleset | None:
    """Return the ruleset in force on a day, None before the first national one (21 August 2019)."""
    place = _place_on(on)
    return None if place is None else all_rulesets()[place]


@lru_cache(maxsize=4096)
def _place_on(day: date) -> int | None:
    """Where the ruleset in force on a day stands among all."""
    return next((place for place, each in enumerate(all_rulesets()) if each.in_force(day)), None)


def for_dossier(
    *,
    filed_on: date,
    kind: Kind,
    decide_on: date | None = None,
    as_of: date | None = None,
    settings: Settings = DEFAULTS,
    calendar: WorkingCalendar | None = None,
) -> RulesetChoice:
    """Return the ruleset that judges a dossier, and in a run-off the last day to decide it.

    The filing day decides. A dossier filed before Decision 26 and still undecided on its first day runs off
    under the rules of 2021-2025. `decide_on` asks about a decision on that day; `as_of` asks as one would
    have asked on that day, before later law was known.

    Raises:
        RegulationError: `decided_before_filed`.
    Source: QĐ 26/2026/QĐ-TTg Điều 11, 12.2; process.md 1.3, 11.12.
    """
    if decide_on is not None and decide_on < filed_on:
        raise RegulationError("decided_before_filed", f"decided on {decide_on}, filed on {filed_on}")
    ruleset = in_force(filed_on)
    if ruleset is None:
        return RulesetChoice(None, reason=Reason.NO_NATIONAL_RULESET)
    for later in _with_runoff(ruleset, filed_on, decide_on, as_of):
        return _run_off(later, kind, decide_on, settings, calendar)
    return _old_text_chosen(ruleset, filed_on, decide_on, settings) or RulesetChoice(ruleset)


def _with_runoff(
    ruleset: Ruleset, filed_on: date, decide_on: date | None, as_of: date | None
) -> list[Ruleset]:
    """Return the later ruleset whose run-off catches a dossier, if any."""
    return [
        each
        for each in all_rulesets()
        if each.data.runoff is not None
        and each is not ruleset
        and filed_on < each.valid_from
        and (decide_on is None or decide_on >= each.valid_from)
        and (as_of is None or as_of >= each.valid_from)
    ]


def _run_off(
    later: Ruleset, kind: Kind, decide_on: date | None, settings: Settings, calendar: WorkingCalendar | None
) -> RulesetChoice:
    runoff = later.data.runoff
    if runoff is None:
        raise RegulationError(Reason.NOT_IN_RULESET, f"{later.id} has no run-off")
    complete_by = _term_end(later, runoff.terms.value[kind], settings, calendar)
    return _decided_by(get(runoff.ruleset.value), complete_by, decide_on, settings)


def _old_text_chosen(
    ruleset: Ruleset, filed_on: date, decide_on: date | None, settings: Settings
) -> RulesetChoice | None:
    """Return the older ruleset where a province chose it for filings of the 60 days both texts were alive.

    Source: process.md 10 #12 (setting `new_filings_2026`); QĐ 26/2026/QĐ-TTg Điều 11.2.
    """
    chosen = settings.text("new_filings_2026")
    if TermCode.OLD_RULES_END not in ruleset.data.terms or chosen == ruleset.id:
        return None
    last_day = ruleset.valid_from + timedelta(days=ruleset.term(TermCode.OLD_RULES_END).amount)
    if filed_on > last_day:
        return None
    return _decided_by(get(chosen), last_day, decide_on, settings)


def _decided_by(
    ruleset: Ruleset, complete_by: date, decide_on: date | None, settings: Settings
) -> RulesetChoice:
    missed = decide_on is not None and decide_on > complete_by
    refused = missed and settings["runoff_missed"] == "refile"
    return RulesetChoice(ruleset, complete_by, Reason.RUNOFF_PASSED if refused else None, missed)


def _term_end(ruleset: Ruleset, code: TermCode, settings: Settings, calendar: WorkingCalendar | None) -> date:
    term = ruleset.term(code)
    return period_end(ruleset.valid_from, term.amount, term.unit, calendar or packaged(), settings)
