"""The 396 real recognitions of the published lists: taken over twice, replayed, and held against an independent reckoning."""

import json
import subprocess
import sys
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from audit.verify import verify
from core.clock import StepClock
from core.db import Database
from core.history import read_lines
from core.lines import parse_line
from core.sql import Sql
from core.tx import ReadTx, Tx
from ocop import schema
from registry import calendar_days, unit_successors, units
from registry.actors import SYSTEM_ACTOR, Actor, Held
from registry.roles import Role
from registry.units_seed import seed_units
from states.certificate.models import CERTIFICATE_TABLE
from states.certificate.queries import Verdict, verdict_of
from states.deadlines.entries import DEADLINE
from states.engine.replay import differing, fold
from states.outcomes import recognitions
from states.outcomes.take_over import Report, TableFile, take_over

DATA = Path(__file__).parents[3] / "ocop" / "demo" / "data"
FILES = [DATA / "bac-kan-products.csv", DATA / "other-provinces-products.csv"]
SCRIPT = Path(__file__).with_name("independent_in_force.py")
DAY = date(2026, 11, 1)
OBSERVED = date(2026, 11, 22)
Place = tuple[str, int]
_ALL = Sql(sa.select(*CERTIFICATE_TABLE.c).order_by(CERTIFICATE_TABLE.c.id))
_HEADS = Sql(sa.text("SELECT subject, MAX(version) FROM history GROUP BY subject ORDER BY subject"))


@pytest.fixture(scope="module")
def reckoned() -> dict[str, set[Place]]:
    """What the script says that knows nothing of the product."""
    ran = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), DAY.isoformat(), *map(str, FILES)],
        capture_output=True,
        check=True,
    )
    return {name: {(file, line) for file, line in places} for name, places in json.loads(ran.stdout).items()}


def take_both(db: Database) -> list[Report]:
    done = []
    for path in FILES:
        found = recognitions.sheet(path.read_bytes(), path.name)

        def write(tx: Tx, found=found) -> Report:
            file = TableFile(found.file, found.digest)
            return take_over(tx, recognitions.rows_of(found), observed_on=OBSERVED, file=file)

        done.append(db.write_now(write, alone=True))
    return done


@pytest.fixture
def taken(db: Database) -> tuple[Database, list[Report]]:
    def ground(tx: Tx) -> None:
        seed_units(tx)
        calendar_days.seed_calendar(tx, actor=SYSTEM_ACTOR.ref(Role.SYSTEM))

    db.write_now(ground, alone=True)
    return db, take_both(db)


def certificates(rtx: ReadTx) -> list[dict[str, Any]]:
    return [dict(zip(CERTIFICATE_TABLE.c.keys(), row, strict=True)) for row in rtx.sql.all(_ALL)]


def place_of(rtx: ReadTx, certificate: str) -> Place:
    first = parse_line(read_lines(rtx, f"certificate/{certificate}")[0][0])
    return first.inputs["file"], first.inputs["file_line"]


def test_all_396_are_taken_over_once_and_a_second_run_changes_nothing(
    taken: tuple[Database, list[Report]],
) -> None:
    db, first = taken
    before, heads = db.read_now(certificates), db.read_now(lambda rtx: rtx.sql.all(_HEADS))

    second = take_both(db)

    assert [one.imported for one in first] == [56, 340]
    assert [(one.imported, one.known, one.ahead) for one in second] == [(0, 56, []), (0, 340, [])]
    assert len(before) == 396
    assert db.read_now(certificates) == before
    assert db.read_now(lambda rtx: rtx.sql.all(_HEADS)) == heads


def test_each_replays_to_its_stored_row_and_the_whole_record_is_intact(
    taken: tuple[Database, list[Report]],
) -> None:
    db, _ = taken

    for row in db.read_now(certificates):
        stored = db.read_now(lambda rtx, row=row: read_lines(rtx, f"certificate/{row['id']}"))
        end = fold(parse_line(text) for text, _ in stored)
        assert (end.problems, differing(end, row)) == ((), ())
    schema.import_tables()
    report = db.read_now(verify)
    assert (report.intact, report.subjects > 1000) == (True, True)


def test_those_in_force_on_a_day_are_exactly_those_of_the_independent_script(
    taken: tuple[Database, list[Report]], reckoned: dict[str, set[Place]]
) -> None:
    db, _ = taken

    def verdicts(rtx: ReadTx) -> dict[Place, Verdict | None]:
        return {place_of(rtx, row["id"]): verdict_of(rtx, row["id"], DAY) for row in certificates(rtx)}

    found = db.read_now(verdicts)

    assert {place for place, verdict in found.items() if verdict is Verdict.VALID} == reckoned["in_force"]
    assert {place for place, verdict in found.items() if verdict is Verdict.TERM_UNKNOWN} == reckoned[
        "term_unknown"
    ]
    assert len(reckoned["in_force"]) > 30


