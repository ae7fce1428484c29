"""A real SMTP server on loopback, on a port the system picks, that can be told to misbehave."""

import asyncio
import ssl
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class MailServer:
    """Keeps what it took; `refuse` answers RCPT with a line, `drop` closes the connection once the text is in.

    With a `tls` context it takes nothing before STARTTLS, with `login` (name, password) nothing before that.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None) -> None:
        self._tls, self._login = tls, login
        self.taken: list[bytes] = []
        self.senders: list[str] = []
        self.refuse: str | None = None
        self.refuse_text: str | None = None
        self.drop = False
        self._sessions: list[SMTP] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.start()

    @property
    def connections(self) -> int:
        return len(self._sessions)

    @property
    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.SMTP) for raw in self.taken]

    def start(self) -> None:
        """Listen, on the port of the last time if there was one."""
        made = self._loop.create_server(self._session, "127.0.0.1", self.port)
        self._server = asyncio.run_coroutine_threadsafe(made, self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Stop listening: the next caller is turned away."""

        async def close() -> None:
            if self._server is not None:
                self._server.close()
                await self._server.wait_closed()

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(10)
        self._server = None

    def close(self) -> None:
        if self._server is not None:
            self.stop()
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _hang_up(self) -> None:
        """End every conversation and wait until its task is gone."""
        for session in self._sessions:
            if session.transport is not None:
                session.transport.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)

    def _session(self) -> SMTP:
        made = self._talk()
        self._sessions.append(made)
        return made

    def _talk(self) -> SMTP:
        return SMTP(
            self, hostname="localhost", loop=self._loop, enable_SMTPUTF8=True, ident="test", tls_context=self._tls,
            require_starttls=self._tls is not None, authenticator=self._admit if self._login else None,
            auth_required=self._login is not None, auth_require_tls=self._tls is not None,
        )  # fmt: skip

    def _admit(self, *given: Any) -> AuthResult:
        found = given[-1]
        right = (
            isinstance(found, LoginPassword)
            and self._login is not None
            and (found.login, found.password) == tuple(each.encode() for each in self._login)
        )
        return AuthResult(success=right)

    async def handle_RCPT(  # noqa: N802 -- the server library's name
        self, server: SMTP, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, _: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        if self.refuse_text:
            return self.refuse_text
        content = envelope.content
        self.taken.append(content if isinstance(content, bytes) else (content or "").encode())
        if self.drop:
            server.transport.abort()
        return "250 taken"
