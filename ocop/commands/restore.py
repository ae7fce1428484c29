"""``ocop restore``: a copy back into an empty folder, checked before it is used."""

from pathlib import Path

import click

from ocop import copies, installation


@click.command("restore")
@click.argument("src", type=click.Path(path_type=Path))
@click.pass_obj
def command(data: Path | None, src: Path) -> None:
    """Bring a backup back into an empty folder.

    Example: ocop --data ./restored restore ocop-2027-01-04.tar
    """
    config = installation.configured(data)
    copies.restore(config, src)
    click.echo(f"Restored into {config.data_dir}; check it with: ocop history verify")
