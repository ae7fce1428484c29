"""The letter: headers, Vietnamese text, calendar part, as bytes ready for SMTP.

It never carries anything but what the message says, and never a password or a hidden picture.
"""

from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr

from notifications.channels.base import Message
from notifications.channels.ical import calendar_text


class LetterPolicy(EmailPolicy):
    """SMTP's own form, but words in other letters are folded by ``Header``: the policy loses or doubles a space."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() == "subject":
            return self._line(name, value, "")
        if name.lower() == "from" and not value.isascii():
            words, address = parseaddr(value)
            return self._line(name, words, f" <{address}>")
        return super().fold_binary(name, value)

    def _line(self, name: str, words: str, rest: str) -> bytes:
        folded = Header(words, "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {folded}{rest}{self.linesep}".encode("ascii")


LETTER = LetterPolicy(linesep=SMTP.linesep)


def letter(message: Message, *, sender: str, origin: str, base_url: str, sent_at: datetime) -> EmailMessage:
    """Build the letter; every repeat of a message has the same Message-ID.

    Raises:
        ValueError: the address is none, or holds letters plain SMTP cannot carry.
    """
    address = message.email or ""
    if not (address.isascii() and address):
        raise ValueError("no address plain SMTP can carry")
    mail = EmailMessage(policy=LETTER)
    mail["Message-ID"] = f"<{message.key}@{origin}>"
    mail["Date"] = format_datetime(sent_at)
    mail["From"] = _named(sender)
    mail["To"] = Address(addr_spec=address)
    mail["Subject"] = " ".join(message.title.split())
    mail["Content-Language"] = "vi"
    mail["List-Id"] = f"OCOP <thong-bao.{origin}>"
    mail["List-Help"] = f"<{base_url}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body + "\n", charset="utf-8", cte="base64")
    if message.events:
        text = calendar_text(message.events, made_at=sent_at, origin=origin)
        mail.add_attachment(
            text, subtype="calendar", cte="base64", filename="ocop.ics", params={"method": "PUBLISH"}
        )
    return mail


def _named(sender: str) -> Address:
    name, address = parseaddr(sender)
    return Address(name or "OCOP", addr_spec=address)
