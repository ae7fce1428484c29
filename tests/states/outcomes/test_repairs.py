"""Repairs: who may, what may, what follows; the lines, the row and the audit agree afterwards."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from audit.verify import verify
from core.clock import StepClock
from core.db import Database
from core.errors import BadInput, Forbidden, NotFound, StaleVersion
from core.history import read_lines
from core.lines import Line, parse_line
from core.sql import Sql
from core.tx import Tx
from ocop import schema
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.actors import load_actor
from registry.producer_people import Representative, personal_digest
from registry.producers import Producer
from registry.products import Product
from registry.roles import Role
from registry.tables import table
from regulations.certificate_terms import certificate_dates
from regulations.rulesets import in_force
from states import moves
from states.certificate.commands import MACHINE, watch
from states.certificate.terms import date_columns
from states.deadlines.entries import DEADLINE
from states.engine.fire import import_past
from states.engine.replay import differing, fold
from states.outcomes.registered_repairs import PERSON
from states.outcomes.repairable import REPAIRABLE
from states.outcomes.repairs import KINDS, Repaired, Wanted, row_of
from states.outcomes.repairs_read import open_columns, repairs_of
from tests.states.dossier.test_walk import DECISION, Walk, to_decision, to_production
from tests.world import SYSTEM, World, settled

V, K, P, C = Role.PROVINCE_UNIT, Role.PROVINCE_CHAIR, Role.PRODUCER, Role.COMMUNE
WHY = {"reason": "gõ nhầm", "document": "15/TB-VPĐP"}
SHOWN = {"producer": table(Producer), "product": table(Product)}
_WAITING = Sql(
    sa.select(DEADLINE.c.code, DEADLINE.c.last_day)
    .where(
        DEADLINE.c.subject == sa.bindparam("subject"), DEADLINE.c.cancelled_at.is_(None),
        DEADLINE.c.met_at.is_(None), DEADLINE.c.fired_at.is_(None),
    )
    .order_by(DEADLINE.c.code)
)  # fmt: skip


@pytest.fixture
def world(db: Database) -> World:
    return settled(db, plan=None)


@pytest.fixture
def year(db: Database) -> World:
    """The same province with the cycle of 2027 open."""
    return settled(db)


def a_certificate(db: Database, world: World, issued_on: str, state: str = "valid", **more: Any) -> str:
    """A certificate taken over from a document, with the days its day of issue gives and its deadlines."""
    issued = date.fromisoformat(issued_on)
    columns = {
        "level": "province", "product_id": world.product, "producer_id": world.producer, "province_code": "19",
        "commune_code": world.commune, "product_name": "Chè búp minh hoạ", "producer_name": "Hợp tác xã Chè Minh Hoạ",
        "stars": 4, "decision_number": "303/QĐ-UBND", "issued_on": issued_on, "origin": "imported", "source": "12/BC",
        "illustrative": 1, "ruleset": in_force(issued).pin,
        **date_columns(certificate_dates(in_force(issued), issued)), **more,
    }  # fmt: skip

    def write(tx: Tx) -> str:
        fired = import_past(tx, MACHINE, columns, state=state, source="12/BC", effective_on=issued, inputs={})
        if state != "expired":
            watch(tx, fired.row, actor=world.actor(tx, Role.SYSTEM))
        return fired.id

    return db.write_now(write)


def repair(
    db: Database, world: World, kind: str, subject_id: str, *, by: Role = V, **changes: object
) -> Repaired:
    why = {name: changes.pop(name) if name in changes else WHY[name] for name in WHY}
    expected = changes.pop("expected_lines", None)
    wanted = Wanted(kind, subject_id, changes, str(why["reason"]), str(why["document"]), expected)  # type: ignore[arg-type]
    return db.write_now(lambda tx: moves.repair(tx, wanted, world.actor(tx, by)))


def faults(call: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as refused:
        call()
    return [(field.path, field.code) for field in refused.value.fields]


def row(db: Database, kind: str, subject_id: str) -> dict[str, Any]:
    found = db.read_now(lambda tx: row_of(tx, kind, subject_id))
    assert found is not None
    return found


def lines(db: Database, subject: str) -> list[Line]:
    return [parse_line(text) for text, _ in db.read_now(lambda tx: read_lines(tx, subject))]


def waiting(db: Database, certificate: str) -> dict[str, str]:
    return dict(db.read_now(lambda tx: tx.sql.all(_WAITING, subject=f"certificate/{certificate}")))


def agrees(db: Database, kind: str, subject_id: str) -> bool:
    """The history replays without a problem to exactly the stored row, and the whole record is intact."""
    end = fold(lines(db, f"{kind}/{subject_id}"))
    assert end.problems == ()
    assert differing(end, row(db, kind, subject_id)) == ()
    schema.import_tables()
    return db.read_now(verify).intact


def test_a_mistyped_number_is_put_right_by_an_act_that_says_what_was_wrong(
    db: Database, world: World
) -> None:
    certificate = a_certificate(db, world, "2026-08-05")

    done = repair(db, world, "certificate", certificate, decision_number="330/QĐ-UBND")

    line = lines(db, f"certificate/{certificate}")[-1]
    assert (done.changed, done.version) == (("decision_number",), 2)
    assert (line.kind, line.trigger, line.reason, line.dest, line.actor.role) == (
        "repaired", "repair", "gõ nhầm", None, "province_unit",
    )  # fmt: skip
    assert dict(line.inputs) == {
        "document": "15/TB-VPĐP", "changed": ["decision_number"], "digests": {},
        "before": {"decision_number": "303/QĐ-UBND"}, "after": {"decision_number": "330/QĐ-UBND"},
    }  # fmt: skip
    assert row(db, "certificate", certificate)["decision_number"] == "330/QĐ-UBND"
    assert row(db, "certificate", certificate)["move_version"] == 1
    assert agrees(db, "certificate", certificate)


def test_a_name_that_may_be_a_persons_stands_in_the_line_as_digests_only(db: Database, world: World) -> None:
    certificate = a_certificate(db, world, "2026-08-05")

    done = repair(db, world, "certificate", certificate, producer_name="Hộ Nguyễn Văn Thử")

    digests = lines(db, f"certificate/{certificate}")[-1].inputs["digests"]["producer_name"]
    known = db.read_now(lambda tx: personal_digest(tx, world.producer, "Hộ Nguyễn Văn Thử"))
    assert (done.before, done.after, digests["after"]) == ({}, {}, known)
    assert not any("Nguyễn" in text for text, _ in db.read_now(
        lambda tx: read_lines(tx, f"certificate/{certificate}")
    ))  # fmt: skip
    assert row(db, "certificate", certificate)["producer_name"] == "Hộ Nguyễn Văn Thử"
    assert agrees(db, "certificate", certificate)


def test_a_day_of_issue_put_right_moves_every_day_that_hangs_on_it_and_the_deadlines(
    db: Database, world: World
) -> None:
    certificate = a_certificate(db, world, "2026-08-05")
    before = waiting(db, certificate)

    repair(db, world, "certificate", certificate, issued_on="2026-08-15")

    after = row(db, "certificate", certificate)
    days = ("issued_on", "expires_on", "last_valid_day", "window_opens_on", "window_closes_on")
    assert before == {"EXPIRY": "2029-08-05", "RENEW_CLOSE": "2029-04-07", "RENEW_OPEN": "2029-02-05"}
    assert [after[name] for name in days] == [
        "2026-08-15", "2029-08-15", "2029-08-15", "2029-02-16", "2029-04-17",
    ]  # fmt: skip
    assert waiting(db, certificate) == {
        "EXPIRY": "2029-08-15", "RENEW_CLOSE": "2029-04-17", "RENEW_OPEN": "2029-02-15",
    }  # fmt: skip
    assert lines(db, f"certificate/{certificate}")[-1].inputs["before"]["last_valid_day"] == "2029-08-05"
    assert agrees(db, "certificate", certificate)


def test_a_mistyped_year_that_let_a_certificate_expire_gives_it_its_standing_back(
    db: Database, world: World
) -> None:
    """On 4 January 2027 a certificate of 2022 is over; issued in 2025 it is in force."""
    certificate = a_certificate(db, world, "2022-08-05", "expired")

    repair(db, world, "certificate", certificate, issued_on="2025-08-05")

    line, after = lines(db, f"certificate/{certificate}")[-1], row(db, "certificate", certificate)
    assert (line.kind, line.source, line.dest) == ("repaired", "expired", "valid")
    assert (after["state"], after["move_version"], after["last_valid_day"]) == ("valid", 2, "2028-08-05")
    assert set(waiting(db, certificate)) == {"EXPIRY", "EXPIRY_NOTICE", "RENEW_CLOSE", "RENEW_OPEN"}
    assert agrees(db, "certificate", certificate)


@pytest.mark.parametrize(
    ("issued_on", "state", "walked"),
    [
        pytest.param("2024-01-03", "expired", ["expire"], id="over-since-yesterday"),
        pytest.param("2024-01-04", "renewal_late", ["enter_window", "window_missed"], id="last-valid-day"),
        pytest.param("2024-05-03", "renewal_late", ["enter_window", "window_missed"], id="window-closed-yesterday"),
        pytest.param("2024-05-04", "renewal_open", ["enter_window"], id="window-closes-today"),
        pytest.param("2024-07-03", "renewal_open", ["enter_window"], id="window-opens-today"),
        pytest.param("2024-07-04", "valid", [], id="window-opens-tomorrow"),
    ],
)  # fmt: skip
def test_the_clock_leads_a_certificate_on_from_its_right_day(
    db: Database, world: World, issued_on: str, state: str, walked: list[str]
) -> None:
    """The day is 4 January 2027; each stands on one side of an edge of its days."""
    certificate = a_certificate(db, world, "2026-08-05")

    repair(db, world, "certificate", certificate, issued_on=issued_on)

    after = lines(db, f"certificate/{certificate}")[2:]
    assert row(db, "certificate", certificate)["state"] == state
    assert [line.trigger for line in after] == walked
    assert agrees(db, "certificate", certificate)


def test_a_window_entered_on_a_mistaken_day_is_left_again(db: Database, world: World) -> None:
    certificate = a_certificate(db, world, "2024-06-15")
    db.write_now(
        lambda tx: moves.fire(
            tx, "certificate", certificate, "enter_window", actor=world.actor(tx, Role.SYSTEM)
        )
    )

    repair(db, world, "certificate", certificate, issued_on="2025-06-15")

    assert row(db, "certificate", certificate)["state"] == "valid"
    assert set(waiting(db, certificate)) == {"EXPIRY", "EXPIRY_NOTICE", "RENEW_CLOSE", "RENEW_OPEN"}
    assert agrees(db, "certificate", certificate)


def test_a_window_rightly_entered_stays_entered(db: Database, world: World) -> None:
    certificate = a_certificate(db, world, "2024-06-15")
    db.write_now(
        lambda tx: moves.fire(
            tx, "certificate", certificate, "enter_window", actor=world.actor(tx, Role.SYSTEM)
        )
    )

    repair(db, world, "certificate", certificate, issued_on="2024-06-20")

    assert [line.kind for line in lines(db, f"certificate/{certificate}")] == [
        "imported",
        "transition",
        "repaired",
    ]
    assert waiting(db, certificate) == {
        "EXPIRY": "2027-06-20", "EXPIRY_NOTICE": "2027-05-21", "RENEW_CLOSE": "2027-02-20",
    }  # fmt: skip
    assert agrees(db, "certificate", certificate)


def test_what_was_withdrawn_or_gave_way_keeps_its_standing(db: Database, world: World) -> None:
    for state in ("revoked", "superseded"):
        certificate = a_certificate(db, world, "2022-08-05", state, import_key=state)
        repair(db, world, "certificate", certificate, issued_on="2025-08-05")

        assert row(db, "certificate", certificate)["state"] == state
        assert row(db, "certificate", certificate)["last_valid_day"] == "2028-08-05"
        assert agrees(db, "certificate", certificate)


def test_an_end_that_a_document_states_stays_when_the_day_of_issue_is_put_right(
    db: Database, world: World
) -> None:
    stated = date_columns(certificate_dates(None, date(2026, 8, 5), ends=date(2029, 6, 30)))
    certificate = a_certificate(db, world, "2026-08-05", **stated)

    repair(db, world, "certificate", certificate, issued_on="2026-08-01")
    assert row(db, "certificate", certificate)["expires_on"] == "2029-06-30"

    repair(db, world, "certificate", certificate, expires_on="2029-07-31")
    after = row(db, "certificate", certificate)
    assert (after["issued_on"], after["expires_on"], after["last_valid_day"]) == (
        "2026-08-01", "2029-07-31", "2029-07-31",
    )  # fmt: skip
    assert agrees(db, "certificate", certificate)


WRONG = [
    pytest.param({"decision_number": " "}, [("decision_number", "required")], id="empty"),
    pytest.param({"decision_number": "x" * 61}, [("decision_number", "too_long")], id="too-long"),
    pytest.param({"decision_number": "x" * 60}, None, id="as-long-as-may-be"),
    pytest.param({"decision_number": " 303/QĐ-UBND "}, [("decision_number", "nothing_changed")], id="the-same"),
    pytest.param({"issued_on": "05/08/2026"}, [("issued_on", "bad_day")], id="not-iso"),
    pytest.param({"issued_on": "2027-01-05"}, [("issued_on", "day_ahead")], id="tomorrow"),
    pytest.param({"issued_on": "2027-01-04"}, None, id="today"),
    pytest.param({"issued_on": "1989-12-31"}, [("issued_on", "bad_day")], id="before-the-programme"),
    pytest.param({"expires_on": "2026-08-04"}, [("expires_on", "term_reversed")], id="ends-before-it-begins"),
    pytest.param({"expires_on": "2026-08-05"}, [("expires_on", "term_reversed")], id="ends-on-its-first-day"),
    pytest.param({"expires_on": "2026-08-06"}, None, id="ends-on-the-day-after"),
    pytest.param({"stars": "6"}, [("stars", "bad_stars_value")], id="six-stars"),
    pytest.param({"stars": "3"}, None, id="three-stars"),
    pytest.param({"state": "revoked"}, [("state", "repair_column_unknown")], id="a-state-is-no-column"),
    pytest.param({"last_valid_day": "2030-01-01"}, [("last_valid_day", "repair_column_unknown")], id="a-day-that-follows"),
    pytest.param({"certificate_no": "C-1"}, [("certificate_no", "certificate_no_taken")], id="number-of-another"),
    pytest.param({"certificate_no": "C-2"}, None, id="number-of-nobody"),
    pytest.param({"stars": "6", "issued_on": "?"}, [("stars", "bad_stars_value"), ("issued_on", "bad_day")], id="all-at-once"),
    pytest.param({}, [("changes", "nothing_changed")], id="nothing"),
    pytest.param({"stars": "3", "reason": " "}, [("reason", "required")], id="no-reason"),
    pytest.param({"stars": "3", "document": ""}, [("document", "required")], id="no-document"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "found"), WRONG)
def test_each_rule_of_a_repair_on_both_sides(
    db: Database, world: World, changes: dict[str, object], found: list[tuple[str, str]] | None
) -> None:
    a_certificate(db, world, "2026-08-04", certificate_no="C-1", import_key="1")
    certificate = a_certificate(db, world, "2026-08-05", import_key="2")
    before = row(db, "certificate", certificate)

    if found is None:
        repair(db, world, "certificate", certificate, **changes)
        assert agrees(db, "certificate", certificate)
    else:
        assert faults(lambda: repair(db, world, "certificate", certificate, **changes)) == found
        assert row(db, "certificate", certificate) == before
        assert len(lines(db, f"certificate/{certificate}")) == 1


def test_what_follows_from_live_acts_is_not_repaired_on_a_live_row(db: Database, world: World) -> None:
    certificate = a_certificate(db, world, "2026-08-05", origin="live", certificate_no="C-1")

    found = faults(lambda: repair(db, world, "certificate", certificate, stars="3", expires_on="2030-01-01"))

    assert found == [("stars", "repair_column_unknown"), ("expires_on", "repair_column_unknown")]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_only_the_unit_of_the_province_and_the_administrator_repair(
    db: Database, world: World, role: Role
) -> None:
    certificate = a_certificate(db, world, "2026-08-05")
    actor = db.read_now(lambda tx: world.actor(tx, role))
    offered = [one.name for one in open_columns("certificate", row(db, "certificate", certificate), actor)]

    if role in (V, Role.ADMIN):
        assert repair(db, world, "certificate", certificate, by=role, stars="3").changed == ("stars",)
        assert "stars" in offered
    else:
        with pytest.raises(Forbidden):
            repair(db, world, "certificate", certificate, by=role, stars="3")
        assert offered == []
        assert row(db, "certificate", certificate)["stars"] == 4


def test_the_unit_of_another_province_does_not_even_see_it(db: Database, world: World) -> None:
    certificate = a_certificate(db, world, "2026-08-05")

    def elsewhere(tx: Tx) -> str:
        account = add_account(tx, "Tỉnh khác", actor=SYSTEM)
        appoint(tx, account, V, "24", actor=SYSTEM)
        return account

    account = db.write_now(elsewhere)
    wanted = Wanted("certificate", certificate, {"stars": "3"}, **WHY)

    with pytest.raises(NotFound):
        db.write_now(lambda tx: moves.repair(tx, wanted, load_actor(tx, account, "api")))
    assert row(db, "certificate", certificate)["stars"] == 4


def test_whoever_has_not_seen_the_last_line_is_stopped(db: Database, world: World) -> None:
    certificate = a_certificate(db, world, "2026-08-05")
    repair(db, world, "certificate", certificate, stars="3", expected_lines=1)

    with pytest.raises(StaleVersion):
        repair(db, world, "certificate", certificate, stars="5", expected_lines=1)
    assert row(db, "certificate", certificate)["stars"] == 3


@pytest.fixture
def recognised(db: Database, clock: StepClock, year: World) -> tuple[Walk, str]:
    """A dossier recognised on 20 December 2027, and its certificate."""
    walk = Walk(db, clock, year)
    to_production(walk)
    to_decision(walk)
    walk.on("2027-12-22T09:00").do("decide_recognition", K, **DECISION)
    certificates = sa.select(MACHINE.table.c.id).where(MACHINE.table.c.dossier_id == walk.id)
    return walk, db.read_now(lambda tx: tx.sql.value(Sql(certificates)))


@pytest.mark.parametrize("through", ["dossier", "certificate"])
def test_a_mistake_that_stands_in_dossier_and_certificate_is_put_right_in_both(
    recognised: tuple[Walk, str], through: str
) -> None:
    walk, certificate = recognised
    ids = {"dossier": walk.id, "certificate": certificate}
    other = "certificate" if through == "dossier" else "dossier"
    day = "decision_on" if through == "dossier" else "issued_on"

    done = repair(
        walk.db, walk.world, through, ids[through], decision_number="78/QĐ-UBND", **{day: "2027-12-21"}
    )

    mended, twin = row(walk.db, "dossier", walk.id), row(walk.db, "certificate", certificate)
    assert done.follows == (f"{other}/{ids[other]}",)
    assert (mended["decision_number"], mended["decision_on"]) == ("78/QĐ-UBND", "2027-12-21")
    assert (twin["decision_number"], twin["issued_on"], twin["expires_on"]) == (
        "78/QĐ-UBND", "2027-12-21", "2030-12-21",
    )  # fmt: skip
    assert lines(walk.db, f"{other}/{ids[other]}")[-1].inputs["follows"] == f"{through}/{ids[through]}"
    assert all(agrees(walk.db, kind, ids[kind]) for kind in ids)


@pytest.mark.parametrize("through", ["dossier", "certificate"])
def test_a_decision_is_not_put_before_the_filing_by_a_repair_either(
    recognised: tuple[Walk, str], through: str
) -> None:
    """The day of filing itself still counts, as it does for the decision."""
    walk, certificate = recognised
    subject = walk.id if through == "dossier" else certificate
    column = "decision_on" if through == "dossier" else "issued_on"
    filed = date.fromisoformat(row(walk.db, "dossier", walk.id)["filed_on"])

    with pytest.raises(BadInput) as refused:
        repair(walk.db, walk.world, through, subject, **{column: (filed - timedelta(days=1)).isoformat()})

    assert [(field.path, field.code) for field in refused.value.fields] == [
        ("decision_on", "day_before_filing")
    ]
    assert row(walk.db, "certificate", certificate)["state"] == "valid"
    repair(walk.db, walk.world, through, subject, **{column: filed.isoformat()})
    assert row(walk.db, "dossier", walk.id)["decision_on"] == filed.isoformat()


def test_a_twin_that_says_something_else_is_left_alone(recognised: tuple[Walk, str]) -> None:
    walk, certificate = recognised
    other = a_certificate(
        walk.db,
        walk.world,
        "2027-12-20",
        dossier_id=walk.id,
        product_name="Chè búp (bản in cũ)",
        import_key="1",
    )

    done = repair(walk.db, walk.world, "dossier", walk.id, product_name="Chè búp minh họa")

    names = [row(walk.db, "certificate", each)["product_name"] for each in (certificate, other)]
    assert done.follows == (f"certificate/{certificate}",)
    assert names == ["Chè búp minh họa", "Chè búp (bản in cũ)"]
    assert len(lines(walk.db, f"certificate/{other}")) == 1


def test_a_move_after_a_repair_writes_the_column_anew_and_replay_follows(
    recognised: tuple[Walk, str],
) -> None:
    walk, _ = recognised
    repair(walk.db, walk.world, "dossier", walk.id, decision_number="78/QĐ-UBND")

    walk.do("ministry_orders_redo", K, "Sai quy trình", ministry_document="1/BNNMT")

    end = fold(lines(walk.db, f"dossier/{walk.id}"))
    assert end.columns["decision_number"] is None
    assert agrees(walk.db, "dossier", walk.id)


def test_a_cycle_a_product_and_a_producer_are_repaired_by_the_same_door(db: Database, year: World) -> None:
    repair(db, year, "cycle", year.cycle, plan_number="99/KH-UBND", title="Chu trình 2027")
    repair(db, year, "product", year.product, name="Chè búp đã sửa", set_code="12")
    repair(
        db, year, "producer", year.producer, name="Hợp tác xã Chè Đã Sửa", representative_phone="0900 000 009",
        type="cooperative_group",
    )  # fmt: skip

    assert row(db, "cycle", year.cycle)["plan_number"] == "99/KH-UBND"
    assert (row(db, "product", year.product)["name"], row(db, "product", year.product)["set_code"]) == (
        "Chè búp đã sửa", "12",
    )  # fmt: skip
    producer = row(db, "producer", year.producer)
    assert (producer["name"], producer["type"], producer["representative_phone"]) == (
        "Hợp tác xã Chè Đã Sửa", "cooperative_group", "+84900000009",
    )  # fmt: skip
    shown = db.read_now(lambda tx: repairs_of(tx, f"producer/{year.producer}"))[-1]
    assert [(one.column, one.before, one.after, one.hidden) for one in shown.changes] == [
        ("type", "cooperative", "cooperative_group", False), ("name", None, None, True),
        ("representative_phone", None, None, True),
    ]  # fmt: skip
    for kind, subject_id in (
        ("cycle", year.cycle),
        ("product", year.product),
        ("producer", year.producer),
    ):
        assert agrees(db, kind, subject_id)


def test_a_producer_whose_new_values_do_not_fit_is_refused_field_by_field(db: Database, world: World) -> None:
    def wrong(**changes: object) -> list[tuple[str, str]]:
        return faults(lambda: repair(db, world, "producer", world.producer, **changes))

    assert wrong(tax_code="123") == [("tax_code", "bad_mst")]
    assert wrong(legal_form="limited_company") == [("legal_form", "legal_form_not_expected")]
    assert wrong(representative_phone="12") == [("representative.phone", "bad_phone")]
    assert wrong(representative_gender="f") == [("representative_gender", "bad_choice")]
    assert wrong(community_majority="maybe") == [("community_majority", "bad_yes_no")]
    assert len(lines(db, f"producer/{world.producer}")) == 1


@pytest.mark.parametrize("kind", [*KINDS])
def test_nobody_repairs_what_is_not_there(db: Database, world: World, kind: str) -> None:
    with pytest.raises(NotFound):
        repair(db, world, kind, "0192a000-0000-7000-8000-00000000dead", name="x")


@pytest.mark.parametrize(("kind", "column"), [*REPAIRABLE])
def test_every_repaired_column_is_there_and_its_values_stand_in_the_lines(kind: str, column: str) -> None:
    """A column that a move may write too must be stated by the lines, or no replay could be held against the row."""
    if kind in moves.MACHINES:
        machine = moves.MACHINES[kind]
        assert column in machine.columns
        assert (column in machine.stated) is not REPAIRABLE[kind, column].hidden
    else:
        known = {*SHOWN[kind].c.keys(), *(f"{PERSON}{name}" for name in Representative.__dataclass_fields__)}
        assert column in known


def test_a_repair_that_lies_about_what_was_wrong_is_told_by_the_replay(db: Database, world: World) -> None:
    certificate = a_certificate(db, world, "2026-08-05")
    repair(db, world, "certificate", certificate, stars="3")
    story = lines(db, f"certificate/{certificate}")
    forged = story[-1]._replace(inputs={**story[-1].inputs, "before": {"stars": 5}})

    assert [one.code for one in fold([*story[:-1], forged]).problems] == ["repair_differs"]


def test_a_column_changed_behind_the_lines_is_told_by_the_audit(db: Database, world: World) -> None:
    certificate = a_certificate(db, world, "2026-08-05")
    table = MACHINE.table
    tamper = Sql(sa.update(table).where(table.c.id == sa.bindparam("of_id")).values(decision_number="1/QĐ"))
    db.write_now(lambda tx: tx.sql.run(tamper, of_id=certificate))

    schema.import_tables()
    found = db.read_now(verify).findings
    assert [(one.subject, one.code, one.params.get("column")) for one in found] == [
        (f"certificate/{certificate}", "row_differs", "decision_number")
    ]


def test_the_clock_never_makes_a_line_older_than_the_one_before(
    clock: StepClock, db: Database, world: World
) -> None:
    certificate = a_certificate(db, world, "2026-08-05")
    clock.move_to(datetime.fromisoformat("2027-02-01T08:00+07:00"))
    repair(db, world, "certificate", certificate, stars="3")

    instants = [line.at for line in lines(db, f"certificate/{certificate}")]
    assert instants == sorted(instants)
