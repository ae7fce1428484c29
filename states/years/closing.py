"""Closing a year: every dossier that is not final is carried over or closed, one by one or in bulk, each with a reason.

The list comes first and writes nothing; closing commits exactly what was shown. Every move goes through the one door.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from core.errors import BadInput, FieldError, NotFound, Refused
from core.lines import canonical
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.actors import Actor
from states import moves
from states.cycle.facts import settled
from states.cycle.lifecycle import CYCLE_MACHINE
from states.dossier import years
from states.dossier.models import DOSSIER_TABLE
from states.dossier.states import BEFORE_RECOGNITION, STATES, DossierState
from states.outcomes.year_report import year_report

CARRY, END, PROPOSED = "carry_over", "close_unfinished", "proposed"
ACTS = (CARRY, END, PROPOSED)
LONGEST = 500  # characters of a reason
_D = DOSSIER_TABLE.c
_OPEN = Sql(
    sa.select(_D.id, _D.code, _D.product_name, _D.kind, _D.state, _D.version)
    .where(
        _D.cycle_id == sa.bindparam("cycle_id", type_=sa.Text),
        _D.state.in_([str(state) for state, info in STATES.items() if not info.final and state != "new"]),
    )
    .order_by(_D.code)
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of some dossiers, and why; they are named by code, by state, or as all the rest.

    `act` may be `proposed`: of each what the list proposes. Of several decisions the first that names a dossier holds.
    """

    act: str
    reason: str
    dossiers: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    rest: bool = False

    def names(self, code: str, state: str) -> bool:
        return self.rest or code in self.dossiers or state in self.states


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One dossier of the cycle that is not final, with what is proposed and what was decided."""

    id: str
    code: str
    product: str
    kind: str
    state: str
    version: int
    decision: Decision | None

    @property
    def goes_on(self) -> bool:
        """The clock brings it into the next year by itself; nothing need be decided."""
        return settled(self.state)

    @property
    def may_end(self) -> bool:
        return DossierState(self.state) in BEFORE_RECOGNITION

    @property
    def proposed(self) -> str:
        """A draft nobody has handed in is closed, everything else goes on."""
        return END if self.state == DossierState.IDEA_DRAFT else CARRY

    @property
    def act(self) -> str | None:
        """What will be done with it; None while nobody has decided, or where it goes on by itself."""
        if self.decision is None or self.goes_on:
            return None
        return self.proposed if self.decision.act == PROPOSED else self.decision.act

    def to_json(self) -> dict[str, Any]:
        info = STATES[DossierState(self.state)]
        return {
            "id": self.id, "code": self.code, "product": self.product, "kind": self.kind, "state": self.state,
            "phase": str(info.phase) if info.phase else None, "version": self.version, "goes_on": self.goes_on,
            "may_end": self.may_end, "proposed": None if self.goes_on else self.proposed, "act": self.act,
            "reason": self.decision.reason if self.decision and self.act else None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Closing:
    """Everything closing a cycle would do; `next_cycle` is where what is carried over goes, None: it waits for it."""

    cycle_id: str
    province: str
    year: int
    state: str
    version: int
    next_cycle: str | None
    dossiers: tuple[Unfinished, ...]
    report: Mapping[str, Any]

    @property
    def undecided(self) -> tuple[Unfinished, ...]:
        return tuple(each for each in self.dossiers if each.act is None and not each.goes_on)

    def content(self) -> dict[str, Any]:
        """Everything the digest is taken over."""
        return {
            "format": "ocop-closing/1", "cycle": f"cycle/{self.cycle_id}", "province": self.province, "year": self.year,
            "state": self.state, "version": self.version,
            "next": {"year": self.year + 1, "cycle": self.next_cycle and f"cycle/{self.next_cycle}"},
            "dossiers": [each.to_json() for each in self.dossiers], "report": dict(self.report),
        }  # fmt: skip

    @property
    def digest(self) -> str:
        return sha256(canonical(self.content())).hexdigest()

    def to_json(self) -> dict[str, Any]:
        acts = Counter(each.act for each in self.dossiers if each.act)
        return {
            "digest": self.digest, **self.content(), "undecided": len(self.undecided),
            "goes_on": sum(each.goes_on for each in self.dossiers),
            "carried_over": acts[CARRY], "closed": acts[END],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Closed:
    """What closing did; `report_digest` names the year report that was kept."""

    cycle_id: str
    year: int
    carried_over: int
    closed: int
    report_digest: str

    def to_json(self) -> dict[str, Any]:
        return {
            "cycle_id": self.cycle_id, "year": self.year, "carried_over": self.carried_over, "closed": self.closed,
            "report_digest": self.report_digest,
        }  # fmt: skip


def decisions_of(given: Sequence[Mapping[str, Any]]) -> tuple[Decision, ...]:
    """Decisions as they were sent: `act`, `reason`, and `dossiers`, `states` or `rest`.

    Raises:
        BadInput: `bad_fields`, with the place of each mistake.
    """
    faults: list[FieldError] = []
    made = tuple(_decision(each, f"decisions.{place}", faults) for place, each in enumerate(given))
    if faults:
        raise BadInput("bad_fields", fields=faults)
    return made


def _decision(given: Mapping[str, Any], path: str, faults: list[FieldError]) -> Decision:
    act, reason = str(given.get("act") or ""), str(given.get("reason") or "").strip()
    made = Decision(
        act, reason, frozenset(given.get("dossiers") or ()), frozenset(given.get("states") or ()), bool(given.get("rest"))
    )  # fmt: skip
    if act not in ACTS:
        faults.append(FieldError(f"{path}.act", "bad_choice"))
    if not reason or len(reason) > LONGEST:
        faults.append(
            FieldError(f"{path}.reason", "required" if not reason else "too_long", {"longest": LONGEST})
        )
    if not (made.dossiers or made.states or made.rest):
        faults.append(FieldError(f"{path}.dossiers", "required"))
    return made


def closing(rtx: ReadTx, cycle_id: str, decisions: Sequence[Decision] = ()) -> Closing:
    """List what closing this cycle with these decisions would do; writes nothing.

    Raises:
        NotFound: no such cycle.
        BadInput: `bad_fields`: a decision names a dossier or a state that is not there, or would close one that is recognised.
    """
    row = CYCLE_MACHINE.load(rtx, cycle_id)
    if row is None:
        raise NotFound("subject_not_found", kind="cycle")
    found = tuple(_unfinished(each, decisions) for each in rtx.sql.all(_OPEN, cycle_id=cycle_id))
    _check(found, decisions)
    following = years.takes_dossiers(rtx, row["province_code"], int(row["year"]) + 1)
    return Closing(
        cycle_id, row["province_code"], int(row["year"]), row["state"], row["move_version"], following, found,
        year_report(rtx, cycle_id).data,
    )  # fmt: skip


def _unfinished(row: Sequence[Any], decisions: Sequence[Decision]) -> Unfinished:
    row_id, code, product, kind, state, version = row
    decision = next((each for each in decisions if each.names(code, state)), None)
    return Unfinished(row_id, code, product, kind, state, version, decision)


def _check(found: Sequence[Unfinished], decisions: Sequence[Decision]) -> None:
    codes = {each.code for each in found}
    faults = [
        FieldError(f"decisions.{place}.dossiers", "closing_unknown", {"code": code})
        for place, decision in enumerate(decisions)
        for code in sorted(decision.dossiers - codes)
    ]
    faults += [
        FieldError(f"decisions.{place}.states", "closing_state_unknown", {"state": state})
        for place, decision in enumerate(decisions)
        for state in sorted(decision.states - {str(each) for each in STATES})
    ]
    faults += [
        FieldError(f"dossiers.{each.code}", "closing_recognised", {"code": each.code})
        for each in found
        if each.act == END and not each.may_end
    ]
    if faults:
        raise BadInput("bad_fields", fields=faults)


def close_year(tx: Tx, cycle_id: str, decisions: Sequence[Decision], digest: str, actor: Actor) -> Closed:
    """Carry over and close as listed, keep the year report, and close the cycle. Call it with `alone=True`.

    Raises:
        NotFound: no such cycle, or nobody's business of this actor.
        Refused: `preview_outdated`, `closing_undecided`, or what a move refuses (the cycle is not under review).
    """
    if CYCLE_MACHINE.lock(tx, cycle_id) is None:
        raise NotFound("subject_not_found", kind="cycle")
    shown = closing(tx, cycle_id, decisions)
    if shown.digest != digest:
        raise Refused("preview_outdated", shown=digest, current=shown.digest)
    if shown.undecided:
        raise Refused("closing_undecided", count=len(shown.undecided), code=shown.undecided[0].code)
    for each in shown.dossiers:
        if each.act and each.decision:
            data = {"year": shown.year + 1} if each.act == CARRY else None
            moves.fire(tx, "dossier", each.id, each.act, actor=actor, data=data, reason=each.decision.reason)
    moves.fire(tx, "cycle", cycle_id, "close", actor=actor)
    acts = Counter(each.act for each in shown.dossiers)
    return Closed(cycle_id, shown.year, acts[CARRY], acts[END], year_report(tx, cycle_id).digest)
