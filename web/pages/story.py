"""The story of one subject: every line, the way it went, how it stood at any moment, and whether it all holds.

What an auditor opens is written down; nothing else here changes anything.
"""

from dataclasses import dataclass
from datetime import datetime, time

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from api.service import ServiceDep
from core.clock import VIETNAM
from core.history import append, read_lines
from core.tx import ReadTx, Tx
from registry import units
from registry.accounts.people import ACCOUNT
from registry.roles import Role
from states import moves
from states.certificate.queries import of_product
from states.council.queries import check_sight
from states.engine import permissions
from states.engine.machine import Row
from states.engine.replay import Replayed, fold
from web import days, dossiers, history, session_choices, wording
from web.acts import address_of, kind_of, name_of
from web.pages.route import PageRoute
from web.phases import Strip, strip_of
from web.render import page
from web.visits import Visit, VisitDep, look

router = APIRouter(route_class=PageRoute)
END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Story:
    """What the page shows; `then` is the replay of the lines up to the chosen moment."""

    kind: str
    row: Row
    name: str
    about: str
    lines: list[history.LineView]
    past: list[history.LineView]
    moments: list[history.Moment]
    chosen: int
    at: str
    state: str
    now: bool
    then: Replayed
    strip: Strip | None
    picture: Markup
    proof: history.Proof
    back: str
    before: int | None
    after: int | None


@router.get("/{section}/{subject_id}/lich-su")
async def show_story(
    request: Request,
    section: str,
    subject_id: str,
    *,
    service: ServiceDep,
    visit: VisitDep,
    dong: str = "",
    ngay: str = "",
    gio: str = "",
) -> Response:
    """The whole story, or as it stood after line `dong` or at the end of hour `gio` on day `ngay`."""
    kind = kind_of(section)
    number = int(dong) if dong.isdigit() else None
    day, hour = days.read_day(ngay), days.read_hour(gio) if gio else END_OF_DAY
    instant = datetime.combine(day, hour, VIETNAM) if day and hour and number is None else None
    found = await look(service, visit, lambda rtx: story(rtx, visit, kind, subject_id, number, instant))
    if Role.AUDITOR in permissions.roles_at(visit.actor, found.row):
        await service.db.write(lambda tx: _log_access(tx, visit, f"{kind}/{subject_id}"))
    wrong = bool((ngay and not day) or (gio and not hour))
    return page(
        request,
        "story.html",
        visit=visit,
        x=found,
        ngay=ngay,
        gio=gio,
        wrong=wrong,
        status=422 if wrong else 200,
    )


def _log_access(tx: Tx, visit: Visit, subject: str) -> None:
    """What an auditor opens stands in the auditor's own history (design.md §9)."""
    actor = visit.actor.ref(Role.AUDITOR)
    append(tx, ACCOUNT, visit.actor.account_id, "access_logged", actor=actor, inputs={"subject": subject})


def story(
    rtx: ReadTx, visit: Visit, kind: str, subject_id: str, number: int | None, instant: datetime | None
) -> Story:
    """Read a story up to a line or an instant.

    Raises:
        NotFound: not there, or not theirs to see. Forbidden: a declared conflict hides the scores in its lines.
    """
    row = dossiers.visible_row(rtx, kind, subject_id, visit.actor)
    check_sight(rtx, visit.actor, kind, subject_id)
    machine = moves.machine_of(kind)
    lines = history.kept_lines(read_lines(rtx, f"{kind}/{subject_id}"))
    chosen = history.upto(lines, number=number, instant=instant)
    known = lines[:chosen]
    then = fold(kept.line for kept in known)
    unit = units.find(rtx, row["commune_code"]) if row.get("commune_code") else None
    at = instant or (known[-1].line.at if known else None)
    return Story(
        kind=kind,
        row=row,
        name=name_of(kind, row),
        about=_about(kind, row, unit.name_vi if unit else None),
        lines=history.views(
            machine,
            known,
            commune=unit.name_vi if unit else None,
            names=session_choices.names(rtx, subject_id) if kind == "session" else None,
        ),
        past=history.past_certificates(of_product(rtx, row["product_id"])) if row.get("product_id") else [],
        moments=history.moments(lines, chosen),
        chosen=chosen,
        at=days.moment(at) if at else "",
        state=wording.state_label(kind, then.state),
        now=chosen == len(lines),
        then=then,
        strip=strip_of(machine.spec, then.state, history.visited(known), kind=row["kind"])
        if kind == "dossier" and known
        else None,
        picture=Markup(history.picture(machine, known)),  # noqa: S704 -- our own drawing, escaped where it is made
        proof=history.prove(row, lines),
        back=address_of(kind, row),
        before=chosen - 1 if chosen > 1 else None,
        after=chosen + 1 if chosen < len(lines) else None,
    )


def _about(kind: str, row: Row, commune: str | None) -> str:
    parts = [
        wording.label("subject_kind", kind),
        row.get("code") or row.get("certificate_no") or "",
        commune or "",
    ]
    pinned = row.get("ruleset")
    if pinned:
        parts.append(f"quy định ghim: {wording.ruleset_name(pinned)}")
    return " · ".join(str(part) for part in parts if part)
