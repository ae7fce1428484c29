"""What a dossier's fate does to the certificate before it: filed, renewed, upgraded, not renewed; and the draft to renew.

All in the transaction of the dossier's own move. Must never touch a certificate that has come to an end.
"""

from datetime import date

import sqlalchemy as sa

from core.sql import Sql
from core.tx import Tx
from registry.actors import Actor
from registry.producers import Producer
from registry.tables import table
from states.certificate import commands as certificates
from states.certificate.commands import MACHINE
from states.certificate.guards import ENDED_UNRECOGNISED, UNDER_EVALUATION
from states.engine.fire import Fired
from states.engine.machine import Row
from states.outcomes.wake import Moving, by_whom, is_due, living_certificate, starts

RENEWAL, UPGRADE = "re_evaluation", "upgrade"
SUPERSEDES = {RENEWAL: "renewed", UPGRADE: "upgraded"}
"""What recognition of each kind of dossier does to the certificate before it."""

_PRODUCER_NAME = Sql(sa.select(table(Producer).c.name).where(table(Producer).c.id == sa.bindparam("id")))


def follow(tx: Tx, fired: Fired, actor: Actor, move: Moving) -> None:
    """Let a renewal dossier that comes before the authorities, or ends without recognition, move the certificate.

    One that comes back from an end (a complaint upheld) is filed once more.
    """
    if fired.dest in UNDER_EVALUATION and fired.source not in UNDER_EVALUATION:
        _wake(tx, fired.row, "dossier_filed", actor, move)
    elif fired.dest in ENDED_UNRECOGNISED:
        _wake(tx, fired.row, "not_renewed", actor, move)


def _wake(tx: Tx, dossier: Row, trigger: str, actor: Actor, move: Moving) -> None:
    certificate = living_certificate(tx, dossier["product_id"], move)
    if certificate is not None and starts(MACHINE, certificate, trigger):
        who = by_whom(MACHINE, certificate, trigger, actor)
        move(tx, "certificate", certificate["id"], trigger, actor=who)


def recognised(tx: Tx, dossier: Row, actor: Actor, move: Moving) -> Fired | None:
    """Issue the certificate of a dossier just recognised, in place of the one it renews or upgrades.

    A renewal may go up, stay or go down. An upgrade that brings no more stars has failed: it leaves the certificate in
    force as it is and issues none. Source: QĐ 26/2026/QĐ-TTg Điều 7.5, 7.6.đ; process.md §2.6, §11.7.
    """
    trigger = SUPERSEDES.get(dossier["kind"])
    former = _former(tx, dossier, trigger, move) if trigger else None
    if former is not None and dossier["kind"] == UPGRADE and not _more_stars(dossier, former):
        return None
    name = tx.sql.value(_PRODUCER_NAME, id=dossier["producer_id"])
    issued = certificates.issue(tx, dossier, producer_name=name or "", actor=actor, predecessor=former)
    if former is not None and trigger is not None:
        decided_on = date.fromisoformat(dossier["decision_on"])
        move(tx, "certificate", former["id"], trigger, actor=actor, effective_on=decided_on)
    return issued


def _former(tx: Tx, dossier: Row, trigger: str, move: Moving) -> Row | None:
    """The certificate that gives way, locked before anything is issued."""
    found = living_certificate(tx, dossier["product_id"], move)
    return found if found is not None and starts(MACHINE, found, trigger) else None


def _more_stars(dossier: Row, former: Row) -> bool:
    return former["stars"] is None or int(dossier["stars"]) > int(former["stars"])


def may_extend(tx: Tx, certificate_id: str) -> bool:
    """Whether a certificate whose term is over goes on by Art. 12.3 instead of ending."""
    row = MACHINE.lock(tx, certificate_id)
    ending = row is not None and starts(MACHINE, row, "expire")
    return row is not None and ending and is_due(tx, MACHINE, row, "grace_extension")
