"""``ocop backup``: a consistent copy while the service runs."""

from pathlib import Path

import click

from ocop import copies, installation


@click.command("backup")
@click.argument("dest", type=click.Path(path_type=Path))
@click.pass_obj
def command(data: Path | None, dest: Path) -> None:
    """Write database, files and keys into one archive; the service may run on.

    Example: ocop backup ocop-2027-01-04.tar
    """
    config = installation.configured(data)
    size = copies.backup(config, dest)
    click.echo(f"Wrote {dest} ({size // 1024} KiB); keep it safe: it holds the keys")
