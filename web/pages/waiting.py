"""What waits for an officer today: late, today, within 14 days, later.

The order is the deadline's; nobody has to search for what is urgent.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.service import ServiceDep
from core.columns import parse_instant
from core.tx import ReadTx
from states.dossier.queries import LAST, DossierLine, count_by_state, queue, scope_of, states_waiting_for
from web import days, wording
from web.pages.route import PageRoute
from web.render import page
from web.session_lists import Listed
from web.session_lists import waiting as waiting_sessions
from web.visits import Visit, VisitDep, look

router = APIRouter(route_class=PageRoute)
MOST = 50
AHEAD = timedelta(days=14)
BANDS = (
    ("late", "Quá hạn"),
    ("today", "Hạn hôm nay"),
    ("ahead", "14 ngày tới"),
    ("later", "Sau đó, hoặc chưa có hạn"),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row of the queue."""

    line: DossierLine
    band: str
    state: str
    todo: str
    due: days.Chip | None


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue with its counts."""

    rows: list[Waiting]
    mine: int
    others: int
    more: str
    sessions: list[Listed]

    def band(self, name: str) -> list[Waiting]:
        return [row for row in self.rows if row.band == name]


@router.get("/viec")
async def show_queue(request: Request, service: ServiceDep, visit: VisitDep, sau: str = "") -> Response:
    found = await look(service, visit, lambda rtx: _queue(rtx, visit, sau))
    return page(request, "queue.html", visit=visit, queue=found, bands=BANDS)


def _queue(rtx: ReadTx, visit: Visit, after: str) -> Queue:
    key, _, last = after.partition("/")
    rows = queue(rtx, visit.actor, after=(key, last), limit=MOST + 1)
    today = days.local(rtx.now).date()
    turns = {state for role in visit.roles for state in states_waiting_for(role)}
    counts = count_by_state(rtx, scope_of(visit.actor))
    mine = sum(number for state, number in counts.items() if state in turns)
    shown = rows[:MOST]
    more = f"{shown[-1].due_at or LAST}/{shown[-1].id}" if len(rows) > MOST else ""
    rest = sum(counts.values()) - mine
    sessions = waiting_sessions(rtx, visit.actor)
    return Queue([_waiting(rtx, line, today) for line in shown], mine, rest, more, sessions)


def _waiting(rtx: ReadTx, line: DossierLine, today: date) -> Waiting:
    return Waiting(
        line=line,
        band=band_of(line.due_at, today),
        state=wording.state_label("dossier", line.state),
        todo=wording.label("todo.dossier", line.state),
        due=days.chip(line.due_at, rtx.now, staff=True) if line.due_at else None,
    )


def band_of(due_at: str | None, today: date) -> str:
    """Which band a deadline belongs to, by its last good day."""
    if due_at is None:
        return "later"
    last_day = (days.local(parse_instant(due_at)) - timedelta(microseconds=1)).date()
    if last_day < today:
        return "late"
    if last_day == today:
        return "today"
    return "ahead" if last_day <= today + AHEAD else "later"
