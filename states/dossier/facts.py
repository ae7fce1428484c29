"""Where the server gets each fact of a dossier's guards from: its row, the forms saved, the cycle's windows, settings.

A fact is never taken from the person asking, except what they state in a trigger's form. Facts about the certificate
come from above, through ``supply``.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.sql import Sql
from registry.products import Product
from registry.tables import table
from states.cycle.models import BATCH_TABLE, CYCLE_TABLE, WINDOW_TABLE
from states.dossier import papers, years
from states.dossier.context import end_of, law_of, pin_for, settings_of, start_of, today
from states.dossier.law_facts import LAW_FACTS
from states.dossier.models import DOSSIER_TABLE
from states.dossier.states import BEFORE_RECOGNITION
from states.engine.facts import FactValue
from states.engine.machine import Asked, FactBook

_PRODUCT = table(Product)
_CYCLE_STATE = Sql(sa.select(CYCLE_TABLE.c.state).where(CYCLE_TABLE.c.id == sa.bindparam("id")))
_WINDOWS = Sql(
    sa.select(WINDOW_TABLE.c.step, WINDOW_TABLE.c.opens_on, WINDOW_TABLE.c.closes_on).where(
        WINDOW_TABLE.c.cycle_id == sa.bindparam("id"), WINDOW_TABLE.c.batch_number.is_(None)
    )
)
_BATCH = Sql(sa.select(BATCH_TABLE.c.propose_last_day).where(BATCH_TABLE.c.id == sa.bindparam("id")))
_OTHERS = DOSSIER_TABLE.c.id != sa.bindparam("dossier_id", type_=sa.Text)
_OPEN_DOSSIERS = Sql(
    sa.select(sa.func.count())
    .select_from(DOSSIER_TABLE)
    .where(
        DOSSIER_TABLE.c.product_id == sa.bindparam("product_id"),
        _OTHERS,
        DOSSIER_TABLE.c.state.in_([str(state) for state in BEFORE_RECOGNITION]),
    )
)
_STATE_OF = Sql(sa.select(DOSSIER_TABLE.c.state).where(DOSSIER_TABLE.c.id == sa.bindparam("id")))
_PRODUCT_COMMUNE = Sql(sa.select(_PRODUCT.c.commune_code).where(_PRODUCT.c.id == sa.bindparam("id")))


def _cycle_state(asked: Asked) -> FactValue:
    found = asked.tx.sql.one(_CYCLE_STATE, id=asked.row["cycle_id"])
    return found[0] if found else None


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


def _sent(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: asked.data.get(name)


def _is_sent(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: bool(asked.data.get(name))


def _setting(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: settings_of(asked)[name]


def _above(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: asked.supplied().get(name)


def _of_council(name: str) -> Callable[[Asked], FactValue]:
    """What the session that moves a dossier states of it; without a session what the secretary has recorded."""

    def fact(asked: Asked) -> FactValue:
        stated = asked.supplied().get(name)
        return bool(asked.row[name]) if stated is None else stated

    return fact


def _cut_off(asked: Asked) -> FactValue:
    found = asked.tx.sql.one(_BATCH, id=asked.row["batch_id"]) if asked.row["batch_id"] else None
    return end_of(asked, date.fromisoformat(found[0])) if found and found[0] else None


def _product_commune(asked: Asked) -> FactValue:
    found = asked.tx.sql.one(_PRODUCT_COMMUNE, id=asked.row["product_id"])
    return found[0] if found else None


def _ruleset_today(asked: Asked) -> FactValue:
    return pin_for(asked, today(asked))


def review_of(asked: Asked) -> years.Review:
    return asked.once("review", lambda: years.review_of(asked.tx, asked.row))


def _review_opens(asked: Asked) -> FactValue:
    return start_of(review_of(asked).opens_on)


def _next_year(asked: Asked) -> FactValue:
    """The first instant after the year whose review counts for the dossier; before recognition after its own year."""
    return start_of(date(review_of(asked).year + 1, 1, 1))


def latest_year(day: date, row: Mapping[str, Any]) -> int:
    """Nobody carries a dossier further than into the year after this one, or after its own."""
    return max(day.year, int(row["year"])) + 1


def carried_cycle(asked: Asked) -> years.YearCycle | None:
    """The province's cycle of the year a dossier is to be carried into, where it is opened."""
    year = asked.data.get("year")
    if not isinstance(year, int):
        return None
    return asked.once("carried", lambda: years.cycle_of(asked.tx, asked.row["province_code"], year))


