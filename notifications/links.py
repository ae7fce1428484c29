"""Login links and codes: written to the outbox at once, sent in any hour, forgotten as soon as they are settled.

It never puts a link into an inbox or a history line.
"""

from typing import Literal

from core.db import Tx
from core.ids import new_id
from notifications.outbox import Planned, put
from notifications.quiet import open_days

Purpose = Literal["sign_in", "recover"]
_KINDS: dict[Purpose, str] = {"sign_in": "login_link", "recover": "recover_link"}


def queue_link(tx: Tx, account_id: str, purpose: Purpose, url: str) -> None:
    """Have a one-time link sent by e-mail; `url` is the whole address of the page with the button."""
    kind = _KINDS[purpose]
    notice = Planned(
        f"{kind}/{new_id()}", account_id, kind, f"account/{account_id}", {"lien_ket": url}, title=None
    )
    put(tx, [notice], open_days(tx))
