"""``ocop demo``: a province in rehearsal, with a login link per role."""

from pathlib import Path

import click

from ocop import installation
from ocop.arguments import PORT
from ocop.commands.up import run
from ocop.demo.build import build
from ocop.demo.ending import links, summary
from ocop.installation import Installation


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Build the folder, print the summary, and end.")
@click.option("--port", type=PORT, default=8080, show_default=True, help="Port; 0 takes a free one.")
@click.option("--no-prefect", is_flag=True, help="Run every job as its plain step.")
@click.pass_obj
def command(data: Path | None, no_serve: bool, port: int, no_prefect: bool) -> None:
    """Build a rehearsal of two real provinces and serve it. The folder must be empty.

    Example: ocop demo --port 8080
    """
    config = installation.configured(data)
    try:
        opened, cast = build(config, lambda line: click.echo(f"  {line}"))
    except KeyboardInterrupt:
        click.echo(f"Stopped before the end; nothing is left in {config.data_dir}.", err=True)
        raise
    lines = summary(opened)
    for line in lines:
        click.echo(line)
    opened.close()
    if no_serve:
        return

    def greeting(served: Installation) -> list[str]:
        return ["One login link per role (24 hours, single use):", *links(served, cast)]

    run(
        installation.configured(data),
        host="127.0.0.1",
        port=port,
        prefect=not no_prefect,
        greet=greeting,
    )
