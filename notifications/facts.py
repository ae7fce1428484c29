"""What the texts need to know of a subject, for many lines in one statement.

It never decides who is told, and names places and products as their rows stand when the notice is planned.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from core.clock import VIETNAM
from core.columns import parse_instant
from core.db import ReadTx
from core.history import LOG_ENTRY
from core.sql import Sql
from notifications.naming import place, task
from notifications.recipients import Owner
from registry.contact import shown_phone
from registry.offices import Office
from registry.tables import table
from registry.units import Unit
from states.appeal.models import Appeal
from states.certificate.models import Certificate
from states.council.models import CouncilSession, SessionItem
from states.cycle.models import Batch, Cycle, CycleWindow
from states.deadlines.models import Deadline
from states.dossier.models import Dossier

_D, _O, _C, _Y = table(Deadline), table(Dossier), table(Certificate), table(Cycle)
_B, _W, _F = table(Batch), table(CycleWindow), table(Office)
_S, _I, _K = table(CouncilSession), table(SessionItem), table(Appeal)
_COMMUNE, _PROVINCE = table(Unit).alias("commune"), table(Unit).alias("province")
_SEQ = LOG_ENTRY.c.seq
_CHOSEN = _SEQ.in_(sa.bindparam("seqs", type_=sa.Integer, expanding=True))
_CODES = sa.bindparam("codes", type_=sa.Text, expanding=True)

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """One subject: whose it is, what the texts ask for; `days` are the last good days by deadline code; `audience` are the roles a plan names."""

    owner: Owner
    params: Mapping[str, str | int | None]
    days: Mapping[str, str]
    dossier_code: str | None = None
    state: str | None = None
    stars: int | None = None
    audience: frozenset[str] | None = None


@dataclass(frozen=True)
class SubjectSql:
    """The statements for one kind of subject, and how a row becomes facts."""

    name: str
    rows: Sql
    days: Sql | None

    def facts(self, rtx: ReadTx, seqs: Sequence[int], codes: Collection[str]) -> dict[int, Facts]:
        """Return the facts of each line's subject; a subject without a row is left out."""
        days: dict[int, dict[str, str]] = {seq: {} for seq in seqs}
        if codes and self.days is not None:
            for seq, code, last_day in rtx.sql.all(self.days, seqs=list(seqs), codes=sorted(codes)):
                days[seq][_asked(code, codes)] = last_day
        return {
            row[0]: _READERS[self.name](_owner(row), row[6:], days[row[0]])
            for row in rtx.sql.all(self.rows, seqs=list(seqs))
        }


def _owner(row: Row) -> Owner:
    return Owner(row[1], row[2], row[3], bool(row[4]), district_code=row[5])


def _asked(code: str, codes: Collection[str]) -> str:
    """Return the name a deadline is asked for by: `BATCH2_PROPOSE` of the dossier's own batch is BATCH_PROPOSE."""
    return code if code in codes else "BATCH_PROPOSE"


@lru_cache(maxsize=4096)
def shown(phone: str | None) -> str | None:
    """Return an office's number as people write it."""
    return None if phone is None else shown_phone(phone)


@lru_cache(maxsize=4096)
def hour(due_at: str) -> str | None:
    """Return the hour to tell, None where the day ends at 24:00 in Vietnam."""
    local: datetime = parse_instant(due_at).astimezone(VIETNAM)
    return None if (local.hour, local.minute) == (0, 0) else local.strftime("%H:%M")


def _dossier(owner: Owner, row: Row, days: Mapping[str, str]) -> Facts:
    code, product, state, stars, points, count, batch, commune, phone = row
    params = {
        "ma": code, "sp": product, "xa": place(commune), "dt": shown(phone),
        "n": points // count if points is not None and count else None,
        "dot": f"đợt {batch}" if batch else None,
    }  # fmt: skip
    return Facts(owner, params, days, dossier_code=code, state=state, stars=stars)


def _certificate(owner: Owner, row: Row, days: Mapping[str, str]) -> Facts:
    number, product, state, stars, last_day, dossier_code, commune, phone = row
    params = {
        "so": number, "ma": dossier_code, "sp": product, "n": stars, "het": last_day, "xa": place(commune),
        "dt": shown(phone),
    }  # fmt: skip
    return Facts(owner, params, days, dossier_code=dossier_code, state=state, stars=stars)


