"""Statements written in SQLAlchemy Core and compiled once to the driver's own text.

A statement must never be put together from values; every value is a named parameter.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.dml import Insert, OnConflictDoNothing, OnConflictDoUpdate
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from core.columns import HOUSE_TYPES

DialectName = Literal["sqlite", "postgresql"]
Params = dict[str, Any]
Pick = Callable[[Mapping[str, Any]], Any]
"""From named parameters to what the driver is handed."""

_LIST = re.compile(r"__\[POSTCOMPILE_(\w+?)(?:~~.*?~~)?\]")


@cache
def _dialect(name: DialectName) -> Dialect:
    if name == "sqlite":
        return SQLiteDialect_pysqlite(paramstyle="qmark")
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg  # nothing SQLite has to pay for

    return PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


@compiles(OnConflictDoNothing, "postgresql")
@compiles(OnConflictDoUpdate, "postgresql")
def _on_postgresql(clause: Any, compiler: Any, **options: Any) -> str:
    """SQLite's clause says all that PostgreSQL's does but the name of a constraint, which we never give."""
    clause.constraint_target = None
    text: str = getattr(compiler, f"visit_{clause.__visit_name__}")(clause, **options)
    return text


def insert_or(table: Any) -> Insert:
    """INSERT that may say what happens on a conflict, for both databases."""
    return Insert(table)


def insert_ignore(table: Any) -> Insert:
    """INSERT … ON CONFLICT DO NOTHING for both databases; `rowcount` says how many rows were new.

    From a SELECT, give the select a WHERE (`sa.true()` will do), or SQLite reads ON as part of a join.
    """
    return Insert(table).on_conflict_do_nothing()


def upsert(table: Any, key: Sequence[str], *columns: str) -> Insert:
    """INSERT that on a conflict of `key` overwrites the named columns, for both databases."""
    statement = Insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(key), set_={name: statement.excluded[name] for name in columns}
    )


WHOLE_ROW = "whole_row"
"""The function by which SQLite hands over a row; the driver defines it on its connection."""


class _WholeRow(FunctionElement[Any]):
    """The columns of a row, handed over at once."""

    inherit_cache = True
    type = sa.Text()


@compiles(_WholeRow, "sqlite")
@compiles(_WholeRow, "postgresql")
def _handed_over(element: _WholeRow, compiler: Any, **options: Any) -> str:
    columns: str = compiler.process(element.clauses, **options)
    return f"{WHOLE_ROW}({columns})" if compiler.dialect.name == "sqlite" else columns


def whole_row(columns: Sequence[Any]) -> Any:
    """What to select for `tx.sql.whole`: one row with all these columns, a hundred at most.

    SQLite's driver describes every column of every result anew: forty of them cost more than all else a move reads.
    """
    return _WholeRow(*columns)


class Sql:
    """One statement. `sqlite` and `postgresql` hold driver text when parameters may go through unchanged.

    SQLite's driver takes them in order (`pick`): it looks every name up anew on each run, with the GIL let go each time.

    FOR UPDATE is left out on SQLite, where the writer is alone. Values of house types are converted, text goes
    through as it is; results are the driver's own, so instants come back as text.
    """

    __slots__ = ("_as_given", "_forms", "_raw", "_statement", "pick", "postgresql", "sqlite")

    def __init__(self, statement: Any, *, as_given: bool = False) -> None:
        """`as_given`: every call brings driver values (text for an instant); saves the hot path a look at each."""
        self._statement = statement
        self._as_given = as_given
        self._raw: Mapping[str, str] = {}
        self._forms: dict[str, _Form] = {}
        self.sqlite: str | None = None
        self.pick: Pick = _as_named
        self.postgresql: str | None = None

    @classmethod
    def raw(cls, *, sqlite: str, postgresql: str) -> "Sql":
        """For the rare statement Core cannot say; `:name` and `%(name)s` are the parameters."""
        made = cls(None)
        made._raw = {"sqlite": sqlite, "postgresql": postgresql}
        made.sqlite, made.postgresql = sqlite, postgresql
        return made

    def prepare(self, dialect: DialectName, params: Mapping[str, Any]) -> tuple[str, Any]:
        """Driver text and parameters; after the first call simple statements skip this."""
        form = self._forms.get(dialect) or self._compile(dialect)
        return (form.text, form.pick(params)) if form.simple else form.fill(params)

    def prepare_many(
        self, dialect: DialectName, rows: Sequence[Mapping[str, Any]]
    ) -> tuple[str, Iterable[Any]]:
        """Driver text and the parameters of each row; rows share their names, so the form is looked at once."""
        form = self._forms.get(dialect) or self._compile(dialect)
        if form.simple:
            return form.text, rows if form.order is None else map(form.pick, rows)
        if form.order is None or form.fixed or form.lists:
            filled = [form.fill(row) for row in rows]
            return filled[0][0], [values for _, values in filled]
        return form.text, list(form.converted(rows))  # whole before the first row is written

    def text(self, dialect: DialectName) -> str:
        """Driver text, for a statement without lists of values."""
        return (self._forms.get(dialect) or self._compile(dialect)).text

    def _compile(self, dialect: DialectName) -> "_Form":
        if self._raw:
            form = _Form(self._raw[dialect], None, {}, {}, {})
        else:
            compiled = self._statement.compile(
                dialect=_dialect(dialect), compile_kwargs={"render_postcompile": False}
            )
            form = _Form.of(compiled, _dialect(dialect), as_given=self._as_given)
        self._forms[dialect] = form
        if form.simple and dialect == "sqlite":
            self.pick = form.pick  # before the text, which says that both are there
        if form.simple:
            setattr(self, dialect, form.text)
        return form


class Into:
    """Where rows of plain driver values go: a table and the columns they fill, in order; the others stay empty."""

    __slots__ = ("copying", "postgresql", "postgresql_new", "sqlite", "sqlite_new")

    def __init__(self, table: sa.Table, *columns: str) -> None:
        """Write the statements of both databases: INSERT, the same for what is not there yet, COPY."""
        names = ", ".join(f'"{table.c[name].name}"' for name in columns)
        into = f'"{table.name}" ({names})'
        self.sqlite, self.postgresql = (
            f"INSERT INTO {into} VALUES ({', '.join([place] * len(columns))})"  # noqa: S608 -- our own names
            for place in ("?", "%s")
        )
        self.sqlite_new, self.postgresql_new = (
            f"{plain} ON CONFLICT DO NOTHING" for plain in (self.sqlite, self.postgresql)
        )
        self.copying = f"COPY {into} FROM STDIN"


def _as_named(params: Mapping[str, Any]) -> Any:
    return params


def _in_order(names: Sequence[str]) -> Pick:
    """A function that takes these values out of named parameters, as a tuple."""
    if len(names) > 1:
        return itemgetter(*names)
    if not names:
        return lambda _: ()
    name = names[0]
    return lambda params: (params[name],)


class _Form:
    """A compiled statement: its text, the order of its parameters (None: by name), fixed values, conversions, lists."""

    __slots__ = ("convert", "fixed", "lists", "order", "pick", "simple", "text")

    def __init__(
        self,
        text: str,
        order: Sequence[str] | None,
        fixed: Params,
        convert: dict[str, Callable[[Any], Any]],
        lists: dict[str, tuple[str, str]],
    ) -> None:
        self.text, self.fixed, self.convert, self.lists = text, fixed, convert, lists
        self.simple = not (fixed or convert or lists)
        self.order = order
        self.pick: Pick = _as_named if order is None else _in_order(order)

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
        order = compiled.positiontup if compiled.positional else None
        return cls(str(compiled), order, fixed, convert, lists)

    def fill(self, params: Mapping[str, Any]) -> tuple[str, Any]:
        values = {**self.fixed, **params}
        for name, processor in self.convert.items():
            value = values.get(name)
            if name in self.lists:
                values[name] = [item if type(item) is str else processor(item) for item in value or ()]
            elif value is not None and type(value) is not str:
                values[name] = processor(value)
        return self._expanded(values) if self.lists else (self.text, self.pick(values))

    def converted(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
        """Rows in the order of the parameters, each house type as its text; most rows bring the text already."""
        spots = [
            (place, self.convert[name]) for place, name in enumerate(self.order or ()) if name in self.convert
        ]
        for row in rows:
            values = self.pick(row)
            for place, processor in spots:
                value = values[place]
                if value is not None and type(value) is not str:
                    values = (*values[:place], processor(value), *values[place + 1 :])
            yield values

    def _expanded(self, values: Params) -> tuple[str, Any]:
        names = {name: [f"{name}_{place}" for place in range(len(values[name]))] for name in self.lists}

        def write(match: re.Match[str]) -> str:
            form, nothing = self.lists[match[1]]
            return ", ".join(form.format(one) for one in names[match[1]]) or nothing

        text = _LIST.sub(write, self.text)
        if self.order is not None:
            return text, [
                one for name in self.order for one in (values[name] if name in names else (values[name],))
            ]
        for name, each in names.items():
            values.update(zip(each, values[name], strict=True))
        return text, values


def _list_form(bind: Any, dialect: Dialect) -> tuple[str, str]:
    """How one member of a list is written, and what stands for an empty list."""
    kind = "INTEGER" if isinstance(bind.type, sa.Integer) else "TEXT"
    member = "?" if dialect.name == "sqlite" else f"%({{}})s::{kind}"
    return member, f"SELECT CAST(NULL AS {kind}) WHERE 1 = 0"
