"""Ids, instants, column types, settings and texts."""

import re
import sqlite3
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from core import texts
from core.columns import Choice, Day, Flag, Instant, JsonText, instant_text, parse_instant
from core.config import Config
from core.db import Database, Tx
from core.errors import BadInput, FieldError, NotFound, OcopError, Refused, StaleVersion
from core.ids import new_id, new_ids, split_subject, subject_of
from core.sql import Into, Sql, insert_ignore, upsert

INSTANTS = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(timedelta(hours=-9))])
)


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


ROW = sa.Table(
    "row_of_values",
    sa.MetaData(),
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("at", Instant),
    sa.Column("day", Day),
    sa.Column("data", JsonText),
    sa.Column("flag", Flag),
    sa.Column("colour", Choice(Colour)),
    sa.Column("number", sa.Integer),
)
VALUES = {
    "at": datetime(2027, 1, 4, 1, 0, tzinfo=UTC),
    "day": date(2027, 1, 4),
    "data": {"a": [1, "ệ"]},
    "flag": True,
    "colour": Colour.GREEN,
    "number": 7,
}
STORED = ("2027-01-04T01:00:00.000000Z", "2027-01-04", '{"a":[1,"ệ"]}', 1, "green", 7)


@pytest.fixture
def table(db: Database) -> None:
    columns = "id TEXT PRIMARY KEY, at TEXT, day TEXT, data TEXT, flag INTEGER, colour TEXT, number INTEGER"
    make = f"CREATE TABLE row_of_values ({columns})"
    db.write_now(lambda tx: tx.sql.run(Sql.raw(sqlite=make, postgresql=make)))


def test_ids_are_version_7_unique_and_rising() -> None:
    made = [new_id() for _ in range(5000)]

    assert made == sorted(set(made))
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one)
        for one in made
    )


def test_ids_made_together_rise_and_stand_between_those_made_before_and_after() -> None:
    before, many, after = new_id(), new_ids(5000), new_id()

    made = [before, *many, after]
    assert made == sorted(set(made))
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one)
        for one in many
    )
    assert new_ids(0) == []


def test_a_subject_splits_into_what_it_was_made_of() -> None:
    assert split_subject(subject_of("dossier", "1")) == ("dossier", "1")


@pytest.mark.parametrize("text", ["", "dossier", "dossier/", "/1"])
def test_what_is_no_subject_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        split_subject(text)


@given(INSTANTS)
def test_an_instant_survives_its_text(instant: datetime) -> None:
    try:
        text = instant_text(instant)
    except OverflowError:  # the first or last hours of all time
        return

    assert len(text) == 27
    assert parse_instant(text) == instant


@given(INSTANTS, INSTANTS)
def test_text_order_is_time_order(one: datetime, two: datetime) -> None:
    try:
        texts_ = instant_text(one), instant_text(two)
    except OverflowError:
        return

    assert (texts_[0] < texts_[1]) == (one < two)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        instant_text(datetime(2027, 1, 4))  # noqa: DTZ001 -- that is the point


@pytest.mark.parametrize("text", ["2027-01-04T01:00:00Z", "2027-01-04T01:00:00.000000+00:00", ""])
def test_another_text_is_no_stored_instant(text: str) -> None:
    with pytest.raises(ValueError, match="no stored instant"):
        parse_instant(text)


@pytest.mark.usefixtures("table")
def test_driver_sql_stores_the_same_text_on_both_databases(db: Database) -> None:
    insert, look = Sql(sa.insert(ROW)), Sql(sa.select(ROW))

    db.write_now(lambda tx: tx.sql.run(insert, id="1", **VALUES))

    assert db.read_now(lambda rtx: rtx.sql.one(look)) == ("1", *STORED)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("count", [1, 3, 700], ids=["one", "a-few", "so-many-that-they-are-copied"])
