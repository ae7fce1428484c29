"""Where the server gets each fact of a dossier's guards from: its row, the forms saved, the cycle's windows, settings.

A fact is never taken from the person asking, except what they state in a trigger's form. Facts about the certificate
come from above, through ``supply``.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import instant_text
from core.sql import Sql
from registry import calendar_days
from registry import settings as registry_settings
from registry.products import Product
from registry.tables import table
from regulations import rulesets
from regulations.periods import closes_at
from regulations.settings import Settings
from regulations.vocabulary import Kind
from regulations.working_calendar import WorkingCalendar
from states.cycle.models import BATCH_TABLE, CYCLE_TABLE, WINDOW_TABLE
from states.dossier import papers
from states.engine.facts import FactValue
from states.engine.machine import Asked, FactBook

_PRODUCT = table(Product)
_CYCLE_STATE = Sql(
    sa.select(CYCLE_TABLE.c.state, CYCLE_TABLE.c.year).where(CYCLE_TABLE.c.id == sa.bindparam("id"))
)
_WINDOWS = Sql(
    sa.select(WINDOW_TABLE.c.step, WINDOW_TABLE.c.opens_on, WINDOW_TABLE.c.closes_on).where(
        WINDOW_TABLE.c.cycle_id == sa.bindparam("id"), WINDOW_TABLE.c.batch_number.is_(None)
    )
)
_BATCH = Sql(sa.select(BATCH_TABLE.c.propose_last_day).where(BATCH_TABLE.c.id == sa.bindparam("id")))
_PRODUCT_COMMUNE = Sql(sa.select(_PRODUCT.c.commune_code).where(_PRODUCT.c.id == sa.bindparam("id")))
_DAY = timedelta(days=1)


def today(asked: Asked) -> date:
    """The Vietnamese day of the move."""
    return asked.instant.astimezone(VIETNAM).date()


def settings_of(asked: Asked) -> Settings:
    return asked.once(
        "settings", lambda: registry_settings.resolved(asked.tx, asked.row["province_code"], at=asked.instant)
    )


def calendar_of(asked: Asked) -> WorkingCalendar:
    return asked.once("calendar", lambda: calendar_days.calendar(asked.tx))


def end_of(asked: Asked, last_day: date) -> str:
    """The first instant too late for a last good day, as stored text."""
    return instant_text(closes_at(last_day, settings_of(asked)))


def start_of(day: date) -> str:
    """The first instant of a Vietnamese day, as stored text."""
    return instant_text(closes_at(day - _DAY, Settings.defaults()))


def _cycle(asked: Asked) -> tuple[Any, ...]:
    return asked.once(
        "cycle", lambda: asked.tx.sql.one(_CYCLE_STATE, id=asked.row["cycle_id"]) or (None, None)
    )


def _windows(asked: Asked) -> dict[str, tuple[str | None, str | None]]:
    def read() -> dict[str, tuple[str | None, str | None]]:
        return {
            step: (opens, closes)
            for step, opens, closes in asked.tx.sql.all(_WINDOWS, id=asked.row["cycle_id"])
        }

    return asked.once("windows", read)


def _opens(step: str) -> Callable[[Asked], FactValue]:
    def fact(asked: Asked) -> FactValue:
        opens = _windows(asked).get(step, (None, None))[0]
        return start_of(date.fromisoformat(opens)) if opens else None

    return fact


def _closes(step: str) -> Callable[[Asked], FactValue]:
    def fact(asked: Asked) -> FactValue:
        closes = _windows(asked).get(step, (None, None))[1]
        return end_of(asked, date.fromisoformat(closes)) if closes else None

    return fact


def _column(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: asked.row[name]


def _flag(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: bool(asked.row[name])


def _sent(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: asked.data.get(name)


def _is_sent(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: bool(asked.data.get(name))


def _setting(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: settings_of(asked)[name]


def _above(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: asked.supplied().get(name)


def _cut_off(asked: Asked) -> FactValue:
    found = asked.tx.sql.one(_BATCH, id=asked.row["batch_id"]) if asked.row["batch_id"] else None
    return end_of(asked, date.fromisoformat(found[0])) if found and found[0] else None


def _product_commune(asked: Asked) -> FactValue:
    found = asked.tx.sql.one(_PRODUCT_COMMUNE, id=asked.row["product_id"])
    return found[0] if found else None


def _ruleset_today(asked: Asked) -> FactValue:
    return pin_for(asked, today(asked))


def pin_for(asked: Asked, filed_on: date) -> str | None:
    """The pin of the ruleset a dossier of this kind falls under when filed on a day."""
    choice = rulesets.for_dossier(
        as_of=filed_on,
        filed_on=filed_on,
        kind=Kind(asked.row["kind"]),
        settings=settings_of(asked),
        calendar=calendar_of(asked),
    )
    return choice.ruleset.pin if choice.ruleset else None


def _review_opens(asked: Asked) -> FactValue:
    """The review window of the cycle; where the plan states none, the first instant after its year."""
    return _opens("review")(asked) or _next_year(asked)


def _next_year(asked: Asked) -> FactValue:
    year = _cycle(asked)[1] or today(asked).year
    return start_of(date(int(year) + 1, 1, 1))


def _event_day(asked: Asked) -> FactValue:
    return asked.data.get("event_on") or today(asked).isoformat()


def _gaps(form: str) -> Callable[[Asked], FactValue]:
    return lambda asked: len(papers.gaps(form, papers.saved(asked.tx, asked.row["id"], form)))


def _spread_limit(asked: Asked) -> FactValue:
    return int(str(settings_of(asked)["spread_limit"]))


FACTS: FactBook = {
    "now": lambda asked: asked.now,
    "level": _column("level"),
    "cycle_state": lambda asked: _cycle(asked)[0],
    "idea_opens_at": _opens("idea"),
    "idea_closes_at": _closes("idea"),
    "plan_opens_at": _opens("plan"),
    "plan_closes_at": _closes("plan"),
    "producer_type": _column("producer_type"),
    "product_group": _column("product_group"),
    "idea_gaps": _gaps("idea"),
    "plan_gaps": _gaps("plan"),
    "product_commune": _product_commune,
    "dossier_commune": _column("commune_code"),
    "reason_given": lambda asked: bool(asked.reason and asked.reason.strip()),
    "due_at": _column("due_at"),
    "attempts": _column("attempts"),
    "resubmit_max": _setting("resubmit_max"),
    "appraisal_given": _is_sent("appraisal"),
    "training_recorded": lambda asked: bool(asked.row["trained_on"] or asked.row["training_waived"]),
    "milestone_missed": _is_sent("milestone_missed"),
    "report_due_at": _column("report_due_at"),
    "evidence_confirmed": lambda asked: bool(asked.row["evidence_confirmed_at"]),
    "criteria_open": lambda asked: papers.criteria_open(asked.tx, asked.row),
    "documents": lambda asked: papers.documents(
        asked.tx, asked.row, paper_set=bool(asked.data.get("paper_set"))
    ),
    "ruleset_assessed": _column("ruleset_assessed"),
    "ruleset_today": _ruleset_today,
    "matters": lambda asked: asked.data.get("matters") or [],
    "form_03_signed": _is_sent("form_03_signed"),
    "letter_number_given": _is_sent("letter_number"),
    "samples": _sent("samples"),
    "consolidated_report_given": _is_sent("consolidated_report"),
    "advisory_report_given": _is_sent("advisory_report"),
    "rejection": _sent("rejection"),
    "session_on": _sent("session_on"),
    "quorum_met": _flag("quorum_met"),
    "materials_in_time": _flag("materials_in_time"),
    "minutes_signed": _flag("minutes_signed"),
    "ballots": _column("ballots"),
    "required_ballots": _column("required_ballots"),
    "spread": _column("spread"),
    "spread_limit": _spread_limit,
    "stars": _column("stars"),
    "points_sum": _column("points_sum"),
    "points_count": _column("points_count"),
    "decision_number": _sent("decision_number"),
    "decision_on": _sent("decision_on"),
    "signer_given": _is_sent("signer"),
    "decided_stars": _sent("decided_stars"),
    "ministry_document_given": _is_sent("ministry_document"),
    "cut_off_at": _cut_off,
    "certificate_state": _above("certificate_state"),
    "certificate_last_valid_day": _above("certificate_last_valid_day"),
    "event_on": _event_day,
    "review_opens_at": _review_opens,
    "next_year_at": _next_year,
    "conclusion_given": _is_sent("conclusion"),
    "conclusion_on": _sent("conclusion_on"),
    "ground": _sent("ground"),
}
