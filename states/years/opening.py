"""Opening a year: the cycle as previewed, a dossier for each renewal falling due, and the dossiers that waited for it.

One transaction; nothing is opened that was not shown. Every state is written by the engine.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from core.tx import Tx
from registry.actors import SYSTEM_ACTOR, Actor
from registry.counters import next_numbers
from regulations.vocabulary import Kind
from states.cycle.expected import Renewal
from states.cycle.open_cycle import Opened, open_cycle
from states.dossier import papers
from states.dossier.adoption import adopt
from states.dossier.context import in_common
from states.dossier.machine import MACHINE
from states.dossier.opening import first_level
from states.engine.facts import FactValue
from states.engine.fire import Known, create_many
from states.engine.machine import Row

RENEWAL = "re_evaluation"


def open_year(
    tx: Tx,
    plan_text: str,
    filename: str,
    digest: str,
    actor: Actor,
    *,
    year: int | None = None,
    accepted: Mapping[str, str] | None = None,
    moves: Mapping[str, date] | None = None,
    reason: str | None = None,
) -> Opened:
    """Open a cycle and bring its dossiers into it: renewals falling due are opened, carried-over ones adopted.

    Call it through a write of its own (`alone=True`).

    Raises:
        What `states.cycle.open_cycle.open_cycle` raises.
    """
    opened = open_cycle(
        tx, plan_text, filename, digest, actor, year=year, accepted=accepted, moves=moves, reason=reason
    )
    renewed = _open_renewals(tx, opened)
    adopted = adopt(tx, opened.cycle_id, province=opened.province_code, year=opened.year, cycle_state="open")
    return replace(opened, renewals=renewed, adopted=adopted)


def _open_renewals(tx: Tx, opened: Opened) -> int:
    """A draft of re-evaluation for each renewal the preview showed; the system opens it, the producer goes on from there."""
    due = opened.shown.to_renew
    if not due:
        return 0
    state_of = {each.product_id: each.state for each in due}

    def facts(row: Row) -> Mapping[str, FactValue]:
        return {"open_dossiers": 0, "certificate_state": state_of[row["product_id"]]}

    shared = in_common(tx, opened.province_code, Kind(RENEWAL))
    levels = {district: first_level(tx, district) for district in {each.district_code for each in due}}
    rows = [
        _values(opened, each, code, levels[each.district_code])
        for each, code in zip(due, _codes(tx, opened, due), strict=True)
    ]
    born = create_many(tx, MACHINE, "open_renewal", rows, actor=SYSTEM_ACTOR, known=Known(facts, shared))
    for row in born:
        if row["predecessor_id"] is not None:
            papers.copy(tx, row["predecessor_id"], row, actor=SYSTEM_ACTOR)
    return len(born)


def _values(opened: Opened, renewal: Renewal, code: str, level: str) -> Row:
    return {
        "code": code, "kind": RENEWAL, "level": level, "year": opened.year,
        "cycle_id": opened.cycle_id, "product_id": renewal.product_id, "producer_id": renewal.producer_id,
        "product_name": renewal.product, "product_group": renewal.group, "product_set": renewal.set_code,
        "commune_code": renewal.commune_code, "district_code": renewal.district_code,
        "province_code": opened.province_code, "producer_type": renewal.producer_type,
        "illustrative": int(bool(renewal.illustrative) or opened.illustrative),
        "predecessor_id": renewal.predecessor_id, "attempts": 0, "training_waived": 0,
    }  # fmt: skip


def _codes(tx: Tx, opened: Opened, due: Sequence[Renewal]) -> Iterator[str]:
    """Codes of the year and the commune (the province where none is known), numbers taken at once per unit."""
    units = [each.commune_code or opened.province_code for each in due]
    waiting: defaultdict[str, int] = defaultdict(int)
    for unit in units:
        waiting[unit] += 1
    numbers = {
        unit: iter(next_numbers(tx, opened.year, unit, "dossier", count))
        for unit, count in sorted(waiting.items())
    }
    return (f"{opened.year % 100:02d}-{unit}-{next(numbers[unit]):04d}" for unit in units)
