"""The inbox of the signed-in person.

It never opens another's.
"""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import done, read_answer
from api.cursors import Cursor, Limit, cursor_of, place_of
from api.kinds import V1, SubjectId
from api.schemas.people import InboxPage
from api.service import ServiceDep
from api.session import ActorDep
from core.columns import instant_text
from core.tx import ReadTx
from notifications import queries
from notifications.queries import Entry

router = APIRouter(prefix=f"{V1}/inbox", tags=["inbox"])


@router.get("", responses={200: {"model": InboxPage}}, response_model=None)
async def list_inbox(
    request: Request,
    actor: ActorDep,
    service: ServiceDep,
    limit: Limit = 30,
    cursor: Cursor = None,
) -> Response:
    """One's own notices, the newest first."""
    place = place_of(cursor, 1)
    after = place[0] if place else None

    def look(rtx: ReadTx) -> tuple[list[Entry], int]:
        entries = queries.inbox(rtx, actor.account_id, after, limit + 1)
        return entries, queries.unread_count(rtx, actor.account_id)

    entries, unread = await service.db.read(look)
    shown = [_entry(entry) for entry in entries[:limit]]
    more = cursor_of(shown[-1]["id"]) if len(entries) > limit else None
    return read_answer(request, {"items": shown, "next": more, "unread": unread})


@router.post("/{entry_id}/seen", status_code=204, response_model=None)
async def mark_seen(entry_id: SubjectId, actor: ActorDep, service: ServiceDep) -> Response:
    """Note that one has seen a notice; doing it twice is harmless."""
    await service.db.write(lambda tx: queries.mark_seen(tx, actor.account_id, [entry_id]))
    return done()


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "title": entry.title,
        "body": entry.body,
        "subject": entry.subject,
        "created_at": instant_text(entry.created_at),
        "seen_at": instant_text(entry.seen_at) if entry.seen_at else None,
    }
