"""E-mail over SMTP, one connection kept for a batch of letters.

It never repeats a letter by itself, and in a rehearsal never talks to anything but this machine.
"""

import contextlib
import ipaddress
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from datetime import datetime
from email.errors import MessageError
from email.utils import parseaddr

from core.errors import BadInput
from notifications.channels.base import Message, Outcome, Verdict
from notifications.channels.mail import letter

_GO_AHEAD = 354
_FAILS_FOR_GOOD = 500
_ASKS_FOR_RESET = 300


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is this machine, without asking a name server."""
    if host.lower() in ("localhost", "localhost."):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class EmailChannel:
    """Hands letters to one SMTP server."""

    name = "email"

    def __init__(
        self,
        host: str,
        port: int,
        *,
        sender: str,
        base_url: str,
        origin: str,
        wall_now: Callable[[], datetime],
        rehearsal: bool,
        user: str | None = None,
        password: str | None = None,
        tls: bool = False,
        tls_context: ssl.SSLContext | None = None,
        timeout: float = 20.0,
    ) -> None:
        """Remember the server; nothing is opened yet.

        Raises:
            BadInput: `channel_not_loopback`, a rehearsal names a server that is not this machine.
        """
        if rehearsal and not is_loopback(host):
            raise BadInput("channel_not_loopback", channel=self.name, host=host)
        self._server = (host, port)
        self._sender, self._base_url, self._origin = sender, base_url, origin
        self._wall_now = wall_now
        self._login = (user, password or "") if user else None
        self._tls = (tls_context or ssl.create_default_context()) if tls else None
        self._timeout = timeout
        self._smtp: smtplib.SMTP | None = None

    def reaches(self, message: Message) -> bool:
        """Say whether the person has an address."""
        return bool(message.email)

    def send(self, message: Message) -> Outcome:
        """Hand one letter over; what is lost after the text went out has an unknown outcome."""
        try:
            text = self._letter(message)
        except (ValueError, LookupError, MessageError) as error:  # an address no letter can carry
            return self._outcome(Verdict.REFUSED, "bad_letter", type(error).__name__)
        try:
            smtp = self._connection()
        except (
            OSError,
            smtplib.SMTPException,
            UnicodeError,
        ) as error:  # UnicodeError: a login not of plain letters
            self.close()
            return self._outcome(Verdict.DOWN, _code(error), type(error).__name__)
        try:
            refused = self._envelope(smtp, message)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return self._outcome(Verdict.LATER, _code(error), type(error).__name__)
        return refused or self._text(smtp, text)

    def close(self) -> None:
        """End the connection; a server that is gone already is no trouble."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    def _connection(self) -> smtplib.SMTP:
        """Return a connection that answers, opening one if the last has gone."""
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if self._smtp.noop()[0] < _ASKS_FOR_RESET:
                    return self._smtp
            self.close()
        # named at once: the name is what the server's certificate is checked against
        self._smtp = smtp = smtplib.SMTP(*self._server, timeout=self._timeout)
        if self._tls is not None:
            smtp.starttls(context=self._tls)
        smtp.ehlo_or_helo_if_needed()
        if self._login is not None:
            smtp.login(*self._login)
        return smtp

    def _envelope(self, smtp: smtplib.SMTP, message: Message) -> Outcome | None:
        """Announce the letter; return the refusal, or None when the server waits for the text."""
        for code, _ in self._announce(smtp, message):
            if code >= _ASKS_FOR_RESET and code != _GO_AHEAD:
                smtp.rset()
                return self._refusal(code)
        return None

    def _announce(self, smtp: smtplib.SMTP, message: Message) -> Iterator[tuple[int, bytes]]:
        """Say the commands before the text one by one, each only if the one before was taken."""
        yield smtp.mail(parseaddr(self._sender)[1])
        yield smtp.rcpt(message.email or "")
        yield smtp.docmd("DATA")

    def _letter(self, message: Message) -> bytes:
        """Return the letter as it goes over the wire: lines ended by CRLF, leading dots doubled."""
        mail = letter(
            message,
            sender=self._sender,
            origin=self._origin,
            base_url=self._base_url,
            sent_at=self._wall_now(),
        )
        text = re.sub(rb"(?m)^\.", b"..", mail.as_bytes())
        return text if text.endswith(b"\r\n") else text + b"\r\n"

    def _text(self, smtp: smtplib.SMTP, text: bytes) -> Outcome:
        try:
            smtp.send(text + b".\r\n")
            code, _ = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return self._outcome(Verdict.UNKNOWN, "lost", type(error).__name__)
        if code >= _ASKS_FOR_RESET:
            return self._refusal(code)
        return self._outcome(Verdict.ACCEPTED, str(code), "")

    def _refusal(self, code: int) -> Outcome:
        verdict = Verdict.REFUSED if code >= _FAILS_FOR_GOOD else Verdict.LATER
        return self._outcome(verdict, str(code), "")

    def _outcome(self, verdict: Verdict, code: str, detail: str) -> Outcome:
        return Outcome(verdict, code=code, detail=detail, provider=self._server[0])


def _code(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return str(code) if isinstance(code, int) and code > 0 else "no_answer"
