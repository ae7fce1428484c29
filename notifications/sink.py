"""What a rehearsal would have sent, read back: every message with its words, to whom, and when.

It stores nothing of its own: the same notices always make the same message. It must never be asked outside a rehearsal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.errors import NotFound
from core.sql import Sql
from core.tx import ReadTx
from notifications.claims import parcels
from notifications.compose import compose
from notifications.models import Attempt
from notifications.outbox import INBOX, OUTBOX
from registry.accounts.models import Account
from registry.tables import table

_A, _T = table(Account), table(Attempt)
_LAST = "~"  # after every key
_TAKEN = Sql(
    sa.select(_T.c.message_id, sa.func.min(sa.type_coerce(_T.c.at, sa.Text)), sa.func.min(_T.c.channel))
    .where(_T.c.message_id < sa.bindparam("before", type_=sa.Text), _T.c.outcome == "accepted")
    .group_by(_T.c.message_id)
    .order_by(_T.c.message_id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_CONTENTS = Sql(
    sa.select(
        OUTBOX.c.message_id, OUTBOX.c.id, OUTBOX.c.kind, OUTBOX.c.lawful, OUTBOX.c.params, INBOX.c.title, INBOX.c.body,
        _A.c.id, _A.c.email, _A.c.phone,
    )
    .join(_A, _A.c.id == OUTBOX.c.recipient)
    .outerjoin(INBOX, INBOX.c.id == OUTBOX.c.id)
    .where(OUTBOX.c.message_id.in_(sa.bindparam("keys", type_=sa.Text, expanding=True)))
    .order_by(OUTBOX.c.message_id, OUTBOX.c.id)
)  # fmt: skip
_NAMES = Sql(
    sa.select(_A.c.id, _A.c.name).where(_A.c.id.in_(sa.bindparam("ids", type_=sa.Text, expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Taken:
    """One message: when it left, by which channel, to whom; `address` is where it would have gone."""

    key: str
    at: str
    channel: str
    name: str
    address: str | None
    title: str
    body: str


def taken(rtx: ReadTx, *, base_url: str, before: str | None = None, limit: int = 50) -> list[Taken]:
    """The messages of a rehearsal, the newest first, from the one before `before`.

    Raises:
        NotFound: `not_found`, this is no rehearsal.
    """
    if not rtx.rehearsal:
        raise NotFound("not_found")
    found = rtx.sql.all(_TAKEN, before=before or _LAST, most=limit)
    messages = {
        parcel.key: compose(parcel, base_url=base_url, rehearsal=True)
        for parcel in parcels(rtx.sql.all(_CONTENTS, keys=[row[0] for row in found]))
    }
    names = _names(rtx, [message.recipient for message in messages.values()])
    return [
        Taken(
            key, at, channel, names.get(messages[key].recipient, ""), messages[key].email or messages[key].phone,
            messages[key].title, messages[key].body,
        )
        for key, at, channel in found
        if key in messages
    ]  # fmt: skip


def _names(rtx: ReadTx, ids: Sequence[str]) -> dict[str, str]:
    return dict(rtx.sql.all(_NAMES, ids=sorted(set(ids)))) if ids else {}
