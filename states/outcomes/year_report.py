"""The report of a programme year as data: what came of its plan, its dossiers, batches, tasks and deadlines.

It counts only what the record holds, in whole numbers; what it cannot know (training held, facilities built) stays None.
Source: `process.md` §6.1.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import instant_text, parse_instant
from core.errors import NotFound
from core.history import HISTORY
from core.lines import canonical, canonical_text
from core.sql import Sql, insert_or
from core.tx import ReadTx, Tx
from states.certificate.models import CERTIFICATE_TABLE
from states.certificate.states import IN_FORCE
from states.council.models import ITEM_TABLE, SESSION_TABLE
from states.cycle.lifecycle import CYCLE_MACHINE
from states.cycle.models import BATCH_TABLE, REPORT_TABLE, TARGET_TABLE
from states.cycle.tasks import tasks_of
from states.deadlines.entries import DEADLINE
from states.deadlines.ladders import start_of
from states.dossier.models import DOSSIER_TABLE
from states.dossier.states import STATES
from states.outcomes.year_targets import Taking, measured

FORMAT = "ocop-year-report/1"
PROMOTED = ("join_event", "list_on_marketplace", "open_sales_point", "sign_contract")
"""Notes of promotion that are counted."""
_D, _C, _B, _L, _T = DOSSIER_TABLE.c, CERTIFICATE_TABLE.c, BATCH_TABLE.c, DEADLINE.c, TARGET_TABLE.c
_S, _I = SESSION_TABLE.c, ITEM_TABLE.c
_CYCLE = sa.bindparam("cycle_id", type_=sa.Text)
_PROVINCE = sa.bindparam("province", type_=sa.Text)
_SPAN = (sa.bindparam("first", type_=sa.Text), sa.bindparam("last", type_=sa.Text))
_TAKING = (_D.id, _D.kind, _D.state, _D.stars, _D.producer_id, _D.producer_type, _D.commune_code,
           _D.district_code, _D.product_group, _D.batch_id, _D.filed_on)  # fmt: skip
_OF_CYCLE = Sql(sa.select(*_TAKING).where(_D.cycle_id == _CYCLE).order_by(_D.id))
_OF_IDS = Sql(
    sa.select(*_TAKING).where(_D.id.in_(sa.bindparam("ids", type_=sa.Text, expanding=True))).order_by(_D.id)
)
_ROW_ID = sa.func.substr(HISTORY.c.subject, len("dossier/") + 1)
_LEFT = Sql(
    sa.select(_ROW_ID, HISTORY.c.line)
    .select_from(HISTORY.join(DOSSIER_TABLE, _D.id == _ROW_ID))
    .where(
        HISTORY.c.trigger.in_(("carry_over", "next_cycle")),
        _D.province_code == _PROVINCE,
        _D.year > sa.bindparam("year", type_=sa.Integer),
    )
)
_NOTES = Sql(
    sa.select(HISTORY.c.trigger, sa.func.count())
    .select_from(HISTORY.join(DOSSIER_TABLE, _D.id == _ROW_ID))
    .where(HISTORY.c.trigger.in_(PROMOTED), _D.province_code == _PROVINCE)
    .where(sa.type_coerce(HISTORY.c.at, sa.Text).between(*_SPAN))
    .group_by(HISTORY.c.trigger)
)
_ISSUED = Sql(
    sa.select(_C.stars, sa.func.count())
    .where(_C.province_code == _PROVINCE, sa.type_coerce(_C.issued_on, sa.Text).between(*_SPAN))
    .group_by(_C.stars)
)
_ENDS = sa.type_coerce(_C.last_valid_day, sa.Text)
_STANDING = Sql(
    sa.select(_C.stars, sa.func.count())
    .where(_C.province_code == _PROVINCE, _C.state.in_([str(state) for state in IN_FORCE]))
    .where(sa.or_(_ENDS.is_(None), sa.bindparam("day", type_=sa.Text) <= _ENDS, _C.state == "extended"))
    .group_by(_C.stars)
)
_RAN_OUT = Sql(
    sa.select(sa.func.count()).where(
        _C.province_code == _PROVINCE, _C.state.not_in(("superseded", "revoked", "extended", "expired_pending")),
        _ENDS.between(*_SPAN), sa.bindparam("day", type_=sa.Text) > _ENDS,
    )
)  # fmt: skip
_ENDED = Sql(
    sa.select(HISTORY.c.dest, sa.func.count())
    .select_from(
        HISTORY.join(CERTIFICATE_TABLE, _C.id == sa.func.substr(HISTORY.c.subject, len("certificate/") + 1))
    )
    .where(HISTORY.c.kind == "transition", HISTORY.c.dest.in_(("superseded", "revoked")))
    .where(HISTORY.c.subject.like("certificate/%"), _C.province_code == _PROVINCE)
    .where(sa.type_coerce(HISTORY.c.at, sa.Text).between(*_SPAN))
    .group_by(HISTORY.c.dest)
)
_RESULTS = Sql(
    sa.select(HISTORY.c.line)
    .select_from(HISTORY.join(DOSSIER_TABLE, _D.id == _ROW_ID))
    .where(HISTORY.c.trigger == "file_results", _D.province_code == _PROVINCE)
    .where(sa.type_coerce(HISTORY.c.at, sa.Text).between(*_SPAN))
)
_HEARD = Sql(
    sa.select(_S.batch_id, _I.dossier_id)
    .select_from(ITEM_TABLE.join(SESSION_TABLE, _S.id == _I.session_id))
    .where(_S.cycle_id == _CYCLE, _S.batch_id.is_not(None), _I.struck_at.is_(None))
)
_FORMER, _LATER = CERTIFICATE_TABLE.alias("former"), CERTIFICATE_TABLE.alias("later")
_CAME_FROM = Sql(
    sa.select(_LATER.c.dossier_id, _FORMER.c.stars)
    .select_from(_FORMER.join(_LATER, _LATER.c.id == _FORMER.c.successor_id))
    .where(_FORMER.c.province_code == _PROVINCE, _LATER.c.dossier_id.is_not(None))
)
_BATCHES = Sql(
    sa.select(_B.id, _B.level, _B.number, _B.state).where(_B.cycle_id == _CYCLE).order_by(_B.level, _B.number)
)
_TARGETS = Sql(sa.select(_T.kind, _T.label, _T.measure).where(_T.cycle_id == _CYCLE).order_by(_T.position))
_DEADLINES = Sql(
    sa.select(_L.met_at.is_not(None), _L.fired_at.is_not(None), _L.cancelled_at.is_not(None), _L.extended_from.is_not(None),
              sa.func.count())
    .where(_L.cycle_id == _CYCLE, _L.dossier_id.is_(None))
    .group_by(_L.met_at.is_not(None), _L.fired_at.is_not(None), _L.cancelled_at.is_not(None), _L.extended_from.is_not(None))
)  # fmt: skip
_KEEP = Sql(
    insert_or(REPORT_TABLE)
    .values({name: sa.bindparam(name) for name in ("cycle_id", "data", "digest", "made_at")})
    .on_conflict_do_nothing(),
    as_given=True,
)
_KEPT = Sql(
    sa.select(sa.type_coerce(REPORT_TABLE.c.data, sa.Text), REPORT_TABLE.c.digest, REPORT_TABLE.c.made_at)
    .where(REPORT_TABLE.c.cycle_id == _CYCLE)
)  # fmt: skip
_STARS = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class YearReport:
    """A report with its digest; `made_at` is when the cycle was closed, None while it is still counted anew."""

    data: Mapping[str, Any]
    digest: str
    made_at: str | None

    def to_json(self) -> dict[str, Any]:
        return {"digest": self.digest, "made_at": self.made_at, **self.data}


def year_report(rtx: ReadTx, cycle_id: str) -> YearReport:
    """The report of a cycle: as it was kept when the cycle was closed, before that as it stands.

    Raises:
        NotFound: no such cycle.
    """
    kept = rtx.sql.one(_KEPT, cycle_id=cycle_id)
    if kept is not None:
        return YearReport(json.loads(kept[0]), kept[1], kept[2])
    row = CYCLE_MACHINE.load(rtx, cycle_id)
    if row is None:
        raise NotFound("subject_not_found", kind="cycle")
    data = _counted(rtx, row)
    return YearReport(data, sha256(canonical(data)).hexdigest(), None)


def keep(tx: Tx, cycle_id: str) -> str:
    """Store the report as it stands now, once; returns its digest. Call it in the transaction that closes the cycle."""
    report = year_report(tx, cycle_id)
    if report.made_at is None:
        data, at = canonical_text(report.data), instant_text(tx.now)
        tx.sql.run(_KEEP, cycle_id=cycle_id, data=data, digest=report.digest, made_at=at)
    return report.digest


def _counted(rtx: ReadTx, row: Mapping[str, Any]) -> dict[str, Any]:
    cycle, province, year = row["id"], row["province_code"], int(row["year"])
    carried = _carried(rtx, province, year)
    before: dict[str, int | None] = dict(rtx.sql.all(_CAME_FROM, province=province))
    found = [*rtx.sql.all(_OF_CYCLE, cycle_id=cycle), *_rows_of(rtx, carried)]
    taking = list({each[0]: Taking(*(*each, before.get(each[0]))) for each in found}.values())
    days = {"first": f"{year}-01-01", "last": f"{year}-12-31"}
    return {
        "format": FORMAT,
        "cycle": f"cycle/{cycle}",
        "province": province,
        "year": year,
        "title": row["title"],
        "plan_number": row["plan_number"],
        "theme": row["theme"],
        "illustrative": bool(row["illustrative"]),
        "budget_million_vnd": row["budget_million_vnd"],
        "dossiers": _dossiers(taking, len(carried)),
        "producers": _producers(taking),
        "certificates": certificates(rtx, province, days),
        "batches": _batches(rtx, cycle, taking),
        "targets": [
            measured(kind, label, json.loads(measure), taking)
            for kind, label, measure in rtx.sql.all(_TARGETS, cycle_id=cycle)
        ],
        "tasks": _tasks(rtx, cycle),
        "deadlines": _deadlines(rtx, cycle),
        "promotion": _promotion(rtx, province, days),
        "outcomes": outcomes(rtx, province, days),
    }


def _carried(rtx: ReadTx, province: str, year: int) -> list[str]:
    """Dossiers of the year that have gone on into a later one, by their own lines."""
    lines = rtx.sql.all(_LEFT, province=province, year=year)
    return [row_id for row_id, line in lines if _left_year(json.loads(line)["inputs"]) == year]


def _left_year(inputs: Mapping[str, Any]) -> int | None:
    """The year a dossier left: stated where a person carried it over, else the one before the year that began."""
    if "dossier_year" in inputs:
        return int(inputs["dossier_year"])
    begun = inputs.get("next_year_at")
    return parse_instant(begun).astimezone(VIETNAM).year - 1 if begun else None


def _rows_of(rtx: ReadTx, ids: Sequence[str]) -> list[tuple[Any, ...]]:
    return rtx.sql.all(_OF_IDS, ids=sorted(set(ids))) if ids else []


def _dossiers(taking: Sequence[Taking], carried: int) -> dict[str, Any]:
    phases = Counter(str(STATES[each.dossier_state].phase or "ended") for each in taking)
    return {
        "count": len(taking),
        "filed": sum(each.filed_on is not None for each in taking),
        "carried_over": carried,
        "by_kind": _sorted(Counter(each.kind for each in taking)),
        "by_phase": _sorted(phases),
        "by_state": [
            {"state": state, "count": count} for state, count in sorted(Counter(each.state for each in taking).items())
        ],
        "recognised": _stars(each.stars for each in taking if each.recognised),
        "recognised_by_kind": _sorted(Counter(each.kind for each in taking if each.recognised)),
        "upgraded": _steps(taking),
        "recognised_by_group": _sorted(Counter(each.group or "not_stated" for each in taking if each.recognised)),
    }  # fmt: skip


def _steps(taking: Sequence[Taking]) -> list[dict[str, int]]:
    """Products that went up, by the stars they had and have."""
    steps = Counter(
        (each.came_from, each.stars)
        for each in taking
        if each.recognised and each.came_from and each.stars and each.stars > each.came_from
    )
    return [{"from": was, "to": now, "count": count} for (was, now), count in sorted(steps.items())]


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _stars(found: Iterable[int | None]) -> dict[str, int]:
    counts = Counter(found)
    return {"count": sum(counts.values()), **{f"stars_{number}": counts[number] for number in _STARS}}


def _producers(taking: Sequence[Taking]) -> dict[str, Any]:
    types = {each.producer_id: each.producer_type or "not_stated" for each in taking}
    successful = {each.producer_id for each in taking if each.recognised}
    return {
        "count": len(types),
        "by_type": _sorted(Counter(types.values())),
        "recognised": len(successful),
    }


def certificates(rtx: ReadTx, province: str, days: Mapping[str, str]) -> dict[str, Any]:
    """Issued in the year by stars, in force on the day of the report by stars, and what ended in the year."""
    today = rtx.now.astimezone(VIETNAM).date().isoformat()
    issued: Counter[int | None] = Counter(dict(rtx.sql.all(_ISSUED, province=province, **days)))
    in_force: Counter[int | None] = Counter(dict(rtx.sql.all(_STANDING, province=province, day=today)))
    ended: dict[str, int] = dict(rtx.sql.all(_ENDED, province=province, **_instants(days)))
    return {
        "issued": _stars(issued.elements()),
        "in_force": _stars(in_force.elements()),
        "expired_in_year": rtx.sql.value(_RAN_OUT, province=province, day=today, **days),
        "superseded": ended.get("superseded", 0),
        "revoked": ended.get("revoked", 0),
    }


def _batches(rtx: ReadTx, cycle_id: str, taking: Sequence[Taking]) -> list[dict[str, Any]]:
    """Each batch with its dossiers: those it holds, and those its councils heard that have gone on into another year."""
    heard: defaultdict[str, set[str]] = defaultdict(set)
    for batch_id, dossier_id in rtx.sql.all(_HEARD, cycle_id=cycle_id):
        heard[batch_id].add(dossier_id)
    shown = []
    for batch_id, level, number, state in rtx.sql.all(_BATCHES, cycle_id=cycle_id):
        mine = [each for each in taking if each.batch_id == batch_id or each.id in heard[batch_id]]
        shown.append({
            "level": level, "number": number, "state": state, "dossiers": len(mine), "heard": len(heard[batch_id]),
            "recognised": sum(each.recognised for each in mine),
        })  # fmt: skip
    return shown


def _tasks(rtx: ReadTx, cycle_id: str) -> dict[str, Any]:
    tasks = tasks_of(rtx, cycle_id)
    by_status = Counter(each["status"] for each in tasks)
    shown = ("title", "department", "owner_role", "due_on", "status", "document", "output")
    return {
        **{status: by_status[status] for status in ("done", "open", "dropped")},
        "list": [{name: each[name] for name in shown} for each in tasks],
    }


def _deadlines(rtx: ReadTx, cycle_id: str) -> dict[str, int]:
    """The plan's own deadlines: met, passed unmet, taken back, still ahead, and how many were extended."""
    found: Counter[str] = Counter(dict.fromkeys(("met", "passed", "cancelled", "ahead", "extended"), 0))
    for met, fired, cancelled, extended, count in rtx.sql.all(_DEADLINES, cycle_id=cycle_id):
        kind = "met" if met else "cancelled" if cancelled else "passed" if fired else "ahead"
        found[kind] += count
        found["extended"] += count if extended else 0
    return dict(found)


def _instants(days: Mapping[str, str]) -> dict[str, str]:
    """The span of a year in Vietnam's time, as instants are stored."""
    first, last = (date.fromisoformat(days[name]) for name in ("first", "last"))
    return {
        "first": instant_text(start_of(first)),
        "last": instant_text(start_of(last + timedelta(days=1)) - timedelta(microseconds=1)),
    }


def outcomes(rtx: ReadTx, province: str, days: Mapping[str, str]) -> dict[str, int | None]:
    """What producers reported of their sales in the year; without a report there is no sum."""
    lines = [json.loads(line) for (line,) in rtx.sql.all(_RESULTS, province=province, **_instants(days))]
    sums = [int(line["inputs"]["revenue_million_vnd"]) for line in lines]
    return {"reports": len(sums), "revenue_million_vnd": sum(sums) if sums else None}


def _promotion(rtx: ReadTx, province: str, days: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = dict(rtx.sql.all(_NOTES, province=province, **_instants(days)))
    return {name: int(found.get(name, 0)) for name in PROMOTED}
