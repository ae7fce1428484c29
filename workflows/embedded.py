"""Prefect's own API on a thread of this process, so that jobs run as flows with nothing else to install.

It must never be imported by pages or API, never import Prefect before the environment says where its home is,
and never be needed: while it is not ready, jobs run as plain steps.
"""

import asyncio
import logging
import os
import secrets
import socket
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from threading import Event, Thread, Timer

import uvicorn

PATIENCE_SECONDS = 60.0
REST_SECONDS = 300.0  # after a failure of a running Prefect, until it is asked again
log = logging.getLogger(__name__)


def environment(home: Path, port: int, secret: str) -> dict[str, str]:
    """What Prefect must be told: stay in our folder, on loopback, behind a password, and tell nobody."""
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_API_AUTH_STRING": secret,
        "PREFECT_API_AUTH_STRING": secret,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",  # a lost address must fail, not start a second server
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(7 * 24 * 3600),
        "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_SETTINGS_PATH": str(Path(__file__).parent / "prefect-logging.yml"),
    }


class Embedded:
    """`start` returns at once; `ready` turns true when flows can run; `failed` says why they cannot."""

    def __init__(
        self, home: Path, *, patience_seconds: float = PATIENCE_SECONDS, rest_seconds: float = REST_SECONDS
    ) -> None:
        self._home = home
        self._patience = patience_seconds
        self._rest = rest_seconds
        self._up = Event()
        self._over = Event()
        self._failure: str | None = None
        self._server: uvicorn.Server | None = None
        self._thread: Thread | None = None
        self._timer: Timer | None = None
        self._before: dict[str, str | None] = {}

    def start(self) -> None:
        """Bring the API up in the background."""
        self._thread = Thread(target=self._live, name="prefect-api", daemon=True)
        self._later(self._patience, self._too_slow)
        self._thread.start()

    def ready(self) -> bool:
        return self._up.is_set() and self._failure is None and not self._over.is_set()

    def failed(self) -> str | None:
        """Why jobs run plainly: the error's name, or `too_slow`; None while starting and when ready."""
        return self._failure

    def wait(self, seconds: float) -> bool:
        """Until it is up, or this long."""
        return self._up.wait(seconds) and self.ready()

    def give_up(self, reason: str) -> None:
        """Run plainly; a Prefect that was up gets another chance after a rest, as long as its thread lives."""
        self._failure = reason
        log.warning("Prefect given up, jobs run plainly: reason=%s", reason)
        if self._up.is_set() and not self._over.is_set():
            self._later(self._rest, self._again)

    def stop(self) -> None:
        """End the API and its thread; jobs started after this run plainly."""
        self._over.set()
        if self._timer is not None:
            self._timer.cancel()
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(10)
        self._restore()

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        """One thing at a time is waited for; a new one takes the place of the old."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = Timer(seconds, what)
        self._timer.daemon = True
        self._timer.start()

    def _again(self) -> None:
        if self._thread is not None and self._thread.is_alive() and not self._over.is_set():
            self._failure = None
            log.info("Prefect is asked again, jobs run as flows")

    def _live(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 -- whatever stops Prefect must not stop the clock
            self._failure = type(error).__name__
            log.warning("Prefect failed, jobs run plainly: error=%r", error)
        finally:
            if not self._over.is_set() and self._failure is None:
                self.give_up("stopped")

    async def _serve(self) -> None:
        """Serve on a socket of our own; without IPPROTO_TCP in it uvicorn sets no TCP_NODELAY: 40 ms a request."""
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
            self._enter(environment(self._home, port, f"ocop:{secrets.token_hex(24)}"))
            server = _Server(_application(), self._arrived)
            self._server = server
            if not self._over.is_set():
                await server.serve(sockets=[listener])

    def _arrived(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._failure == "too_slow":
            self._failure = None
        self._up.set()
        log.info("Prefect is ready, jobs run as flows")

    def _too_slow(self) -> None:
        if not self._up.is_set() and self._failure is None:
            self.give_up("too_slow")

    def _enter(self, values: Mapping[str, str]) -> None:
        self._before = {name: os.environ.get(name) for name in values}
        os.environ.update(values)

    def _restore(self) -> None:
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self._before = {}


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, app: object, arrived: Callable[[], None]) -> None:
        super().__init__(uvicorn.Config(app, lifespan="on", log_config=None, access_log=False))  # type: ignore[arg-type]  # the app is Prefect's, untyped here
        self._arrived = arrived

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._arrived()


def _application() -> object:
    """The app that `prefect server start` serves; its settings are read anew if Prefect is loaded already."""
    known = "prefect.context" in sys.modules
    context = import_module("prefect.context")
    if known:
        context.refresh_global_settings_context()
    app: object = import_module("prefect.server.api.server").create_app(ephemeral=True, ignore_cache=True)
    import_module("workflows.flows")  # here and not at the first job, which would wait for it
    return app
