"""Every row of the system in `moves.csv`, by the step of the clock that makes it: not before its time, and from it.

What the system does in the wake of a person's move is driven by that move.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import pytest

from states.council.members import roster_of
from states.cycle.models import BATCH_TABLE
from states.dossier.adoption import adopt
from tests.expected import Expected, expected_moves
from tests.states.every_move.certificates import certificate_with, extend_all, of_product
from tests.states.every_move.councils import (
    council,
    heard_by,
    product,
    seat,
    session_columns,
    session_hearing,
    session_with,
)
from tests.states.every_move.dossiers import successor, window_opens
from tests.states.every_move.stage import (
    Stage,
    Subject,
    batch_columns,
    certificate_columns,
    cycle_columns,
    dossier_columns,
)
from tests.states.every_move.table import DECISION, FROM_SOURCE, R1, REVOCATION, STANDING, ends
from tests.world import PROVINCE
from workflows.service import Service
from workflows.steps import STEPS

Play: TypeAlias = Callable[[Stage, Expected], Iterator[Subject]]


def swept(stage: Stage) -> None:
    """One round of everything that moves subjects, at the instant the clock shows."""
    service = Service(stage.db, stage.clock, stage.config)
    for step in ("sweep_deadlines", "certificate_watch", "close_cycle", "council_sessions"):
        result = STEPS[step](service, stage.clock.business_now())
        assert not result.get("skipped"), (step, result)


def of_dossier(stage: Stage, state: str, **columns: Any) -> Subject:
    return stage.put("dossier", state, dossier_columns(stage, **{**STANDING["dossier", state], **columns}))


def done(stage: Stage, subject: Subject, trigger: str, role: str, **how: Any) -> None:
    answer = stage.ask(subject, trigger, role, **how)
    assert answer.status_code == 200, answer.text


def certified(stage: Stage, **columns: Any) -> tuple[str, Subject]:
    product = stage.fresh_product()
    return product, stage.put(
        "certificate", "valid", certificate_columns(stage, product_id=product, **columns)
    )


# ---- A play yields its subject when it stands just before the time of the move, and again when the time has come.


def supplement(before: str, trigger: str, last_second: str, first_instant: str) -> Play:
    def play(stage: Stage, _: Expected) -> Iterator[Subject]:
        dossier = of_dossier(stage, before)
        done(stage, dossier, trigger, "province_unit", reason="Thiếu", data={"due_days": 7})
        stage.clock.set(last_second)
        yield dossier
        stage.clock.set(first_instant)
        yield dossier

    return play


def late_report(stage: Stage, _: Expected) -> Iterator[Subject]:
    """A quarter after 12 April; 12 July is a Monday and still counts."""
    dossier = of_dossier(stage, "plan.approved")
    done(stage, dossier, "start_production", "producer")
    stage.clock.set("2027-07-12T23:59")
    yield dossier
    stage.clock.set("2027-07-13T00:00")
    yield dossier


def by_facts(short: Mapping[str, Any], enough: Mapping[str, Any]) -> Play:
    """Recorded facts that call for a move: the same state with and without them."""

    def play(stage: Stage, move: Expected) -> Iterator[Subject]:
        yield of_dossier(stage, move.source, **short)
        yield of_dossier(stage, move.source, **enough)

    return play


def cut_off(stage: Stage, move: Expected) -> Iterator[Subject]:
    """The first batch of the year takes dossiers until the end of 29 April."""
    batch = first_batch(stage)
    dossier = of_dossier(stage, move.source, batch_id=batch.id)
    stage.clock.set("2027-04-29T23:59")
    yield dossier
    stage.clock.set("2027-04-30T00:00")
    yield dossier


def first_batch(stage: Stage) -> Subject:
    found = stage.ids(BATCH_TABLE, cycle_id=stage.world.cycle, level="province")
    rows = {stage.stored(Subject("batch", one))[0]["number"]: one for one in found}
    return Subject("batch", rows[1])


def review_due(stage: Stage, _: Expected) -> Iterator[Subject]:
    """The plan's review window begins on 15 December."""
    product, _certificate = certified(stage)
    dossier = of_dossier(stage, "recognised.4", product_id=product)
    done(stage, dossier, "start_promotion", "producer")
    stage.clock.set("2027-12-14T23:59")
    yield dossier
    stage.clock.set("2027-12-15T00:00")
    yield dossier


