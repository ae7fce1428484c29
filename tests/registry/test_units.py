"""Units: the packaged rows, names in any spelling, old units and their successors."""

from datetime import date

import pytest

from core.db import Database
from core.errors import BadInput, NotFound
from registry import unit_successors, units
from registry.units import UnitKind
from registry.units_seed import add_historic_unit, former_names, seed_units

TODAY = date(2027, 1, 4)


def test_the_packaged_units_are_written_once_and_are_those_of_2026(db: Database) -> None:
    written = db.write_now(seed_units)
    again = db.write_now(seed_units)

    def count(rtx):
        inside = [units.communes(rtx, each.code, TODAY) for each in units.provinces(rtx, TODAY)]
        return len(inside), [
            sum(unit.kind is kind for each in inside for unit in each)
            for kind in (UnitKind.COMMUNE, UnitKind.WARD, UnitKind.SPECIAL_ZONE)
        ]

    assert (written, again) == (1 + 34 + 3321 + 29 + 212, 0)
    assert db.read_now(count) == (34, [2611, 697, 13])


def test_seeding_leaves_a_corrected_row_and_fills_what_is_missing(house: Database) -> None:
    written = house.write_now(seed_units)

    assert written == 1 + 34 + 3321 + 29 + 212 - 7
    assert house.read_now(lambda rtx: units.get(rtx, "05500").name_vi) == "Xã Tân Cương"


def test_names_are_found_without_accents_and_the_exact_one_stands_first(db: Database) -> None:
    db.write_now(seed_units)

    found = db.read_now(lambda rtx: units.search(rtx, "son ha", TODAY, province_code="51"))
    exact = db.read_now(lambda rtx: units.search(rtx, "Sơn Hạ", TODAY, province_code="51"))
    province = db.read_now(lambda rtx: units.search(rtx, "thai nguyen", TODAY))

    assert [unit.name_vi for unit in found] == ["Xã Sơn Hà", "Xã Sơn Hạ"]
    assert [unit.code for unit in exact] == ["21292", "21289"]
    assert province[0].code == "19"
    assert db.read_now(lambda rtx: units.search(rtx, " %_ ", TODAY)) == []


def test_a_search_in_one_province_does_not_show_another(db: Database) -> None:
    db.write_now(seed_units)

    everywhere = db.read_now(lambda rtx: units.search(rtx, "tân thành", TODAY, limit=50))
    here = db.read_now(lambda rtx: units.search(rtx, "tân thành", TODAY, province_code="19"))

    assert len({unit.parent_code for unit in everywhere}) > 5
    assert {unit.parent_code for unit in here} == {"19"}


@pytest.mark.parametrize("text", ["21292", " 21292 ", "Xã Sơn Hạ", "xã  sơn HẠ", "Xa\u0303 Sơn Hạ"])
def test_a_commune_is_known_by_code_or_full_name_in_any_spelling(db: Database, text: str) -> None:
    db.write_now(seed_units)

    assert db.read_now(lambda rtx: units.commune_of(rtx, text, "51", TODAY)) == "21292"


def test_a_name_without_accents_is_only_a_suggestion(db: Database) -> None:
    db.write_now(seed_units)

    with pytest.raises(BadInput) as refused:
        db.read_now(lambda rtx: units.commune_of(rtx, "xa son ha", "51", TODAY))
    with pytest.raises(BadInput) as nowhere:
        db.read_now(lambda rtx: units.commune_of(rtx, "Xã Không Có", "51", TODAY))

    assert (refused.value.code, refused.value.params["suggestions"]) == (
        "similar_communes",
        "Xã Sơn Hà, Xã Sơn Hạ",
    )
    assert (nowhere.value.code, nowhere.value.fields[0].path) == ("unknown_commune", "commune")


def test_tone_placement_does_not_matter(db: Database) -> None:
    db.write_now(seed_units)

    def both(rtx):
        return units.commune_of(rtx, "Phường Hòa Bình", "25", TODAY), units.commune_of(
            rtx, "phường hoà bình", "25", TODAY
        )

    first, second = db.read_now(both)
    assert first == second


def test_an_old_province_is_known_with_its_last_day_and_its_successor(db: Database) -> None:
    db.write_now(seed_units)

    def look(rtx):
        old = units.get(rtx, "x-bac-kan")
        return (
            old.in_force(date(2025, 6, 30)),
            old.in_force(date(2025, 7, 1)),
            unit_successors.current_units(rtx, old.code),
        )

    assert db.read_now(look) == (True, False, ("19",))
    assert "x-bac-kan" not in [unit.code for unit in db.read_now(lambda rtx: units.provinces(rtx, TODAY))]
    assert "x-bac-kan" in [
        unit.code for unit in db.read_now(lambda rtx: units.provinces(rtx, date(2025, 6, 30)))
    ]


def test_an_old_district_belongs_to_its_old_province_and_lives_on_in_new_communes(house: Database) -> None:
    def add(tx):
        return add_historic_unit(
            tx, "Thành phố  Bắc Kạn", UnitKind.DISTRICT, parent_code="x-bac-kan", successor_codes=["01840", "05500"],
            source="test",
        )  # fmt: skip

    code = house.write_now(add)
    again = house.write_now(add)

    assert code == again == "x-bac-kan-thanh-pho-bac-kan"
    assert house.read_now(lambda rtx: units.province_of(rtx, code)) == "x-bac-kan"
    assert house.read_now(lambda rtx: unit_successors.current_units(rtx, code)) == ("01840", "05500")


def test_two_old_units_that_differ_by_accents_get_different_codes(house: Database) -> None:
    def add(name):
        return house.write_now(
            lambda tx: add_historic_unit(
                tx, name, UnitKind.COMMUNE, parent_code="19", successor_codes=[], source="test"
            )
        )

    assert [add("Xã Sơn Hà"), add("Xã Sơn Hạ"), add("Xã Sơn Hà")] == [
        "x-thai-nguyen-xa-son-ha", "x-thai-nguyen-xa-son-ha-2", "x-thai-nguyen-xa-son-ha",
    ]  # fmt: skip


def test_an_old_unit_that_ends_before_it_begins_is_refused_and_nothing_is_written(house: Database) -> None:
    with pytest.raises(BadInput) as refused:
        house.write_now(
            lambda tx: add_historic_unit(
                tx, "Huyện Thử", UnitKind.DISTRICT, parent_code="19", successor_codes=[], source="test",
                valid_from=date(2025, 7, 1), valid_to=date(2025, 6, 30),
            )
        )  # fmt: skip

    assert refused.value.code == "unit_dates"
    assert house.read_now(lambda rtx: units.find(rtx, "x-thai-nguyen-huyen-thu")) is None


def test_an_unknown_code_is_not_found(house: Database) -> None:
    with pytest.raises(NotFound) as refused:
        house.read_now(lambda rtx: units.get(rtx, "5500"))
    assert str(refused.value) == (
        "There is no administrative unit with the code 5500. Check the code and keep its leading zeros."
    )


def test_published_old_names_are_read_without_their_remarks() -> None:
    assert former_names("tỉnh Vĩnh Phúc, tỉnh Hòa Bình và tỉnh Phú Thọ") == (
        "tỉnh Vĩnh Phúc", "tỉnh Hòa Bình", "tỉnh Phú Thọ",
    )  # fmt: skip
    assert former_names("Phường Kim Mã (phần còn lại sau khi sáp nhập), Phường Đội Cấn") == (
        "Phường Kim Mã", "Phường Đội Cấn",
    )  # fmt: skip
    assert former_names("giữ nguyên") == former_names(None) == ()
