"""``ocop cycle``: preview a plan and open exactly what was shown; list what closing would do and close exactly that."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from core.errors import BadInput
from core.tx import ReadTx, Tx
from notifications.estimate import channels_on, estimate
from ocop import installation
from ocop.arguments import DAY
from ocop.commands.cycle_lines import closing_lines, preview_lines, report_lines
from registry.actors import Actor, Held
from registry.roles import Role
from states.cycle.cloning import clone_of_cycle, clone_of_plan
from states.cycle.open_cycle import Opened
from states.cycle.plan import parse, plan_schema, text_of
from states.cycle.plan_text import SIZE_LIMIT
from states.cycle.preview import preview
from states.outcomes.year_report import year_report
from states.years.closing import CARRY, END, PROPOSED, Closed, close_year, closing, decisions_of
from states.years.opening import open_year

T = TypeVar("T")
PLAN = click.Path(path_type=Path)
_year = click.option("--year", type=int, help="Year of a programme over several years.")
_accept = click.option(
    "--accept", multiple=True, metavar="WARNING=REASON", help="Accept one warning, with its reason."
)
_move = click.option(
    "--move", multiple=True, metavar="CODE=DATE", help="Put another date; shows what moves with it."
)
_json = click.option("--json", "as_json", is_flag=True)


@click.group("cycle")
def command() -> None:
    """Preview a plan, open a yearly cycle, close it, clone its plan for another year."""


def _text(plan: Path) -> str:
    """The text of a plan file; never more of it than a plan may be long."""
    try:
        with plan.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise BadInput("plan_unreadable", file=plan.name) from error
    return text_of(data, plan.name)


@command.command("preview")
@click.argument("plan", type=PLAN)
@_year
@_accept
@_move
@_json
@click.pass_obj
def preview_(
    data: Path | None,
    plan: Path,
    year: int | None,
    accept: tuple[str, ...],
    move: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show the whole calendar of a plan, of a programme its first year by default; writes nothing.

    Example: ocop cycle preview examples/plans/thai-nguyen-2027.yaml --move IDEA_WINDOW=2027-05-10
    """
    read, accepted, moves = parse(_text(plan), plan.name), reasons_of(accept), moves_of(move)
    if year is None and read.first_year != read.last_year:
        year = read.first_year
        click.echo(f"This plan covers {year} to {read.last_year}; shown is {year}, see --year.", err=True)
    config = installation.configured(data)

    def look(tx: ReadTx) -> dict[str, Any]:
        found = preview(tx, read, year=year, accepted=accepted, moves=moves).to_json()
        rows = cast("list[dict[str, Any]]", found["notices"])
        return {**found, "channels": estimate(rows, channels_on(config, rehearsal=tx.rehearsal))}

    shown = _read(data, look)
    click.echo(_printed(shown) if as_json else preview_lines(shown))


def _printed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _read(data: Path | None, fn: Callable[[ReadTx], T]) -> T:
    """Read from the installation, or from a throw-away one where there is none yet."""
    config = installation.configured(data)
    if not installation.is_empty(config.data_dir) or config.database_url:
        opened = installation.opened(config, seed=False)
        try:
            return opened.db.read_now(fn)
        finally:
            opened.close()
    return installation.read_from_scratch(fn)


def _write(data: Path | None, fn: Callable[[Tx], T]) -> T:
    """Write to the installation in a commit of its own."""
    opened = installation.opened(installation.configured(data))
    try:
        return opened.db.write_now(fn, alone=True)
    finally:
        opened.close()


@command.command("open")
@click.argument("plan", type=PLAN)
@click.option("--digest", required=True, help="The digest the preview showed.")
@_year
@_accept
@_move
@click.option("--reason", help="Why dates were moved; kept in the cycle's first line with the moves.")
@_json
@click.pass_obj
def open_(
    data: Path | None,
    plan: Path,
    digest: str,
    year: int | None,
    accept: tuple[str, ...],
    move: tuple[str, ...],
    reason: str | None,
    as_json: bool,
) -> None:
    """Open a cycle: exactly what was previewed, in one transaction.

    Example: ocop cycle open plan.yaml --digest 3f0c…
    """
    text, accepted, moves = _text(plan), reasons_of(accept), moves_of(move)
    read = parse(text, plan.name)

    def write(tx: Tx) -> Opened:
        actor = operator(Role.PROVINCE_UNIT, read.province)
        return open_year(
            tx, text, plan.name, digest, actor, year=year, accepted=accepted, moves=moves, reason=reason
        )

    done = _write(data, write)
    summary = (
        f"Opened {done.title}: {done.deadlines} deadlines, {len(done.batches)} batches, "
        f"{done.renewals} renewal dossiers, {done.adopted} carried over"
    )
    click.echo(json.dumps(done.to_json(), ensure_ascii=False) if as_json else summary)


