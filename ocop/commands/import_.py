"""``ocop import``: past facts from tables, as imported lines with their sources."""

import json
from datetime import date
from pathlib import Path

import click

from core.errors import BadInput
from ocop import installation
from states.outcomes import recognitions
from states.outcomes.take_over import Report, take_over

OBSERVED_ON = "2026-11-22"


@click.command("import")
@click.argument("kind", type=click.Choice(["recognitions"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--observed-on", default=OBSERVED_ON, show_default=True, help="Day on which the table was drawn up."
)
@click.option("--dry-run", is_flag=True, help="Check every row, write nothing.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def command(data: Path | None, kind: str, file: Path, observed_on: str, dry_run: bool, as_json: bool) -> None:
    """Take over past recognitions; a second run changes nothing.

    Example: ocop import recognitions bac-kan-products.csv --dry-run
    """
    del kind
    rows = recognitions.read(_text(file), file.name)
    if dry_run:
        click.echo(f"{len(rows)} rows can be read; nothing was written")
        return
    opened = installation.opened(installation.configured(data))
    try:
        report = opened.db.write_now(
            lambda tx: take_over(tx, rows, observed_on=_day(observed_on)), alone=True
        )
    finally:
        opened.close()
    click.echo(json.dumps(report.to_json(), indent=1) if as_json else _readable(report))


def _readable(report: Report) -> str:
    return (
        f"{report.imported} taken over, {report.known} known already, {len(report.ahead)} not yet known on this day; "
        f"{report.in_force} in force, term unknown {len(report.term_unknown)}, stars unknown {len(report.stars_unknown)}"
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("bad_day_argument", text=text) from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("import_unreadable", file=file.name) from error
