"""The terms of a session and who is told of them: materials by ruleset, ballots, the day itself, its own members."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from core.sql import Sql
from notifications.models import Outbox
from registry.tables import table
from tests.states.council.sessions import READY, Hired, Session, council, hired, planned
from tests.states.every_move.councils import product
from tests.states.every_move.stage import Stage
from workflows.service import Service
from workflows.steps import STEPS

OUTBOX = table(Outbox)
WEDNESDAY = "2027-04-14T08:00:00+07:00"
DUE = "2027-04-20T17:00:00+07:00"


def terms(session: Session) -> dict[str, list[tuple[str, str]]]:
    """Live deadlines of a session by code: last day, and what has become of it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in session.read("province_unit")["deadlines"]:
        fate = "met" if one["met_at"] else "cancelled" if one["cancelled_at"] else "open"
        found.setdefault(one["code"], []).append((one["last_day"], fate))
    return found


def step(stage: Stage, *names: str) -> None:
    for name in names:
        STEPS[name](Service(stage.db, stage.clock, stage.config), stage.clock.business_now())


def told(stage: Stage, session: Session, people: Sequence[str]) -> list[list[str]]:
    """Kinds of the notices about this session to each person, in the order planned."""
    step(stage, "sequence_and_notify")
    about = sa.select(OUTBOX.c.recipient, OUTBOX.c.kind).where(
        OUTBOX.c.subject == f"session/{session.subject.id}"
    )
    found = stage.db.read_now(lambda rtx: rtx.sql.all(Sql(about.order_by(OUTBOX.c.id))))
    return [[kind for recipient, kind in found if recipient == one] for one in people]


@pytest.mark.parametrize(
    ("ruleset", "last_day"),
    [
        pytest.param("qd1048-2019", "2027-04-12", id="two-working-days-before"),
        pytest.param("qd781-2020", "2027-04-12", id="two-working-days-before-as-amended"),
        pytest.param("qd148-2023", "2027-04-13", id="one-working-day-before"),
        pytest.param("qd26-2026", "2027-04-14", id="the-day-itself-where-no-term-is-stated"),
    ],
)
def test_materials_are_due_by_the_ruleset_of_the_session(stage: Stage, ruleset: str, last_day: str) -> None:
    session = planned(stage, columns={"ruleset": ruleset}, ruleset=ruleset, convened_for=WEDNESDAY).convened()
    assert terms(session)["COUNCIL_MATERIAL"] == [(last_day, "open")]
    stage.clock.set(f"{last_day}T16:00")

    session.do("deliver_materials", "secretary", delivered_on=last_day)

    stage.clock.set("2027-04-14T08:00")
    session.do("record_attendance", "secretary", present=session.everybody())
    session.do("confirm_quorum", "chair")
    assert session.do("open_scoring", "chair") == "scoring"


@pytest.mark.parametrize(
    ("ruleset", "too_late"),
    [("qd1048-2019", "2027-04-13"), ("qd148-2023", "2027-04-14"), ("qd26-2026", "2027-04-15")],
)
def test_materials_a_day_late_keep_the_scoring_shut(stage: Stage, ruleset: str, too_late: str) -> None:
    session = planned(stage, columns={"ruleset": ruleset}, ruleset=ruleset, convened_for=WEDNESDAY).convened()
    stage.clock.set(f"{too_late}T08:00")
    session.do("record_attendance", "secretary", present=session.everybody())
    session.do("confirm_quorum", "chair")
    assert session.refused("open_scoring", "chair") == "guard_materials_late"

    session.do("deliver_materials", "secretary", delivered_on=too_late)

    assert session.refused("open_scoring", "chair") == "guard_materials_late"


def test_weekends_and_holidays_are_no_working_days_before_a_session(stage: Stage) -> None:
    """Friday 16 April 2027 is the day of the Hùng kings: two working days before Tuesday the 20th is Thursday the 15th."""
    ruleset = "qd1048-2019"
    session = planned(
        stage, columns={"ruleset": ruleset}, ruleset=ruleset, convened_for="2027-04-20T08:00:00+07:00"
    )

    assert terms(session.convened())["COUNCIL_MATERIAL"] == [("2027-04-15", "open")]


