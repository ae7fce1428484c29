"""Appeals in JSON: lines of a list, and one appeal with what was written in it.

Which of them a person may see is decided by `states.appeal.queries`, never here.
"""

from collections.abc import Iterable
from typing import Any

from api.languages import Language
from api.queries import deadlines
from api.queries.moving import actions_of, row_seen
from core.tx import ReadTx
from registry.actors import Actor
from states.appeal.queries import AppealLine, texts_of

LISTED = (
    "id", "code", "state", "dossier_id", "product_name", "producer_id", "province_code", "commune_code", "about_state",
    "due_at", "created_at",
)  # fmt: skip


def listed(lines: Iterable[AppealLine]) -> list[dict[str, Any]]:
    """Lines of a list as JSON."""
    return [
        {
            **{name: getattr(one, name) for name in LISTED},
            "illustrative": one.illustrative,
            "version": one.move_version,
        }
        for one in lines
    ]


def one(rtx: ReadTx, actor: Actor, appeal_id: str, language: Language) -> dict[str, Any]:
    """An appeal with its texts, its term and what may be done now.

    Raises:
        NotFound: it is not there, or not this person's to see.
    """
    row = row_seen(rtx, "appeal", appeal_id, actor)
    return {
        **{name: row[name] for name in LISTED},
        "illustrative": bool(row["illustrative"]),
        "version": row["move_version"],
        "lines": row["version"],
        "texts": dict(texts_of(rtx, appeal_id)),
        "deadlines": deadlines.of_subject(rtx, f"appeal/{appeal_id}"),
        "actions": actions_of(rtx, "appeal", row, actor, language),
    }
