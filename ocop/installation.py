"""A data folder: its form, its keys, opening it, and what it is filled with first.

Must never change a folder that holds something else, nor invent a key where the database knows one.
"""

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from core import house
from core.clock import Clock, parse_clock
from core.config import Config
from core.db import Database, open_database
from core.errors import BadInput
from core.sql import Sql
from core.tx import ReadTx, Tx
from ocop import schema
from registry import calendar_days
from registry.accounts.appointments import appoint, holders, today
from registry.accounts.models import Account
from registry.accounts.people import add_account
from registry.actors import SYSTEM_ACTOR
from registry.roles import COUNTRY, Role
from registry.sign_in import Purpose, WebSession, make_link
from registry.tables import table
from registry.units_seed import seed_units
from regulations import working_calendar

T = TypeVar("T")
FORMAT = "ocop-data/1"
UNFINISHED = "ocop-demo, not finished"
"""What stands in the folder of a demonstration while it is being built."""
SYSTEM = SYSTEM_ACTOR.ref(Role.SYSTEM)
CALENDAR_YEARS_AHEAD = 1


_ACCOUNT, _SESSION, _HOUSE = table(Account), table(WebSession), table(house.House)
_ONE_AT_A_TIME = Sql(sa.select(_HOUSE.c.value).where(_HOUSE.c.key == house.ORIGIN).with_for_update())
_SIGNED_IN = Sql(
    sa.select(_ACCOUNT.c.id)
    .where(_ACCOUNT.c.id.in_(sa.bindparam("admins", type_=sa.Text, expanding=True)))
    .where(
        sa.or_(
            _ACCOUNT.c.password_hash.is_not(None),
            sa.exists().where(_SESSION.c.account_id == _ACCOUNT.c.id),
        )
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Installation:
    """An opened data folder."""

    config: Config
    clock: Clock
    db: Database
    origin: str

    def close(self) -> None:
        self.db.close()


def configured(data: Path | None, *, clock: str | None = None) -> Config:
    """Settings from the environment; a rehearsal folder remembers its own clock.

    Raises:
        BadInput: the environment or the folder's FORMAT cannot be read.
    """
    config = Config.load(os.environ, data)
    remembered = _remembered(config.data_dir).get("clock")
    wanted = clock or config.clock or (str(remembered) if remembered else None)
    return replace(config, clock=wanted)


def _remembered(folder: Path) -> dict[str, object]:
    path = folder / "FORMAT"
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        found = None
    if isinstance(found, dict) and found.get("format") == UNFINISHED:
        raise BadInput("demo_unfinished", folder=str(folder))
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BadInput("format_unknown", folder=str(folder), expected=FORMAT)
    return found


def is_empty(folder: Path) -> bool:
    return not folder.exists() or not any(folder.iterdir())


def prepare(config: Config) -> bool:
    """Make what is missing in the folder and bring the tables up to date; True where the folder was new.

    Raises:
        BadInput: the folder holds something that is no installation.
    """
    folder = config.data_dir
    new = is_empty(folder)
    if not new and not (folder / "FORMAT").is_file():
        raise BadInput("folder_not_ours", folder=str(folder))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if new:  # first of all: what is broken off after this is taken up again
        stamp(config)
    for name in ("files", "keys", "prefect", "log", "backup"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    schema.upgrade(config)
    return new


def stamp(config: Config, *, finished: bool = True) -> None:
    """Write what kind of folder this is; one that is not finished is refused by every command."""
    content = {
        "format": FORMAT if finished else UNFINISHED, "rehearsal": config.clock is not None, "clock": config.clock,
    }  # fmt: skip
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_whole(config.data_dir / "FORMAT", json.dumps(content, indent=1) + "\n")


def _write_whole(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all.

    Raises:
        OSError: the disk did not take it; the folder is as it was.
    """
    half = path.with_name(f".{path.name}.half")
    try:
        with half.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error


def opened(config: Config, *, seed: bool = True) -> Installation:
    """Open an installation whose tables are there, filled with units and calendar.

    Raises:
        Unavailable: there is no database, or its tables are another program's.
        BadInput: the clock does not fit the folder.
    """
    clock = parse_clock(config.clock)
    db = open_database(config, clock)
    try:
        db.read_now(schema.check_tables)
        if seed:
            db.write_now(_first_rows, alone=True)
        origin = db.read_now(lambda tx: house.mark(tx, house.ORIGIN))
    except BaseException:
        db.close()
        raise
    return Installation(config, clock, db, origin or "")


def _first_rows(tx: Tx) -> None:
    """Units, calendar and the log's name; asking again changes nothing."""
    house.set_mark(tx, house.ORIGIN, "rehearsal.ocop/log" if tx.rehearsal else "ocop/log")
    seed_units(tx)
    calendar_days.seed_calendar(tx, actor=SYSTEM, years=calendar_years(tx.now.date()))


def calendar_years(today: date) -> frozenset[int]:
    """Every year the law's own rows cover, and up to the next year; those are marked provisional."""
    packaged = working_calendar.packaged().years
    return packaged | frozenset(range(max(packaged) + 1, today.year + 1 + CALENDAR_YEARS_AHEAD))


def admin_waits(rtx: ReadTx) -> bool:
    """Whether no administrator has ever signed in, so that nobody could let anybody in."""
    admins = [held.account_id for held in holders(rtx, Role.ADMIN, today(rtx))]
    return not admins or rtx.sql.one(_SIGNED_IN, admins=admins) is None


def admin_link(tx: Tx) -> str | None:
    """The secret of a one-time link for the administrator, made on first use; None once one has signed in.

    Every start gives a fresh one until then: a link that was lost or ran out must not lock everybody out.
    """
    tx.sql.one(_ONE_AT_A_TIME)
    if not admin_waits(tx):
        return None
    held = holders(tx, Role.ADMIN, today(tx))
    if held:
        return make_link(tx, held[0].account_id, Purpose.SIGN_IN)
    account = add_account(tx, "Quản trị hệ thống", actor=SYSTEM)
    appoint(tx, account, Role.ADMIN, COUNTRY, actor=SYSTEM)
    return make_link(tx, account, Purpose.SIGN_IN)


def read_from_scratch(fn: Callable[[ReadTx], T]) -> T:
    """Read from a throw-away installation that holds only units and the law's calendar."""
    with tempfile.TemporaryDirectory(prefix="ocop-") as folder:
        config = Config(data_dir=Path(folder) / "data")
        prepare(config)
        scratch = opened(config)
        try:
            return scratch.db.read_now(fn)
        finally:
            scratch.close()
