"""Checks of an installation, each with what was found and how to mend it. Changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core import guardrails, jobs
from core.config import Config
from core.errors import Unavailable
from core.tx import ReadTx
from ocop import installation
from registry import calendar_days

_CHECK_OF = {"tables_older": "tables", "tables_newer": "tables", "database_not_ready": "tables"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    fine: bool
    said: str


def examine(config: Config) -> list[Check]:
    """Everything that can be checked from outside, in the order in which one would mend it."""
    if not (config.data_dir / "FORMAT").is_file() and config.database_url is None:
        return [
            Check("folder", fine=False, said=f"{config.data_dir} is no installation; make one with: ocop up")
        ]
    try:
        opened = installation.opened(config, seed=False)
    except Unavailable as error:
        return [Check(_CHECK_OF.get(error.code, "database"), fine=False, said=str(error))]
    try:
        return [*_folder(config.data_dir), *opened.db.read_now(lambda tx: list(_inside(tx)))]
    finally:
        opened.close()


def _folder(folder: Path) -> Iterator[Check]:
    open_to_others = [
        name for name in ("keys",) if (folder / name).exists() and (folder / name).stat().st_mode & 0o077
    ]
    yield Check(
        "folder",
        fine=not open_to_others,
        said="keys are readable by others; chmod 700 keys" if open_to_others else "in order",
    )


def _inside(tx: ReadTx) -> Iterator[Check]:
    yield Check("tables", fine=True, said="up to date")
    missing = guardrails.missing(tx)
    yield Check(
        "triggers",
        fine=not missing,
        said=f"missing: {', '.join(missing)}; run: ocop db upgrade" if missing else "all in place",
    )
    calendar = calendar_days.calendar(tx)
    year = tx.now.year
    yield Check(
        "calendar",
        fine=year in calendar.years,
        said=f"{calendar.version}, {'decided' if calendar.year_is_decided(year) else 'provisional'} for {year}"
        if year in calendar.years
        else f"no rows for {year}; enter the decision on days off",
    )
    beat = jobs.last_tick(tx)
    silent = None if beat is None else (tx.clock.wall_now() - beat).total_seconds()
    yield Check(
        "clock",
        fine=silent is None or jobs.is_ticking(tx),
        said="has not run yet" if silent is None else f"last tick {silent:.0f} s ago",
    )
