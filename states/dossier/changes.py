"""The columns a move writes beside the state.

Each function answers for one trigger; none looks at another subject or decides anything.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from core.columns import instant_text
from core.errors import BadInput, FieldError
from regulations import rulesets
from regulations.periods import closes_at, period_end
from regulations.stars import rate
from regulations.vocabulary import Level, Unit
from states.dossier import batches
from states.dossier.facts import calendar_of, pin_for, settings_of, today
from states.engine.decide import Move
from states.engine.machine import Asked, Changes, Row

COUNCIL_FACTS = (
    "points_sum",
    "points_count",
    "spread",
    "quorum_met",
    "ballots",
    "required_ballots",
    "floor_stars",
    "materials_in_time",
    "minutes_signed",
)
NO_COUNCIL: Row = dict.fromkeys((*COUNCIL_FACTS, "stars", "session_on"))
REPORT_EVERY_MONTHS = 3  # a progress report a quarter; process.md §2.8 leaves the rhythm to the province


def _returned(setting: str) -> Any:
    def change(asked: Asked, _: Move) -> Row:
        days = asked.data.get("due_days") or settings_of(asked)[setting]
        last_day = period_end(today(asked), int(str(days)), Unit.DAYS, calendar_of(asked), settings_of(asked))
        return {"due_at": instant_text(closes_at(last_day, settings_of(asked)))}

    return change


def _first_attempt(_: Asked, __: Move) -> Row:
    return {"attempts": 1, "due_at": None}


def _next_attempt(asked: Asked, _: Move) -> Row:
    return {"attempts": asked.row["attempts"] + 1, "due_at": None}


def _training(asked: Asked, _: Move) -> Row:
    return {
        "trained_on": asked.data.get("trained_on"),
        "training_waived": int(bool(asked.data.get("waived"))),
    }


def _next_report(asked: Asked, _: Move) -> Row:
    last_day = period_end(
        today(asked), REPORT_EVERY_MONTHS, Unit.MONTHS, calendar_of(asked), settings_of(asked)
    )
    return {"report_due_at": instant_text(closes_at(last_day, settings_of(asked)))}


def _no_report(_: Asked, __: Move) -> Row:
    return {"report_due_at": None}


def _evidence(asked: Asked, _: Move) -> Row:
    return {"evidence_confirmed_at": asked.now}


def _assessed(asked: Asked, _: Move) -> Row:
    return {"ruleset_assessed": pin_for(asked, today(asked))}


def _filed(asked: Asked, _: Move) -> Row:
    """Filing pins the ruleset (design.md §3)."""
    day = today(asked)
    return {
        **_into_batch(asked, _),
        "ruleset": pin_for(asked, day),
        "filed_on": day.isoformat(),
        "received_on": day.isoformat(),
    }


def _into_batch(asked: Asked, _: Move) -> Row:
    """The batch whose limit has not passed; none left in this cycle means the next cycle's."""
    return {"batch_id": batches.open_on(asked.tx, asked.row["cycle_id"], today(asked))}


def _next_batch(asked: Asked, _: Move) -> Row:
    return {"batch_id": batches.after(asked.tx, asked.row["cycle_id"], asked.row["batch_id"])}


def _scheduled(asked: Asked, _: Move) -> Row:
    return {"session_on": asked.data["session_on"]}


def _council_facts(asked: Asked, _: Move) -> Row:
    """Only what was stated changes; the stars follow from sum, count and floors by the pinned ruleset."""
    stated = {name: asked.data[name] for name in COUNCIL_FACTS if asked.data.get(name) is not None}
    changed: Row = {name: int(value) if isinstance(value, bool) else value for name, value in stated.items()}
    after: Mapping[str, Any] = {**asked.row, **changed}
    if after["points_sum"] is not None and after["points_count"]:
        if after["points_sum"] > 100 * after["points_count"]:
            raise BadInput("bad_fields", fields=[FieldError("points_sum", "bad_whole")])
        changed["stars"] = stars_of(asked, after)
    return changed


def stars_of(asked: Asked, row: Mapping[str, Any]) -> int:
    """Stars of an exact mean after floors, at the dossier's level. Source: QĐ 26/2026/QĐ-TTg Điều 3.3; process.md §3.6."""
    pin = str(row["ruleset"] or pin_for(asked, today(asked)))
    held = row["floor_stars"]
    missed = {held + 1: ("floor",)} if held is not None and held < 5 else {}
    mean = Fraction(row["points_sum"], row["points_count"])
    return rate(
        rulesets.by_pin(pin), Level(row["level"]), mean, floors_missed=missed, settings=settings_of(asked)
    ).stars


def _decided(asked: Asked, _: Move) -> Row:
    return {"decision_number": asked.data["decision_number"], "decision_on": asked.data["decision_on"]}


def _province_decided(asked: Asked, move: Move) -> Row:
    stars = asked.data.get("decided_stars")
    return {**_decided(asked, move), "stars": stars} if stars else dict(NO_COUNCIL)


def _fresh_council(_: Asked, __: Move) -> Row:
    return dict(NO_COUNCIL)


def _annulled(_: Asked, __: Move) -> Row:
    return {"decision_number": None, "decision_on": None}


CHANGES: Changes = {
    "return_idea": _returned("idea_supplement_days"),
    "return_plan": _returned("plan_supplement_days"),
    "submit_idea": _first_attempt,
    "submit_plan": _first_attempt,
    "resubmit_idea": _next_attempt,
    "resubmit_plan": _next_attempt,
    "record_training": _training,
    "start_production": _next_report,
    "report_progress": _next_report,
    "resume": _next_report,
    "suspend": _no_report,
    "ready_for_evaluation": _no_report,
    "confirm_evidence": _evidence,
    "self_assess": _assessed,
    "submit_dossier": _filed,
    "propose_to_province": _into_batch,
    "miss_cut_off": _next_batch,
    "accept_for_review": _fresh_council,
    "schedule": _scheduled,
    "unschedule": _fresh_council,
    "record_council_facts": _council_facts,
    "send_back": _fresh_council,
    "redo": _fresh_council,
    "decide_recognition": _decided,
    "decide_five_star": _decided,
    "approve_and_forward": _fresh_council,
    "province_decides": _province_decided,
    "ministry_orders_redo": _annulled,
}
