"""A SQLAlchemy connection on the very connection a driver holds, so that a session and driver SQL share one transaction.

It must never open a connection of its own, and never close the driver's.
"""

from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from core.tx import Driver


class SessionBeside:
    """Made on first use; a database error that passes through it is noted at the driver, also one somebody catches."""

    def __init__(self, driver: Driver, raw: Any, url: str, **engine_options: Any) -> None:
        self._driver, self._raw, self._url = driver, raw, url
        self._engine_options = engine_options
        self._made: sa.Connection | None = None

    def connection(self) -> sa.Connection:
        if self._made is None:
            options = {"creator": lambda: self._raw, "poolclass": NullPool, **self._engine_options}
            engine = sa.create_engine(self._url, **options)
            sa.event.listen(engine, "handle_error", self._note_fault)
            self._made = engine.connect()
        return self._made

    def _note_fault(self, context: sa.engine.ExceptionContext) -> None:
        error = context.sqlalchemy_exception or context.original_exception
        self._driver.fault = error if isinstance(error, Exception) else None

    def close(self) -> None:
        if self._made is not None:
            with suppress(Exception):  # the driver's connection below is closed either way
                self._made.close()