def test_rows_of_driver_values_go_in_by_place(db: Database, count: int) -> None:
    into = Into(ROW, "number", "id", "at")
    rows = [(number, f"{number:03}", STORED[0]) for number in range(count)]
    look = Sql(
        sa.select(ROW.c.id, ROW.c.number, sa.type_coerce(ROW.c.at, sa.Text), ROW.c.day).order_by(ROW.c.id)
    )

    def fn(tx: Tx) -> None:
        tx.sql.add(into, rows[0])
        tx.sql.insert(into, rows[1:])

    db.write_now(fn)

    assert db.read_now(lambda rtx: rtx.sql.all(look)) == [(one, number, at, None) for number, one, at in rows]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("count", [3, 700], ids=["a-few", "many"])
def test_rows_that_are_there_are_passed_over_and_the_new_ones_counted(db: Database, count: int) -> None:
    into = Into(ROW, "id", "number")
    db.write_now(lambda tx: tx.sql.add(into, ("1", 100)))
    rows = [(str(number), number) for number in range(count)]

    new = [db.write_now(lambda tx: tx.sql.insert_new(into, rows)) for _ in range(2)]

    look = Sql(sa.select(ROW.c.number).where(ROW.c.id == "1"))
    assert new == [count - 1, 0]
    assert db.read_now(lambda rtx: rtx.sql.value(look)) == 100


@pytest.mark.usefixtures("table")
def test_a_row_whose_key_is_there_fails_the_whole(db: Database) -> None:
    into = Into(ROW, "id", "number")
    db.write_now(lambda tx: tx.sql.add(into, ("1", 100)))

    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        db.write_now(lambda tx: tx.sql.insert(into, [("2", 2), ("1", 1)]))

    assert db.read_now(lambda rtx: rtx.sql.all(Sql(sa.select(ROW.c.id)))) == [("1",)]


@pytest.mark.usefixtures("table")
def test_a_session_gives_python_values_back(db: Database) -> None:
    def fn(tx: Tx) -> dict[str, object]:
        connection = tx.session.connection()
        connection.execute(sa.insert(ROW).values(id="1", **VALUES))
        return dict(connection.execute(sa.select(ROW)).mappings().one())

    assert db.write_now(fn) == {"id": "1", **VALUES}


@pytest.mark.usefixtures("table")
def test_lists_empty_lists_and_fixed_values_find_what_they_should(db: Database) -> None:
    ids: Any = sa.bindparam("ids", expanding=True)
    numbers: Any = sa.bindparam("numbers", expanding=True)
    some = Sql(sa.select(ROW.c.id).where(ROW.c.id.in_(ids), ROW.c.number == 7).order_by(ROW.c.id))
    not_those = Sql(sa.select(ROW.c.id).where(ROW.c.number.not_in(numbers)).order_by(ROW.c.id))
    fixed = Sql(sa.select(ROW.c.id).where(ROW.c.id.in_(["1", "3"])).order_by(ROW.c.id).limit(5))
    insert = Sql(sa.insert(ROW))
    rows = [{"id": str(n), **VALUES} for n in range(5)]
    db.write_now(lambda tx: tx.sql.many(insert, rows))

    def look(rtx: Tx) -> list[list[str]]:
        asked: list[tuple[Sql, dict[str, Any]]] = [
            (some, {"ids": ["1", "2", "9"]}),
            (some, {"ids": []}),
            (not_those, {"numbers": []}),
            (not_those, {"numbers": [7]}),
            (fixed, {}),
        ]
        return [[one for (one,) in rtx.sql.all(stmt, **params)] for stmt, params in asked]

    assert db.read_now(look) == [["1", "2"], [], ["0", "1", "2", "3", "4"], [], ["1", "3"]]  # type: ignore[arg-type]


