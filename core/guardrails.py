"""The triggers that keep history insert-only and feed the sequencer, by name, for both databases.

Nothing may be built that needs one of them gone; `doctor`, `verify` and a test look for each.
"""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.sql import DialectName, Sql

if TYPE_CHECKING:
    from core.tx import ReadTx

INSERT_ONLY = ("history", "log_entry")
"""Tables no row of which may ever change or go."""

FEED = "tr_history_unsequenced"

_SQLITE_REFUSE = """CREATE TRIGGER {name} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"""
_SQLITE_FEED = """CREATE TRIGGER tr_history_unsequenced AFTER INSERT ON history
BEGIN INSERT INTO unsequenced (subject, version) VALUES (NEW.subject, NEW.version); END"""

_POSTGRESQL_FUNCTIONS = (
    """CREATE OR REPLACE FUNCTION ocop_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE OR REPLACE FUNCTION ocop_queue_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO unsequenced (subject, version) SELECT subject, version FROM fresh ORDER BY subject, version;
RETURN NULL; END $$""",
)
_POSTGRESQL_ROW = """CREATE TRIGGER {name} BEFORE {act} ON {table}
FOR EACH ROW EXECUTE FUNCTION ocop_refuse_change()"""
_POSTGRESQL_ALL = """CREATE TRIGGER {name} BEFORE {act} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION ocop_refuse_change()"""
_POSTGRESQL_FEED = """CREATE TRIGGER tr_history_unsequenced AFTER INSERT ON history
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ocop_queue_line()"""


def _guards(dialect: DialectName) -> dict[str, tuple[str, str]]:
    """Name → (table, statement that makes the trigger)."""
    found: dict[str, tuple[str, str]] = {}
    for table in INSERT_ONLY:
        acts = ("update", "delete") if dialect == "sqlite" else ("update", "delete", "truncate")
        for act in acts:
            name = f"tr_{table}_no_{act}"
            form = _SQLITE_REFUSE
            if dialect == "postgresql":
                form = _POSTGRESQL_ALL if act == "truncate" else _POSTGRESQL_ROW
            found[name] = (table, form.format(name=name, act=act.upper(), table=table))
    found[FEED] = ("history", _SQLITE_FEED if dialect == "sqlite" else _POSTGRESQL_FEED)
    return found


TRIGGERS: dict[DialectName, dict[str, tuple[str, str]]] = {
    "sqlite": _guards("sqlite"),
    "postgresql": _guards("postgresql"),
}

_PRESENT = Sql.raw(
    sqlite="SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    postgresql="""SELECT t.tgname, pg_get_triggerdef(t.oid, true) || ' $$' || p.prosrc || '$$'
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND n.nspname = current_schema()""",
)
"""Name → what it does: on PostgreSQL the trigger as the server would write it, and the body of its function."""


def install(connection: sa.Connection) -> None:
    """Make every trigger anew; each migration ends with this."""
    dialect: DialectName = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    if dialect == "postgresql":
        for function in _POSTGRESQL_FUNCTIONS:
            connection.execute(sa.text(function))
    for name, (table, statement) in TRIGGERS[dialect].items():
        where = f" ON {table}" if dialect == "postgresql" else ""
        connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}{where}"))
        connection.execute(sa.text(statement))


def missing(rtx: "ReadTx") -> list[str]:
    """Names of triggers that are not there, are switched off, or say something else than ours."""
    present: dict[str, str] = dict(rtx.sql.all(_PRESENT))
    wanted = TRIGGERS[rtx.dialect]
    whole = {name: _as_present(rtx.dialect, statement) for name, (_, statement) in wanted.items()}
    return [name for name, said in whole.items() if _spaced(present.get(name)) != _spaced(said)]


def _as_present(dialect: DialectName, statement: str) -> str:
    """A statement of ours as the database tells it back."""
    if dialect == "sqlite":
        return statement
    function = next(body for body in _POSTGRESQL_FUNCTIONS if body.split("()")[0].split()[-1] in statement)
    return f"{statement} $${function.split('$$')[1]}$$"


def _spaced(text: str | None) -> str:
    return " ".join((text or "").split())
