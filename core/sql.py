"""Statements written in SQLAlchemy Core and compiled once to the driver's own text.

A statement must never be put together from values; every value is a named parameter.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

from core.columns import HOUSE_TYPES

DialectName = Literal["sqlite", "postgresql"]
Params = dict[str, Any]
_DIALECTS: dict[str, Dialect] = {
    "sqlite": SQLiteDialect_pysqlite(paramstyle="named"),
    "postgresql": PGDialect_psycopg(),  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
}
_LIST = re.compile(r"__\[POSTCOMPILE_(\w+?)(?:~~.*?~~)?\]")


def insert_ignore(table: Any) -> postgresql.Insert:
    """INSERT … ON CONFLICT DO NOTHING for both databases; `rowcount` says how many rows were new.

    From a SELECT, give the select a WHERE (`sa.true()` will do), or SQLite reads ON as part of a join.
    """
    return postgresql.insert(table).on_conflict_do_nothing()


def upsert(table: Any, key: Sequence[str], *columns: str) -> postgresql.Insert:
    """INSERT that on a conflict of `key` overwrites the named columns, for both databases."""
    statement = postgresql.insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(key), set_={name: statement.excluded[name] for name in columns}
    )


class Sql:
    """One statement. `sqlite` and `postgresql` hold driver text when parameters may go through untouched.

    FOR UPDATE is left out on SQLite, where the writer is alone. Values of house types are converted, text goes
    through as it is; results are the driver's own, so instants come back as text.
    """

    __slots__ = ("_as_given", "_forms", "_raw", "_statement", "postgresql", "sqlite")

    def __init__(self, statement: Any, *, as_given: bool = False) -> None:
        """`as_given`: every call brings driver values (text for an instant); saves the hot path a look at each."""
        self._statement = statement
        self._as_given = as_given
        self._raw: Mapping[str, str] = {}
        self._forms: dict[str, _Form] = {}
        self.sqlite: str | None = None
        self.postgresql: str | None = None

    @classmethod
    def raw(cls, *, sqlite: str, postgresql: str) -> "Sql":
        """For the rare statement Core cannot say; `:name` and `%(name)s` are the parameters."""
        made = cls(None)
        made._raw = {"sqlite": sqlite, "postgresql": postgresql}
        made.sqlite, made.postgresql = sqlite, postgresql
        return made

    def prepare(self, dialect: DialectName, params: Params) -> tuple[str, Params]:
        """Driver text and parameters; after the first call simple statements skip this."""
        form = self._forms.get(dialect) or self._compile(dialect)
        return (form.text, params) if form.simple else form.fill(params)

    def text(self, dialect: DialectName) -> str:
        """Driver text, for a statement without lists of values."""
        return (self._forms.get(dialect) or self._compile(dialect)).text

    def _compile(self, dialect: DialectName) -> "_Form":
        if self._raw:
            form = _Form(self._raw[dialect], {}, {}, {})
        else:
            compiled = self._statement.compile(
                dialect=_DIALECTS[dialect], compile_kwargs={"render_postcompile": False}
            )
            form = _Form.of(compiled, _DIALECTS[dialect], as_given=self._as_given)
        self._forms[dialect] = form
        if form.simple:
            setattr(self, dialect, form.text)
        return form


class _Form:
    """A compiled statement: its text, fixed values, conversions, and parameters that are lists."""

    __slots__ = ("convert", "fixed", "lists", "simple", "text")

    def __init__(
        self,
        text: str,
        fixed: Params,
        convert: dict[str, Callable[[Any], Any]],
        lists: dict[str, tuple[str, str]],
    ) -> None:
        self.text, self.fixed, self.convert, self.lists = text, fixed, convert, lists
        self.simple = not (fixed or convert or lists)

    @classmethod
    def of(cls, compiled: SQLCompiler, dialect: Dialect, *, as_given: bool) -> "_Form":
        fixed: Params = {}
        convert: dict[str, Callable[[Any], Any]] = {}
        lists: dict[str, tuple[str, str]] = {}
        for bind, name in compiled.bind_names.items():
            house = isinstance(bind.type, HOUSE_TYPES) and not as_given
            processor = bind.type.dialect_impl(dialect).bind_processor(dialect) if house else None
            if bind.expanding:
                lists[name] = _list_form(bind, dialect)
            if not bind.required:
                fixed[name] = bind.effective_value
            if processor is not None:
                convert[name] = processor
        return cls(str(compiled), fixed, convert, lists)

    def fill(self, params: Params) -> tuple[str, Params]:
        values = {**self.fixed, **params}
        for name, processor in self.convert.items():
            value = values.get(name)
            if name in self.lists:
                values[name] = [item if type(item) is str else processor(item) for item in value or ()]
            elif value is not None and type(value) is not str:
                values[name] = processor(value)
        return (self._expand(values), values) if self.lists else (self.text, values)

    def _expand(self, values: Params) -> str:
        def write(match: re.Match[str]) -> str:
            name = match[1]
            form, nothing = self.lists[name]
            items = values[name]
            names = [f"{name}_{place}" for place in range(len(items))]
            values.update(zip(names, items, strict=True))
            return ", ".join(form.format(one) for one in names) or nothing

        return _LIST.sub(write, self.text)


def _list_form(bind: Any, dialect: Dialect) -> tuple[str, str]:
    """How one member of a list is written, and what stands for an empty list."""
    number = isinstance(bind.type, sa.Integer)
    kind = "INTEGER" if number else "TEXT"
    if dialect.name == "sqlite":
        return ":{}", f"SELECT CAST(NULL AS {kind}) WHERE 1 = 0"
    return f"%({{}})s::{kind}", f"SELECT CAST(NULL AS {kind}) WHERE 1 = 0"