def next_year(stage: Stage, _: Expected) -> Iterator[Subject]:
    product, _certificate = certified(stage)
    dossier = of_dossier(stage, "review.inspected", product_id=product)
    done(stage, dossier, "finding_ok", "province_unit", data={"conclusion": "Đạt"})
    stage.clock.set("2027-12-31T23:59")
    yield dossier
    stage.clock.set("2028-01-01T00:00")
    yield dossier


def revoked(stage: Stage, move: Expected) -> Iterator[Subject]:
    """The chair revokes the certificate; the dossier that proposed it, or promotes on it, follows at once."""
    product = stage.fresh_product()
    dossier = of_dossier(stage, move.source, product_id=product)
    certificate = stage.put(
        "certificate", "valid", certificate_columns(stage, product_id=product, dossier_id=dossier.id)
    )
    yield dossier
    done(stage, certificate, "revoke", "province_chair", data=REVOCATION)
    yield dossier


def cycle_opened(stage: Stage, move: Expected) -> Iterator[Subject]:
    """What was carried into a year waits for its cycle, and joins it when it opens."""
    dossier = of_dossier(stage, move.source, year=2028, cycle_id=None)
    yield dossier
    cycle = stage.put("cycle", "open", cycle_columns(year=2028))
    stage.db.write_now(lambda tx: adopt(tx, cycle.id, province=PROVINCE, year=2028, cycle_state="open"))
    assert stage.stored(dossier)[0]["cycle_id"] == cycle.id
    yield dossier


def renewal_reopened(stage: Stage, move: Expected) -> Iterator[Subject]:
    """A renewal taken up again by the province brings the certificate back into process."""
    own = FROM_SOURCE.get((move.machine, move.event, move.source), {})
    certificate = certificate_with(stage, move.source, own)
    product = stage.stored(certificate)[0]["product_id"]
    dossier = of_product(stage, "re_evaluation", "decision.annulled", product)
    yield certificate
    done(stage, dossier, "redo", "province_unit")
    yield certificate


def renewal_turned_down(stage: Stage, move: Expected) -> Iterator[Subject]:
    certificate = certificate_with(stage, move.source, {})
    product = stage.stored(certificate)[0]["product_id"]
    dossier = of_product(stage, "re_evaluation", "commune.received", product)
    yield certificate
    done(stage, dossier, "decline_to_propose", "commune", reason="Không còn nguyên liệu địa phương")
    yield certificate


def extension_begins(stage: Stage, _: Expected) -> Iterator[Subject]:
    """The province applies Art. 12.3 to all; the term ends with 10 June."""
    extend_all(stage)
    certificate = certificate_with(stage, "renewal_in_process", ends("2027-06-10"))
    stage.clock.set("2027-06-10T23:59")
    yield certificate
    stage.clock.set("2027-06-11T00:00")
    yield certificate


def on_days(last_second: str, first_instant: str, **columns: Any) -> Play:
    """A certificate by its own stored days: until the last second before, and from the first instant."""

    def play(stage: Stage, move: Expected) -> Iterator[Subject]:
        certificate = stage.put("certificate", move.source, certificate_columns(stage, **columns))
        stage.clock.set(last_second)
        yield certificate
        stage.clock.set(first_instant)
        yield certificate

    return play


def session_begins(stage: Stage, move: Expected) -> Iterator[Subject]:
    cycle = stage.put("cycle", move.source, cycle_columns())
    batch = stage.put("batch", "intake_closed", batch_columns(cycle.id))
    of_dossier(stage, "council.ready", cycle_id=cycle.id, batch_id=batch.id)
    yield cycle
    stage.put("session", "convened", session_columns(stage, batch_id=batch.id))
    done(stage, batch, "start_sessions", "province_unit", data={"evaluation_plan": "2/KH"})
    yield cycle


def first_recognition(stage: Stage, move: Expected) -> Iterator[Subject]:
    """The first recognition of a cycle brings it into promotion with the same decision."""
    cycle = stage.put("cycle", move.source, cycle_columns())
    stage.put("batch", "planned", batch_columns(cycle.id))
    dossier = of_dossier(stage, "decision.pending", cycle_id=cycle.id)
    yield cycle
    done(stage, dossier, "decide_recognition", "province_chair", data=DECISION)
    yield cycle


