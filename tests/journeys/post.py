"""The mail server of the stories: the one of `tests.notifications`, quick also after a year of letters."""

from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.notifications.mail_server import MailServer


class _Hands:
    """What the server library is shown. It looks at every attribute for each caller, so the letters stay out of sight."""

    def __init__(self, office: "PostOffice") -> None:
        self._office = office

    async def handle_RCPT(  # noqa: N802 -- the server library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        return await self._office.handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        return await self._office.handle_DATA(server, session, envelope)


class PostOffice(MailServer):
    """Takes letters for a whole year."""

    def _talk(self) -> SMTP:
        return SMTP(_Hands(self), hostname="localhost", loop=self._loop, enable_SMTPUTF8=True, ident="test")
