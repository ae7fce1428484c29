"""What every request works with: the database, the settings, the clocks, and the name of the log.

It must never hold state of its own; the command line puts it together once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from core.clock import Clock
from core.config import Config
from core.db import Database
from registry.sign_in import Purpose

LINK_PAGES = {Purpose.SIGN_IN: "/dang-nhap/", Purpose.RECOVER: "/dat-lai-mat-khau/"}
"""Where the page with the button of a one-time link stands; the secret follows."""


def _yes() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Service:
    """Handed to every request. `schema_current` says whether the tables are those of this program."""

    db: Database
    config: Config
    clock: Clock
    origin: str
    insecure_lan: bool = False
    schema_current: Callable[[], bool] = _yes

    def link_url(self, purpose: Purpose, secret: str) -> str:
        """The whole address of the page on which a one-time link is used."""
        return f"{self.config.base_url}{LINK_PAGES[purpose]}{secret}"


async def service_of(request: HTTPConnection) -> Service:
    """The service of the app a request came to."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(service_of)]