def batches_decided(stage: Stage, move: Expected) -> Iterator[Subject]:
    cycle = stage.put("cycle", move.source, cycle_columns())
    batch = stage.put("batch", "in_session", batch_columns(cycle.id))
    stage.put("batch", "planned", batch_columns(cycle.id, level="central"))  # ends in the year after
    yield cycle
    done(stage, batch, "decide", "province_unit")
    yield cycle


def intake_opens(stage: Stage, _: Expected) -> Iterator[Subject]:
    batch = first_batch(stage)
    stage.clock.set("2027-01-10T23:59")
    yield batch
    stage.clock.set("2027-01-11T00:00")
    yield batch


def intake_closes(stage: Stage, _: Expected) -> Iterator[Subject]:
    swept(stage)
    batch = first_batch(stage)
    stage.clock.set("2027-04-29T23:59")
    yield batch
    stage.clock.set("2027-04-30T00:00")
    yield batch


def nobody_came(stage: Stage, move: Expected) -> Iterator[Subject]:
    cycle = stage.put("cycle", "evaluating", cycle_columns())
    full = stage.put("batch", move.source, batch_columns(cycle.id))
    of_dossier(stage, "council.ready", cycle_id=cycle.id, batch_id=full.id)
    yield full
    yield stage.put("batch", move.source, batch_columns(cycle.id))


# ---- What a session does to the products it hears.


def moved_by_session(before: str, trigger: str, role: str, **how: Any) -> Play:
    """Somebody moves the session; the dossier follows in the same transaction, as the system's."""

    def play(stage: Stage, _: Expected) -> Iterator[Subject]:
        session = session_with(stage, before, {})
        dossier = Subject("dossier", heard_by(stage, session)[0])
        yield dossier
        done(stage, session, trigger, role, **how)
        yield dossier

    return play


def second_round_planned(stage: Stage, move: Expected) -> Iterator[Subject]:
    """Under Decision 1048 a session hears what was supplemented once more."""
    people = council(stage)
    columns = session_columns(stage, ruleset=R1, roster=roster_of(people))
    session, dossier = stage.put("session", "planned", columns), product(stage, move.source)
    seat(stage, session, people, dossier=dossier)
    yield dossier
    done(stage, session, "convene", "province_unit")
    yield dossier


def adopted(stage: Stage, move: Expected) -> Iterator[Subject]:
    """One signature adopts nothing; the second does, at the level of the council."""
    central = move.dest.startswith("central.")
    session = session_with(stage, "concluded", {"level": "central"} if central else {})
    dossier = Subject("dossier", heard_by(stage, session)[0])
    done(stage, session, "sign_minutes", "secretary", central=central)
    yield dossier
    done(stage, session, "sign_minutes", "chair", central=central)
    yield dossier


def reconciled(stage: Stage, move: Expected) -> Iterator[Subject]:
    """Ten points between the members are borne, eleven are discussed."""
    yield session_hearing(stage, move.source, spread=10)
    yield session_hearing(stage, move.source, spread=11)


