"""The agenda of a session: the products it hears, as the guards, the commands and the pages read them.

It moves no dossier and decides nothing; a product whose dossier has left the council is no longer heard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from core.errors import Refused
from core.lines import canonical
from core.sql import Sql, insert_ignore
from core.tx import ReadTx, Tx
from states.council.models import ITEM_TABLE, ROUND_TABLE
from states.council.quorum import Quorum
from states.dossier.models import DOSSIER_TABLE
from states.engine.facts import Facts

_I, _D = ITEM_TABLE.c, DOSSIER_TABLE.c
_OF = sa.bindparam("session_id", type_=sa.Text)
_IDS = sa.bindparam("ids", type_=sa.Text, expanding=True)
_ITEMS = Sql(
    sa.select(
        _I.dossier_id, _I.position, _I.visited_on, _I.struck_at, _I.seats, _I.present, _I.conflicted, _D.code,
        _D.kind, _D.state, _D.product_name, _D.product_group, _D.ruleset, _D.ballots, _D.required_ballots,
        _D.points_sum, _D.points_count, _D.spread, _D.stars, _I.points_sum, _I.points_count, _I.spread, _I.stars,
        _D.move_version,
    )
    .join(DOSSIER_TABLE, _D.id == _I.dossier_id)
    .where(_I.session_id == _OF)
    .order_by(_I.position, _I.dossier_id)
)  # fmt: skip
_CANDIDATES = Sql(
    sa.select(_D.id, _D.state, _D.level, _D.province_code, _D.kind, _D.ruleset, _I.session_id)
    .select_from(
        DOSSIER_TABLE.outerjoin(ITEM_TABLE, sa.and_(_I.dossier_id == _D.id, _I.released_at.is_(None)))
    )
    .where(_D.id.in_(_IDS))
)
_BOUND_TO = Sql(
    sa.select(_I.session_id).where(_I.dossier_id == sa.bindparam("dossier_id"), _I.released_at.is_(None))
)
_LAST = Sql(sa.select(sa.func.max(_I.position)).where(_I.session_id == _OF))
_FORGET = Sql(
    sa.delete(ITEM_TABLE).where(
        _I.session_id == _OF, _I.dossier_id == sa.bindparam("of_dossier"), _I.released_at.is_not(None)
    )
)
_ADD = Sql(insert_ignore(ITEM_TABLE))
_MINE = (_I.session_id == _OF, _I.dossier_id == sa.bindparam("of_dossier", type_=sa.Text))
_STRIKE = Sql(
    sa.update(ITEM_TABLE).where(*_MINE).values(struck_at=sa.bindparam("at"), released_at=sa.bindparam("at")),
    as_given=True,
)
_RELEASE = Sql(
    sa.update(ITEM_TABLE)
    .where(_I.session_id == _OF, _I.released_at.is_(None))
    .values(released_at=sa.bindparam("at")),
    as_given=True,
)
_VISIT = Sql(sa.update(ITEM_TABLE).where(*_MINE).values(visited_on=sa.bindparam("on")), as_given=True)
_QUORUM = Sql(
    sa.update(ITEM_TABLE)
    .where(*_MINE)
    .values(
        seats=sa.bindparam("of_seats"), present=sa.bindparam("of_present"), conflicted=sa.bindparam("kept_out")
    ),
    as_given=True,
)  # fmt: skip
_RESULT = Sql(
    sa.update(ITEM_TABLE)
    .where(*_MINE)
    .values(
        points_sum=sa.bindparam("total"), points_count=sa.bindparam("counted"), spread=sa.bindparam("apart"),
        stars=sa.bindparam("of_stars"),
    ),
    as_given=True,
)  # fmt: skip
BEING_HEARD = "council."
SCHEDULED, SCORING, TALLIED, RESCORING = (
    "council.scheduled",
    "council.scoring",
    "council.tallied",
    "council.rescoring",
)
READY = ("council.ready", "council.second_round")
"""A dossier may be put on an agenda: it is ready for its council, or for a second round where the ruleset has one."""
_BEFORE_SCORING = frozenset({*READY, SCHEDULED})
_NOT_SCORED = _BEFORE_SCORING | {SCORING, RESCORING}


@dataclass(frozen=True, slots=True)
class Scores:
    """What a session has found of a product so far; the ballots are counted until it concludes."""

    ballots: int | None = None
    required_ballots: int | None = None
    points_sum: int | None = None
    points_count: int | None = None
    spread: int | None = None
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One product of a session: its place on the agenda, its dossier as it stands, what was confirmed and concluded."""

    dossier_id: str
    position: int
    visited_on: str | None
    struck_at: str | None
    seats: int | None
    present: int | None
    conflicted: int | None
    code: str
    kind: str
    state: str
    product_name: str
    product_group: str | None
    ruleset: str | None
    ballots: int | None
    required_ballots: int | None
    points_sum: int | None
    points_count: int | None
    spread: int | None
    stars: int | None
    result_sum: int | None
    result_count: int | None
    result_spread: int | None
    result_stars: int | None
    move_version: int

    @property
    def heard(self) -> bool:
        """Still before this council: not struck off, and its dossier has not left by itself (withdrawn, ended)."""
        return self.struck_at is None and self.state.startswith(BEING_HEARD)

    @property
    def scores(self) -> Scores:
        """As this session concluded; until then as the dossier states. What is found later elsewhere is not its own."""
        if self.result_sum is not None:
            concluded = (self.result_sum, self.result_count, self.result_spread, self.result_stars)
            return Scores(None, None, *concluded)
        if self.struck_at is not None:
            return Scores()
        current = (self.points_sum, self.points_count, self.spread, self.stars)
        return Scores(self.ballots, self.required_ballots, *current)

    @property
    def unscored(self) -> bool:
        return self.state in _NOT_SCORED

    @property
    def begun(self) -> bool:
        """Its scoring has been opened."""
        return self.state not in _BEFORE_SCORING


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dossier somebody wants on an agenda; ``bound_to`` is the session that hears it already."""

    id: str
    state: str
    level: str
    province_code: str
    kind: str
    ruleset: str | None
    bound_to: str | None


def items_of(rtx: ReadTx, session_id: str) -> list[Item]:
    """Everything that ever stood on the agenda, in its order; struck products too."""
    return [Item(*row) for row in rtx.sql.all(_ITEMS, session_id=session_id)]


def heard(rtx: ReadTx, session_id: str) -> list[Item]:
    """The products a session hears now."""
    return [item for item in items_of(rtx, session_id) if item.heard]


def candidates(rtx: ReadTx, ids: Sequence[str]) -> list[Candidate]:
    return [Candidate(*row) for row in rtx.sql.all(_CANDIDATES, ids=list(ids))] if ids else []


def agenda_of(rtx: ReadTx, row: Mapping[str, Any]) -> Facts:
    """The session that hears a dossier, for the guards of the dossier; by itself nothing is moved by a session."""
    session_id = rtx.sql.value(_BOUND_TO, dossier_id=row["id"])
    return {"agenda_of": f"session/{session_id}" if session_id else None, "moved_by": None}


def session_hearing(rtx: ReadTx, dossier_id: str) -> str | None:
    """The id of the session that hears a dossier."""
    found: str | None = rtx.sql.value(_BOUND_TO, dossier_id=dossier_id)
    return found


def add(tx: Tx, session_id: str, dossiers: Sequence[str]) -> None:
    """Put dossiers at the end of the agenda.

    Raises:
        Refused: another session has taken one of them in the meantime.
    """
    place = tx.sql.value(_LAST, session_id=session_id) or 0
    for dossier_id in dossiers:
        place += 1
        tx.sql.run(_FORGET, session_id=session_id, of_dossier=dossier_id)
        row = dict.fromkeys(ITEM_TABLE.c.keys())
        row |= {"session_id": session_id, "dossier_id": dossier_id, "position": place}
        if not tx.sql.run(_ADD, **row):
            raise Refused("guard_on_an_agenda", dossier=dossier_id)


def strike(tx: Tx, session_id: str, dossiers: Sequence[str]) -> None:
    """Take products off the agenda; they stay listed as struck and are free for another session."""
    tx.sql.many(
        _STRIKE, [{"session_id": session_id, "of_dossier": one, "at": tx.now_text} for one in dossiers]
    )


def release(tx: Tx, session_id: str) -> None:
    """Let go of every dossier: the session is cancelled or its minutes are signed."""
    tx.sql.run(_RELEASE, session_id=session_id, at=tx.now_text)


def visit(tx: Tx, session_id: str, dossiers: Sequence[str], on: str) -> None:
    tx.sql.many(_VISIT, [{"session_id": session_id, "of_dossier": one, "on": on} for one in dossiers])


def keep_quorum(tx: Tx, session_id: str, found: Mapping[str, Quorum]) -> None:
    """Keep the quorum of each product as it was confirmed."""
    tx.sql.many(
        _QUORUM,
        [
            {
                "session_id": session_id, "of_dossier": dossier_id, "of_seats": one.seats, "of_present": one.present,
                "kept_out": one.conflicted,
            }
            for dossier_id, one in found.items()
        ],
    )  # fmt: skip


def keep_results(tx: Tx, session_id: str, items: Sequence[Item]) -> None:
    """Keep the result of each product as the session concluded it."""
    tx.sql.many(
        _RESULT,
        [
            {
                "session_id": session_id, "of_dossier": item.dossier_id, "total": item.points_sum,
                "counted": item.points_count, "apart": item.spread, "of_stars": item.stars,
            }
            for item in items
        ],
    )  # fmt: skip


def keep_round(tx: Tx, session_id: str, number: int, items: Sequence[Item]) -> None:
    """Keep what a round had come to for these products before they are scored again."""
    tx.sql.bulk(
        ROUND_TABLE,
        [
            {
                "session_id": session_id, "dossier_id": item.dossier_id, "round": number, "points_sum": item.points_sum,
                "points_count": item.points_count, "spread": item.spread, "ballots": item.ballots,
                "required_ballots": item.required_ballots, "stars": item.stars, "kept_at": tx.now_text,
            }
            for item in items
        ],
    )  # fmt: skip


def digest_of(items: Sequence[Item]) -> str:
    """One digest over the results of these products: both signatures name it, so both stand under the same numbers."""
    results = [
        [item.dossier_id, item.points_sum, item.points_count, item.spread, item.stars] for item in items
    ]
    return sha256(canonical(sorted(results, key=lambda one: str(one[0])))).hexdigest()
