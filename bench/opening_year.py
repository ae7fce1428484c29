"""Row 3, the whole opening: a plan whose preview finds ten thousand renewals falling due, spread over every commune.

Ours: ``states.years.open_year`` with its preview, as a coordinator calls it. The raw limit writes the same dossiers and lines
from two lists. The plain way adds one object of each table to a session; measured on a part and scaled. All three are
rolled back, so no commit is counted.
"""

import json
import time
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from bench.measuring import Figure, Report, in_turns, median_ratio
from bench.place import Place
from core.history import History
from core.ids import new_id
from core.lines import ZEROS, Line
from core.sql import Into, Sql
from core.tx import Tx
from registry.accounts.appointments import appoint
from registry.accounts.people import add_account
from registry.actors import Actor, load_actor
from registry.products import Product
from registry.roles import Role
from registry.tables import table
from registry.units import Unit
from states.certificate.models import CERTIFICATE_TABLE
from states.cycle.plan import parse
from states.cycle.preview import preview
from states.dossier.models import DOSSIER_TABLE, Dossier
from states.years.opening import open_year
from tests.world import PLANS, SYSTEM

RENEWALS, COMMUNES, PART, ROUNDS = 10_000, 3_321, 1_000, 3
NAME, ELSEWHERE = "thai-nguyen-2027.yaml", "01"
"""The plan is opened for another province: that of the house has its cycle."""
AT = "2027-02-20T01:00:00.000000Z"
UNIT = table(Unit)
_LINES = Into(table(History), "subject", "version", "kind", "at", "actor_id", "actor_role", "line", "hash")
_UNITS = Sql(
    sa.select(UNIT.c.code)
    .where(UNIT.c.kind.in_(["commune", "ward", "special_zone"]), UNIT.c.valid_to.is_(None))
    .order_by(UNIT.c.code)
    .limit(COMMUNES)
)
_CERTIFIED = Sql(
    sa.select(CERTIFICATE_TABLE.c.product_id, CERTIFICATE_TABLE.c.commune_code)
    .where(CERTIFICATE_TABLE.c.province_code == ELSEWHERE)
    .order_by(CERTIFICATE_TABLE.c.id)
)


class UndoneError(Exception):
    """Ends a measured change without keeping it."""


def measure(report: Report, here: Place) -> None:
    """Prepare the certificates, then time the three ways in turns."""
    actor = here.db.write_now(lambda tx: _settle(tx, here), alone=True)
    text = (PLANS / NAME).read_text(encoding="utf-8").replace("province: 19", f'province: "{ELSEWHERE}"')
    text = text.replace("offices_missing:19", f"offices_missing:{ELSEWHERE}")
    digest = here.db.read_now(lambda tx: preview(tx, parse(text, NAME)).digest)
    rows, found = _rows(here), []

    def ours(tx: Tx) -> None:
        found.append(open_year(tx, text, NAME, digest, actor).renewals)

    ways = (ours, lambda tx: _raw(tx, rows), lambda tx: _plain(tx, rows[:PART]))
    opened, limit, plain = in_turns(ROUNDS, [lambda way=way: _undone(here, way) for way in ways])  # type: ignore[misc]
    if found != [RENEWALS] * ROUNDS:
        raise UndoneError(found)
    scaled = [one * RENEWALS / PART for one in plain]
    communes = len({row["commune_code"] for row in rows})
    report.say(
        f"{RENEWALS:,} dossiers in {communes:,} communes: ours with its preview {min(opened):.2f} s, raw set-based "
        f"{min(limit):.2f} s, session.add {min(scaled):.1f} s (scaled from {PART:,})"
    )
    to_limit, to_plain = median_ratio(opened, limit), median_ratio(scaled, opened)
    report.add(
        Figure("3", "whole opening: our time against the raw set-based time", to_limit, 2, 3, at_most=True)
    )
    report.add(Figure("3", "whole opening: SQLModel session.add against ours", to_plain, 20, 12))
    report.add(Figure("3", "whole opening: session.add against the raw time", median_ratio(scaled, limit)))


def _undone(here: Place, work: Callable[[Tx], None]) -> float:
    """Seconds of a change that is rolled back."""
    spent: list[float] = []

    def timed(tx: Tx) -> None:
        begun = time.perf_counter()
        work(tx)
        spent.append(time.perf_counter() - begun)
        raise UndoneError

    try:
        here.db.write_now(timed, alone=True)
    except UndoneError:
        if spent:
            return spent[0]
        raise
    raise UndoneError("kept")