@command.command("clone")
@click.argument("source")
@click.option("--year", type=int, help="Year of the new plan; the year after by default.")
@click.option("-o", "--output", type=PLAN, help="Write the new plan file here.")
@_json
@click.pass_obj
def clone_(data: Path | None, source: str, year: int | None, output: Path | None, as_json: bool) -> None:
    """Next year's plan from a plan file or a cycle's id: dates shifted, each with its reason. Opens nothing.

    Example: ocop cycle clone plan-2027.yaml -o plan-2028.yaml
    """
    if Path(source).is_file():
        plan = parse(_text(Path(source)), source)
        made = _read(data, lambda tx: clone_of_plan(tx, plan, year))
    else:
        made = _read(data, lambda tx: clone_of_cycle(tx, source, year))
    if output is not None:
        output.write_text(made.text, encoding="utf-8")
    said = made.text if output is None else f"Wrote {output}: {len(made.shifts)} dates"
    click.echo(_printed(made.to_json()) if as_json else said.rstrip())


@command.command("close")
@click.argument("cycle_id", metavar="CYCLE")
@click.option(
    "--carry", multiple=True, metavar="WHICH=REASON", help="Carry over a dossier (code) or a state."
)
@click.option("--drop", multiple=True, metavar="WHICH=REASON", help="Close a dossier (code) or a state.")
@click.option("--rest", metavar="REASON", help="Do with all the others what the list proposes.")
@click.option("--digest", help="The digest the list showed; without it nothing is written.")
@_json
@click.pass_obj
def close_(
    data: Path | None,
    cycle_id: str,
    carry: tuple[str, ...],
    drop: tuple[str, ...],
    rest: str | None,
    digest: str | None,
    as_json: bool,
) -> None:
    """List what closing a year would do; with the digest of that list, do it.

    Example: ocop cycle close 0192… --drop idea.draft="không nộp" --rest "tiếp tục năm sau" --digest 3f0c…
    """
    decisions = decisions_of(list(_decided(carry, drop, rest)))
    if digest is None:
        shown = _read(data, lambda tx: closing(tx, cycle_id, decisions).to_json())
        click.echo(_printed(shown) if as_json else closing_lines(shown))
        return

    def write(tx: Tx) -> Closed:
        province = closing(tx, cycle_id, decisions).province
        return close_year(tx, cycle_id, decisions, digest, operator(Role.PROVINCE_UNIT, province))

    done = _write(data, write)
    said = f"Closed {done.year}: {done.carried_over} carried over, {done.closed} closed; report {done.report_digest}"
    click.echo(_printed(done.to_json()) if as_json else said)


def _decided(carry: tuple[str, ...], drop: tuple[str, ...], rest: str | None) -> Iterator[dict[str, object]]:
    for act, given in ((CARRY, carry), (END, drop)):
        for which, reason in (_pair(one, "decision_form") for one in given):
            yield {"act": act, "reason": reason, "states" if "." in which else "dossiers": [which]}
    if rest is not None:
        yield {"act": PROPOSED, "reason": rest, "rest": True}


@command.command("report")
@click.argument("cycle_id", metavar="CYCLE")
@_json
@click.pass_obj
def report_(data: Path | None, cycle_id: str, as_json: bool) -> None:
    """The year report of a cycle: as kept when it was closed, before that as it stands.

    Example: ocop cycle report 0192… --json
    """
    report = _read(data, lambda tx: year_report(tx, cycle_id).to_json())
    click.echo(_printed(report) if as_json else report_lines(report))


@command.command("schema")
def schema_() -> None:
    """Print the plan file's format as JSON Schema, for editors that check while one types.

    Example: ocop cycle schema > ocop-plan.schema.json
    """
    click.echo(_printed(plan_schema()))


def reasons_of(given: tuple[str, ...]) -> dict[str, str]:
    """Warnings with their reasons, as they were typed."""
    return dict(_pair(one, "accept_form") for one in given)


def moves_of(given: tuple[str, ...]) -> dict[str, date]:
    """Dates by their keys, as they were typed."""
    pairs = (_pair(one, "move_form") for one in given)
    return {key: DAY.convert(day, None, None) for key, day in pairs}


def _pair(text: str, code: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not value.strip():
        raise BadInput(code, text=text)
    return name.strip(), value.strip()


def operator(role: Role, unit_code: str) -> Actor:
    """Who holds the machine acts for the province's unit; lines say that it was done by the command line."""
    return Actor("operator", "operator", "cli", (Held(role, unit_code),))
