"""The channels of one installation, in the order they are tried.

It never lets a rehearsal talk to another machine.
"""

from urllib.parse import urlsplit

from core.clock import Clock
from core.config import Config
from notifications.channels.base import Channel
from notifications.channels.inbox import InboxChannel
from notifications.channels.sink import SinkChannel
from notifications.channels.smtp import EmailChannel


def channels_of(config: Config, clock: Clock) -> tuple[Channel, ...]:
    """Return e-mail, where a server is named, and the inbox; a rehearsal without a server of its own takes what it
    would have sent into the sink. Call it at start: it refuses what may not be.

    Raises:
        BadInput: `channel_not_loopback`, a rehearsal names a server that is not this machine.
    """
    if config.smtp_host is None:
        return (SinkChannel(), InboxChannel()) if clock.rehearsal else (InboxChannel(),)
    email = EmailChannel(
        config.smtp_host,
        config.smtp_port,
        sender=config.smtp_from,
        base_url=config.base_url,
        origin=urlsplit(config.base_url).hostname or "localhost",
        wall_now=clock.wall_now,
        rehearsal=clock.rehearsal,
        user=config.smtp_user,
        password=config.smtp_password,
        tls=config.smtp_tls,
    )
    return (email, InboxChannel())
