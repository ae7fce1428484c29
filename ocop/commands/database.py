"""``ocop db upgrade``: bring the tables to this program's newest form."""

from pathlib import Path

import click

from ocop import installation


@click.group("db")
def command() -> None:
    """Look after the tables."""


@command.command("upgrade")
@click.pass_obj
def upgrade(data: Path | None) -> None:
    """Migrate under a lock, all or nothing.

    Example: ocop db upgrade
    """
    config = installation.configured(data)
    new = installation.prepare(config)
    installation.opened(config).close()  # writes units and the law's calendar where they are missing
    click.echo("Made a new installation" if new else "The tables are up to date")