def _cycle(owner: Owner, row: Row, days: Mapping[str, str]) -> Facts:
    year, illustrative, state, plan, opens_on, province = row
    params = {
        "nam": f"{year} (minh họa)" if illustrative else str(year),
        "tinh": place(province),
        "tu": opens_on,
    }
    named = json.loads(plan).get("audience")
    return Facts(owner, params, days, state=state, audience=frozenset(named) if named else None)


def _deadline(owner: Owner, row: Row, _: Mapping[str, str]) -> Facts:
    code, title, last_day, due_at, dossier_code, product, commune, phone = row
    params = {
        "viec": task(code, title), "han": last_day, "gio": hour(due_at), "ma": dossier_code, "sp": product,
        "xa": place(commune), "dt": shown(phone),
    }  # fmt: skip
    return Facts(owner, params, {code: last_day}, dossier_code=dossier_code)


def _session(owner: Owner, row: Row, _: Mapping[str, str]) -> Facts:
    """A session put off is told of with its new day, every other one with its own."""
    session_id, kind, title, place_name, held_at, put_off_to, state, products, batch = row
    at = put_off_to if state == "adjourned" and put_off_to else held_at
    params = {
        "phien": title, "dd": None if kind == "written" else place_name, "n": products, "gio": parse_instant(at).astimezone(VIETNAM).strftime("%H:%M"),
        "dot": f"đợt {batch}" if batch else None,
    }  # fmt: skip
    day = parse_instant(at).astimezone(VIETNAM).date().isoformat()
    return Facts(owner._replace(session_id=session_id), params, {"SESSION": day}, state=state)


def _appeal(owner: Owner, row: Row, days: Mapping[str, str]) -> Facts:
    code, product, state, dossier_code, commune, phone = row
    params = {
        "so": code, "ma": dossier_code, "sp": product, "xa": place(commune), "dt": shown(phone)
    }  # fmt: skip
    return Facts(owner, params, days, dossier_code=dossier_code, state=state)


_READERS = {
    "dossier": _dossier,
    "certificate": _certificate,
    "cycle": _cycle,
    "session": _session,
    "appeal": _appeal,
    "deadline": _deadline,
}


def _from(owner: sa.Table) -> Any:
    """Return a FROM that leads from log positions to the rows of their subjects."""
    row_id = sa.func.substr(LOG_ENTRY.c.subject, len(owner.name) + 2)
    return LOG_ENTRY.join(owner, owner.c.id == row_id)


def _placed(source: Any, code: Any) -> Any:
    return source.outerjoin(_COMMUNE, _COMMUNE.c.code == code).outerjoin(_F, _F.c.commune_code == code)


def _days(source: Any, belongs: Any) -> Sql:
    """Return the statement for last days: live deadlines, the latest of a code standing last."""
    live = sa.and_(
        _D.c.cancelled_at.is_(None),
        sa.or_(_D.c.code.in_(_CODES), _D.c.code.like("BATCH%!_PROPOSE", escape="!")),
    )
    found = sa.select(_SEQ, _D.c.code, _D.c.last_day).select_from(source.join(_D, belongs))
    return Sql(found.where(_CHOSEN, live).order_by(_D.c.due_at))


def at_district(*tables: sa.Table) -> Any:
    """The district of whichever of these rows stands at level district; nothing where none does."""
    found = [
        sa.case((one.c.level == "district", one.c.district_code), else_=sa.cast(sa.null(), sa.Text))
        for one in tables
    ]
    return found[0] if len(found) == 1 else sa.func.coalesce(*found)


def _rows(
    owner: sa.Table, *columns: Any, wide: Any = None, district_of: tuple[sa.Table, ...] = ()
) -> sa.Select[Any]:
    """Return the SELECT for facts: log position, whose it is, then what the texts need."""
    has = owner.c.keys()
    return sa.select(
        _SEQ,
        owner.c.producer_id if "producer_id" in has else sa.null(),
        owner.c.commune_code if "commune_code" in has else sa.null(),
        owner.c.province_code,
        sa.literal_column("0")
        if wide is None
        else sa.case((wide, sa.literal_column("1")), else_=sa.literal_column("0")),
        at_district(*district_of) if district_of else sa.null(),
        *columns,
    ).where(_CHOSEN)


