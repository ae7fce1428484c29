"""The running service: pages and JSON, the clock, the sequencer; in one process, or pages and clock apart.

Prefect is imported only by the embedded clock's own thread, after the pages answer.
"""

import asyncio
import errno
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.service import Service as PageService
from core.config import Config
from core.errors import BadInput
from core.sequencer import Sequencer
from ocop import schema
from ocop.installation import Installation, admin_link, admin_waits
from ocop.loading import loading

if TYPE_CHECKING:
    from workflows.scheduler import Scheduler

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def page_app(installation: Installation, *, insecure_lan: bool = False) -> FastAPI:
    """The web app over an opened installation."""
    with loading():
        from web.app import mount  # the pages; kept out of commands that never serve

    config = installation.config
    service = PageService(
        installation.db,
        config,
        installation.clock,
        installation.origin,
        insecure_lan,
        lambda: schema.is_current(config),
    )
    return mount(create_app, service)


def start_clock(installation: Installation, *, prefect: bool = True) -> "Scheduler":
    """The ticker poked every second; Prefect comes up beside it and takes over when it is ready."""
    from notifications.channels.configured import channels_of
    from workflows.embedded import Embedded
    from workflows.runner import Runner
    from workflows.scheduler import Scheduler
    from workflows.service import Service as ClockService
    from workflows.ticker import Ticker

    config, clock = installation.config, installation.clock
    service = ClockService(installation.db, clock, config, channels_of(config, clock))
    embedded = Embedded(config.data_dir / "prefect") if prefect else None
    scheduler = Scheduler(Ticker(service, Runner(service, embedded)), embedded)
    scheduler.start()
    return scheduler


def bind(host: str, port: int, *, insecure_lan: bool) -> socket.socket:
    """A listening socket; port 0 takes a free one. Beyond loopback plain http must be asked for.

    Raises:
        BadInput: the address is taken or not this machine's, or lies beyond loopback without ``--insecure-lan``.
    """
    if host not in LOOPBACK and not insecure_lan:
        raise BadInput("lan_not_allowed", host=host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(
        family, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # named, or uvicorn sets no TCP_NODELAY
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise _not_bound(error, host, port) from error
    return sock


def _not_bound(error: OSError, host: str, port: int) -> BadInput:
    if error.errno == errno.EADDRINUSE:
        return BadInput("port_taken", host=host, port=port)
    if error.errno == errno.EACCES:
        return BadInput("port_not_allowed", port=port)
    return BadInput("address_not_here", host=host)


def address_of(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def admin_lines(installation: Installation) -> list[str]:
    """Until an administrator has signed in once, a fresh link for that."""
    db = installation.db
    secret = db.write_now(admin_link) if db.read_now(admin_waits) else None
    address = f"{installation.config.base_url}/dang-nhap/{secret}"
    return [f"One-time link for the administrator (24 hours): {address}"] if secret else []


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, up: Callable[[], None]) -> None:
        super().__init__(config)
        self._up = up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._up()


def serve(app: FastAPI, sock: socket.socket, *, when_up: Callable[[], None]) -> None:
    """Answer until told to stop (SIGINT, SIGTERM); ``when_up`` is called once the pages answer."""
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=5
    )
    # uvicorn hands the signal back once it has stopped; clock, sequencer and database are still to be stopped
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        asyncio.run(_Server(config, when_up).serve(sockets=[sock]))


class Running:
    """Everything beside the pages, stopped in the order that loses nothing: clock, sequencer, database."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.sequencer = Sequencer(installation.db)
        self.scheduler: Scheduler | None = None

    def start(self, *, clock: bool, prefect: bool = True) -> None:
        self.sequencer.start()
        if clock:
            self.scheduler = start_clock(self.installation, prefect=prefect)

    def stop(self) -> None:
        if self.scheduler is not None:
            self.scheduler.stop()
        self.sequencer.close()
        self.installation.close()


def until_stopped() -> None:
    """Wait for SIGINT or SIGTERM."""
    signal.sigwait({signal.SIGINT, signal.SIGTERM})


def with_base_url(config: Config, address: str) -> Config:
    """The address the service really has, where none was configured."""
    from dataclasses import replace

    from core.config import BASE_URL

    return replace(config, base_url=address) if config.base_url == BASE_URL else config