def test_the_terms_of_a_session_are_met_one_by_one(stage: Stage) -> None:
    session = planned(stage).convened()
    assert terms(session) == {
        "COUNCIL_MATERIAL": [("2027-04-12", "open")],
        "COUNCIL_SESSION": [("2027-04-12", "open")],
    }

    session.do("deliver_materials", "secretary", delivered_on="2027-04-12")
    assert "COUNCIL_MATERIAL" not in _open(session)
    session.do("record_attendance", "secretary", present=session.everybody())
    session.do("set_ballot_due", "chair", due_at=DUE)
    session.do("confirm_quorum", "chair")
    assert _open(session) == {"BALLOT_DUE": ["2027-04-20"]}

    session.do(
        "set_ballot_due", "chair", due_at="2027-04-21T00:00:00+07:00", members=[session.member("member")]
    )
    assert _open(session) == {"BALLOT_DUE": ["2027-04-20", "2027-04-20"]}

    session.do("open_scoring", "chair")
    session.facts(0, points_sum=160, points_count=2, spread=6, ballots=2, floor_stars=5)
    session.do("conclude", "chair", minutes="Nhất trí")
    assert _open(session) == {}


def _open(session: Session) -> dict[str, list[str]]:
    found = {code: [day for day, fate in days if fate == "open"] for code, days in terms(session).items()}
    return {code: days for code, days in found.items() if days}


@pytest.mark.parametrize("trigger", ["adjourn", "cancel"])
def test_a_session_that_is_not_held_owes_nothing(stage: Stage, trigger: str) -> None:
    session = planned(stage).convened()
    session.do("set_ballot_due", "chair", due_at=DUE)

    if trigger == "adjourn":
        session.do("adjourn", "chair", "Bão", adjourned_to="2027-04-19T08:00:00+07:00")
    else:
        session.do("cancel", "province_unit", "Bão")

    assert _open(session) == {}
    if trigger == "adjourn":
        session.do("convene", "province_unit")
        assert _open(session) == {"COUNCIL_MATERIAL": ["2027-04-19"], "COUNCIL_SESSION": ["2027-04-19"]}


def with_outsider(stage: Stage, **given: str) -> tuple[Session, list[str], Hired]:
    """A session, its three members, and a member of the council who does not sit in it."""
    outsider = hired(stage)
    session = planned(stage, appointments=council(stage), **given)
    return session, [stage.world.account[role] for role in ROLES], outsider


ROLES = ("chair", "secretary", "council_member")


def test_invitations_go_to_the_members_of_the_session_alone(own_stage: Stage) -> None:
    stage = own_stage
    session, sitting, outsider = with_outsider(stage)

    session.convened()

    assert told(stage, session, [*sitting, outsider.account]) == [["invite"]] * 3 + [[]]


def test_a_session_put_off_or_cancelled_is_told_to_its_members(own_stage: Stage) -> None:
    stage = own_stage
    session, sitting, outsider = with_outsider(stage)
    session.convened()
    session.do("adjourn", "chair", "Bão", adjourned_to="2027-04-19T08:00:00+07:00")
    session.do("convene", "province_unit")
    session.do("cancel", "province_unit", "Bão")
    unit = stage.world.account["province_unit"]

    kinds = told(stage, session, [*sitting, outsider.account, unit])

    everything = ["invite", "session_adjourned", "invite", "session_cancelled"]
    assert kinds == [everything] * 3 + [[], ["session_adjourned"]]


def test_members_are_reminded_on_the_last_working_day_before(own_stage: Stage) -> None:
    """The session is on Monday the 19th; the Friday before is a holiday, so Thursday the 15th is the day."""
    stage = own_stage
    session, sitting, outsider = with_outsider(stage, convened_for="2027-04-19T08:00:00+07:00")
    session.convened()
    session.do("deliver_materials", "secretary", delivered_on="2027-04-12")
    stage.clock.set("2027-04-14T23:59")
    step(stage, "send_reminders")
    assert told(stage, session, sitting) == [["invite"]] * 3

    stage.clock.set("2027-04-15T09:00")
    step(stage, "send_reminders", "send_reminders")

    assert told(stage, session, [*sitting, outsider.account]) == [["invite", "session_reminder"]] * 3 + [[]]


def test_nobody_is_reminded_of_a_session_that_was_cancelled(own_stage: Stage) -> None:
    stage = own_stage
    session, sitting, _ = with_outsider(stage, convened_for="2027-04-19T08:00:00+07:00")
    session.convened()
    session.do("cancel", "province_unit", "Bão")
    stage.clock.set("2027-04-15T09:00")

    step(stage, "send_reminders")

    assert told(stage, session, sitting) == [["invite", "session_cancelled"]] * 3


def test_the_clock_counts_the_sessions_of_the_day(own_stage: Stage) -> None:
    stage = own_stage
    planned(stage, READY, READY).convened()
    planned(stage, convened_for="2027-04-13T00:00:00+07:00").convened()
    planned(stage)
    product(stage, READY)
    service = Service(stage.db, stage.clock, stage.config)

    found = STEPS["council_sessions"](service, stage.clock.business_now())

    assert (found["sessions_today"], found["dossiers_in_session_today"], found["moved"]) == (1, 2, 0)
