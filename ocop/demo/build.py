"""Plays the demonstration in an empty folder: Bắc Kạn in 2020, what sources tell, Thái Nguyên in 2027, and stays there.

The clock is walked from due instant to due instant, so that every line and letter has its own day.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

from core.config import Config
from core.errors import BadInput
from core.sequencer import sequence_all
from core.tx import Tx
from notifications.channels.configured import channels_of
from ocop import installation
from ocop.demo import paper, real
from ocop.demo.bac_kan import BAC_KAN
from ocop.demo.people import Cast
from ocop.demo.player import Player
from ocop.demo.script import Part
from ocop.demo.thai_nguyen import END, THAI_NGUYEN, TO_RENEW
from ocop.installation import Installation
from workflows.runner import Runner
from workflows.service import Service
from workflows.ticker import Ticker

START = "2020-02-03T08:00+07:00"
HOUR = "09:00"
Say = Callable[[str], None]


def build(config: Config, say: Say) -> tuple[Installation, Cast]:
    """Make the demonstration; ``say`` is told how far it is.

    Until it is finished the folder says so, and no command takes it for an installation. When it cannot be finished,
    or somebody stops it, the folder is empty again.

    Raises:
        BadInput: the folder is not empty.
    """
    if not installation.is_empty(config.data_dir):
        raise BadInput("folder_not_empty", folder=str(config.data_dir))
    config = replace(config, clock=f"{START} step", smtp_host=None, hasty=True)
    try:
        installation.stamp(config, finished=False)
        installation.prepare(config)
        opened = installation.opened(config)
        try:
            cast = _play(opened, say)
            installation.stamp(config)
        except BaseException:
            opened.close()
            raise
    except BaseException:
        _emptied(config.data_dir)
        raise
    return opened, cast


def _emptied(folder: Path) -> None:
    """Take away everything: the folder was empty, so all of it is ours."""
    for each in folder.iterdir() if folder.is_dir() else ():
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()


def _play(opened: Installation, say: Say) -> Cast:
    walk = Walk(opened, say)
    walk.bac_kan()
    cast = walk.thai_nguyen()
    walk.to(datetime.fromisoformat(END))
    sequence_all(opened.db)
    return cast


class Walk:
    """Goes through the years with the house's own clock."""

    def __init__(self, opened: Installation, say: Say) -> None:
        self._opened, self._say = opened, say
        service = Service(opened.db, opened.clock, opened.config, channels_of(opened.config, opened.clock))
        self._ticker = Ticker(service, Runner(service), leads=False)

    def to(self, until: datetime) -> None:
        self._ticker.step_to(until)

    def bac_kan(self) -> None:
        """The cycle of 2020; what documents tell of two real products comes in between, on its days."""
        self._say("Bắc Kạn 2020: twelve illustrative products, two real ones as documents tell")
        player, told = Player(self._opened.db, BAC_KAN), real.Real2020()
        for day in sorted(BAC_KAN.days | told.days):
            self._morning(day)
            if day in told.days:
                self._opened.db.write_now(partial(self._told, told, player, day), alone=True)
            self._act(player, BAC_KAN, day)

    @staticmethod
    def _told(told: real.Real2020, player: Player, day: date, tx: Tx) -> None:
        told.play(tx, player.cycle_id, day)

    def thai_nguyen(self) -> Cast:
        """The cycle of 2027; before it opens, the past is taken over."""
        self._morning(THAI_NGUYEN.opens)
        self._say(
            "Thái Nguyên 2027: real recognitions as imported facts, illustrative dossiers in every state"
        )
        player = Player(self._opened.db, THAI_NGUYEN)
        self._opened.db.write_now(real.take_over_real, alone=True)
        self._opened.db.write_now(lambda tx: paper.to_renew(tx, player.cast, TO_RENEW), alone=True)
        for day in sorted(THAI_NGUYEN.days):
            self._morning(day)
            self._act(player, THAI_NGUYEN, day)
        return player.cast

    def _morning(self, day: date) -> None:
        self.to(datetime.fromisoformat(f"{day.isoformat()}T{HOUR}+07:00"))

    def _act(self, player: Player, part: Part, day: date) -> None:
        if day in part.days:
            self._say(f"{day.isoformat()}: {player.play(day)} acts")