def test_what_no_source_states_is_listed_and_counted_like_the_script(
    taken: tuple[Database, list[Report]], reckoned: dict[str, set[Place]]
) -> None:
    _, reports = taken

    for name in ("term_unknown", "stars_unknown"):
        listed = {
            (path.name, line)
            for path, report in zip(FILES, reports, strict=True)
            for line in getattr(report, name)
        }
        assert listed == reckoned[name]


def test_an_earlier_recognition_gives_way_on_the_day_of_the_next_and_not_before(
    taken: tuple[Database, list[Report]],
) -> None:
    """Miến dong Tài Hoan: four stars to December 2021, five stars from 30 June 2021."""
    db, reports = taken
    noodles = [
        row
        for row in db.read_now(certificates)
        if row["product_name"] == "Miến dong Tài Hoan" and row["issued_on"]
    ]
    earlier, later = sorted(noodles, key=lambda row: row["issued_on"])

    def on(row: dict[str, Any], day: date) -> Verdict | None:
        return db.read_now(lambda rtx: verdict_of(rtx, row["id"], day))

    assert len(reports[0].superseded) == 1
    assert (earlier["state"], earlier["successor_id"], later["stars"]) == ("superseded", later["id"], 5)
    assert [on(earlier, date(2021, 6, 29)), on(earlier, date(2021, 6, 30))] == [
        Verdict.VALID,
        Verdict.SUPERSEDED,
    ]
    assert [on(later, date(2021, 6, 29)), on(later, date(2021, 6, 30)), on(later, date(2024, 7, 1))] == [
        Verdict.NOT_YET, Verdict.VALID, Verdict.EXPIRED,
    ]  # fmt: skip


def test_each_runs_from_its_old_unit_and_its_producer_stands_in_one_of_today(
    taken: tuple[Database, list[Report]],
) -> None:
    """Decisions of before July 2025 keep the unit of their day, wherever one is named."""
    db, _ = taken
    today = date(2027, 1, 4)

    def look(rtx: ReadTx) -> tuple[list[str], list[str], Counter[bool]]:
        wrong, outdated = [], []
        placed: Counter[bool] = Counter()
        for row in certificates(rtx):
            placed[row["commune_code"] is not None] += 1
            if row["commune_code"] and row["issued_on"]:
                unit = units.get(rtx, row["commune_code"])
                if not unit.in_force(date.fromisoformat(row["issued_on"])):
                    wrong.append(row["id"])
        for code in {province for (province,) in rtx.sql.all(_PRODUCER_PROVINCES)}:
            outdated += [code] if unit_successors.living_on(rtx, code, today) != (code,) else []
        return wrong, outdated, placed

    wrong, outdated, placed = db.read_now(look)
    assert (wrong, outdated) == ([], [])
    assert placed[True] > 200


_PRODUCER_PROVINCES = Sql(sa.text("SELECT DISTINCT province_code FROM producer"))


def test_the_officer_of_a_new_commune_sees_the_certificates_of_the_old_ones(
    taken: tuple[Database, list[Report]],
) -> None:
    db, _ = taken

    def seen(rtx: ReadTx) -> set[str]:
        old = unit_successors.predecessors(rtx, "02185", date(2027, 1, 4))
        held = (Held(Role.COMMUNE, "02185"), *(Held(Role.COMMUNE, code, taken_over=True) for code in old))
        actor = Actor("a", "Cán bộ", "web", held)
        return {
            row["product_name"]
            for row in certificates(rtx)
            if actor.roles_at(commune_code=row["commune_code"], province_code=None, producer_id=None)
        }

    assert db.read_now(seen) == {"Miến dong Tài Hoan"}


def test_the_watch_is_set_for_every_certificate_in_force_and_for_no_other(
    clock: StepClock, taken: tuple[Database, list[Report]]
) -> None:
    """Also for those whose window is open or over on the day of the import, 4 January 2027."""
    db, reports = taken
    watched = Sql(sa.select(DEADLINE.c.certificate_id).where(DEADLINE.c.code == "EXPIRY"))

    running = {
        row["id"]
        for row in db.read_now(certificates)
        if row["state"] == "valid" and row["last_valid_day"] and row["last_valid_day"] >= "2027-01-04"
    }
    assert clock.business_now() == datetime.fromisoformat("2027-01-04T08:00+07:00")
    assert {row[0] for row in db.read_now(lambda rtx: rtx.sql.all(watched))} == running
    assert len(running) == sum(report.in_force for report in reports) > 20
