"""``ocop openapi``: the OpenAPI description, without a database."""

import json

import click


@click.command("openapi")
def command() -> None:
    """Print the OpenAPI description of the JSON interface.

    Example: ocop openapi > openapi.json
    """
    from api.app import describe

    click.echo(json.dumps(describe(), ensure_ascii=False, indent=1, sort_keys=True))
