"""Every CHECK of the tables, broken by raw SQL past all code: the database itself refuses, by the constraint's name.

Foreign keys are switched off here, so that a row stands alone and only its CHECKs speak.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.columns import Day, Flag, Instant, JsonText
from ocop import schema
from tests.conftest import DATABASES, PostgresqlDatabases, memory_folder

METADATA = schema.import_tables()
DAY, INSTANT = "2027-03-01", "2027-03-01T09:00:00.000000Z"
FIRST = "0192aaaa-0000-7000-8000-000000000001"


def checks() -> dict[tuple[str, str], str]:
    """Every CHECK by its table and its short name, with the name the database knows it by."""
    return {
        (table.name, str(one.name).removeprefix(f"ck_{table.name}_")): str(one.name)
        for table in METADATA.sorted_tables
        for one in table.constraints
        if isinstance(one, sa.CheckConstraint)
    }


@dataclass(frozen=True)
class Break:
    """What must be changed in a good row so that one CHECK is broken, and the nearest row that is still good."""

    bad: dict[str, Any]
    good: dict[str, Any]


RECOGNISED = {"state": "recognised.4", "stars": 4, "decision_number": "1/QĐ", "decision_on": DAY}
LIVE = {
    "origin": "live", "certificate_no": "1", "decision_number": "1/QĐ", "issued_on": "2027-03-01", "stars": 4,
    "expires_on": "2030-03-01", "last_valid_day": "2030-03-01", "source": None,
}  # fmt: skip
SIGNED = {
    "chair_signed_at": INSTANT, "chair_signed_by": "a", "secretary_signed_at": INSTANT, "secretary_signed_by": "b"
}  # fmt: skip
MORE_MOVES = Break({"version": 1, "move_version": 2}, {"version": 2, "move_version": 2})
COUNCIL_LEVEL = Break({"level": "commune"}, {"level": "district"})
BOUND = Break({"bound": "after"}, {"bound": "before"})
OUT_OF_FIVE = Break({"stars": 6}, {"stars": 5})
ABOVE_HUNDRED = Break({"points_sum": 701, "points_count": 7}, {"points_sum": 700, "points_count": 7})

BREAKS: Mapping[tuple[str, str], Break] = {
    ("dossier", "kind_within_three"): Break({"kind": "second"}, {"kind": "re_evaluation"}),
    ("dossier", "level_within_four"): Break({"level": "village"}, {"level": "district"}),
    ("dossier", "recognised_has_decision"): Break(RECOGNISED | {"decision_on": None}, RECOGNISED),
    ("dossier", "recognised_has_its_stars"): Break(RECOGNISED | {"stars": 3}, RECOGNISED),
    ("dossier", "filed_is_pinned"): Break({"filed_on": DAY}, {"filed_on": DAY, "ruleset": "qd26-2026@1"}),
    ("dossier", "attempts_counted"): Break({"attempts": -1}, {"attempts": 0}),
    ("dossier", "not_its_own_predecessor"): Break({"predecessor_id": FIRST}, {"predecessor_id": "another"}),
    ("dossier", "points_within_scale"): Break({"spread": 101}, {"spread": 100}),
    ("dossier", "stars_within_five"): OUT_OF_FIVE,
    ("dossier", "mean_within_hundred"): ABOVE_HUNDRED,
    ("dossier", "late_is_a_renewal"): Break({"kind": "first", "late": 1}, {"kind": "re_evaluation", "late": 1}),
    ("dossier", "moves_are_lines"): MORE_MOVES,
    ("certificate", "certifies_three_to_five"): Break({"stars": 2}, {"stars": 3}),
    ("certificate", "live_has_decision"): Break(LIVE | {"decision_number": None}, LIVE),
    ("certificate", "live_has_number_stars_and_term"): Break(LIVE | {"last_valid_day": None}, LIVE),
    ("certificate", "origin_within_two"): Break({"origin": "guessed"}, {"origin": "imported"}),
    ("certificate", "imported_has_source"): Break({"source": None}, {"source": "bản giấy"}),
    ("certificate", "term_in_order"): Break(
        {"issued_on": "2027-03-02", "expires_on": "2027-03-01"}, {"issued_on": "2027-03-01", "expires_on": "2027-03-01"}
    ),
    ("certificate", "window_in_order"): Break(
        {"window_opens_on": "2027-03-02", "window_closes_on": "2027-03-01"},
        {"window_opens_on": "2027-03-01", "window_closes_on": "2027-03-01"},
    ),
    ("certificate", "grace_after_term"): Break(
        {"last_valid_day": "2027-03-01", "grace_ends_on": "2027-02-28"},
        {"last_valid_day": "2027-03-01", "grace_ends_on": "2027-03-01"},
    ),
    ("certificate", "follows_another"): Break({"successor_id": FIRST}, {"successor_id": "another"}),
    ("certificate", "superseded_has_successor"): Break(
        LIVE | {"state": "superseded"}, LIVE | {"state": "superseded", "successor_id": "another"}
    ),
    ("certificate", "extended_has_end"): Break({"state": "extended"}, {"state": "extended", "grace_ends_on": DAY}),
    ("certificate", "moves_are_lines"): MORE_MOVES,
    ("cycle", "year_plausible"): Break({"year": 2017}, {"year": 2018}),
    ("cycle", "published_has_plan_number"): Break(
        {"state": "published", "plan_number": "1/KH"}, {"state": "published", "plan_number": "1/KH", "plan_date": DAY}
    ),
    ("cycle", "open_points_counted"): Break({"warnings_open": -1}, {"warnings_open": 0}),
    ("cycle", "budget_not_negative"): Break({"budget_million_vnd": -1}, {"budget_million_vnd": 0}),
    ("cycle", "moves_are_lines"): MORE_MOVES,
    ("cycle_window", "closes_after_opening"): Break({"opens_on": "2027-03-02"}, {"opens_on": "2027-03-01"}),
    ("cycle_window", "bound_within_three"): BOUND,
    ("batch", "level_holds_councils"): COUNCIL_LEVEL,
    ("batch", "number_counted"): Break({"number": 0}, {"number": 1}),
    ("batch", "days_in_order"): Break({"evaluate_last_day": "2027-02-28"}, {"evaluate_last_day": "2027-03-01"}),
    ("batch", "intake_in_order"): Break({"intake_closes_at": INSTANT}, {"intake_closes_at": INSTANT[:-2] + "1Z"}),
    ("batch", "moves_are_lines"): MORE_MOVES,
    ("deadline", "due_when_its_last_day_ends"): Break(
        {"due_at": "2027-03-02T00:00:00.000000Z"}, {"due_at": "2027-03-01T17:00:00.000000Z"}
    ),
    ("deadline", "settled_once"): Break({"met_at": INSTANT, "cancelled_at": INSTANT}, {"met_at": INSTANT}),
    ("deadline", "extended_to_later"): Break({"extended_from": "2027-03-01"}, {"extended_from": "2027-02-28"}),
    ("deadline", "bound_within_three"): BOUND,
    ("deadline", "moves_are_lines"): MORE_MOVES,
    ("deadline_extension", "moves_later"): Break({"to_last_day": "2027-03-01"}, {"to_last_day": "2027-03-02"}),
    ("reminder", "settled_once"): Break({"fired_at": INSTANT, "cancelled_at": INSTANT}, {"fired_at": INSTANT}),
    ("session", "kind_within_four"): Break({"kind": "by_telephone"}, {"kind": "written"}),
    ("session", "level_holds_councils"): COUNCIL_LEVEL,
    ("session", "rounds_counted"): Break({"round": 0}, {"round": 1}),
    ("session", "signature_has_its_instant"): Break(SIGNED | {"chair_signed_at": None}, SIGNED),
    ("session", "minutes_have_both_signatures"): Break(
        {"state": "minutes_signed", "chair_signed_at": INSTANT, "chair_signed_by": "a"}, SIGNED | {"state": "closed"}
    ),
    ("session", "two_people_sign"): Break(SIGNED | {"secretary_signed_by": "a"}, SIGNED),
    ("session", "moves_are_lines"): MORE_MOVES,
    ("session_item", "present_within_seats"): Break({"seats": 9, "present": 10}, {"seats": 9, "present": 9}),
    ("session_item", "stars_within_five"): OUT_OF_FIVE,
    ("session_item", "mean_within_hundred"): ABOVE_HUNDRED,
    ("appeal", "accepted_has_due"): Break({"state": "accepted"}, {"state": "accepted", "due_at": INSTANT}),
    ("appeal", "moves_are_lines"): MORE_MOVES,
    ("appointment", "producer_named"): Break({"role": "producer"}, {"role": "producer", "producer_id": "p"}),
    ("producer_year", "parts_within_workers"): Break(
        {"workers": 5, "women_workers": 6}, {"workers": 5, "women_workers": 5}
    ),
}  # fmt: skip

PLAIN: Mapping[str, Mapping[str, Any]] = {
    "dossier": {"kind": "first", "level": "commune", "state": "idea.draft"},
    "certificate": {"state": "valid", "origin": "imported", "source": "bản giấy"},
    "cycle": {"state": "draft", "year": 2027},
    "cycle_window": {"bound": "by"},
    "batch": {"level": "province", "number": 1, "intake_closes_at": "2027-04-29T17:00:00.000000Z"},
    "deadline_extension": {"to_last_day": "2027-03-08"},
    "session": {"kind": "in_person", "level": "province", "round": 1},
    "appeal": {"state": "open"},
    "appointment": {"role": "commune"},
}
"""What a good row of a table needs beyond something in every column that must not be empty."""


def good_row(table: sa.Table) -> dict[str, Any]:
    filled = {column.name: filling(column) for column in table.columns if not column.nullable}
    return {**filled, **({"id": FIRST} if "id" in table.columns else {}), **PLAIN.get(table.name, {})}


def filling(column: sa.Column[Any]) -> object:
    kind = column.type
    if isinstance(kind, Day):
        return DAY
    if isinstance(kind, Instant):
        return INSTANT
    if isinstance(kind, JsonText):
        return "{}"
    return 1 if isinstance(kind, sa.Integer | Flag) else "x"


@pytest.fixture(scope="module", params=DATABASES)
def raw(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    """A connection to a migrated database on which foreign keys say nothing."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            folder = memory_folder("ocop-checks-")
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "ocop.db")
            address, silence = f"sqlite:///{folder / 'ocop.db'}", "PRAGMA foreign_keys=OFF"
        else:
            databases: PostgresqlDatabases = request.getfixturevalue("postgresql_databases")
            name = databases.make()
            stack.callback(databases.drop, name)
            address, silence = databases.url(name), "SET session_replication_role = replica"
        engine = sa.create_engine(address)
        stack.callback(engine.dispose)
        connection = stack.enter_context(engine.connect())
        connection.exec_driver_sql(silence)
        connection.commit()
        yield connection


