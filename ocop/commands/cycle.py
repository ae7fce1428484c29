"""``ocop cycle``: preview a plan's whole calendar, then open exactly what was shown."""

import json
from pathlib import Path
from typing import Any

import click

from core.errors import BadInput
from core.tx import Tx
from ocop import installation
from registry.actors import Actor, Held
from registry.roles import Role
from states.cycle.open_cycle import Opened, open_cycle
from states.cycle.plan import parse
from states.cycle.plan_text import SIZE_LIMIT
from states.cycle.preview import preview


@click.group("cycle")
def command() -> None:
    """Preview a plan and open a yearly cycle."""


def _text(plan: Path) -> str:
    try:
        if plan.stat().st_size > SIZE_LIMIT:
            raise BadInput("plan_too_large", file=plan.name, most=SIZE_LIMIT)
        return plan.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("plan_unreadable", file=plan.name) from error


@command.command("preview")
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--year", type=int, help="Year of a programme over several years.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def preview_(data: Path | None, plan: Path, year: int | None, as_json: bool) -> None:
    """Show the whole calendar of a plan; writes nothing.

    Example: ocop cycle preview examples/plans/thai-nguyen-2027.yaml --json
    """
    read = parse(_text(plan), plan.name)
    shown = _read(data, lambda tx: preview(tx, read, year=year).to_json())
    click.echo(json.dumps(shown, ensure_ascii=False, indent=1) if as_json else _readable(shown))


def _read(data: Path | None, fn: Any) -> Any:
    """Read from the installation, or from a throw-away one where there is none yet."""
    config = installation.configured(data)
    if not installation.is_empty(config.data_dir) or config.database_url:
        opened = installation.opened(config, seed=False)
        try:
            return opened.db.read_now(fn)
        finally:
            opened.close()
    return installation.read_from_scratch(fn)


def _readable(shown: dict[str, Any]) -> str:
    lines = [f"{shown['title']} · {shown['year']}", f"digest {shown['digest']}", ""]
    for one in shown["deadlines"]:
        stated = f"{one['stated']['bound']} {one['stated']['date']}" if one["stated"] else one["rule"]
        lines.append(f"{one['last_day']}  {one['code']:<20} {stated}  {' '.join(one['marks'])}".rstrip())
    lines += ["", *(f"! {one['id']}{' (accepted)' if one['accepted'] else ''}" for one in shown["warnings"])]
    return "\n".join(lines).rstrip()


@command.command("open")
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--digest", required=True, help="The digest the preview showed.")
@click.option("--year", type=int, help="Year of a programme over several years.")
@click.option(
    "--accept", multiple=True, metavar="WARNING=REASON", help="Accept one warning, with its reason."
)
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def open_(
    data: Path | None, plan: Path, digest: str, year: int | None, accept: tuple[str, ...], as_json: bool
) -> None:
    """Open a cycle: exactly what was previewed, in one transaction.

    Example: ocop cycle open plan.yaml --digest 3f0c…
    """
    text, accepted = _text(plan), dict(_pair(one) for one in accept)
    read = parse(text, plan.name)
    opened = installation.opened(installation.configured(data))

    def write(tx: Tx) -> Opened:
        actor = operator(Role.PROVINCE_UNIT, read.province)
        return open_cycle(tx, text, plan.name, digest, actor, year=year, accepted=accepted)

    try:
        done = opened.db.write_now(write, alone=True)
    finally:
        opened.close()
    summary = f"Opened {done.title}: {done.deadlines} deadlines, {len(done.batches)} batches"
    click.echo(json.dumps(done.to_json(), ensure_ascii=False) if as_json else summary)


def _pair(text: str) -> tuple[str, str]:
    warning, _, reason = text.partition("=")
    if not reason.strip():
        raise BadInput("accept_form", text=text)
    return warning.strip(), reason.strip()


def operator(role: Role, unit_code: str) -> Actor:
    """Who holds the machine acts for the province's unit; lines say that it was done by the command line."""
    return Actor("operator", "operator", "cli", (Held(role, unit_code),))
