"""Issuing a certificate in the transaction that recognises the product, in place of an earlier one where it renews it.

Must never issue without a recognised dossier; past certificates come in through ``states.outcomes``.
"""

from datetime import date

from core.tx import Tx
from registry import counters
from registry import settings as registry_settings
from registry.actors import Actor
from registry.roles import Role
from regulations import rulesets
from regulations.certificate_terms import CertificateDates, certificate_dates
from regulations.settings import Settings
from states.certificate import duties
from states.certificate.changes import CHANGES
from states.certificate.facts import FACTS
from states.certificate.lifecycle import CERTIFICATE
from states.certificate.models import CERTIFICATE_TABLE, STATED
from states.certificate.terms import date_columns
from states.engine import permissions
from states.engine.fire import Fired, create
from states.engine.machine import Machine, Row

MACHINE = Machine(CERTIFICATE, CERTIFICATE_TABLE, facts=FACTS, changes=CHANGES, stated=STATED)


def issue(tx: Tx, dossier: Row, *, producer_name: str, actor: Actor, predecessor: Row | None = None) -> Fired:
    """Issue the certificate of a dossier just recognised, dated by its decision, with its deadlines.

    ``predecessor`` is the certificate it takes the place of.

    Raises:
        Refused: the dossier is not recognised.
    Source: QĐ 26/2026/QĐ-TTg Điều 4.3.
    """
    issued_on = date.fromisoformat(dossier["decision_on"])
    settings = registry_settings.resolved(tx, dossier["province_code"], at=tx.now)
    number = counters.next_number(tx, issued_on.year, dossier["province_code"], "certificate")
    values: Row = {
        **{name: dossier[name] for name in SHARED},
        **date_columns(_dates(dossier, issued_on, settings, predecessor)),
        "dossier_id": dossier["id"],
        "certificate_no": f"OCOP-{dossier['province_code']}-{issued_on.year}-{number:04d}",
        "producer_name": producer_name,
        "issued_on": issued_on.isoformat(),
        "origin": "live",
        "predecessor_id": predecessor["id"] if predecessor else None,
        "district_code": dossier["district_code"],
    }
    fired = create(tx, MACHINE, "issue", values, actor=actor, effective_on=issued_on)
    watch(tx, fired.row, actor=actor)
    return fired


def watch(tx: Tx, row: Row, *, actor: Actor) -> None:
    """Set the deadlines a certificate brings: its window opens, closes, its end; with the notices about them."""
    duties.watch(tx, row, actor=actor.ref(Role.SYSTEM))


def _dates(dossier: Row, issued_on: date, settings: Settings, predecessor: Row | None) -> CertificateDates:
    """A term of its own; an upgrade keeps the term of the one before where the setting says so.

    Source: process.md 10 #11 (setting `upgrade_resets_term`).
    """
    keeps = dossier["kind"] == "upgrade" and not settings["upgrade_resets_term"]
    old_end = predecessor["expires_on"] if keeps and predecessor else None
    ends = date.fromisoformat(old_end) if old_end else None
    return certificate_dates(rulesets.by_pin(dossier["ruleset"]), issued_on, settings, ends=ends)


SHARED = (
    "level",
    "ruleset",
    "product_id",
    "producer_id",
    "province_code",
    "commune_code",
    "product_name",
    "stars",
    "decision_number",
    "illustrative",
)


def follow(tx: Tx, fired: Fired, actor: Actor) -> None:
    """Bring a certificate's deadlines in line with the move it has just made."""
    held = permissions.held_at(actor, fired.row)
    duties.follow(tx, fired, actor=actor.ref(held[0].role, held))


__all__ = ["MACHINE", "date_columns", "follow", "issue", "watch"]
