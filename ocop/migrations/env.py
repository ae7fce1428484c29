"""Runs migrations on the connection that `ocop.schema` has opened and locked.

It must never open a connection of its own, nor commit.
"""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from ocop.schema import import_tables


def render_item(kind: str, thing: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write a house type as the plain text it is, so that a migration never needs our code."""
    if kind != "type":
        return False
    autogen.imports.discard("import sqlmodel")
    if not isinstance(thing, sa.types.TypeDecorator):
        return False
    thing = thing.impl
    if isinstance(thing, sa.Integer):
        return "sa.Integer()"
    if isinstance(thing, sa.Text):
        return "sa.Text()"
    if isinstance(thing, sa.String):  # SQLModel's own string type too
        return f"sa.String(length={thing.length})" if thing.length else "sa.String()"
    return False


def run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=import_tables() if context.config.attributes.get("compare") else None,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=True,
    )
    context.run_migrations()


run(context.config.attributes["connection"])
