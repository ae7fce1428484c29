"""What every step works with: the database, the clocks, the settings and the ways out of the house.

It must never hold state of its own: two services over one database are two clocks, and both are right.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from core.clock import Clock
from core.config import Config
from core.db import Database
from notifications.channels.base import Channel


@dataclass(frozen=True, slots=True)
class Service:
    """Handed to every step."""

    db: Database
    clock: Clock
    config: Config
    channels: Sequence[Channel] = field(default=())


Result: TypeAlias = dict[str, Any]
Step: TypeAlias = Callable[[Service, datetime], Result]
