"""Who may see a subject and under which roles they meet it.

Rights to move are the rules' roles; this file only says which roles an actor holds at one subject. Pure.
"""

from collections.abc import Mapping
from typing import Any

from core.lines import ActorRef
from registry.actors import Actor, Held
from registry.roles import Role

IMPORTER = ActorRef("system", str(Role.SYSTEM), "import")


def held_at(actor: Actor, row: Mapping[str, Any]) -> tuple[Held, ...]:
    """The rights an actor has at this subject, by its commune, province, producer and level."""
    return actor.held_at(
        commune_code=row.get("commune_code"),
        province_code=row.get("province_code"),
        producer_id=row.get("producer_id"),
        level=row.get("level"),
    )


def roles_at(actor: Actor, row: Mapping[str, Any]) -> frozenset[Role]:
    return frozenset(held.role for held in held_at(actor, row))


def may_see(actor: Actor, row: Mapping[str, Any]) -> bool:
    """Somebody with any role at the subject sees it; for everybody else it is not there."""
    return bool(held_at(actor, row))
