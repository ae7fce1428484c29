"""Where the server gets each fact of a session's guards from: its row, its members, its agenda, the settings.

What the council needs per product is read from the dossiers, where the secretary records it; nothing is written here.
"""

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import parse_instant
from core.sql import Sql
from registry.accounts.appointments import IN_FORCE
from registry.accounts.models import Appointment
from registry.roles import Role
from registry.tables import table
from regulations import rulesets
from regulations.council import session_kind
from regulations.deadlines import deadline
from regulations.errors import RegulationError
from regulations.settings import Settings
from regulations.vocabulary import Kind, Reason, TermCode
from regulations.working_calendar import WorkingCalendar
from states.council import agenda, members
from states.council.agenda import Candidate, Item
from states.council.members import Member
from states.council.quorum import Quorum, quorum_of
from states.council.states import HEADS, Office, SessionKind
from states.cycle.models import CYCLE_TABLE
from states.dossier.context import calendar_of, settings_of, today
from states.engine.facts import FactValue
from states.engine.machine import Asked, FactBook

_P = table(Appointment)
_STILL_APPOINTED = Sql(
    sa.select(sa.func.count())
    .select_from(_P)
    .where(_P.c.id.in_(sa.bindparam("ids", type_=sa.Text, expanding=True)), IN_FORCE)
)
_CYCLE_STATE = Sql(sa.select(CYCLE_TABLE.c.state).where(CYCLE_TABLE.c.id == sa.bindparam("id")))
_TOURISM = "tourism"


def held_on(asked: Asked) -> date:
    """The Vietnamese day the session is held on: the new one where it has been put off."""
    at = asked.row["adjourned_to"] or asked.row["convened_for"]
    return parse_instant(at).astimezone(VIETNAM).date()


def people(asked: Asked) -> list[Member]:
    return asked.once("people", lambda: members.members_of(asked.tx, asked.row["id"]))


def items(asked: Asked) -> list[Item]:
    """The products the session hears."""
    return asked.once("items", lambda: agenda.heard(asked.tx, asked.row["id"]))


def quorums(asked: Asked) -> dict[str, Quorum]:
    """The quorum of every product heard."""

    def found() -> dict[str, Quorum]:
        sitting = [one.sitting for one in people(asked)]
        conflicts = members.conflicts_of(asked.tx, asked.row["id"])
        return {
            item.dossier_id: quorum_of(sitting, conflicts.get(item.dossier_id, ()), settings_of(asked))
            for item in items(asked)
        }

    return asked.once("quorums", found)


def materials_last_day(
    pin: str, session_day: date, calendar: WorkingCalendar, settings: Settings
) -> date | None:
    """The last day on which members may be given the dossiers, by the session's ruleset.

    A ruleset that states no term leaves it to the council: the day of the session itself is the last one then. None
    where the working calendar does not reach so far. Source: process.md 2.8, COUNCIL_MATERIAL.
    """
    try:
        term = deadline(rulesets.by_pin(pin), TermCode.COUNCIL_MATERIAL, session_day, calendar, settings)
    except RegulationError as error:
        return session_day if error.code == Reason.NOT_IN_RULESET else None
    return term.last_day


def _materials_last_day(asked: Asked) -> FactValue:
    day = materials_last_day(asked.row["ruleset"], held_on(asked), calendar_of(asked), settings_of(asked))
    return day.isoformat() if day else None


def _seats_unappointed(asked: Asked) -> FactValue:
    ids = [one.appointment_id for one in people(asked)]
    found = asked.tx.sql.value(_STILL_APPOINTED, ids=ids, on_day=held_on(asked)) if ids else 0
    return len(ids) - int(found)


def _office_count(*offices: Office) -> Callable[[Asked], FactValue]:
    return lambda asked: sum(one.office in offices for one in people(asked))


def _items(counts: Callable[[Item], bool]) -> Callable[[Asked], FactValue]:
    return lambda asked: sum(counts(item) for item in items(asked))


