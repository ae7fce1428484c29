"""Certificates with what stands around them: the dossier that renews one, the certificate that takes its place."""

from collections.abc import Mapping
from typing import Any

from core.tx import Tx
from registry import settings
from tests.states.every_move.stage import Stage, Subject, certificate_columns, dossier_columns
from tests.states.every_move.table import STANDING
from tests.world import PROVINCE, SYSTEM

RENEWALS = {"renewal_filed": "commune.received", "renewal_failed": "evaluation.not_passed"}
SUCCESSORS = {"renewed_by": "re_evaluation", "upgraded_by": "upgrade"}
OWN_DOSSIERS = {"dossier_annulled": "decision.annulled", "dossier_recognised": "recognised.4"}


def of_product(stage: Stage, kind: str, state: str, product: str, **columns: Any) -> Subject:
    """A dossier of this kind and product that has come to a state by the book."""
    standing = {**STANDING["dossier", state], **columns}
    return stage.put("dossier", state, dossier_columns(stage, kind=kind, product_id=product, **standing))


def certificate_with(
    stage: Stage, state: str, columns: Mapping[str, Any], beside: str | None = None
) -> Subject:
    """A certificate in a state; ``beside`` names what else is there."""
    product = stage.fresh_product()
    standing = {**STANDING["certificate", state], **columns, "product_id": product}
    if beside in OWN_DOSSIERS:
        standing["dossier_id"] = of_product(stage, "first", OWN_DOSSIERS[beside], product).id
    if beside == "grace_for_all":
        extend_all(stage)
    certificate = stage.put("certificate", state, certificate_columns(stage, **standing))
    if beside in RENEWALS:
        of_product(stage, "re_evaluation", RENEWALS[beside], product)
    if beside in SUCCESSORS:
        dossier = of_product(stage, SUCCESSORS[beside], "recognised.4", product)
        successor = {"product_id": product, "dossier_id": dossier.id, "predecessor_id": certificate.id}
        stage.put("certificate", "valid", certificate_columns(stage, **successor))
    return certificate


def extend_all(stage: Stage) -> None:
    """The province applies Art. 12.3 to every certificate with a renewal dossier."""

    def choose(tx: Tx) -> None:
        if settings.resolved(tx, PROVINCE)["grace"] != "all":
            settings.choose(tx, PROVINCE, "grace", "all", source="5/QĐ-UBND", actor=SYSTEM)

    stage.db.write_now(choose)
