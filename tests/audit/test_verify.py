"""Whatever is changed behind the house's back is found and named, on both databases."""

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import audit
from audit import verify as verifying
from audit.findings import Finding, Report
from audit.verify import verify
from core import guardrails, texts
from core.db import Database
from core.history import COPIED, HISTORY, LOG_ENTRY, UNSEQUENCED
from core.lines import SYSTEM, Line
from core.sequencer import sequence_all
from core.sql import Sql
from tests.core.subjects import THING, add, make_table, move

TAMPERED = "thing/b"
COLUMNS = (*COPIED, "actor_id", "actor_role", "hash")


@pytest.fixture
def written(db: Database) -> Database:
    """Three subjects with four lines each, all in the log."""
    make_table(db)
    for name in "abc":
        db.write_now(partial(add, row_id=name))
        for state in ("b", "c", "d"):
            db.write_now(partial(move, row_id=name, state=state))
    sequence_all(db)
    return db


def check(db: Database, **options: Any) -> Report:
    return db.read_now(lambda rtx: verify(rtx, kinds={"thing": THING}, **options))


def codes(report: Report) -> set[tuple[str | None, int | None, str]]:
    return {(found.subject, found.version, found.code) for found in report.findings}


def drop_triggers(db: Database) -> None:
    for name, (table, _) in guardrails.TRIGGERS[db.dialect].items():
        run(db, f"DROP TRIGGER {name}" + (f" ON {table}" if db.dialect == "postgresql" else ""))


def run(db: Database, statement: Any, **params: Any) -> None:
    stmt = Sql.raw(sqlite=statement, postgresql=statement) if isinstance(statement, str) else Sql(statement)
    assert db.write_now(lambda tx: tx.sql.run(stmt, **params)) != 0


def tamper(db: Database, **values: Any) -> None:
    """Change the second line of the second subject."""
    drop_triggers(db)
    run(db, sa.update(HISTORY).where(HISTORY.c.subject == TAMPERED, HISTORY.c.version == 2).values(**values))


def row(db: Database, version: int) -> dict[str, Any]:
    look = Sql(sa.select(HISTORY).where(HISTORY.c.subject == TAMPERED, HISTORY.c.version == version))
    found = db.read_now(lambda rtx: rtx.sql.one(look))
    assert found is not None
    return dict(zip(HISTORY.c.keys(), found, strict=True))


def without_triggers(report: Report) -> set[tuple[str | None, int | None, str]]:
    return {one for one in codes(report) if one[2] != "trigger_missing"}


def test_an_untouched_record_is_whole(written: Database) -> None:
    report = check(written)

    assert report == Report(lines=12, subjects=3, findings=[])
    assert report.intact


@pytest.mark.parametrize("place", [0, 40, -2], ids=["first", "middle", "last"])
def test_one_byte_of_a_line_is_found(written: Database, place: int) -> None:
    line = row(written, 2)["line"]
    place %= len(line)
    other = line[:place] + ("x" if line[place] != "x" else "y") + line[place + 1 :]

    tamper(written, line=other)

    found = without_triggers(check(written))
    assert (TAMPERED, 2, "hash_differs") in found
    assert (TAMPERED, 3, "chain_broken") in found
    assert {subject for subject, _, _ in found} == {TAMPERED}


def test_a_line_changed_with_its_hash_breaks_the_chain_and_the_log(written: Database) -> None:
    from core.lines import leaf_hash

    line = row(written, 2)["line"].replace('"reason":null', '"reason":"x"')

    tamper(written, line=line, hash=leaf_hash(line.encode()))

    assert without_triggers(check(written)) == {(TAMPERED, 2, "log_differs"), (TAMPERED, 3, "chain_broken")}


@pytest.mark.parametrize("column", COLUMNS)
def test_one_byte_of_each_copied_column_is_found(written: Database, column: str) -> None:
    value = row(written, 2)[column]
    other = "x" if value is None else value[:-1] + ("x" if value[-1] != "x" else "y")

    tamper(written, **{column: other})

    report = check(written)
    if column == "hash":
        assert without_triggers(report) == {(TAMPERED, 2, "hash_differs")}
    else:
        assert without_triggers(report) == {(TAMPERED, 2, "column_differs")}
        assert [found.params for found in report.findings if found.code == "column_differs"] == [
            {"column": column}
        ]


@pytest.mark.parametrize(("column", "value"), [("subject", "thing/bb"), ("version", 9)])
def test_a_line_moved_elsewhere_is_found(written: Database, column: str, value: object) -> None:
    tamper(written, **{column: value})

    found = without_triggers(check(written))
    assert (TAMPERED, 3, "version_gap") in found
    assert (TAMPERED, 2, "log_without_line") in found


def test_a_deleted_last_line_is_found(written: Database) -> None:
    drop_triggers(written)

    run(written, sa.delete(HISTORY).where(HISTORY.c.subject == TAMPERED, HISTORY.c.version == 4))

    assert without_triggers(check(written)) == {
        (TAMPERED, 3, "lines_missing"),
        (TAMPERED, 3, "row_differs"),
        (TAMPERED, 4, "log_without_line"),
    }


def test_a_deleted_last_line_is_found_even_when_the_log_was_cut_too(written: Database) -> None:
    drop_triggers(written)
    for table in (HISTORY, LOG_ENTRY):
        run(written, sa.delete(table).where(table.c.subject == TAMPERED, table.c.version == 4))

    found = without_triggers(check(written))
    assert (TAMPERED, 3, "lines_missing") in found
    assert any(code == "log_gap" for _, _, code in found)


