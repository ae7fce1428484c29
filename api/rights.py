"""Who may do the few things that no lifecycle judges: register, appoint, make links, extend, look at the status.

It never widens a right: it compares where a right is held with where it is to be used.
"""

from collections.abc import Iterable

from api.queries.scope import provinces_of
from core.errors import Forbidden, NotFound
from core.lines import ActorRef
from core.tx import ReadTx
from registry.accounts import Appointed
from registry.actors import Actor, Held
from registry.roles import COUNTRY, Role

OFFICERS = (Role.PROVINCE_UNIT, Role.COMMUNE)
KEEPERS = (Role.ADMIN, Role.PROVINCE_UNIT)
"""Roles that look after accounts."""
BY_PROVINCE_UNIT = frozenset(
    {Role.PRODUCER, Role.COMMUNE, Role.ADVISORY, Role.CHAIR, Role.SECRETARY, Role.COUNCIL_MEMBER}
)
"""What a provincial OCOP unit may appoint to in its province; the rest is the administrator's."""


def require(actor: Actor, *roles: Role) -> None:
    """Refuse who holds none of the roles anywhere.

    Raises:
        Forbidden: `wrong_actor`.
    """
    if not any(actor.has(role) for role in roles):
        raise Forbidden("wrong_actor")


def ref_at(
    actor: Actor,
    roles: Iterable[Role],
    *,
    province_code: str | None,
    commune_code: str | None = None,
    producer_id: str | None = None,
    unseen: NotFound,
) -> ActorRef:
    """Who to name in a line for an act at this place; the first of `roles` that is held there.

    Raises:
        NotFound: `unseen`, nothing is held there at all.
        Forbidden: `wrong_actor`, something is held, but none of these.
    """
    held = actor.held_at(commune_code=commune_code, province_code=province_code, producer_id=producer_id)
    if not held:
        raise unseen
    for role in roles:
        if any(one.role is role for one in held):
            return actor.ref(role, held)
    raise Forbidden("wrong_actor")


def ref_in_province(
    rtx: ReadTx,
    actor: Actor,
    roles: Iterable[Role],
    *,
    province_code: str,
    commune_code: str | None = None,
) -> ActorRef:
    """Who to name in a line for an act on what everybody who works in a province sees, such as its settings.

    Raises:
        NotFound: `unknown_unit`, nothing is held anywhere in the province.
        Forbidden: `wrong_actor`, something is held there, but none of these at this place.
    """
    mine = provinces_of(rtx, actor)
    if mine is not None and province_code not in mine:
        raise NotFound("unknown_unit", unit=commune_code or province_code)
    held = actor.held_at(commune_code=commune_code, province_code=province_code, producer_id=None)
    for role in roles:
        if any(one.role is role for one in held):
            return actor.ref(role, held)
    raise Forbidden("wrong_actor")


def keeper_ref(actor: Actor) -> ActorRef:
    """Who to name for a new account, which belongs nowhere before its first appointment.

    Raises:
        Forbidden: `wrong_actor`.
    """
    require(actor, *KEEPERS)
    return actor.ref(next(role for role in KEEPERS if actor.has(role)))


def appointer_ref(actor: Actor, role: Role, unit_code: str, province_code: str) -> ActorRef:
    """Who to name for an appointment, or for its end.

    Raises:
        Forbidden: `appointing_not_yours`.
    """
    for held in actor.appointments:
        if _may_appoint(held, role, unit_code, province_code):
            return actor.ref(held.role, [held])
    raise Forbidden("appointing_not_yours", role=role.value)


def _may_appoint(held: Held, role: Role, unit_code: str, province_code: str) -> bool:
    if held.role is Role.ADMIN:
        return held.unit_code == COUNTRY or (held.unit_code == province_code and unit_code != COUNTRY)
    return held.role is Role.PROVINCE_UNIT and held.unit_code == province_code and role in BY_PROVINCE_UNIT


def link_maker_ref(actor: Actor, appointed: Iterable[tuple[Appointed, str]]) -> ActorRef:
    """Who to name for a sign-in link made for somebody: it opens the account, so every right must be one's to give.

    `appointed` are the rights of that account with the province of each.

    Raises:
        Forbidden: `appointing_not_yours`, `wrong_actor`.
    """
    ref = keeper_ref(actor)
    for right, province_code in appointed:
        ref = appointer_ref(actor, right.role, right.unit_code, province_code)
    return ref
