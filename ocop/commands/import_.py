"""``ocop import``: a province's tables and past recognitions, as imported lines with their sources."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from core.errors import BadInput
from ocop import installation
from ocop.arguments import DAY
from ocop.installation import Installation
from states.engine.permissions import IMPORTER
from states.outcomes import imports, recognitions
from states.outcomes.import_kinds import KINDS, kind_named
from states.outcomes.imports import Source
from states.outcomes.tables import read_sheet, template
from states.outcomes.take_over import TableFile, sorted_out, take_over

T = TypeVar("T")
OBSERVED_ON = "2026-11-22"
RECOGNITIONS = "recognitions"
TELL_EVERY = 500  # rows between two words of progress


@click.command("import")
@click.argument("kind", type=click.Choice([*KINDS, RECOGNITIONS]))
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--province", help="Code of the province whose table it is, such as 19.")
@click.option("--document", help="The document the table stands in, such as 12/BC-SNNMT.")
@click.option(
    "--observed-on",
    type=DAY,
    default=OBSERVED_ON,
    show_default=True,
    help="Recognitions: day the list was drawn up.",
)
@click.option("--dry-run", is_flag=True, help="Check every row against the records, write nothing.")
@click.option("--template", "as_template", is_flag=True, help="Print an empty table to fill in.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def command(
    data: Path | None,
    kind: str,
    file: Path | None,
    *,
    province: str | None,
    document: str | None,
    observed_on: date,
    dry_run: bool,
    as_template: bool,
    as_json: bool,
) -> None:
    """Take over what exists: all rows or none, and a second run changes nothing.

    Example: ocop import producers chu-the.csv --province 19 --document 12/BC-SNNMT --dry-run
    """
    if as_template:
        click.echo(template(recognitions.SPEC if kind == RECOGNITIONS else kind_named(kind).spec), nl=False)
        return
    raw, name = _read(file), file.name if file else ""
    if kind == RECOGNITIONS:
        done = _recognitions(data, raw, name, observed_on=observed_on, dry_run=dry_run)
    else:
        source = Source(_given(province, "--province"), _given(document, "--document"))
        done = _table(data, kind, raw, name, source=source, dry_run=dry_run, quiet=as_json)
    click.echo(json.dumps(done, ensure_ascii=False, indent=1) if as_json else _readable(done))


def _table(
    data: Path | None, kind: str, raw: bytes, name: str, *, source: Source, dry_run: bool, quiet: bool
) -> dict[str, Any]:
    table = kind_named(kind)
    sheet = read_sheet(raw, name, table.spec)

    def run(opened: Installation) -> imports.Report:
        if dry_run:
            return opened.db.read_now(lambda rtx: imports.check(rtx, table, sheet, source))
        told = _silent if quiet else _tell
        return opened.db.write_now(
            lambda tx: imports.take(tx, table, sheet, source, actor=IMPORTER, progress=told), alone=True
        )

    return _opened(data, run).to_json()


def _recognitions(
    data: Path | None, raw: bytes, name: str, *, observed_on: date, dry_run: bool
) -> dict[str, Any]:
    sheet = recognitions.sheet(raw, name)
    rows = recognitions.rows_of(sheet)

    def run(opened: Installation) -> dict[str, Any]:
        if dry_run:
            report, new = opened.db.read_now(lambda rtx: sorted_out(rtx, rows, observed_on))
            return {"new": len(new), "known": report.known, "ahead": report.ahead}
        file = TableFile(sheet.file, sheet.digest)
        return opened.db.write_now(
            lambda tx: take_over(tx, rows, observed_on=observed_on, file=file), alone=True
        ).to_json()

    done = _opened(data, run)
    return {"kind": RECOGNITIONS, "file": name, "rows": len(rows), **done, "written": not dry_run}


def _opened(data: Path | None, run: Callable[[Installation], T]) -> T:
    opened = installation.opened(installation.configured(data))
    try:
        return run(opened)
    finally:
        opened.close()


def _readable(done: dict[str, Any]) -> str:
    """One sentence of counts; lists are told by their length, `--json` names their lines."""
    parts = [
        f"{name.replace('_', ' ')} {len(value) if isinstance(value, list) else value}"
        for name, value in done.items()
        if name not in ("kind", "file", "file_digest", "written")
    ]
    new = done.get("new", done.get("imported"))
    written = "; nothing was written" if not done["written"] else "; nothing changed" if not new else ""
    return f"{done['kind']} of {done['file']}: {', '.join(parts)}{written}"


def _tell(done: int, of: int) -> None:
    if done % TELL_EVERY == 0 or done == of:
        click.echo(f"{done} of {of} rows", err=True)


def _silent(_: int, __: int) -> None:
    pass


def _given(value: str | None, option: str) -> str:
    if not value:
        raise click.UsageError(f"{option} is needed for this table")
    return value


def _read(file: Path | None) -> bytes:
    if file is None:
        raise click.UsageError("name the file to import, or ask for an empty one with --template")
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput("import_missing", file=file.name) from error
