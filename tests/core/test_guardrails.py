"""Raw SQL against the record: refused by the database itself."""

import pytest

from core import guardrails
from core.config import Config
from core.db import Database
from core.sequencer import sequence_all
from core.sql import Sql
from ocop import schema
from tests.core.subjects import add, make_table


@pytest.fixture
def written(db: Database) -> Database:
    make_table(db)
    db.write_now(lambda tx: add(tx, "a"))
    sequence_all(db)
    return db


def run(db: Database, text: str) -> None:
    db.write_now(lambda tx: tx.sql.run(Sql.raw(sqlite=text, postgresql=text)))


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE history SET reason = 'x'".replace("reason", "kind"),
        "UPDATE history SET line = line",
        "DELETE FROM history",
        "DELETE FROM history WHERE subject = 'thing/a'",
        "UPDATE log_entry SET leaf_hash = 'x'",
        "DELETE FROM log_entry",
    ],
)
def test_the_record_cannot_be_changed(written: Database, text: str) -> None:
    with pytest.raises(Exception, match="is insert-only"):
        run(written, text)

    assert written.read_now(lambda rtx: rtx.sql.value(COUNT)) == 1


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", ["history", "log_entry"])
def test_replace_is_refused_too(written: Database, table: str) -> None:
    with pytest.raises(Exception, match="is insert-only"):
        run(written, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", ["history", "log_entry"])
def test_truncate_is_refused_too(written: Database, table: str) -> None:
    with pytest.raises(Exception, match="is insert-only"):
        run(written, f"TRUNCATE {table}")


def test_a_missing_trigger_is_named(config: Config, written: Database) -> None:
    assert written.read_now(guardrails.missing) == []
    table, _ = guardrails.TRIGGERS[written.dialect]["tr_history_no_delete"]

    run(
        written,
        "DROP TRIGGER tr_history_no_delete" + (f" ON {table}" if written.dialect == "postgresql" else ""),
    )

    assert written.read_now(guardrails.missing) == ["tr_history_no_delete"]
    with schema.changing(config) as connection:
        guardrails.install(connection)
    assert written.read_now(guardrails.missing) == []


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_trigger_that_says_something_else_counts_as_missing(written: Database) -> None:
    run(written, "DROP TRIGGER tr_history_no_update")
    run(written, "CREATE TRIGGER tr_history_no_update BEFORE UPDATE ON history BEGIN SELECT 1; END")

    assert written.read_now(guardrails.missing) == ["tr_history_no_update"]


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)
def test_a_trigger_that_is_switched_off_counts_as_missing(written: Database) -> None:
    run(written, "ALTER TABLE history DISABLE TRIGGER tr_history_no_update")

    assert written.read_now(guardrails.missing) == ["tr_history_no_update"]


COUNT = Sql.raw(sqlite="SELECT count(*) FROM history", postgresql="SELECT count(*) FROM history")


_UPDATE = "CREATE TRIGGER tr_history_no_update BEFORE"
_CALL = "EXECUTE FUNCTION ocop_refuse_change()"
TOOTHLESS = {
    "a condition that never holds": f"{_UPDATE} UPDATE ON history FOR EACH ROW WHEN (false) {_CALL}",
    "another act": f"{_UPDATE} INSERT ON log_entry FOR EACH ROW {_CALL}",
    "a function that lets everything through": """CREATE OR REPLACE FUNCTION ocop_refuse_change() RETURNS trigger
        LANGUAGE plpgsql AS 'BEGIN /* is insert-only */ RETURN NEW; END'""",
}


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)
@pytest.mark.parametrize("how", TOOTHLESS)
def test_a_guard_that_bites_no_more_counts_as_missing(written: Database, how: str) -> None:
    if TOOTHLESS[how].startswith(_UPDATE):
        run(written, "DROP TRIGGER tr_history_no_update ON history")
    run(written, TOOTHLESS[how])

    assert "tr_history_no_update" in written.read_now(guardrails.missing)
