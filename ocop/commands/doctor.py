"""``ocop doctor``: what is wrong with an installation, and how to mend it."""

from pathlib import Path

import click

from ocop import doctor, installation


@click.command("doctor")
@click.pass_obj
def command(data: Path | None) -> int:
    """Check folder, tables, triggers, calendar, offices, messages and clock; 1 where something is wrong.

    Example: ocop doctor
    """
    checks = doctor.examine(installation.configured(data))
    for check in checks:
        click.echo(f"{'ok  ' if check.fine else 'BAD '} {check.name}: {check.said}")
    return 0 if all(check.fine for check in checks) else 1