def _make_dossier() -> SubjectSql:
    source = _from(_O)
    whole = _placed(source, _O.c.commune_code).outerjoin(_B, _B.c.id == _O.c.batch_id)
    rows = _rows(
        _O, _O.c.code, _O.c.product_name, _O.c.state, _O.c.stars, _O.c.points_sum, _O.c.points_count, _B.c.number,
        _COMMUNE.c.name_vi, _F.c.phone, district_of=(_O,),
    )  # fmt: skip
    of_cycle = sa.and_(
        _D.c.cycle_id == _O.c.cycle_id,
        _D.c.dossier_id.is_(None),
        sa.or_(_D.c.batch_id.is_(None), _D.c.batch_id == _O.c.batch_id),
    )
    days = _days(source, sa.or_(_D.c.subject == LOG_ENTRY.c.subject, of_cycle))
    return SubjectSql("dossier", Sql(rows.select_from(whole)), days)


def _make_certificate() -> SubjectSql:
    whole = _placed(_from(_C), _C.c.commune_code).outerjoin(_O, _O.c.id == _C.c.dossier_id)
    rows = _rows(
        _C, _C.c.certificate_no, _C.c.product_name, _C.c.state, _C.c.stars,
        sa.func.coalesce(_C.c.grace_ends_on, _C.c.last_valid_day), _O.c.code, _COMMUNE.c.name_vi, _F.c.phone,
        district_of=(_C,),
    )  # fmt: skip
    days = _days(_from(_C), _D.c.subject == LOG_ENTRY.c.subject)
    return SubjectSql("certificate", Sql(rows.select_from(whole)), days)


def _make_cycle() -> SubjectSql:
    source = _from(_Y)
    opens = (
        sa.select(sa.func.min(_W.c.opens_on, type_=sa.Text))
        .where(_W.c.cycle_id == _Y.c.id, _W.c.step == "idea")
        .scalar_subquery()
    )
    rows = _rows(
        _Y, _Y.c.year, _Y.c.illustrative, _Y.c.state, sa.type_coerce(_Y.c.plan, sa.Text), opens, _PROVINCE.c.name_vi,
        wide=sa.true(),
    )  # fmt: skip
    whole = source.outerjoin(_PROVINCE, _PROVINCE.c.code == _Y.c.province_code)
    days = _days(source, sa.and_(_D.c.cycle_id == _Y.c.id, _D.c.dossier_id.is_(None)))
    return SubjectSql("cycle", Sql(rows.select_from(whole)), days)


def _make_deadline() -> SubjectSql:
    placed = _placed(_from(_D), _D.c.commune_code).outerjoin(_O, _O.c.id == _D.c.dossier_id)
    whole = placed.outerjoin(_C, _C.c.id == _D.c.certificate_id)
    rows = _rows(
        _D, _D.c.code, _D.c.title, _D.c.last_day, _D.c.due_at, _O.c.code, _O.c.product_name, _COMMUNE.c.name_vi,
        _F.c.phone, wide=sa.and_(_D.c.dossier_id.is_(None), _D.c.certificate_id.is_(None)), district_of=(_O, _C),
    )  # fmt: skip
    return SubjectSql("deadline", Sql(rows.select_from(whole)), None)


def _make_session() -> SubjectSql:
    heard = (
        sa.select(sa.func.count())
        .select_from(_I)
        .where(_I.c.session_id == _S.c.id, _I.c.struck_at.is_(None))
        .correlate(_S)
        .scalar_subquery()
    )
    rows = _rows(
        _S, _S.c.id, _S.c.kind, _S.c.title, _S.c.place, sa.type_coerce(_S.c.convened_for, sa.Text),
        sa.type_coerce(_S.c.adjourned_to, sa.Text), _S.c.state, heard, _B.c.number, district_of=(_S,),
    )  # fmt: skip
    return SubjectSql(
        "session", Sql(rows.select_from(_from(_S).outerjoin(_B, _B.c.id == _S.c.batch_id))), None
    )


def _make_appeal() -> SubjectSql:
    source = _from(_K)
    whole = _placed(source, _K.c.commune_code).outerjoin(_O, _O.c.id == _K.c.dossier_id)
    rows = _rows(
        _K, _K.c.code, _K.c.product_name, _K.c.state, _O.c.code, _COMMUNE.c.name_vi, _F.c.phone
    )  # fmt: skip
    days = _days(source, _D.c.subject == LOG_ENTRY.c.subject)
    return SubjectSql("appeal", Sql(rows.select_from(whole)), days)


SUBJECTS: dict[str, SubjectSql] = {
    made.name: made
    for made in (
        _make_dossier(), _make_certificate(), _make_cycle(), _make_session(), _make_appeal(), _make_deadline()
    )
}  # fmt: skip
