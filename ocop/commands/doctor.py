"""``ocop doctor``: what is wrong with an installation, and how to mend it."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from ocop import doctor, installation


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def command(data: Path | None, as_json: bool) -> int:
    """Check folder, tables, triggers, calendar, offices, messages and clock; 1 where something is wrong.

    Example: ocop doctor
    """
    checks = doctor.examine(installation.configured(data))
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=1))
    for check in () if as_json else checks:
        click.echo(f"{'ok  ' if check.fine else 'BAD '} {check.name}: {check.said}")
    return 0 if all(check.fine for check in checks) else 1