def _unvisited(asked: Asked) -> FactValue:
    """Tourism is seen on the spot first; a session in the field sees it there."""
    if asked.row["kind"] == SessionKind.FIELD:
        return 0
    return sum(item.product_group == _TOURISM and item.visited_on is None for item in items(asked))


def _without(reason: Reason) -> Callable[[Asked], FactValue]:
    return lambda asked: sum(one.verdict.reason == reason for one in quorums(asked).values())


def _widest(asked: Asked) -> FactValue:
    """The widest spread among products whose ballots are all in; 0 where there is none yet."""
    return max((item.spread or 0 for item in items(asked) if item.state == agenda.TALLIED), default=0)


def _result_changed(item: Item) -> bool:
    """The dossier no longer says what the session concluded of it."""
    now = (item.points_sum, item.points_count, item.spread, item.stars)
    return now != (item.result_sum, item.result_count, item.result_spread, item.result_stars)


# ---- What is asked for products and people named in the data.


def named(asked: Asked, field: str = "dossiers") -> list[str]:
    found = asked.data.get(field)
    return list(found) if isinstance(found, list) else []


def _candidates(asked: Asked) -> list[Candidate]:
    return asked.once("candidates", lambda: agenda.candidates(asked.tx, named(asked)))


def _fits(asked: Asked, one: Candidate) -> bool:
    row = asked.row
    here = row["level"] == "central" or one.province_code == row["province_code"]
    return here and one.level == row["level"] and one.state in agenda.READY


def _unready(asked: Asked) -> FactValue:
    fitting = sum(_fits(asked, one) for one in _candidates(asked))
    return len(named(asked)) - fitting


def _taken(asked: Asked) -> FactValue:
    return sum(one.bound_to is not None for one in _candidates(asked))


def _other_ruleset(asked: Asked) -> FactValue:
    mine = _id_of(asked.row["ruleset"])
    return sum(_id_of(one.ruleset) != mine for one in _candidates(asked))


def _id_of(pin: str | None) -> str:
    return (pin or "").partition("@")[0]


def _not_so(reason: Reason) -> Callable[[Asked], FactValue]:
    """How many named products may not be decided in this kind of session."""

    def count(asked: Asked) -> FactValue:
        ruleset = rulesets.by_pin(asked.row["ruleset"])
        differ, complex_matter = (bool(asked.data.get(name)) for name in ("opinions_differ", "complex"))
        verdicts = [
            session_kind(
                ruleset, Kind(one.kind), asked.row["kind"], opinions_differ=differ, complex_matter=complex_matter
            )
            for one in _candidates(asked)
        ]  # fmt: skip
        return sum(verdict.reason == reason for verdict in verdicts)

    return count


def _off_agenda(asked: Asked) -> FactValue:
    """How many of the named products this session does not hear."""
    return len(set(named(asked)) - {item.dossier_id for item in items(asked)})


def _being_scored(asked: Asked) -> FactValue:
    chosen = set(named(asked))
    return sum(item.dossier_id in chosen and item.begun for item in items(asked))


def _strangers(*fields: str) -> Callable[[Asked], FactValue]:
    """How many of the people named in these fields do not sit in the session."""

    def count(asked: Asked) -> FactValue:
        sitting = {one.appointment_id for one in people(asked)}
        return len({one for field in fields for one in named(asked, field)} - sitting)

    return count


def member_named(asked: Asked) -> Member | None:
    """Whom a declaration is about: the member named, else the one who declares."""
    chosen = named(asked, "member")
    for one in people(asked):
        if one.appointment_id in chosen or (not chosen and one.account_id == asked.actor.account_id):
            return one
    return None


def _may_declare(asked: Asked) -> FactValue:
    """Everybody declares for themselves; the secretary also records what another has said."""
    about = member_named(asked)
    own = about is not None and about.account_id == asked.actor.account_id
    return own or Role.SECRETARY in asked.roles


def _without_due(asked: Asked) -> FactValue:
    return sum(one.required and one.due_at is None for one in people(asked))


