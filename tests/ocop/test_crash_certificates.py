"""A process that dies between any two writes of an act on a certificate leaves the act undone, on every table.

Filing a renewal moves two machines, recognising it three subjects, revoking a certificate and the dossier promoted on it.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from audit.verify import verify
from core.clock import StepClock
from core.config import Config
from core.db import Database
from core.sequencer import sequence_all
from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.actors import SYSTEM_ACTOR, load_actor
from states import moves
from tests.ocop.dying import deaths, dying
from tests.states.certificate.house import House, K, P
from tests.world import settled

ISSUED = date(
    2024, 3, 15
)  # its window runs from 16 September to 15 November 2026; on 4 January 2027 it is late
TABLES = (
    "certificate", "dossier", "dossier_form", "dossier_text", "deadline", "reminder", "counter", "history", "unsequenced",
    "log_entry",
)  # fmt: skip
PAPER = {
    "ground": "mark_misused", "conclusion_on": "2026-12-20", "revocation_number": "9/QĐ", "revocation_on": "2027-01-04",
    "signer": "Chủ tịch",
}  # fmt: skip
DECISION = {"decision_number": "77/QĐ-UBND", "decision_on": "2027-01-04", "signer": "Chủ tịch"}


def file_renewal(tx: Tx, *, dossier: str, account: str) -> None:
    moves.fire(tx, "dossier", dossier, "submit_dossier", actor=load_actor(tx, account, "web"))


def recognise(tx: Tx, *, dossier: str, account: str) -> None:
    chair = load_actor(tx, account, "web")
    moves.fire(tx, "dossier", dossier, "decide_recognition", actor=chair, data=DECISION)


def revoke(tx: Tx, *, certificate: str, account: str) -> None:
    chair = load_actor(tx, account, "web")
    moves.fire(tx, "certificate", certificate, "revoke", actor=chair, data=PAPER)


def enter_window(tx: Tx, *, certificate: str) -> None:
    moves.fire(tx, "certificate", certificate, "enter_window", actor=SYSTEM_ACTOR)


def snapshot(tx: ReadTx) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table these acts write."""
    found = {}
    for name in TABLES:
        rows = tx.sql.all(Sql(sa.select(sa.text("*")).select_from(sa.table(name))))
        found[name] = sorted(rows, key=repr)
    return found


@pytest.fixture
def house(config: Config, clock: StepClock, open_db: Callable[[], Database]) -> House:
    db = open_db()
    return House(db, clock, config, settled(db, plan=None))


Scene = tuple[Callable[..., None], dict[str, str], Callable[[], tuple[str, ...]], tuple[str, ...]]


def filing(house: House) -> Scene:
    certificate, product = house.certified(ISSUED)
    house.sweep()
    dossier = house.ready_to_file(product)

    def states() -> tuple[str, ...]:
        return house.state("dossier", dossier), house.state("certificate", certificate)

    given = {"dossier": dossier, "account": house.world.account[P]}
    return file_renewal, given, states, ("commune.received", "renewal_in_process")


def recognising(house: House) -> Scene:
    certificate, product = house.certified(ISSUED)
    house.sweep()
    house.renewal(product)
    dossier = house.dossier(
        "re_evaluation", "decision.pending", product, stars=3, filed_on="2026-12-01", received_on="2026-12-01"
    )

    def states() -> tuple[str, ...]:
        return house.state("dossier", dossier), *(row["state"] for row in house.certificates(product))

    assert house.state("certificate", certificate) == "renewal_in_process"
    given = {"dossier": dossier, "account": house.world.account[K]}
    return recognise, given, states, ("recognised.3", "superseded", "valid")


def revoking(house: House) -> Scene:
    product = house.product()
    dossier = house.dossier("first", "promotion.active", product)
    certificate, _ = house.certified(ISSUED, product_id=product, dossier_id=dossier)

    def states() -> tuple[str, ...]:
        return house.state("dossier", dossier), house.state("certificate", certificate)

    given = {"certificate": certificate, "account": house.world.account[K]}
    return revoke, given, states, ("review.closed", "revoked")


def window(house: House) -> Scene:
    certificate, product = house.certified(date(2024, 7, 1))  # opens on 2 January 2027

    def states() -> tuple[str, ...]:
        return house.state("certificate", certificate), *(state for _, state in house.dossiers(product))

    return enter_window, {"certificate": certificate}, states, ("renewal_open", "dossier.preparing")


@pytest.mark.slow
@pytest.mark.parametrize("scene", [filing, recognising, revoking, window])
def test_an_act_that_dies_between_any_two_writes_has_not_happened(
    house: House, config: Config, clock: StepClock, scene: Callable[[House], Scene]
) -> None:
    act, given, states, after = scene(house)
    before = house.db.read_now(snapshot)

    def nothing_happened(writes: int) -> None:
        assert house.db.read_now(snapshot) == before, f"something is left of a death at write {writes}"

    with dying(config, clock, act, **given) as dies_at:
        died = deaths(dies_at, nothing_happened)

    assert died > 5
    assert states() == after
    sequence_all(house.db)
    assert [str(finding) for finding in house.db.read_now(verify).findings] == []
