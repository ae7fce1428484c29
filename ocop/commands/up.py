"""``ocop up``: the whole service in one process on SQLite."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from core.config import Config
from core.errors import BadInput
from ocop import installation
from ocop.arguments import PORT
from ocop.installation import Installation
from ocop.service import Running, address_of, admin_lines, bind, page_app, serve, with_base_url

DEFAULT_REHEARSAL = "x60"


@click.command("up")
@click.option("--port", type=PORT, default=8080, show_default=True, help="Port; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--rehearsal",
    is_flag=True,
    help="Make a rehearsal of an empty folder: marked for ever, messages stay here.",
)
@click.option(
    "--insecure-lan", is_flag=True, help="Allow plain http beyond this machine; every page says so."
)
@click.option("--no-prefect", is_flag=True, help="Run every job as its plain step.")
@click.pass_obj
def command(
    data: Path | None, port: int, host: str, rehearsal: bool, insecure_lan: bool, no_prefect: bool
) -> None:
    """Run the whole service in one process.

    Creates what is missing, migrates under a lock, prints the address and, on the first run, a one-time link for the
    administrator.

    Example: ocop up --port 8080
    """
    config = installation.configured(data)
    if rehearsal and config.clock is None:
        config = replace(config, clock=_from_now())
    if config.clock is not None and not rehearsal and installation.is_empty(config.data_dir):
        raise BadInput("rehearsal_not_asked", clock=config.clock)
    run(config, host=host, port=port, insecure_lan=insecure_lan, prefect=not no_prefect)


def _from_now() -> str:
    from core.clock import VIETNAM, SystemClock

    return f"{SystemClock().wall_now().astimezone(VIETNAM).isoformat(timespec='minutes')} {DEFAULT_REHEARSAL}"


def run(
    config: Config,
    *,
    host: str,
    port: int,
    insecure_lan: bool = False,
    prefect: bool = True,
    greet: Callable[[Installation], list[str]] = admin_lines,
) -> None:
    """Prepare, open, serve, and stop in order; ``greet`` says who may sign in, once the address is known."""
    installation.prepare(config)
    with closing(bind(host, port, insecure_lan=insecure_lan)) as sock:
        opened = installation.opened(with_base_url(config, address_of(sock)))
        running = Running(opened)
        try:
            app = page_app(opened, insecure_lan=insecure_lan)
            greeting = [*_greeting(opened), *greet(opened)]

            def up() -> None:
                for line in greeting:
                    click.echo(line)
                running.start(clock=True, prefect=prefect)

            serve(app, sock, when_up=up)
        finally:
            running.stop()


def _greeting(opened: Installation) -> list[str]:
    lines = [f"OCOP answers at {opened.config.base_url}"]
    if opened.db.rehearsal:
        lines.append(
            f"Rehearsal: the clock reads {opened.clock.business_now().isoformat()}, no message leaves this machine"
        )
    return lines
