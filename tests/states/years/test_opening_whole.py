"""Whatever the plan: an opening writes what the preview showed, all of it and nothing else, or nothing at all."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from core.columns import instant_text
from core.db import Database
from core.errors import Refused
from core.lines import canonical
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.roles import Role
from states.cycle.models import BATCH_TABLE, CYCLE_TABLE, TARGET_TABLE, TASK_TABLE, WINDOW_TABLE
from states.cycle.plan import parse
from states.cycle.preview import Preview, preview
from states.deadlines.entries import DEADLINE
from states.dossier.models import DOSSIER_TABLE
from states.outcomes.recognitions import Recognition
from states.outcomes.take_over import take_over
from states.years.opening import open_year
from tests.world import World, settled

HEAD = "format: ocop-plan/1\nprovince: 19\nyear: 2027\ntitle: a\ndocuments: [{number: b, date: 2027-01-04}]\n"
DAYS = st.dates(date(2027, 1, 5), date(2027, 12, 1))
BOUNDS = st.sampled_from(["before", "by", "on"])
STEPS = ("idea", "plan", "production", "promotion", "review")
ISSUED = [date(2024, 3, 2), date(2024, 9, 2), date(2024, 9, 3), date(2025, 6, 30)]


@pytest.fixture
def world(db: Database) -> World:
    """A province with certificates of which some fall due in 2027; one producer is of no stated type."""
    made = settled(db, plan=None)
    rows = [
        Recognition(
            number, f"Sản phẩm {number}", f"Chủ thể {number}", "htx" if number != 3 else None, "Thái Nguyên", "province",
            day.year, 4, "5/QĐ", day, day.replace(year=day.year + 3), "bản giấy", None,
        )
        for number, day in enumerate(ISSUED, 1)
    ]  # fmt: skip
    db.write_now(lambda tx: take_over(tx, rows, observed_on=date(2027, 1, 4)), alone=True)
    return made


def listed(name: str, lines: list[str]) -> str:
    return f"{name}:\n" + "".join(f"  - {line}\n" for line in lines) if lines else ""


@st.composite
def plans(draw: st.DrawFn) -> tuple[str, dict[str, date]]:
    """Windows, a batch of the plan's own, tasks that hang on dates, entries, events and councils; some dates moved."""
    steps = draw(st.lists(st.sampled_from(STEPS), unique=True, max_size=3))
    spans = [sorted([draw(DAYS), draw(DAYS)]) for _ in steps]
    windows = [
        f"{{step: {step}, opens: {first}, closes: {last + timedelta(days=1)}, bound: {draw(BOUNDS)}}}"
        for step, (first, last) in zip(steps, spans, strict=True)
    ]
    dues = [f"{{title: t, due: {day}}}" for day in draw(st.lists(DAYS, max_size=3))]
    hangs = [
        f"{{title: h, due: TASK/1 + {days} days}}" for days in draw(st.lists(st.integers(0, 90), max_size=2))
    ]
    entries = draw(st.lists(st.tuples(DAYS, BOUNDS), max_size=3))
    events = draw(st.lists(DAYS, max_size=2))
    councils = draw(st.lists(st.tuples(DAYS, st.integers(0, 9), st.integers(0, 60)), max_size=2))
    propose = draw(st.none() | st.dates(date(2027, 2, 1), date(2027, 4, 30)))
    text = HEAD + listed("windows", windows) + listed("tasks", dues + hangs * bool(dues))
    text += listed("calendar", [f"{{title: e, date: {day}, bound: {bound}}}" for day, bound in entries])
    text += listed("events", [f"{{kind: fair, title: f, date: {day}}}" for day in events])
    text += listed("councils", [
        f"{{level: province, from: {day}, to: {day + timedelta(days=more)}, products: {products}, per_day: 7}}"
        for day, more, products in councils
    ])  # fmt: skip
    text += "targets:\n  - {kind: count, what: a, stars: 3, at_least: 1}\n  - {kind: deliverable, what: b}\n"
    if propose:
        text += (
            "batches:\n  - level: province\n    number: 1\n    steps:\n"
            f"      - {{step: propose, date: {propose}, bound: before}}\n"
            "      - {step: evaluate, date: 2027-06-30, bound: before}\n"
        )
    keys = [f"TASK/{number}" for number in range(1, len(dues) + 1)] + [
        f"EVENT/{n + 1}" for n in range(len(events))
    ]
    moves = draw(st.dictionaries(st.sampled_from(keys), DAYS, max_size=2)) if keys else {}
    if draw(st.booleans()):
        moves["BATCH1_PROPOSE"] = draw(st.dates(date(2027, 2, 1), date(2027, 4, 30)))
    return text, moves


