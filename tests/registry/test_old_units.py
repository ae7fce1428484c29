"""Old units: the packaged ones with their sources, who took over, the place a paper names, and who looks after it now."""

import csv
from datetime import date
from importlib import resources

import pytest

from core.clock import StepClock
from core.db import Database
from core.tx import Tx
from registry import places, sign_in, unit_successors, units
from registry.actors import Held, load_actor
from registry.names import bare_name, match_key
from registry.roles import Role
from registry.units import UnitKind
from registry.units_seed import add_historic_unit, seed_units
from tests.registry.factories import COMMUNE, PROVINCE, WARD, a_right, an_account, vn

LAST, FIRST = date(2025, 6, 30), date(2025, 7, 1)
OLD = "x-bac-kan-huyen-cho-moi-xa-thu"


def packaged(name: str) -> list[dict[str, str]]:
    text = resources.files("registry").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_every_old_unit_has_a_source_and_a_basis_and_its_successors_name_it() -> None:
    today = {row["code"]: row for row in packaged("units-2026.csv")}
    old = packaged("historic-units.csv")

    assert {row["basis"] for row in old} == {
        "formed_from", "same_name_other_type", "stated", "abolished", "not_found"
    }  # fmt: skip
    assert [row["code"] for row in old if not row["source"] or not row["code"].startswith("x-")] == []
    assert [row["code"] for row in old if (row["kind"] == "district") != (row["basis"] == "abolished")] == []
    named = [row for row in old if row["basis"] in ("formed_from", "same_name_other_type")]
    wrong = [
        (row["name_vi"], code)
        for row in named
        for code in row["successor_codes"].split()
        if match_key(bare_name(row["name_vi"])) not in match_key(today[code]["formed_from"])
    ]
    assert wrong == []
    assert all(row["successor_codes"] for row in named)


def test_an_old_commune_lies_in_its_district_and_old_province_and_lives_on_in_the_new_one(
    db: Database,
) -> None:
    db.write_now(seed_units)
    code = "x-bac-kan-huyen-na-ri-xa-con-minh"

    def look(rtx):
        return (
            units.get(rtx, units.get(rtx, code).parent_code).name_vi,
            units.province_of(rtx, code),
            unit_successors.living_on(rtx, code, LAST),
            unit_successors.living_on(rtx, code, FIRST),
            unit_successors.predecessors(rtx, "02185", LAST),
            unit_successors.predecessors(rtx, "02185", FIRST),
        )

    assert db.read_now(look) == ("Huyện Na Rì", "x-bac-kan", (code,), ("02185",), (), (code,))


def test_a_commune_split_in_two_lives_on_in_both_and_one_without_a_source_in_none(db: Database) -> None:
    db.write_now(seed_units)

    def look(rtx):
        split = "x-an-giang-thanh-pho-chau-doc-xa-vinh-chau"
        lost = "x-ha-tinh-huyen-huong-son-xa-son-diem"
        return (
            unit_successors.living_on(rtx, split, FIRST),
            unit_successors.living_on(rtx, lost, FIRST),
            unit_successors.current_units(rtx, lost),
        )

    assert db.read_now(look) == (("30316", "30325"), (), ("x-ha-tinh-huyen-huong-son-xa-son-diem",))


@pytest.mark.parametrize(
    ("name", "province", "district", "on", "code"),
    [
        pytest.param("Xã Côn Minh", "x-bac-kan", "Huyện Na Rì", LAST, "x-bac-kan-huyen-na-ri-xa-con-minh", id="before"),
        pytest.param("Xã Côn Minh", "19", None, FIRST, "02185", id="after"),
        pytest.param("xã CÔN minh", "x-bac-kan", "huyện Na Rì", LAST, "x-bac-kan-huyen-na-ri-xa-con-minh", id="spelling"),
        pytest.param("Xã Côn Minh", "x-bac-kan", "Huyện Chợ Mới", LAST, None, id="another-district"),
        pytest.param("Xã Con Minh", "x-bac-kan", "Huyện Na Rì", LAST, None, id="accents-count"),
        pytest.param("Xã Bình Thạnh", "68", "Huyện Đức Trọng", LAST, "x-lam-dong-huyen-duc-trong-xa-binh-thanh", id="namesake"),
        pytest.param("Xã Thượng Quan", "x-bac-kan", "Huyện Ngân Sơn", LAST, "01957", id="unchanged"),
        pytest.param("Xã Côn Minh", "91", None, FIRST, None, id="another-province"),
    ],
)  # fmt: skip
def test_a_published_place_means_the_unit_of_its_day(
    db: Database, name: str, province: str, district: str | None, on: date, code: str | None
) -> None:
    db.write_now(seed_units)

    found = db.read_now(
        lambda rtx: places.commune_named(rtx, name, on, province_code=province, district=district)
    )

    assert found == code


