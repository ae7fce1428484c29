"""The facts a ruleset settles: where dossiers are filed, what a file holds, who recognises, what a mean leads to.

Each reads the law the dossier is pinned to (before filing, today's); none knows a row of another table.
"""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from regulations.documents import producer_types, required_documents
from regulations.levels import decider
from regulations.periods import plain_end
from regulations.rulesets import Ruleset
from regulations.stars import Rating, rate
from regulations.vocabulary import Feature, Kind, Level, Outcome
from states.dossier import runoff
from states.dossier.context import calendar_of, end_of, law_of, settings_of, start_of, today
from states.engine.facts import FactValue
from states.engine.machine import Asked, FactBook

_FORWARDS: Mapping[Outcome, Level] = {
    Outcome.FORWARD_PROVINCE: Level.PROVINCE,
    Outcome.FORWARD_CENTRAL: Level.CENTRAL,
}


def rating_of(asked: Asked, row: Mapping[str, Any]) -> Rating | None:
    """Stars and outcome of an exact mean after floors, at the dossier's level; None where nothing is scored.

    Source: QĐ 26/2026/QĐ-TTg Điều 3.3; process.md §3.6, §11.6.
    """
    law = law_of(asked)
    if law is None or row["points_sum"] is None or not row["points_count"]:
        return None
    held = row["floor_stars"]
    missed = {held + 1: ("floor",)} if held is not None and held < 5 else {}
    mean = Fraction(row["points_sum"], row["points_count"])
    return rate(law, Level(row["level"]), mean, floors_missed=missed, settings=settings_of(asked))


def _of_law(read: Callable[[Ruleset, Asked], FactValue]) -> Callable[[Asked], FactValue]:
    def fact(asked: Asked) -> FactValue:
        law = law_of(asked)
        return read(law, asked) if law else None

    return fact


def _has(feature: Feature) -> Callable[[Asked], FactValue]:
    return _of_law(lambda law, _: feature in law.features)


def _documents_required(law: Ruleset, asked: Asked) -> FactValue:
    return sorted(required_documents(law, "product", Kind(asked.row["kind"])))


def _decider(law: Ruleset, asked: Asked) -> FactValue:
    stars = asked.row["stars"]
    level = decider(law, stars) if stars is not None else None
    return str(level) if level else None


def _forwards_to(asked: Asked) -> FactValue:
    """The level above that the council's mean goes to, None where it stays."""
    rating = rating_of(asked, asked.row)
    level = _FORWARDS.get(rating.outcome) if rating else None
    return str(level) if level else None


def _producer_types(asked: Asked) -> FactValue:
    """Who may take part with this group of product."""
    return list(producer_types(law_of(asked), asked.row["product_group"]))


def _runoff_ends(asked: Asked) -> FactValue:
    last_day = runoff.ends_on(asked.tx, asked.row, today(asked), settings_of(asked), calendar_of(asked))
    return last_day.isoformat() if last_day else None


def window_of(asked: Asked) -> tuple[date, date] | None:
    """First and last day to file a renewal; None for other kinds, and where the law knows no window.

    Counted from the anniversary by the law the dossier is filed under (Art. 7.6.a, 12.1, QĐ 26/2026/QĐ-TTg).
    """
    if asked.row["kind"] != Kind.RE_EVALUATION:
        return None
    law, ends = law_of(asked), asked.supplied().get("certificate_expires_on")
    if law is None or law.windows is None or not ends:
        return None
    opens, closes = (plain_end(date.fromisoformat(str(ends)), term.amount, term.unit) for term in law.windows)
    return opens, closes


def _window_opens(asked: Asked) -> FactValue:
    window = window_of(asked)
    return start_of(window[0]) if window else None


def _window_closed(asked: Asked) -> FactValue:
    window = window_of(asked)
    return end_of(asked, window[1]) if window else None


LAW_FACTS: FactBook = {
    "first_level": _of_law(lambda law, _: str(law.levels[0])),
    "self_assessment_asked": _has(Feature.SELF_ASSESSMENT),
    "returns_from_centre": _has(Feature.RETURN_FROM_CENTRE),
    "documents_required": _of_law(_documents_required),
    "producer_types": _producer_types,
    "runoff_ends_on": _runoff_ends,
    "decider": _of_law(_decider),
    "forwards_to": _forwards_to,
    "window_opens_at": _window_opens,
    "window_closed_at": _window_closed,
}
