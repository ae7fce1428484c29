"""``ocop clock``: the ticker alone, or a walk through a stepping rehearsal."""

from datetime import datetime
from pathlib import Path

import click

from core.errors import BadInput
from ocop import installation
from ocop.arguments import INSTANT
from ocop.service import Running, start_clock, until_stopped


@click.command("clock")
@click.option(
    "--until",
    type=INSTANT,
    help="Walk a rehearsal's clock to this instant, from due instant to due instant, and end.",
)
@click.option("--no-prefect", is_flag=True, help="Run every job as its plain step.")
@click.pass_obj
def command(data: Path | None, until: datetime | None, no_prefect: bool) -> None:
    """Run the clock beside ocop serve.

    Example: ocop clock --until 2022-12-31T00:00+07:00
    """
    opened = installation.opened(installation.configured(data), seed=False)
    try:
        if until is not None:
            _walk(opened, until)
        else:
            _tick(opened, prefect=not no_prefect)
    finally:
        opened.close()


def _tick(opened: "installation.Installation", *, prefect: bool) -> None:
    running = Running(opened)
    running.sequencer.start()
    scheduler = start_clock(opened, prefect=prefect)
    click.echo("The clock runs")
    try:
        until_stopped()
    finally:
        scheduler.stop()
        running.sequencer.close()


def _walk(opened: "installation.Installation", until: datetime) -> None:
    """Every due instant on the way is stopped at, in order."""
    if not opened.db.rehearsal:
        raise BadInput("only_a_rehearsal_walks")
    from notifications.channels.configured import channels_of
    from workflows.runner import Runner
    from workflows.service import Service
    from workflows.ticker import Ticker

    if until < opened.clock.business_now():
        raise BadInput(
            "clock_backwards", now=opened.clock.business_now().isoformat(), asked=until.isoformat()
        )
    service = Service(opened.db, opened.clock, opened.config, channels_of(opened.config, opened.clock))
    stops = Ticker(service, Runner(service), leads=False).step_to(until)
    click.echo(f"{len(stops)} due instants; the clock reads {opened.clock.business_now().isoformat()}")