@pytest.fixture(autouse=True)
def counted(request: pytest.FixtureRequest) -> None:
    """Counts the test to its database in the summary."""
    if "raw" in request.fixturenames:
        request.node.user_properties.append(("database", request.node.callspec.params["raw"]))


def insert(raw: sa.Connection, table: str, row: Mapping[str, Any]) -> None:
    """One INSERT as anybody with a database client could write it; nothing stays."""
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f":{name}" for name in row)
    try:
        raw.execute(sa.text(f'INSERT INTO "{table}" ({names}) VALUES ({values})'), dict(row))
    finally:
        raw.rollback()


@pytest.mark.parametrize("key", BREAKS, ids=".".join)
def test_the_database_refuses_a_row_that_breaks_the_check(raw: sa.Connection, key: tuple[str, str]) -> None:
    table, _ = key
    base = good_row(METADATA.tables[table])

    with pytest.raises(IntegrityError) as refusal:
        insert(raw, table, base | BREAKS[key].bad)

    assert checks()[key] in str(refusal.value.orig)


@pytest.mark.parametrize("key", BREAKS, ids=".".join)
def test_the_database_takes_the_nearest_good_row(raw: sa.Connection, key: tuple[str, str]) -> None:
    table, _ = key

    insert(raw, table, good_row(METADATA.tables[table]) | BREAKS[key].good)


def test_every_check_of_the_tables_is_broken_here() -> None:
    assert set(BREAKS) == set(checks())


def test_the_migrated_database_has_the_checks_of_the_tables_and_no_others(raw: sa.Connection) -> None:
    inspector = sa.inspect(raw)
    found = {
        str(one["name"])
        for table in inspector.get_table_names()
        for one in inspector.get_check_constraints(table)
    }
    raw.rollback()

    assert found == set(checks().values())
