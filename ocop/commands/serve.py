"""``ocop serve``: pages and JSON alone; never migrates, never imports Prefect."""

from contextlib import closing
from pathlib import Path

import click

from ocop import installation
from ocop.arguments import PORT
from ocop.service import Running, address_of, admin_lines, bind, page_app, serve, with_base_url


@click.command("serve")
@click.option("--port", type=PORT, default=8080, show_default=True, help="Port; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--insecure-lan", is_flag=True, help="Allow plain http beyond this machine; every page says so."
)
@click.pass_obj
def command(data: Path | None, port: int, host: str, insecure_lan: bool) -> None:
    """Serve pages and JSON; the clock runs elsewhere (ocop clock, or Prefect workers).

    Example: OCOP_DATABASE_URL=postgresql+psycopg://… ocop serve --port 8080
    """
    config = installation.configured(data)
    with closing(bind(host, port, insecure_lan=insecure_lan)) as sock:
        running = Running(installation.opened(with_base_url(config, address_of(sock)), seed=False))
        try:
            app = page_app(running.installation, insecure_lan=insecure_lan)

            greeting = [
                f"OCOP answers at {running.installation.config.base_url}",
                *admin_lines(running.installation),
            ]

            def up() -> None:
                for line in greeting:
                    click.echo(line)
                running.start(clock=False)

            serve(app, sock, when_up=up)
        finally:
            running.stop()