def _settle(tx: Tx, here: Place) -> Actor:
    """Ten thousand products with certificates of three stars that run out in November, and a coordinator."""
    communes = [str(code) for (code,) in tx.sql.all(_UNITS)]
    head: dict[str, Any] = {"version": 1, "move_version": 1, "head": ZEROS, "last_at": AT, "created_at": AT}
    products, certificates = [], []
    for number in range(RENEWALS):
        name, commune = f"Sản phẩm đo {number}", communes[number % len(communes)]
        place = {"producer_id": here.world.producer, "commune_code": commune, "province_code": ELSEWHERE}
        products.append(
            {
                **head,
                **place,
                "id": new_id(),
                "name": name,
                "name_key": name,
                "group_code": "drinks",
                "set_code": "11",
            }
        )
        certificates.append(
            {
                **head, **place, "id": new_id(), "state": "valid", "certificate_no": f"do-{number}", "level": "province",
                "product_id": products[-1]["id"], "product_name": name, "producer_name": "Hợp tác xã", "stars": 3,
                "decision_number": "1/QĐ", "issued_on": "2024-11-15", "expires_on": "2027-11-15",
                "last_valid_day": "2027-11-15", "window_opens_on": "2027-04-19", "window_closes_on": "2027-07-18",
                "origin": "imported", "source": "đo", "illustrative": 0,
            }
        )  # fmt: skip
    blank = dict.fromkeys(table(Product).c.keys()) | {"illustrative": False}
    tx.sql.bulk(table(Product), [blank | row for row in products])
    tx.sql.bulk(CERTIFICATE_TABLE, [dict.fromkeys(CERTIFICATE_TABLE.c.keys()) | row for row in certificates])
    account = add_account(tx, "Điều phối viên", actor=SYSTEM)
    appoint(tx, account, Role.PROVINCE_UNIT, ELSEWHERE, actor=SYSTEM)
    return load_actor(tx, account, "bench")


def _rows(here: Place) -> list[dict[str, Any]]:
    """The dossiers as opening makes them, but for id, head and code."""
    shared = dict.fromkeys(DOSSIER_TABLE.c.keys()) | {
        "version": 1, "move_version": 1, "last_at": AT, "kind": "re_evaluation", "state": "dossier.preparing",
        "level": "commune", "year": 2027, "producer_id": here.world.producer, "province_code": ELSEWHERE,
        "product_name": "Sản phẩm đo", "product_group": "drinks", "product_set": "11", "producer_type": "cooperative",
        "illustrative": 1, "attempts": 0, "training_waived": 0, "created_at": AT,
    }  # fmt: skip
    found = here.db.read_now(lambda rtx: rtx.sql.all(_CERTIFIED))
    return [{**shared, "product_id": product, "commune_code": commune} for product, commune in found]


def _raw(tx: Tx, rows: list[dict[str, Any]]) -> None:
    counted: Counter[str] = Counter()
    dossiers, lines = [], []
    filled = [name for name, value in rows[0].items() if value is not None]
    kept = itemgetter(*filled)
    for row in rows:
        commune, made = row["commune_code"], new_id()
        counted[commune] += 1
        text = json.dumps(_line(made), sort_keys=True, separators=(",", ":"))
        digest = sha256(b"\0" + text.encode()).hexdigest()
        dossiers.append((*kept(row), made, digest, f"r-{commune}-{counted[commune]}"))
        lines.append((f"dossier/{made}", 1, "transition", AT, "system", "system", text, digest))
    tx.sql.insert(Into(DOSSIER_TABLE, *filled, "id", "head", "code"), dossiers)
    tx.sql.insert(_LINES, lines)


def _plain(tx: Tx, rows: list[dict[str, Any]]) -> None:
    for number, row in enumerate(rows):
        made, now = new_id(), tx.now
        line = Line(f"dossier/{made}", 1, "transition", SYSTEM, now, inputs={"certificate_state": "valid"})
        text = line.to_text()
        digest = sha256(b"\0" + text.encode()).hexdigest()
        given = {**row, "id": made, "head": digest, "code": f"p-{number}", "last_at": now, "created_at": now}
        tx.session.add(Dossier(**given))
        tx.session.add(
            History(
                subject=line.subject, version=1, kind=line.kind, at=now, actor_id="system", actor_role="system",
                line=text, hash=digest,
            )
        )  # fmt: skip
        tx.session.flush()


def _line(dossier_id: str) -> dict[str, object]:
    actor = {"id": "system", "role": "system", "via": "clock", "for": None}
    return {
        "v": 1, "subject": f"dossier/{dossier_id}", "version": 1, "kind": "transition", "trigger": "open_renewal",
        "source": "new", "dest": "dossier.preparing", "level": "commune", "rules": "dossier/3", "ruleset": None,
        "actor": actor, "at": AT, "effective_on": None, "reason": None, "inputs": {"certificate_state": "valid"},
        "rehearsal": True, "prev": ZEROS,
    }  # fmt: skip
