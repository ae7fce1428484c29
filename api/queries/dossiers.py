"""Dossiers in JSON: lines of a list, and one dossier with all that belongs to it.

Which of them a person may see is decided by `states.dossier.queries`, never here.
"""

from collections.abc import Iterable
from typing import Any

from api.languages import Language
from api.queries import deadlines
from api.queries.moving import actions_of, row_seen
from core.tx import ReadTx
from registry.actors import Actor
from states.certificate.queries import of_dossier
from states.council.queries import blind
from states.dossier import papers
from states.dossier.queries import DossierLine
from states.dossier.states import STATES

_INFO = {str(state): info for state, info in STATES.items()}
_PHASE = {state: info.phase and info.phase.value for state, info in _INFO.items()}
_WAITS = {state: sorted(role.value for role in info.waits_for) for state, info in _INFO.items()}
ONE = (
    "id", "code", "kind", "year", "state", "level", "ruleset", "cycle_id", "batch_id", "product_id", "product_name",
    "product_group", "product_set", "producer_id", "producer_type", "commune_code", "district_code", "province_code", "predecessor_id",
    "attempts", "due_at", "report_due_at", "filed_on", "received_on", "session_on", "council_round", "points_sum", "points_count",
    "stars", "decision_number", "decision_on", "created_at", "last_at",
)  # fmt: skip


SCORES = ("points_sum", "points_count", "stars")
"""Hidden from a council member who has declared a conflict with the product."""


def states_of(phase: str) -> list[str]:
    """The states of a phase."""
    return [state for state, its_phase in _PHASE.items() if its_phase == phase]


def listed(lines: Iterable[DossierLine]) -> list[dict[str, Any]]:
    """Lines of a list as JSON."""
    return [
        {
            "id": one.id, "code": one.code, "kind": one.kind, "year": one.year, "state": one.state, "phase": _PHASE[one.state],
            "waits_for": _WAITS[one.state], "level": one.level, "version": one.move_version, "cycle_id": one.cycle_id,
            "batch_id": one.batch_id, "product_id": one.product_id, "product_name": one.product_name,
            "producer_id": one.producer_id, "producer_name": one.producer_name, "commune_code": one.commune_code,
            "commune_name": one.commune_name, "province_code": one.province_code, "stars": one.stars,
            "illustrative": one.illustrative, "last_at": one.last_at, "next_due_at": one.due_at,
        }
        for one in lines
    ]  # fmt: skip


def one(rtx: ReadTx, actor: Actor, dossier_id: str, language: Language) -> dict[str, Any]:
    """A dossier with what may be done now, its forms, its open deadlines and its certificates.

    Raises:
        NotFound: it is not there, or not this person's to see.
    """
    row = row_seen(rtx, "dossier", dossier_id, actor)
    state, hidden = row["state"], SCORES if blind(rtx, actor, dossier_id) else ()
    return {
        **{name: None if name in hidden else row[name] for name in ONE},
        "version": row["move_version"],
        "lines": row["version"],
        "phase": _PHASE[state],
        "waits_for": _WAITS[state],
        "final": _INFO[state].final,
        "illustrative": bool(row["illustrative"]),
        "late": None if row["late"] is None else bool(row["late"]),
        "actions": actions_of(rtx, "dossier", row, actor, language),
        "forms": papers.all_saved(rtx, dossier_id),
        "deadlines": deadlines.of_subject(rtx, f"dossier/{dossier_id}"),
        "certificates": [found.certificate_no for found in of_dossier(rtx, dossier_id)],
    }