EXPIRY = on_days("2027-06-10T23:59", "2027-06-11T00:00", last_valid_day="2027-06-10", window_opens_on=None, window_closes_on=None)  # fmt: skip
COUNTED = STANDING["dossier", "council.tallied"]
PLAYS: Mapping[tuple[str, str, str], Play] = {
    ("dossier", "idea.returned", "due_passed"): supplement("idea.submitted", "return_idea", "2027-04-19T23:59", "2027-04-20T00:00"),
    ("dossier", "plan.returned", "due_passed"): supplement("plan.submitted", "return_plan", "2027-04-19T23:59", "2027-04-20T00:00"),
    ("dossier", "production.in_progress", "flag_at_risk"): late_report,
    ("dossier", "council.scoring", "all_ballots_in"): by_facts({"ballots": 6}, {"ballots": 7}),
    ("dossier", "council.tallied", "spread_too_wide"): by_facts({"spread": 10}, {"spread": 11}),
    ("dossier", "council.concluded", "below_3_star"): by_facts({"stars": 3}, {"stars": 2}),
    ("dossier", "commune.received", "miss_cut_off"): cut_off,
    ("dossier", "commune.returned", "miss_cut_off"): cut_off,
    ("dossier", "commune.reported", "miss_cut_off"): cut_off,
    ("dossier", "province.returned", "miss_cut_off"): cut_off,
    ("dossier", "promotion.active", "cycle_review_due"): review_due,
    ("dossier", "review.closed", "next_cycle"): next_year,
    ("certificate", "valid", "enter_window"): on_days("2028-12-11T23:59", "2028-12-12T00:00"),
    ("certificate", "renewal_open", "window_missed"): on_days("2029-02-10T23:59", "2029-02-11T00:00"),
    ("certificate", "valid", "expire"): EXPIRY,
    ("certificate", "renewal_open", "expire"): EXPIRY,
    ("certificate", "renewal_late", "expire"): EXPIRY,
    ("certificate", "renewal_in_process", "expire"): EXPIRY,
    ("certificate", "extended", "expire"): on_days("2027-08-28T23:59", "2027-08-29T00:00", **STANDING["certificate", "extended"]),
    ("certificate", "renewal_in_process", "grace_extension"): extension_begins,
    ("dossier", "council.ready", "schedule"): moved_by_session("planned", "convene", "province_unit"),
    ("dossier", "council.second_round", "schedule"): second_round_planned,
    ("dossier", "council.scheduled", "unschedule"): moved_by_session("convened", "cancel", "province_unit", reason="Bão"),
    ("dossier", "council.scheduled", "open_scoring"): moved_by_session("quorum_ok", "open_scoring", "chair"),
    ("dossier", "council.rescoring", "revise_ballots"): moved_by_session("reconciling", "reopen_scoring", "secretary", data={"discussion": "Đã trao đổi"}),
    ("dossier", "council.tallied", "adopt_result"): adopted,
    ("session", "scoring", "reconcile"): reconciled,
    ("cycle", "open", "start_evaluating"): session_begins,
    ("cycle", "open", "start_promotion"): first_recognition,
    ("cycle", "evaluating", "start_promotion"): first_recognition,
    ("cycle", "evaluating", "start_review"): batches_decided,
    ("cycle", "promotion", "start_review"): batches_decided,
    ("batch", "planned", "open_intake"): intake_opens,
    ("batch", "intake_open", "close_intake"): intake_closes,
    ("batch", "intake_closed", "decide_empty"): nobody_came,
}  # fmt: skip
IN_MANY_STATES: Mapping[tuple[str, str], Play] = {
    ("dossier", "carry_over"): cycle_opened,
    ("dossier", "renewal_window_open"): window_opens,
    ("dossier", "successor_recognised"): successor,
    ("dossier", "revocation_decided"): revoked,
    ("certificate", "dossier_filed"): renewal_reopened,
    ("certificate", "not_renewed"): renewal_turned_down,
}
"""Moves the system makes in the same way from every state they start in."""

ROWS = [move for move in expected_moves() if "system" in move.roles and move.source != "new"]


def named(move: Expected) -> str:
    return f"{move.machine}:{move.source}--{move.event}-->{move.dest}"


def fired_by_the_system(stage: Stage, subject: Subject, event: str) -> list[tuple[str | None, str | None]]:
    _, lines = stage.stored(subject)
    return [
        (line.source, line.dest) for line in lines if line.trigger == event and line.actor.role == "system"
    ]


@pytest.mark.parametrize("move", [pytest.param(move, id=named(move)) for move in ROWS])
def test_a_move_of_the_system_is_made_when_its_time_has_come_and_not_before(
    own_stage: Stage, move: Expected
) -> None:
    key = (move.machine, move.source, move.event)
    play = (IN_MANY_STATES.get((move.machine, move.event)) or PLAYS[key])(own_stage, move)

    early = next(play)
    swept(own_stage)

    assert fired_by_the_system(own_stage, early, move.event) == []
    assert own_stage.state(early) == move.source
    due = next(play)
    swept(own_stage)
    swept(own_stage)

    assert fired_by_the_system(own_stage, due, move.event) == [(move.source, move.dest)]


def test_no_play_is_left_over() -> None:
    keys = {(move.machine, move.source, move.event) for move in ROWS}

    assert set(PLAYS) == {key for key in keys if (key[0], key[2]) not in IN_MANY_STATES}
    assert set(IN_MANY_STATES) <= {(machine, event) for machine, _, event in keys}