@pytest.mark.usefixtures("table")
def test_conflicts_returning_and_row_locks_read_alike(db: Database) -> None:
    ignore = Sql(
        insert_ignore(ROW).values(id=sa.bindparam("id"), number=sa.bindparam("number")).returning(ROW.c.id)
    )
    replace = Sql(upsert(ROW, ["id"], "number").values(id=sa.bindparam("id"), number=sa.bindparam("number")))
    lock = Sql(
        sa.select(ROW.c.number).where(ROW.c.id == sa.bindparam("id")).with_for_update(skip_locked=True)
    )

    def fn(tx: Tx) -> list[object]:
        return [
            tx.sql.value(ignore, id="1", number=1),
            tx.sql.value(ignore, id="1", number=2),
            tx.sql.run(replace, id="1", number=3),
            tx.sql.one(lock, id="1"),
        ]

    assert db.write_now(fn) == ["1", None, 1, (3,)]


def test_settings_are_read_from_the_environment(tmp_path: Path) -> None:
    config = Config.load(
        {"OCOP_SMTP_PORT": "2525", "OCOP_SMTP_TLS": "yes", "OCOP_BASE_URL": "http://x/"}, tmp_path
    )

    assert (config.data_dir, config.smtp_port, config.smtp_tls, config.base_url) == (
        tmp_path,
        2525,
        True,
        "http://x",
    )
    assert config.database_url is None


def test_every_wrong_setting_is_told_at_once() -> None:
    wrong = {"OCOP_SMTP_PORT": "many", "OCOP_SMTP_TLS": "perhaps", "OCOP_DATABASE_URL": "mysql://x"}

    with pytest.raises(BadInput) as refused:
        Config.load(wrong)

    assert {error.path: error.code for error in refused.value.fields} == {
        "OCOP_DATABASE_URL": "config_no_database_url",
        "OCOP_SMTP_PORT": "config_no_port",
        "OCOP_SMTP_TLS": "config_no_flag",
    }


def test_secrets_are_not_shown() -> None:
    config = Config(
        Path(), database_url="postgresql://u:hidden@h/d", smtp_password="hidden", session_secret="hidden"
    )

    assert "hidden" not in repr(config)


def test_an_error_speaks_both_languages() -> None:
    error = NotFound("subject_unknown", subject="dossier/1")

    assert str(error) == "There is no such record: dossier/1."
    assert error.text("vi") == "Không có mục này: dossier/1."
    assert isinstance(StaleVersion(), Refused)
    assert FieldError("port", "config_no_port").text("en").startswith("This must be a port")


def test_an_error_without_a_text_shows_its_code() -> None:
    assert str(OcopError("no_such_code")) == "no_such_code"


def test_every_code_of_core_has_both_languages() -> None:
    used = set()
    for path in Path(texts.__file__).parent.glob("*.py"):
        used |= set(
            re.findall(r'(?:BadInput|NotFound|Unavailable|Refused)\(\s*"([a-z_]+)"', path.read_text("utf-8"))
        )

    assert used <= texts.all_codes("core", "vi")
    assert texts.all_codes("core", "vi") == texts.all_codes("core", "en")


def folder(tmp_path: Path, vi: str) -> dict[str, Path]:
    (tmp_path / "texts.vi.toml").write_text(vi, encoding="utf-8")
    return {"room": tmp_path}


def test_tables_of_texts_are_joined_with_dots(tmp_path: Path) -> None:
    found = texts.Catalogue(
        folder(tmp_path, 'plain = "Một {n}"\n[state.idea]\ndraft = "Nháp"\n'), strict=True
    )

    assert found.all_codes("room") == {"plain", "state.idea.draft"}
    assert found.text("state.idea.draft") == "Nháp"
    assert found.text("plain", n=2) == "Một 2"
    assert found.text("plain", n=None) == "Một "


@pytest.mark.parametrize(("code", "shown"), [("absent", "absent"), ("plain", "Một {n}")])
def test_what_is_missing_is_an_error_in_tests_and_visible_elsewhere(
    tmp_path: Path, code: str, shown: str
) -> None:
    places = folder(tmp_path, 'plain = "Một {n}"')

    with pytest.raises(KeyError):
        texts.Catalogue(places, strict=True).text(code)
    assert texts.Catalogue(places).text(code) == shown
