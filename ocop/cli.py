"""The command ``ocop``: every command stands in a module of its own, read only when it is called.

Exit: 0 done, 1 checked and found wrong, 2 bad input or refusal (nothing written), 3 internal.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from ocop.loading import loading

COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("ocop.commands.up", "The whole service in one process"),
    "demo": ("ocop.commands.demo", "A province in rehearsal, with a login link per role"),
    "serve": ("ocop.commands.serve", "Pages and JSON alone, for the scaled set-up"),
    "clock": ("ocop.commands.clock", "The clock alone; in a stepping rehearsal, walk it"),
    "cycle": ("ocop.commands.cycle", "Preview a plan, open a year, close it, clone it"),
    "history": ("ocop.commands.history", "Show, replay and verify histories"),
    "law": ("ocop.commands.law", "The five rulesets, readable and compared"),
    "import": ("ocop.commands.import_", "Take over past facts from a table"),
    "db": ("ocop.commands.database", "Bring the tables up to date"),
    "backup": ("ocop.commands.backup", "Write a consistent copy of the installation"),
    "restore": ("ocop.commands.restore", "Bring a copy back into an empty folder"),
    "doctor": ("ocop.commands.doctor", "Check the installation and say how to mend it"),
    "openapi": ("ocop.commands.openapi", "Print the OpenAPI description of the JSON interface"),
}


INTERRUPTED, CUT_OFF = 130, 141


class Commands(click.Group):
    """Knows every command by one line and imports it when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        if name not in COMMANDS:
            return None
        with loading():
            command: click.Command = import_module(COMMANDS[name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- as above
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ocop")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Data folder (default: $OCOP_DATA, else ./ocop-data).",
)
@click.pass_context
def ocop(ctx: click.Context, data: Path | None) -> None:
    """Run Vietnam's yearly One Commune One Product cycle.

    Example: ocop demo
    """
    ctx.obj = data


def main() -> None:
    """Run the command line with its exit codes."""
    sys.exit(run(sys.argv[1:]))


def data_first(arguments: list[str]) -> list[str]:
    """``--data`` may stand anywhere; it is moved to the front, where the group reads it."""
    found: list[str] = []
    rest = list(arguments)
    for place, word in enumerate(arguments):
        if word == "--data" and place + 1 < len(arguments):
            found, rest = ["--data", arguments[place + 1]], arguments[:place] + arguments[place + 2 :]
        elif word.startswith("--data="):
            found, rest = [word], arguments[:place] + arguments[place + 1 :]
    return found + rest


def run(arguments: list[str]) -> int:
    """One command's exit code. Interrupted and cut off count as a shell counts them, so neither passes for a verdict."""
    try:
        with ocop.make_context("ocop", data_first(arguments)) as ctx:
            code = ocop.invoke(ctx)
            sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on; leave quietly
        return CUT_OFF
    except Exception as error:  # noqa: BLE001 -- the outermost door turns every error into an exit code
        return _failed(error)
    return code if isinstance(code, int) else 0


def _failed(error: Exception) -> int:
    """Bad input and refusals in one sentence; anything else with its trace."""
    from core.errors import BadInput, OcopError, Unavailable
    from regulations.errors import RegulationError

    if isinstance(error, OSError) and error.strerror:
        error = Unavailable("disk_refused", file=str(error.filename or "stdout"), reason=error.strerror)
    if not isinstance(error, OcopError | RegulationError):
        sys.excepthook(type(error), error, error.__traceback__)
        return 3
    click.echo(f"ocop: {error}", err=True)
    if isinstance(error, BadInput):
        for field in error.fields:
            click.echo(f"  {field.path + ': ' if field.path else ''}{field.text('en')}", err=True)
    return 3 if isinstance(error, Unavailable) else 2
