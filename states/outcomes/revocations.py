"""Revocation and annulment across machines: a finding proposes, a redo annuls, a decision settles the reviews it concerns.

Must never decide anything: an authority does; a review ends when the certificate it speaks of has.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from core.sql import Sql
from core.tx import Tx
from registry.actors import SYSTEM_ACTOR, Actor
from states.certificate.commands import MACHINE
from states.certificate.facts import standing
from states.certificate.models import CERTIFICATE_TABLE
from states.certificate.states import NOT_ENDED
from states.dossier.commands import MACHINE as DOSSIERS
from states.dossier.models import DOSSIER_TABLE
from states.engine.fire import Fired
from states.engine.machine import Row
from states.outcomes.wake import Moving, caught_up, is_due, living_certificate, starts

SETTLED = "revocation_decided"
_C, _D = CERTIFICATE_TABLE.c, DOSSIER_TABLE.c
_LIVING = [str(state) for state in NOT_ENDED]
_WAITING = sorted(str(rule.source) for rule in DOSSIERS.spec.rules if rule.trigger == SETTLED)
_REVIEWS = Sql(
    sa.select(_D.id)
    .select_from(DOSSIER_TABLE.join(CERTIFICATE_TABLE, _C.product_id == _D.product_id))
    .where(_C.id == sa.bindparam("certificate_id"), _D.state.in_(_WAITING))
    .order_by(_D.id)
    .with_for_update(of=DOSSIER_TABLE)
)
_OF_DOSSIER = Sql(
    sa.select(_C.id)
    .where(_C.dossier_id == sa.bindparam("dossier_id"), _C.state.in_(_LIVING))
    .order_by(_C.id.desc())
    .limit(1)
)


def reviews_of(tx: Tx, certificate_id: str) -> Sequence[str]:
    """Dossiers of the certificate's product whose review or promotion may end with it, locked before the certificate."""
    return [row[0] for row in tx.sql.all(_REVIEWS, certificate_id=certificate_id)]


def settle(tx: Tx, dossiers: Sequence[str], move: Moving) -> None:
    """Close the review of each dossier whose certificate is revoked, or whose proposal is decided or void."""
    for dossier_id in dossiers:
        row = DOSSIERS.lock(tx, dossier_id)
        if row is not None and is_due(tx, DOSSIERS, row, SETTLED, standing):
            move(tx, "dossier", dossier_id, SETTLED, actor=SYSTEM_ACTOR)


def proposed(tx: Tx, fired: Fired, actor: Actor, move: Moving) -> None:
    """A bad finding proposes the revocation; where no certificate is in force any more the review closes at once.

    Source: QĐ 26/2026/QĐ-TTg Điều 8.3.
    """
    certificate = _of(tx, fired.row, move)
    if certificate is None or not starts(MACHINE, certificate, "propose_revocation"):
        settle(tx, [fired.id], move)
        return
    ground = {name: fired.inputs[name] for name in ("ground", "conclusion_on")}
    move(tx, "certificate", certificate["id"], "propose_revocation", actor=actor, data=ground)


def annulled(tx: Tx, fired: Fired, actor: Actor, move: Moving) -> None:
    """A recognition taken back, on the Ministry's demand or by the chair who reopens it, takes its certificate with it.

    Source: QĐ 26/2026/QĐ-TTg Điều 10.1.b; process.md §11.7.
    """
    found = tx.sql.value(_OF_DOSSIER, dossier_id=fired.id)
    certificate = caught_up(tx, found, move) if found else None
    if certificate is not None and starts(MACHINE, certificate, "annul"):
        order = {"ministry_document": fired.inputs.get("ministry_document") or fired.inputs["document"]}
        move(tx, "certificate", certificate["id"], "annul", actor=actor, data=order)


def _of(tx: Tx, dossier: Row, move: Moving) -> Row | None:
    """The certificate a dossier speaks of: its own, else that of its product."""
    own = tx.sql.value(_OF_DOSSIER, dossier_id=dossier["id"])
    return caught_up(tx, own, move) if own else living_certificate(tx, dossier["product_id"], move)