def test_a_deleted_subject_is_found(written: Database) -> None:
    drop_triggers(written)

    run(written, sa.delete(HISTORY).where(HISTORY.c.subject == TAMPERED))

    assert without_triggers(check(written)) == {
        (TAMPERED, None, "row_without_lines"),
        *((TAMPERED, version, "log_without_line") for version in range(1, 5)),
    }


def inserted(db: Database, version: int, prev: str) -> dict[str, Any]:
    """A line as a forger would write it, with a hash that fits."""
    line = Line(
        TAMPERED,
        version,
        "transition",
        SYSTEM,
        db.clock.business_now(),
        trigger="go",
        source="d",
        dest="e",
        prev=prev,
        rehearsal=True,
    )
    from core.history import HISTORY, _row

    return dict(zip(HISTORY.c.keys(), _row(line), strict=True))


def test_a_line_put_in_at_the_end_is_found(written: Database) -> None:
    forged = inserted(written, 5, row(written, 4)["hash"])
    drop_triggers(written)

    run(written, sa.insert(HISTORY), **forged)

    assert without_triggers(check(written)) == {
        (TAMPERED, 5, "lines_added"),
        (TAMPERED, 5, "row_differs"),
        (TAMPERED, 5, "not_in_log"),
    }


def test_a_line_put_in_at_the_end_with_the_triggers_in_place_is_found(written: Database) -> None:
    forged = inserted(written, 5, row(written, 4)["hash"])

    run(written, sa.insert(HISTORY), **forged)

    assert codes(check(written)) == {(TAMPERED, 5, "lines_added"), (TAMPERED, 5, "row_differs")}


def test_a_line_put_in_between_is_found(written: Database) -> None:
    forged = inserted(written, 3, row(written, 2)["hash"])
    drop_triggers(written)
    for version in (4, 3):
        run(
            written,
            sa.update(HISTORY)
            .where(HISTORY.c.subject == TAMPERED, HISTORY.c.version == version)
            .values(version=version + 1),
        )

    run(written, sa.insert(HISTORY), **forged)

    found = without_triggers(check(written))
    assert (TAMPERED, 4, "chain_broken") in found
    assert (TAMPERED, 5, "lines_added") in found


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("state", "z", "row_differs"),
        ("move_version", 7, "row_differs"),
        ("last_at", "2030-01-01T00:00:00.000000Z", "row_differs"),
        ("head", "0" * 64, "head_differs"),
        ("version", 5, "lines_missing"),
        ("version", 3, "lines_added"),
    ],
)
def test_a_changed_row_is_found(written: Database, column: str, value: object, code: str) -> None:
    run(written, sa.update(THING).where(THING.c.id == "b").values(**{column: value}))

    assert codes(check(written)) == {(TAMPERED, 4, code)}


def test_a_deleted_row_is_found(written: Database) -> None:
    run(written, sa.delete(THING).where(THING.c.id == "b"))

    assert codes(check(written)) == {(TAMPERED, None, "row_missing")}


def test_a_changed_log_is_found(written: Database) -> None:
    drop_triggers(written)

    run(
        written,
        sa.update(LOG_ENTRY)
        .where(LOG_ENTRY.c.subject == TAMPERED, LOG_ENTRY.c.version == 2)
        .values(leaf_hash="0" * 64),
    )

    assert without_triggers(check(written)) == {(TAMPERED, 2, "log_differs")}


def test_every_missing_trigger_is_named(written: Database) -> None:
    drop_triggers(written)

    report = check(written)

    assert {found.params["name"] for found in report.findings} == set(guardrails.TRIGGERS[written.dialect])


def test_a_line_that_waits_for_its_place_is_no_fault(written: Database) -> None:
    written.write_now(lambda tx: move(tx, "a"))
    assert (
        written.read_now(lambda rtx: rtx.sql.value(Sql(sa.select(sa.func.count()).select_from(UNSEQUENCED))))
        == 1
    )

    assert check(written).intact


def test_a_kind_nobody_knows_is_told(written: Database) -> None:
    report = written.read_now(lambda rtx: verify(rtx, kinds={}))

    assert codes(report) == {(f"thing/{name}", None, "kind_unknown") for name in "abc"}


def test_many_subjects_are_checked_piece_by_piece(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    make_table(db)
    for n in range(25):
        db.write_now(partial(add, row_id=f"t{n:03}"))
    monkeypatch.setattr(verifying, "PIECE", 4)

    assert check(db) == Report(lines=25, subjects=25, findings=[])


def test_a_ruined_record_does_not_fill_the_memory(written: Database) -> None:
    drop_triggers(written)
    run(written, sa.update(HISTORY).values(kind="x"))

    report = check(written, listed=3)

    assert len(report.findings) == 3
    assert report.unlisted > 8


def test_deep_adds_what_rooms_above_put_there(written: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = Finding("file/1", None, "file_missing", {"name": "x"})
    monkeypatch.setattr(verifying, "DEEP", [lambda rtx: iter([extra])])

    assert check(written).intact
    assert check(written, deep=True).findings == [extra]


def test_every_code_has_its_text_in_both_languages() -> None:
    used = set()
    for path in Path(audit.__path__[0]).glob("*.py"):
        used |= set(re.findall(r'notes\.add\(.*?, "([a-z_]+)"', path.read_text("utf-8")))
    engine = Path(audit.__path__[0]).parent / "states" / "engine" / "replay.py"
    replay = set(re.findall(r'Problem\(line\.version, "([a-z_]+)"', engine.read_text("utf-8")))
    used |= {f"replay_{code}" for code in replay - {"version_gap", "time_runs_back"}}
    used |= {"replay_guard_failed", "replay_facts_missing"}

    for lang in ("vi", "en"):
        told = {
            code.removeprefix("finding.")
            for code in texts.all_codes("audit", lang)
            if code.startswith("finding.")
        }
        assert told == used
