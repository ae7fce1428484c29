"""The columns a move writes beside the state.

Each function answers for one trigger; none looks at another subject or decides anything.
"""

from collections.abc import Mapping
from typing import Any

from core.columns import instant_text
from core.errors import BadInput, FieldError
from regulations.periods import closes_at, period_end
from regulations.vocabulary import Unit
from states.dossier import batches, years
from states.dossier.context import calendar_of, law_of, pin_for, settings_of, today
from states.dossier.facts import review_of
from states.dossier.law_facts import rating_of, window_of
from states.dossier.states import IN_INTAKE
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
NEW_EVALUATION: Row = {**NO_COUNCIL, "council_round": None}
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
    """Filing pins the ruleset (design.md §3) and notes of a renewal whether it came after its window."""
    day, window = today(asked), window_of(asked)
    return {
        "batch_id": open_batch(asked, asked.row["cycle_id"]),
        "ruleset": pin_for(asked, day),
        "filed_on": day.isoformat(),
        "received_on": day.isoformat(),
        "late": int(day > window[1]) if window else None,
    }


def open_batch(asked: Asked, cycle_id: str | None, level: str = "province") -> str | None:
    """The batch of a cycle that still takes dossiers; None where none is left, or where this kind follows none."""
    if not batches.follows_batches(law_of(asked), asked.row["kind"]):
        return None
    return batches.open_on(asked.tx, cycle_id, today(asked), level)


def _into_batch(asked: Asked, _: Move) -> Row:
    """The batch whose limit has not passed; none left in this cycle means the next cycle's."""
    return {"batch_id": open_batch(asked, asked.row["cycle_id"])}


def _next_batch(asked: Asked, _: Move) -> Row:
    return {"batch_id": batches.after(asked.tx, asked.row["cycle_id"], asked.row["batch_id"])}


def in_year(asked: Asked, year: int) -> Row:
    """Where a dossier counts in a year: the cycle that takes it, and while it is filed that cycle's open batch."""
    cycle_id = years.takes_dossiers(asked.tx, asked.row["province_code"], year)
    filed = asked.row["state"] in IN_INTAKE
    batch_id = open_batch(asked, cycle_id) if filed else None
    return {"year": year, "cycle_id": cycle_id, "batch_id": batch_id}


def _carried(asked: Asked, _: Move) -> Row:
    return in_year(asked, int(str(asked.data["year"])))


def _next_year(asked: Asked, _: Move) -> Row:
    """The year after the one that was reviewed; a review that came late does not bring the next one at once."""
    return in_year(asked, max(review_of(asked).year + 1, today(asked).year))


def _scheduled(asked: Asked, _: Move) -> Row:
    return {"session_on": asked.data["session_on"]}


def _opened(asked: Asked, _: Move) -> Row:
    """How many ballots are waited for, where a session says so; else the secretary does."""
    required = asked.supplied().get("required_ballots")
    return {} if required is None else {"required_ballots": required}


def _next_round(_: Asked, __: Move) -> Row:
    """A new round begins without ballots; the old ones stand in the lines and with the session."""
    return dict.fromkeys(("points_sum", "points_count", "spread", "ballots", "floor_stars", "stars"))


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


def stars_of(asked: Asked, row: Mapping[str, Any]) -> int | None:
    """Stars of the recorded points; None where nothing is scored."""
    rating = rating_of(asked, row)
    return rating.stars if rating else None


def _decided(asked: Asked, _: Move) -> Row:
    return {"decision_number": asked.data["decision_number"], "decision_on": asked.data["decision_on"]}


def _province_decided(asked: Asked, move: Move) -> Row:
    stars = asked.data.get("decided_stars")
    return {**_decided(asked, move), "stars": stars} if stars else _handed(asked, move)


def _off_agenda(_: Asked, __: Move) -> Row:
    return dict(NO_COUNCIL)


def _fresh_council(_: Asked, __: Move) -> Row:
    return dict(NEW_EVALUATION)


def _second_round(_: Asked, __: Move) -> Row:
    """The second round starts anew and confirms; what the first came to stands in its lines (process.md §3.1)."""
    return {**NO_COUNCIL, "council_round": 2}


def _handed(asked: Asked, move: Move) -> Row:
    """Another level takes over: a new evaluation, in that level's batch."""
    level = "central" if move.rule.level_to == "central" else "province"
    return {**NEW_EVALUATION, "batch_id": open_batch(asked, asked.row["cycle_id"], level)}


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
    "unschedule": _off_agenda,
    "supplement_then_second_round": _second_round,
    "open_scoring": _opened,
    "revise_ballots": _next_round,
    "record_council_facts": _council_facts,
    "send_back": _fresh_council,
    "redo": _fresh_council,
    "decide_recognition": _decided,
    "decide_five_star": _decided,
    "approve_and_forward": _handed,
    "forward_to_province": _handed,
    "province_decides": _province_decided,
    "ministry_orders_redo": _annulled,
    "reopen_decision": _annulled,
    "carry_over": _carried,
    "next_cycle": _next_year,
}
