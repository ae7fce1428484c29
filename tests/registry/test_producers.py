"""Producers and products: codes, places, people apart and erasable, repairs with before and after."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from core.db import Database
from core.errors import BadInput, NotFound, OcopError
from registry import producers, products
from registry.producer_people import Gender, Representative, person_of, personal_digest
from registry.producers import LegalForm, ProducerData, ProducerType
from registry.products import ProductGroup
from tests.registry.factories import (
    COMMUNE,
    OFFICE,
    OTHER_COMMUNE,
    OTHER_PROVINCE,
    PROVINCE,
    WARD,
    a_producer,
    everything_in_history,
    lines,
)  # fmt: skip

VOCABULARY = Path(__file__).parents[1] / "cases" / "data" / "vocabulary.yaml"
PERSON = Representative(
    name="Nguyễn Thị Thử", gender=Gender.FEMALE, ethnicity="Tày", disability=False, phone="0900 000 001",
    email="Thu@vidu.vn", address="Xóm Thử",
)  # fmt: skip
PLAIN = ProducerData(
    "Hợp tác xã Chè Thử", ProducerType.COOPERATIVE, COMMUNE, tax_code="0100233488", representative=PERSON
)


def refusal(call) -> str:
    with pytest.raises(OcopError) as refused:
        call()
    return refused.value.code


def register(db: Database, data: ProducerData = PLAIN) -> str:
    return db.write_now(lambda tx: producers.register_producer(tx, data, actor=OFFICE))


def change(db: Database, producer: str, data: ProducerData, reason: str = "đổi") -> None:
    db.write_now(
        lambda tx: producers.change_producer(
            tx, producer, data, actor=OFFICE, reason=reason, document="12/QĐ"
        )
    )


def test_the_words_are_those_of_the_cases() -> None:
    known = yaml.safe_load(VOCABULARY.read_text(encoding="utf-8"))

    assert [each.value for each in ProducerType] == [*known["producer_types"], "not_stated"]
    assert [each.value for each in ProductGroup] == [
        each for each in known["product_groups"] if each != "goods"
    ]


def test_a_producer_takes_its_province_from_its_commune_and_its_line_holds_no_personal_data(
    house: Database,
) -> None:
    producer = register(house)

    assert house.read_now(lambda rtx: producers.get_producer(rtx, producer)) == producers.ProducerRead(
        producer, "Hợp tác xã Chè Thử", ProducerType.COOPERATIVE, None, None, "0100233488", COMMUNE, PROVINCE
    )  # fmt: skip
    [line] = lines(house, f"producer/{producer}")
    assert (line.kind, line.trigger, dict(line.inputs)) == ("fact_noted", "register_producer", {
        "type": "cooperative", "legal_form": None, "community_majority": None, "commune_code": COMMUNE,
        "province_code": PROVINCE,
    })  # fmt: skip
    history = house.read_now(everything_in_history)
    assert [word in history for word in ("Nguyễn", "900000001", "vidu.vn", "Tày", "Xóm")] == [False] * 5


def test_the_people_stand_apart_in_canonical_form(house: Database) -> None:
    producer = register(house)

    found = house.read_now(lambda rtx: person_of(rtx, producer))
    assert found.representative == replace(PERSON, phone="+84900000001", email="thu@vidu.vn")
    assert found.id_tail is None


def test_erasing_the_people_leaves_the_producer_and_ends_every_digest(house: Database) -> None:
    producer = register(house)
    before = house.read_now(lambda rtx: personal_digest(rtx, producer, "+84900000001"))
    house.write_now(lambda tx: producers.erase_producer_person(tx, producer, actor=OFFICE, reason="theo đơn"))

    assert len(before) == 64
    assert house.read_now(lambda rtx: (person_of(rtx, producer), personal_digest(rtx, producer, "x"))) == (
        None,
        None,
    )
    assert house.read_now(lambda rtx: producers.get_producer(rtx, producer)).name == "Hợp tác xã Chè Thử"
    assert [line.kind for line in lines(house, f"producer/{producer}")] == ["fact_noted", "erased"]


def test_the_owners_id_number_is_never_kept_whole(house: Database) -> None:
    data = ProducerData("Hộ Thử", ProducerType.REGISTERED_HOUSEHOLD, COMMUNE, tax_code="019300000123")
    producer = register(house, data)

    assert house.read_now(lambda rtx: producers.get_producer(rtx, producer)).tax_code is None
    assert house.read_now(lambda rtx: person_of(rtx, producer)).id_tail == "0••••••••123"


@pytest.mark.parametrize(
    ("person", "due"),
    [
        (Representative(gender=Gender.FEMALE), True), (Representative(gender=Gender.MALE), False),
        (Representative(ethnicity="Tày"), True), (Representative(ethnicity=" KINH "), False),
        (Representative(disability=True), True), (Representative(disability=False), False), (Representative(), None),
        (Representative(gender=Gender.MALE, ethnicity="Kinh", disability=True), True),
        (Representative(gender=Gender.MALE, ethnicity="Kinh", disability=False), False),
    ],
)  # fmt: skip
def test_the_ballots_point_for_the_representative(person: Representative, due: bool | None) -> None:
    assert person.counts_for_the_ballot is due


WRONG = [
    pytest.param({"name": " "}, "required", id="no name"),
    pytest.param({"name": "x" * 301}, "too_long", id="name too long"),
    pytest.param({"commune_code": PROVINCE}, "wrong_unit", id="a province is no commune"),
    pytest.param({"commune_code": "99999"}, "unknown_unit", id="no such commune"),
    pytest.param({"commune_code": None}, "required", id="no place at all"),
    pytest.param({"tax_code": "0100233489"}, "bad_mst", id="wrong check digit"),
    pytest.param({"legal_form": LegalForm.LIMITED_COMPANY}, "legal_form_not_expected", id="a cooperative is no company"),
    pytest.param(
        {"type": ProducerType.SMALL_MEDIUM_ENTERPRISE, "legal_form": LegalForm.LIMITED_COMPANY, "community_majority": True},
        "legal_form_not_expected", id="shares of a limited company",
    ),
    pytest.param({"representative": Representative(phone="12")}, "bad_phone", id="phone"),
    pytest.param({"representative": Representative(email="12")}, "bad_email", id="email"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "code"), WRONG)
def test_what_cannot_be_is_refused_and_nothing_is_written(house: Database, more: dict, code: str) -> None:
    assert refusal(lambda: register(house, replace(PLAIN, **more))) == code
    assert house.read_now(lambda rtx: producers.producers_in(rtx, PROVINCE)) == []
    assert house.read_now(everything_in_history) == ""


def test_a_company_keeps_what_the_ballot_asks(house: Database) -> None:
    data = replace(
        PLAIN, type=ProducerType.SMALL_MEDIUM_ENTERPRISE, legal_form=LegalForm.JOINT_STOCK_COMPANY, community_majority=False
    )  # fmt: skip
    producer = register(house, data)

    read = house.read_now(lambda rtx: producers.get_producer(rtx, producer))
    assert (read.legal_form, read.community_majority) == (LegalForm.JOINT_STOCK_COMPANY, False)


def test_names_repeat_but_a_tax_code_belongs_to_one(house: Database) -> None:
    first = register(house)
    second = register(house, replace(PLAIN, tax_code=None))

    assert first != second
    assert refusal(lambda: register(house, replace(PLAIN, name="Khác"))) == "tax_code_taken"
    assert refusal(lambda: change(house, second, PLAIN)) == "tax_code_taken"
    change(house, first, replace(PLAIN, name="Hợp tác xã Chè Mới"))


def test_a_changed_legal_form_keeps_its_history_and_personal_changes_are_only_named(house: Database) -> None:
    producer = register(house, replace(PLAIN, type=ProducerType.COOPERATIVE_GROUP))
    change(
        house, producer, replace(PLAIN, name="Tên Mới", representative=replace(PERSON, name="Trần Văn Khác"))
    )

    line = lines(house, f"producer/{producer}")[-1]
    assert (line.kind, line.reason, dict(line.inputs)) == ("repaired", "đổi", {
        "document": "12/QĐ", "changed": ["name", "person", "type"],
        "before": {"type": "cooperative_group"}, "after": {"type": "cooperative"},
    })  # fmt: skip
    assert "Trần" not in house.read_now(everything_in_history)
    assert refusal(lambda: change(house, producer, PLAIN, reason=" ")) == "required"


def test_an_imported_producer_without_a_commune_names_its_province(house: Database) -> None:
    producer = register(
        house, ProducerData("Cơ sở Thử", ProducerType.PRODUCTION_HOUSEHOLD, None, "x-bac-kan")
    )

    read = house.read_now(lambda rtx: producers.get_producer(rtx, producer))
    assert (read.commune_code, read.province_code) == (None, "x-bac-kan")


def test_pages_of_producers_hold_one_place_and_go_on_after_the_last(house: Database) -> None:
    names = ["Mật ong Thử", "Chè Thử", "Mật Ong Hai"]
    made = [house.write_now(lambda tx, n=name: a_producer(tx, n)) for name in names]
    ward = house.write_now(lambda tx: a_producer(tx, "Mật ong phường", WARD))
    house.write_now(lambda tx: a_producer(tx, "Mật ong nơi khác", OTHER_COMMUNE))

    def page(**more) -> list[str]:
        return [each.id for each in house.read_now(lambda rtx: producers.producers_in(rtx, PROVINCE, **more))]

    assert page() == [*made, ward]
    assert page(commune_code=COMMUNE) == made
    assert page(text="mat ong") == [made[0], made[2], ward]
    assert page(text="ong", commune_code=WARD) == [ward]
    assert page(text="ng") == []
    assert [page(limit=2), page(limit=2, after=made[1])] == [made[:2], [made[2], ward]]


def a_product(db: Database, producer: str, name: str = "Chè Thử", **more: object) -> str:
    return db.write_now(lambda tx: products.register_product(tx, producer, name, actor=OFFICE, **more))


def test_two_products_may_have_one_name(house: Database) -> None:
    first, second = (house.write_now(lambda tx, n=name: a_producer(tx, n)) for name in ("Một", "Hai"))
    one, two = a_product(house, first), a_product(house, second)

    found = house.read_now(lambda rtx: products.products_in(rtx, PROVINCE, text="che thu"))
    assert [(each.id, each.producer_id) for each in found] == [(one, first), (two, second)]
    assert house.read_now(lambda rtx: products.products_in(rtx, OTHER_PROVINCE)) == []
    assert [each.id for each in house.read_now(lambda rtx: products.products_of(rtx, first))] == [one]


def test_a_product_code_counts_per_commune_and_year_and_is_given_once(house: Database) -> None:
    here, there = (house.write_now(lambda tx, c=code: a_producer(tx, commune=c)) for code in (COMMUNE, WARD))
    made = [a_product(house, here), a_product(house, here), a_product(house, there)]

    def give(product: str, year: int = 2027) -> str:
        return house.write_now(lambda tx: products.give_product_code(tx, product, year, actor=OFFICE))

    assert [give(each) for each in made] == ["19-05500-001-2027", "19-05500-002-2027", "19-01840-001-2027"]
    assert give(made[0]) == "19-05500-001-2027"
    assert give(made[1], 2028) == "19-05500-001-2028"
    assert house.read_now(lambda rtx: products.product_by_code(rtx, "19-05500-002-2027")) is None
    assert house.read_now(lambda rtx: products.product_by_code(rtx, "19-05500-001-2028")).id == made[1]
    assert [line.inputs.get("after") for line in lines(house, f"product/{made[1]}")] == [
        None, "19-05500-002-2027", "19-05500-001-2028",
    ]  # fmt: skip


def test_a_mistyped_name_is_corrected_by_an_act(house: Database) -> None:
    product = a_product(
        house, house.write_now(a_producer), "Chè Thủ", group=ProductGroup.DRINKS, set_code="tea"
    )

    def correct(name: str) -> None:
        house.write_now(
            lambda tx: products.change_product(
                tx,
                product,
                name=name,
                group=ProductGroup.DRINKS,
                set_code="tea",
                actor=OFFICE,
                reason="gõ nhầm",
            )
        )

    assert refusal(lambda: correct("Chè  Thủ")) == "nothing_changed"
    correct("Chè Thử")
    line = lines(house, f"product/{product}")[-1]
    assert (line.kind, line.reason, dict(line.inputs)) == (
        "repaired", "gõ nhầm", {"document": None, "before": {"name": "Chè Thủ"}, "after": {"name": "Chè Thử"}},
    )  # fmt: skip
    assert [
        each.id for each in house.read_now(lambda rtx: products.products_in(rtx, PROVINCE, text="thu"))
    ] == [product]


def test_what_is_not_there_is_not_found(house: Database) -> None:
    nobody = "00000000-0000-7000-8000-00000000dead"

    assert refusal(lambda: a_product(house, nobody)) == "unknown_producer"
    assert refusal(lambda: change(house, nobody, PLAIN)) == "unknown_producer"
    with pytest.raises(NotFound):
        house.read_now(lambda rtx: products.get_product(rtx, nobody))
    with pytest.raises(BadInput):
        a_product(house, house.write_now(a_producer), " ")