class UndoneError(Exception):
    """Takes an opening back once it has been looked at."""


def read(rtx: ReadTx, *columns: sa.Column[Any]) -> list[str]:
    return sorted(str(tuple(row)) for row in rtx.sql.all(Sql(sa.select(*columns))))


def counts(rtx: ReadTx) -> dict[str, int]:
    """How many rows each table of the product has."""
    return {
        name: int(rtx.sql.value(Sql(sa.select(sa.func.count()).select_from(table))) or 0)
        for name, table in SQLModel.metadata.tables.items()
    }


def written(rtx: ReadTx) -> dict[str, list[str]]:
    d, w, b = DEADLINE.c, WINDOW_TABLE.c, BATCH_TABLE.c
    batches = {
        f"batch/{row[0]}": f"batch/{row[1]}/{row[2]}"
        for row in rtx.sql.all(Sql(sa.select(b.id, b.level, b.number)))
    }
    mine = sa.select(d.code, d.subject, d.title, d.stated_on, d.bound, d.last_day, d.due_at, d.rule, d.basis)
    found = rtx.sql.all(
        Sql(mine.where(d.cycle_id.is_not(None)))
    )  # those of the certificates were there before
    return {
        "deadlines": sorted(str((row[0], batches.get(row[1], "cycle"), *row[2:])) for row in found),
        "windows": read(rtx, w.step, w.batch_number, w.opens_on, w.closes_on, w.stated, w.bound),
        "batches": read(rtx, b.level, b.number, b.opens_on, b.propose_last_day, b.evaluate_last_day),
        "targets": read(rtx, TARGET_TABLE.c.kind, TARGET_TABLE.c.label),
        "tasks": read(rtx, TASK_TABLE.c.title, TASK_TABLE.c.due_on),
        "dossiers": read(rtx, DOSSIER_TABLE.c.product_name, DOSSIER_TABLE.c.kind, DOSSIER_TABLE.c.year),
        "cycle": read(rtx, CYCLE_TABLE.c.digest, CYCLE_TABLE.c.state),
    }


def wanted(shown: Preview) -> dict[str, list[str]]:
    dates = shown.schedule
    rows: Mapping[str, list[tuple[Any, ...]]] = {
        "deadlines": [
            (due.code, due.applies_to, due.title, str(due.stated), due.bound, str(due.last_day), instant_text(due.due_at),
             due.rule, due.basis)
            for due in dates.deadlines
        ],
        "windows": [(w.step, w.batch, str(w.opens_on), str(w.closes_on), str(w.stated), w.bound) for w in dates.windows],
        "batches": [(b.level, b.number, str(b.opens_on), str(b.propose_last_day), str(b.evaluate_last_day)) for b in dates.batches],
        "targets": [(each.kind, each.what) for each in shown.plan.targets],
        "tasks": [(each.title, str(each.due)) for each in shown.plan.tasks],
        "dossiers": [(each.product, "re_evaluation", shown.year) for each in shown.to_renew],
        "cycle": [(shown.digest, "open")],
    }  # fmt: skip
    return {name: sorted(map(str, each)) for name, each in rows.items()}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=plans())
def test_an_opening_writes_what_was_shown_and_another_digest_writes_nothing(
    db: Database, world: World, made: tuple[str, dict[str, date]]
) -> None:
    text, moves = made
    pair = [db.read_now(lambda rtx: preview(rtx, parse(text), moves=moves)) for _ in range(2)]
    shown, before = pair[0], db.read_now(counts)
    reasons = {each.id: "đã rà" for each in shown.warnings}
    found: dict[str, list[str]] = {}
    after: dict[str, int] = {}

    def opening(tx: Tx, digest: str) -> None:
        actor = world.actor(tx, Role.PROVINCE_UNIT)
        open_year(tx, text, "a.yaml", digest, actor, accepted=reasons, moves=moves)
        found.update(written(tx))
        after.update(counts(tx))
        raise UndoneError

    with pytest.raises(Refused) as outdated:
        db.write_now(lambda tx: opening(tx, shown.digest[::-1]), alone=True)
    untouched = db.read_now(counts)
    with pytest.raises(UndoneError):
        db.write_now(lambda tx: opening(tx, shown.digest), alone=True)

    assert (outdated.value.code, untouched) == ("preview_outdated", before)
    assert found == wanted(shown)
    assert after["deadline"] - before["deadline"] == len(shown.schedule.deadlines)
    assert canonical(pair[0].to_json()) == canonical(pair[1].to_json())
    assert db.read_now(counts) == before
