"""Who may see a subject and under which roles they meet it.

Rights to move are the rules' roles; this file only says which roles an actor holds at one subject. Pure.
"""

from collections.abc import Mapping
from typing import Any

from core.lines import ActorRef
from registry.actors import Actor, Held
from registry.roles import SCOPES, Role, Scope

IMPORTER = ActorRef("system", str(Role.SYSTEM), "import")


def held_at(actor: Actor, row: Mapping[str, Any]) -> tuple[Held, ...]:
    """The rights an actor has at this subject, by its commune, province, producer and level.

    Where a subject has a roster, council roles count only for the people on it.
    """
    held = actor.held_at(
        commune_code=row.get("commune_code"),
        province_code=row.get("province_code"),
        producer_id=row.get("producer_id"),
        level=row.get("level"),
        district_code=row.get("district_code"),
    )
    roster = row.get("roster")
    if roster is None or actor.account_id in roster:
        return held
    return tuple(one for one in held if SCOPES[one.role] is not Scope.COUNCIL)


def roles_at(actor: Actor, row: Mapping[str, Any]) -> frozenset[Role]:
    return frozenset(held.role for held in held_at(actor, row))


def may_see(actor: Actor, row: Mapping[str, Any]) -> bool:
    """Somebody with any role at the subject sees it, and so do the offices of its district and province.

    For everybody else it is not there. An office sees what another level handles, but acts at its own level only.
    """
    return bool(held_at(actor, row)) or actor.oversees(
        province_code=row.get("province_code"), district_code=row.get("district_code")
    )