def _carried_cycle_state(asked: Asked) -> FactValue:
    cycle = carried_cycle(asked)
    return cycle.state if cycle else None


def _event_day(asked: Asked) -> FactValue:
    return asked.data.get("event_on") or today(asked).isoformat()


def _gaps(form: str) -> Callable[[Asked], FactValue]:
    return lambda asked: len(papers.gaps(form, papers.saved(asked.tx, asked.row["id"], form)))


def _spread_limit(asked: Asked) -> FactValue:
    return int(str(settings_of(asked)["spread_limit"]))


def _day_of_move(asked: Asked) -> FactValue:
    return today(asked).isoformat()


def _open_dossiers(asked: Asked) -> FactValue:
    """Other dossiers of the product on their way to a decision."""
    return int(
        asked.tx.sql.value(_OPEN_DOSSIERS, product_id=asked.row["product_id"], dossier_id=asked.row["id"])
    )


def _predecessor_state(asked: Asked) -> FactValue:
    before = asked.row["predecessor_id"]
    found = asked.tx.sql.one(_STATE_OF, id=before) if before else None
    return found[0] if found else None


def _documents(asked: Asked) -> FactValue:
    """The papers at hand; what is uploaded stands for the sets the law lets it stand for (Art. 7.1)."""
    found = papers.documents(
        asked.tx, asked.row, paper_set=bool(asked.data.get("paper_set")), stated=asked.data.get("papers")
    )
    law = law_of(asked)
    counts_as = law.data.upload_counts_as if law else None
    return sorted({*found, *(counts_as.value if counts_as else ())})


def _council_round(asked: Asked) -> FactValue:
    return asked.row["council_round"] or 1


FACTS: FactBook = {
    **LAW_FACTS,
    "now": lambda asked: asked.now,
    "today": _day_of_move,
    "kind": _column("kind"),
    "this_year": lambda asked: today(asked).year,
    "open_dossiers": _open_dossiers,
    "open_dossiers_per_product": _setting("open_dossiers_per_product"),
    "predecessor_state": _predecessor_state,
    "reapply_from": _setting("reapply_from"),
    "late_renewal": _setting("late_renewal"),
    "runoff_missed": _setting("runoff_missed"),
    "forward_on_points": _setting("forward_on_points"),
    "council_round": _council_round,
    "filed_on": _column("filed_on"),
    "document_given": _is_sent("document"),
    "inspected_on": _sent("inspected_on"),
    "appeal_upheld": _above("appeal_upheld"),
    "certificate_issued_on": _above("certificate_issued_on"),
    "level": _column("level"),
    "cycle_state": _cycle_state,
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
    "documents": _documents,
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
    "agenda_of": _above("agenda_of"),
    "moved_by": _above("moved_by"),
    "open_appeals": _above("open_appeals"),
    "quorum_met": _of_council("quorum_met"),
    "materials_in_time": _of_council("materials_in_time"),
    "minutes_signed": _of_council("minutes_signed"),
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
    "revocation_proposed_on": _above("revocation_proposed_on"),
    "event_on": _event_day,
    "review_opens_at": _review_opens,
    "next_year_at": _next_year,
    "dossier_year": _column("year"),
    "year": _sent("year"),
    "cycle_known": lambda asked: bool(asked.row["cycle_id"]),
    "latest_year": lambda asked: latest_year(today(asked), asked.row),
    "carried_cycle_state": _carried_cycle_state,
    "conclusion_given": _is_sent("conclusion"),
    "conclusion_on": _sent("conclusion_on"),
    "ground": _sent("ground"),
}
