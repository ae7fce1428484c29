"""Everything a session's page shows: where it stands, who sits in it, what is recorded of each product, the minutes.

It reads once and hands plain values to the template; what may be done is asked of ``states.moves``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.clock import VIETNAM
from core.columns import parse_instant
from core.tx import ReadTx
from registry.actors import Actor
from registry.roles import Role
from states import moves
from states.council import queries
from states.council.agenda import Item, Scores
from states.council.lifecycle import SESSION
from states.council.members import Member
from states.council.queries import Sheet
from states.council.states import Office
from states.engine import permissions
from states.engine.actions import Action
from states.engine.machine import Row
from web import days, dossiers, standings, wording

SITTING = (Role.CHAIR, Role.SECRETARY, Role.COUNCIL_MEMBER, Role.PROVINCE_UNIT, Role.MINISTRY)
"""Roles whose turn it can be in a session."""
AGAINST = frozenset({"strike_off", "adjourn", "cancel", "convene_meeting"})
"""Moves that lead back or out: never the main button."""
ON_THE_SIDE = frozenset(
    {"name_members", "declare_conflict", "record_visit", "set_ballot_due", "put_on_agenda"}
)
PASSED = 3  # stars from which a product is recognised


@dataclass(frozen=True, slots=True)
class Person:
    """One member in the list: the office, attendance in words, and products they are kept out of."""

    name: str
    office: str
    seat: str
    attendance: str
    due: str
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """One product of the agenda; where `hidden`, the viewer's declared conflict hides its scores."""

    item: Item
    state: str
    tone: str
    icon: str
    quorum: str
    ballots: str
    mean: str
    spread: str
    stars: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Button:
    """One thing this person could do: `sentence` says why not; `asks` leads to a page of its own."""

    trigger: str
    label: str
    allowed: bool
    sentence: str
    asks: bool
    against: bool


@dataclass(frozen=True, slots=True)
class Session:
    """What the page shows."""

    row: Row
    kind: str
    state: str
    tone: str
    holder: str
    todo: str
    mine: bool
    when: str
    put_off: str
    people: list[Person]
    products: list[Product]
    struck: list[Item]
    buttons: list[Button]
    minutes: list[str]
    written: str | None
    discussion: str | None
    rounds: int
    signatures: list[tuple[str, str]]

    @property
    def main(self) -> Button | None:
        """The one main button: the first thing that leads on."""
        leading = (one for one in self.buttons if one.allowed and not one.against)
        found = list(leading)
        return next((one for one in found if one.trigger not in ON_THE_SIDE), found[0] if found else None)

    @property
    def others(self) -> list[Button]:
        return [one for one in self.buttons if one.allowed and one is not self.main]

    @property
    def blocked(self) -> list[Button]:
        return [one for one in self.buttons if not one.allowed]


def session(rtx: ReadTx, session_id: str, actor: Actor) -> Session:
    """Read one session's page.

    Raises:
        NotFound: not there, or not theirs to see.
    """
    row = dossiers.visible_row(rtx, "session", session_id, actor)
    sheet = queries.sheet(rtx, session_id, actor)
    info = SESSION.states[SESSION.state_of[row["state"]]]
    mine = bool(info.waits_for & permissions.roles_at(actor, row))
    products = [_product(item, sheet) for item in sheet.items if item.struck_at is None]
    return Session(
        row=row,
        kind=wording.label("session_kind", row["kind"]),
        state=wording.state_label("session", row["state"]),
        tone=tone_of(row["state"], mine=mine),
        holder="Không còn ai phải làm gì" if info.final else holder_of(row),
        todo=wording.label("todo.session", row["state"]),
        mine=mine,
        when=days.moment(row["convened_for"]),
        put_off=days.moment(row["adjourned_to"]) if row["adjourned_to"] else "",
        people=[_person(one, sheet) for one in sheet.members],
        products=products,
        struck=[item for item in sheet.items if item.struck_at is not None],
        buttons=[_button(one) for one in moves.actions(rtx, "session", row, actor)],
        minutes=_minutes(row, sheet, products),
        written=sheet.written("minutes"),
        discussion=sheet.written("discussion"),
        rounds=row["round"],
        signatures=[(wording.label("office", office), days.moment(row[f"{office}_signed_at"]))
                    for office in (Office.CHAIR, Office.SECRETARY) if row[f"{office}_signed_at"]],
    )  # fmt: skip


