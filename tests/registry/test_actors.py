"""Which rights of a person count for a subject, and what a line then says of the person."""

import pytest

from core.db import Database
from core.lines import SYSTEM, ActorRef
from registry.actors import SYSTEM_ACTOR, Actor, Held, load_actor
from registry.roles import COUNTRY, Role
from tests.registry.factories import COMMUNE, OTHER_PROVINCE, PROVINCE, WARD, a_producer, a_right, an_account

HERE = {"commune_code": COMMUNE, "province_code": PROVINCE, "producer_id": "p1"}
COUNCIL = [Role.ADVISORY, Role.CHAIR, Role.SECRETARY, Role.COUNCIL_MEMBER]


def actor(*held: Held, acting_for: str | None = None) -> Actor:
    return Actor("a1", "Người Thử", "web", held, acting_for)


@pytest.mark.parametrize(
    ("held", "counts"),
    [
        (Held(Role.PRODUCER, COMMUNE, "p1"), True),
        (Held(Role.PRODUCER, COMMUNE, "p2"), False),
        (Held(Role.PRODUCER, COMMUNE, None), False),
        (Held(Role.COMMUNE, COMMUNE), True),
        (Held(Role.COMMUNE, WARD), False),
        (Held(Role.COMMUNE, PROVINCE), False),
        (Held(Role.PROVINCE_UNIT, PROVINCE), True),
        (Held(Role.PROVINCE_UNIT, OTHER_PROVINCE), False),
        (Held(Role.PROVINCE_UNIT, COUNTRY), False),
        (Held(Role.PROVINCE_CHAIR, PROVINCE), True),
        (Held(Role.PROVINCE_CHAIR, OTHER_PROVINCE), False),
        *[(Held(role, PROVINCE), True) for role in COUNCIL],
        *[(Held(role, OTHER_PROVINCE), False) for role in COUNCIL],
        *[(Held(role, COUNTRY), False) for role in COUNCIL],
        *[(Held(role, COUNTRY), True) for role in (Role.MINISTRY, Role.AUDITOR, Role.ADMIN)],
        *[(Held(role, PROVINCE), True) for role in (Role.MINISTRY, Role.AUDITOR, Role.ADMIN)],
        *[(Held(role, OTHER_PROVINCE), False) for role in (Role.MINISTRY, Role.AUDITOR, Role.ADMIN)],
    ],
)
def test_a_right_counts_where_it_is_held(held: Held, counts: bool) -> None:
    assert actor(held).roles_at(**HERE) == (frozenset({held.role}) if counts else frozenset())


@pytest.mark.parametrize("role", COUNCIL)
def test_at_the_central_level_the_council_of_the_country_acts(role: Role) -> None:
    both = actor(Held(role, COUNTRY)), actor(Held(role, PROVINCE))

    assert [bool(one.roles_at(**HERE, level="central")) for one in both] == [True, False]
    assert [bool(one.roles_at(**HERE, level="province")) for one in both] == [False, True]


def test_a_subject_without_commune_or_producer_gives_those_roles_to_nobody() -> None:
    everywhere = actor(
        Held(Role.COMMUNE, COMMUNE), Held(Role.PRODUCER, COMMUNE, None), Held(Role.PROVINCE_UNIT, PROVINCE)
    )

    assert everywhere.roles_at(commune_code=None, province_code=PROVINCE, producer_id=None) == {
        Role.PROVINCE_UNIT
    }


def test_the_clock_acts_everywhere_as_the_system_only() -> None:
    assert SYSTEM_ACTOR.roles_at(commune_code=None, province_code=None, producer_id=None) == {Role.SYSTEM}
    assert SYSTEM_ACTOR.roles_at(**HERE) == {Role.SYSTEM}
    assert SYSTEM_ACTOR.ref(Role.SYSTEM) == SYSTEM


def test_a_line_says_for_whom_only_if_the_right_used_is_another_ones() -> None:
    deputy = Held(Role.PROVINCE_CHAIR, PROVINCE, acting_for="account/chief")
    own = Held(Role.PROVINCE_CHAIR, OTHER_PROVINCE)
    both = actor(own, deputy)

    assert both.ref(Role.PROVINCE_CHAIR) == ActorRef("account/a1", "province_chair", "web", None)
    assert both.ref(Role.PROVINCE_CHAIR, both.held_at(**HERE)) == ActorRef(
        "account/a1", "province_chair", "web", "account/chief"
    )
    assert actor(deputy).ref(Role.PROVINCE_CHAIR).acting_for == "account/chief"
    assert actor(own, acting_for="producer/p1").ref(Role.PROVINCE_CHAIR).acting_for == "producer/p1"


def test_a_person_is_loaded_with_all_rights_of_today(house: Database) -> None:
    producer = house.write_now(a_producer)
    account = an_account(house, "Nguyễn Thị Thử")
    a_right(house, account, Role.COMMUNE, COMMUNE)
    a_right(house, account, Role.PRODUCER, COMMUNE, producer_id=producer, acting_for="producer/" + producer)

    loaded = house.read_now(lambda rtx: load_actor(rtx, account, "cli"))

    assert loaded == Actor(account, "Nguyễn Thị Thử", "cli", (
        Held(Role.COMMUNE, COMMUNE), Held(Role.PRODUCER, COMMUNE, producer, None, f"producer/{producer}"),
    ))  # fmt: skip
    assert loaded.has(Role.PRODUCER)
    assert not loaded.has(Role.ADMIN)