def _cycle_state(asked: Asked) -> FactValue:
    found: str | None = asked.tx.sql.value(_CYCLE_STATE, id=asked.row["cycle_id"])
    return found


# ---- Signatures.


def signs_as(asked: Asked) -> Office:
    """In which office the person asking signs: who heads the session signs as its chair."""
    return Office.CHAIR if Role.CHAIR in asked.roles else Office.SECRETARY


def _signed_already(asked: Asked) -> FactValue:
    """The office has signed, or this very person has signed for the other one."""
    row, office = asked.row, signs_as(asked)
    other = Office.SECRETARY if office is Office.CHAIR else Office.CHAIR
    return bool(row[f"{office}_signed_at"]) or row[f"{other}_signed_by"] == asked.actor.account_id


def _both_signed(asked: Asked) -> FactValue:
    """Whether both signatures stand once this one is given."""
    other = Office.SECRETARY if signs_as(asked) is Office.CHAIR else Office.CHAIR
    return bool(asked.row[f"{other}_signed_at"])


def _column(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: asked.row[name]


def _sent(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: asked.data.get(name)


def _is_sent(name: str) -> Callable[[Asked], FactValue]:
    return lambda asked: bool(asked.data.get(name))


FACTS: FactBook = {
    "now": lambda asked: asked.now,
    "today": lambda asked: today(asked).isoformat(),
    "held_on": lambda asked: held_on(asked).isoformat(),
    "at_centre": lambda asked: asked.row["level"] == "central",
    "kind": _column("kind"),
    "cycle_state": _cycle_state,
    "reason_given": lambda asked: bool(asked.reason and asked.reason.strip()),
    "seats_unappointed": _seats_unappointed,
    "chairs": _office_count(*HEADS),
    "secretaries": _office_count(Office.SECRETARY),
    "agenda": _items(lambda _: True),
    "load_limit": _column("load_limit"),
    "overrule": _is_sent("overrule"),
    "tourism_unvisited": _unvisited,
    "products_without_quorum": _without(Reason.NO_QUORUM),
    "products_without_head": _without(Reason.HEAD_ABSENT),
    "adjourned_to": _sent("adjourned_to"),
    "materials_on": _column("materials_on"),
    "materials_last_day": _materials_last_day,
    "members_without_due": _without_due,
    "widest_spread": _widest,
    "spread_limit": lambda asked: int(str(settings_of(asked)["spread_limit"])),
    "discussion_given": _is_sent("discussion"),
    "products_unscored": _items(lambda item: item.unscored),
    "spreads_missing": _items(lambda item: item.spread is None),
    "results_missing": _items(lambda item: item.points_sum is None or item.stars is None),
    "opinions_differ": _is_sent("opinions_differ"),
    "complex": _is_sent("complex"),
    "signed_already": _signed_already,
    "both_signed": _both_signed,
    "results_digest": _column("results_digest"),
    "results_changed": _items(_result_changed),
    "report_document": _sent("report_document"),
    "products_being_scored": _items(lambda item: item.begun),
    "dossiers_unready": _unready,
    "dossiers_taken": _taken,
    "dossiers_of_other_ruleset": _other_ruleset,
    "dossiers_needing_meeting": _not_so(Reason.MEETING_REQUIRED),
    "dossiers_to_be_asked_in_writing": _not_so(Reason.MEETING_NOT_JUSTIFIED),
    "dossiers_off_agenda": _off_agenda,
    "dossiers_being_scored": _being_scored,
    "visited_on": _sent("visited_on"),
    "delivered_on": _sent("delivered_on"),
    "due_at": _sent("due_at"),
    "may_declare": _may_declare,
    "member_sits": lambda asked: member_named(asked) is not None,
    "members_unknown": _strangers("present", "proxies", "members", "member"),
    "proxies_given": lambda asked: bool(named(asked, "proxies")),
    "proxy_allowed": lambda asked: bool(settings_of(asked)["proxy"]),
}