@pytest.mark.parametrize(
    ("name", "code"),
    [("Bắc Kạn", "x-bac-kan"), ("Tỉnh Bắc Kạn", "x-bac-kan"), ("Lâm Đồng", "68"), ("Thừa Thiên Huế", "x-thua-thien-hue"),
     ("Huế", "46"), ("Bac Kan", None)],
)  # fmt: skip
def test_a_province_is_known_by_its_name_and_one_of_today_goes_first(
    db: Database, name: str, code: str | None
) -> None:
    db.write_now(seed_units)

    assert db.read_now(lambda rtx: places.province_named(rtx, name)) == code


def an_old_commune(tx: Tx, last: date | None = LAST) -> str:
    return add_historic_unit(
        tx, "Xã Thử", UnitKind.COMMUNE, parent_code="x-bac-kan", successor_codes=[COMMUNE], source="test", valid_to=last
    )  # fmt: skip


def test_the_officer_of_the_new_commune_has_the_right_at_the_old_one_too(house: Database) -> None:
    old = house.write_now(an_old_commune)
    account = an_account(house)
    a_right(house, account, Role.COMMUNE, COMMUNE)

    actor = house.read_now(lambda rtx: load_actor(rtx, account, "web"))

    assert actor.appointments == (Held(Role.COMMUNE, COMMUNE), Held(Role.COMMUNE, old, taken_over=True))
    assert actor.roles_at(commune_code=old, province_code="x-bac-kan", producer_id=None) == {Role.COMMUNE}
    assert actor.roles_at(commune_code=WARD, province_code=PROVINCE, producer_id=None) == frozenset()


def test_the_officer_of_another_commune_has_no_right_at_the_old_one(house: Database) -> None:
    old = house.write_now(an_old_commune)
    account = an_account(house)
    a_right(house, account, Role.COMMUNE, WARD)

    actor = house.read_now(lambda rtx: load_actor(rtx, account, "web"))

    assert actor.roles_at(commune_code=old, province_code="x-bac-kan", producer_id=None) == frozenset()


def test_a_right_reaches_the_old_province_from_the_day_after_its_last(
    clock: StepClock, house: Database
) -> None:
    """The clock stands on 4 January 2027: one old unit ends the day before, the other on that very day."""
    over, alive = date(2027, 1, 3), date(2027, 1, 4)
    ended = house.write_now(lambda tx: an_old_commune(tx, over))
    lives = house.write_now(
        lambda tx: add_historic_unit(
            tx, "Xã Còn", UnitKind.COMMUNE, parent_code="x-bac-kan", successor_codes=[COMMUNE], source="test", valid_to=alive
        )
    )  # fmt: skip
    account = an_account(house)
    a_right(house, account, Role.COMMUNE, COMMUNE)

    before = house.read_now(lambda rtx: load_actor(rtx, account, "web"))
    clock.move_to(vn("2027-01-05T00:00"))
    after = house.read_now(lambda rtx: load_actor(rtx, account, "web"))

    assert [held.unit_code for held in before.appointments] == [COMMUNE, ended]
    assert [held.unit_code for held in after.appointments] == [COMMUNE, *sorted([ended, lives])]


def test_a_right_reaches_over_two_mergers_whichever_was_entered_first(house: Database) -> None:
    def chain(tx: Tx) -> tuple[str, str, str]:
        middle = add_historic_unit(
            tx, "Xã Giữa", UnitKind.COMMUNE, parent_code="x-bac-kan", successor_codes=[COMMUNE], source="test"
        )
        first = add_historic_unit(
            tx, "Xã Đầu", UnitKind.COMMUNE, parent_code="x-bac-kan", successor_codes=[middle], source="test",
            valid_to=date(2019, 12, 31),
        )  # fmt: skip
        later = add_historic_unit(
            tx,
            "Xã Sau",
            UnitKind.COMMUNE,
            parent_code=PROVINCE,
            successor_codes=[],
            source="test",
            valid_to=None,
        )
        unit_successors.link(tx, COMMUNE, later, last_day=date(2026, 12, 31))
        return first, middle, later

    first, middle, later = house.write_now(chain)

    def look(rtx):
        return (
            unit_successors.predecessors(rtx, later, date(2026, 12, 31)),
            unit_successors.predecessors(rtx, later, date(2027, 1, 1)),
            unit_successors.current_units(rtx, first),
            unit_successors.successors(rtx, first),
        )

    assert house.read_now(look) == ((), tuple(sorted([COMMUNE, first, middle])), (later,), (middle,))


def test_session_and_token_know_the_old_unit_too(house: Database) -> None:
    old = house.write_now(an_old_commune)
    account = an_account(house)
    a_right(house, account, Role.COMMUNE, COMMUNE)
    opened = house.write_now(lambda tx: sign_in.open_session(tx, account))
    token = house.write_now(lambda tx: sign_in.make_token(tx, account, "thử"))

    def both(rtx):
        now = rtx.clock.wall_now()
        return (
            sign_in.session_actor(rtx, opened.session_id, now).actor.appointments,
            sign_in.token_actor(rtx, token, now).appointments,
        )

    by_session, by_token = house.read_now(both)
    assert by_session == by_token == (Held(Role.COMMUNE, COMMUNE), Held(Role.COMMUNE, old, taken_over=True))
