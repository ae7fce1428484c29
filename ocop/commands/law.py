"""``ocop law``: the rulesets, readable and compared, and the lifecycles; needs no installation."""

import json

import click

from core.texts import LANGUAGES
from regulations import law_show


@click.group("law")
def command() -> None:
    """Read the five rulesets of the programme and the lifecycles that follow them."""


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


@command.command("machine")
@click.argument("kind")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", help="Language of the words; codes stay.")
@click.option("--svg", is_flag=True, help="Print the drawn sheet instead of the text.")
def machine(kind: str, lang: str, *, svg: bool) -> None:
    """Show a lifecycle: its states, who may do what in them, where that leads and on which conditions.

    Example: ocop law machine dossier
    """
    from states import publish_diagrams  # the lifecycles are wanted by this command alone

    drawn = publish_diagrams.sheet(kind, lang) if svg else publish_diagrams.written(kind, lang)
    click.echo(drawn, nl=False)


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, default=str)