def tone_of(state: str, *, mine: bool) -> str:
    """Yours to do, somebody else's, over."""
    if state in ("closed", "minutes_signed"):
        return "done" if state == "closed" or not mine else "do"
    if state == "cancelled":
        return ""
    return "do" if mine else "wait"


def holder_of(row: Mapping[str, Any]) -> str:
    """Who holds the session, in words; at the centre the unit is the ministry's."""
    info = SESSION.states[SESSION.state_of[row["state"]]]
    if Role.PROVINCE_UNIT in info.waits_for and row["level"] == "central":
        return wording.label("role", Role.MINISTRY)
    return wording.holder_names(sorted(info.waits_for), commune=None)


def _person(one: Member, sheet: Sheet) -> Person:
    codes = {item.dossier_id: item.code for item in sheet.items}
    kept_out = [
        codes[each] for each, accounts in sheet.conflicts.items() if one.account_id in accounts and each in codes
    ]  # fmt: skip
    here = "Vắng, có ủy quyền" if one.by_proxy else "Có mặt"
    attendance = here if one.present else "Chưa điểm danh"
    return Person(
        name=one.name or "Không rõ tên",
        office=wording.label("office", one.office),
        seat=wording.label("seat", one.seat) if one.seat and wording.has(f"seat.{one.seat}") else "",
        attendance=attendance if one.required else f"{attendance}, không chấm điểm",
        due=days.moment(one.due_at) if one.due_at else "",
        conflicts=tuple(sorted(kept_out)),
    )


def _product(item: Item, sheet: Sheet) -> Product:
    hidden = item.dossier_id in sheet.blind_to
    found = Scores() if hidden else item.scores
    counted = found.points_count if found.ballots is None else found.ballots
    ballots = "" if counted is None else str(counted)
    if found.required_ballots:
        ballots = f"{ballots or 0}/{found.required_ballots}"
    quorum = f"{item.present}/{item.seats}" if item.seats is not None else ""
    return Product(
        item=item,
        state=wording.state_label("dossier", item.state),
        tone=standings.tone_of(item.state, mine=False),
        icon=standings.icon_of(item.state, mine=False),
        quorum=quorum,
        ballots=ballots,
        mean=mean_of(found.points_sum, found.points_count),
        spread="" if found.spread is None else str(found.spread),
        stars="" if found.stars is None else str(found.stars),
        hidden=hidden,
    )


def mean_of(points_sum: int | None, points_count: int | None) -> str:
    """The mean with two decimals, cut, never rounded: `90,75`."""
    if points_sum is None or not points_count:
        return ""
    hundredths = points_sum * 100 // points_count
    return f"{hundredths // 100},{hundredths % 100:02d}"


def _minutes(row: Row, sheet: Sheet, products: Sequence[Product]) -> list[str]:
    """The minutes as far as the record goes, one sentence a line; scores stay out until the session has concluded."""
    seated = [one for one in sheet.members if one.required]
    present = sum(one.present for one in seated)
    at = parse_instant(row["convened_for"]).astimezone(VIETNAM)
    lines = [
        f"{row['title']} ({row['code']}), {wording.label('session_kind', row['kind']).lower()}, {days.moment(at)}"
        + (f", tại {row['place']}." if row["place"] else "."),
        f"Thành viên chấm điểm: {len(seated)}; có mặt: {present}.",
    ]
    lines += [
        f"{wording.label('office', one.office)}: {one.name or 'không rõ tên'}."
        for one in sheet.members
        if one.office is not Office.MEMBER
    ]
    if row["results_digest"] is not None:
        lines += [_result(one) for one in products]
    return lines


def _result(one: Product) -> str:
    item = one.item
    if one.hidden:
        return f"{item.code} {item.product_name}: không hiển thị do xung đột lợi ích."
    if item.result_sum is None:
        return f"{item.code} {item.product_name}: {one.state.lower()}."
    mean = mean_of(item.result_sum, item.result_count)
    passed = (item.result_stars or 0) >= PASSED
    verdict = f"đề nghị {item.result_stars} sao" if passed else "không đạt"
    return f"{item.code} {item.product_name}: {item.result_count} phiếu, trung bình {mean} điểm, {verdict}."


def _button(one: Action) -> Button:
    return Button(
        trigger=one.trigger,
        label=wording.trigger_label("session", one.trigger),
        allowed=one.allowed,
        sentence=wording.why_not(one.code),
        asks=bool(one.fields) or one.needs_reason,
        against=one.trigger in AGAINST,
    )


# ---- What the fields of an act are chosen from.
