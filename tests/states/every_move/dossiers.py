"""Dossiers with what stands around them: another one of the product, a certificate that gives way, an earlier year.

Nothing here says which move leads where.
"""

from collections.abc import Iterator
from datetime import date

from core.sql import Sql
from core.tx import ReadTx, Tx
from registry.accounts.appointments import appoint, appointments_of
from registry.roles import Role
from states.dossier.models import DOSSIER_TABLE
from tests.expected import Expected
from tests.states.every_move.councils import appeal_columns
from tests.states.every_move.stage import Stage, Subject, certificate_columns, cycle_columns, dossier_columns
from tests.states.every_move.table import DECISION, STANDING, ends
from tests.world import PROVINCE, SYSTEM

LONG_AGO, BEFORE_TODAY = date(2019, 1, 1), date(2025, 12, 31)
WHO_SERVED = (Role.PRODUCER, Role.PROVINCE_UNIT)


def serve_since_2019(stage: Stage) -> None:
    """The producer and the provincial unit held their rights in earlier years too."""
    world = stage.world

    def write(tx: Tx) -> None:
        for role in WHO_SERVED:
            account = world.account[role]
            if any(one.starts_on == LONG_AGO for one in appointments_of(tx, account)):
                continue
            mine = role is Role.PRODUCER
            appoint(
                tx, account, role, world.commune if mine else PROVINCE, actor=SYSTEM, starts_on=LONG_AGO,
                ends_on=BEFORE_TODAY, producer_id=world.producer if mine else None,
            )  # fmt: skip

    stage.db.write_now(write)


def dossier_with(
    stage: Stage, state: str, columns: dict[str, object], beside: str | None
) -> dict[str, object]:
    """The columns of a dossier once what ``beside`` names stands around it."""
    product = str(columns["product_id"])
    if beside == "cycle_under_review":
        return {**columns, "cycle_id": stage.put("cycle", "under_review", cycle_columns()).id}
    if beside == "open_dossier":
        stage.put("dossier", "plan.drafting", dossier_columns(stage, product_id=product))
    return columns


def appealed(stage: Stage, dossier: Subject, state: str) -> None:
    """An appeal about this dossier."""
    stage.put("appeal", state, appeal_columns(stage, dossier_id=dossier.id))


def of_same_product(stage: Stage, dossier: Subject) -> list[tuple[str, str, str | None]]:
    """Kind, state and predecessor of the product's other dossiers."""
    product = stage.stored(dossier)[0]["product_id"]

    def read(rtx: ReadTx) -> list[tuple[str, str, str | None]]:
        table = DOSSIER_TABLE.c
        found = DOSSIER_TABLE.select().with_only_columns(table.kind, table.state, table.predecessor_id)
        return rtx.sql.all(Sql(found.where(table.product_id == product, table.id != dossier.id)))

    return stage.db.read_now(read)


# ---- plays: the subject just before the time of the move, and again when the time has come


def window_opens(stage: Stage, move: Expected) -> Iterator[Subject]:
    """The certificate enters its renewal window: the dossier it came from opens the next one."""
    product = stage.fresh_product()
    dossier = stage.put(
        "dossier", move.source, dossier_columns(stage, product_id=product, **STANDING["dossier", move.source])
    )
    days = ends("2027-11-28", opens="2027-06-01", closes="2027-07-31")
    stage.put(
        "certificate", "valid", certificate_columns(stage, product_id=product, dossier_id=dossier.id, **days)
    )
    stage.clock.set("2027-05-31T23:59")
    yield dossier
    stage.clock.set("2027-06-01T00:00")
    yield dossier
    assert of_same_product(stage, dossier) == [("re_evaluation", "dossier.preparing", dossier.id)]


def successor(stage: Stage, move: Expected) -> Iterator[Subject]:
    """The upgrade of the product is recognised: the certificate before it gives way, and its dossier is done."""
    product = stage.fresh_product()
    standing = {**STANDING["dossier", move.source], "product_id": product}
    dossier = stage.put("dossier", move.source, dossier_columns(stage, **standing))
    stage.put(
        "certificate", "valid", certificate_columns(stage, product_id=product, dossier_id=dossier.id, stars=3)
    )
    upgrade = stage.put(
        "dossier",
        "decision.pending",
        dossier_columns(
            stage, product_id=product, kind="upgrade", predecessor_id=dossier.id,
            **STANDING["dossier", "decision.pending"],
        ),
    )  # fmt: skip
    yield dossier
    answer = stage.ask(upgrade, "decide_recognition", "province_chair", data=DECISION)
    assert answer.status_code == 200, answer.text
    yield dossier
