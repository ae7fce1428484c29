"""``ocop law``: the rulesets, readable and compared; needs no installation."""

import json

import click

from regulations import law_show


@click.group("law")
def command() -> None:
    """Read the five rulesets of the programme."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_(as_json: bool) -> None:
    """List the rulesets with their documents and days of force.

    Example: ocop law list
    """
    click.echo(_json(law_show.list_data()) if as_json else law_show.list_text())


@command.command("show")
@click.argument("ruleset")
@click.option("--json", "as_json", is_flag=True)
def show(ruleset: str, as_json: bool) -> None:
    """Show one ruleset with every value's unit and source.

    Example: ocop law show qd26-2026
    """
    click.echo(_json(law_show.show_data(ruleset)) if as_json else law_show.show_text(ruleset))


@command.command("diff")
@click.argument("one")
@click.argument("other")
@click.option("--json", "as_json", is_flag=True)
def diff(one: str, other: str, as_json: bool) -> None:
    """Show what differs between two rulesets.

    Example: ocop law diff qd1489-2025 qd26-2026
    """
    click.echo(_json(law_show.diff_data(one, other)) if as_json else law_show.diff_text(one, other))


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, default=str)
