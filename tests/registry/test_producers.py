"""Producers and products: codes, places, people apart and erasable, corrections with before and after."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from core.db import Database
from core.errors import BadInput, NotFound, OcopError
from registry import producer_changes, producers, products
from registry.imported import Origin
from registry.producer_people import Gender, Representative, digest_of, person_of, personal_digest, salt_of
from registry.producers import LegalForm, ProducerData, ProducerType
from registry.products import ProductGroup
from tests.registry.factories import (
    COMMUNE,
    OFFICE,
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
        lambda tx: producer_changes.correct_producer(
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
    house.write_now(
        lambda tx: producer_changes.erase_producer_person(tx, producer, actor=OFFICE, reason="theo đơn")
    )

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
    assert house.read_now(lambda rtx: producers.producers_named(rtx, PLAIN.name, PROVINCE)) == []
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


def test_a_correction_says_what_was_wrong_and_of_people_and_names_keeps_digests_only(house: Database) -> None:
    producer = register(house, replace(PLAIN, type=ProducerType.COOPERATIVE_GROUP))
    change(
        house, producer, replace(PLAIN, name="Tên Mới", representative=replace(PERSON, name="Trần Văn Khác"))
    )

    line = lines(house, f"producer/{producer}")[-1]
    salt = house.write_now(lambda tx: salt_of(tx, producer))
    assert (line.kind, line.trigger, line.reason, dict(line.inputs)) == ("repaired", "repair", "đổi", {
        "document": "12/QĐ", "changed": ["name", "representative_name", "type"],
        "before": {"type": "cooperative_group"}, "after": {"type": "cooperative"},
        "digests": {
            "name": {"before": digest_of(salt, PLAIN.name), "after": digest_of(salt, "Tên Mới")},
            "representative_name": {
                "before": digest_of(salt, "Nguyễn Thị Thử"), "after": digest_of(salt, "Trần Văn Khác"),
            },
        },
    })  # fmt: skip
    assert "Trần" not in house.read_now(everything_in_history)
    assert refusal(lambda: change(house, producer, PLAIN, reason=" ")) == "required"


def test_a_correction_that_changes_nothing_is_refused_and_leaves_no_line(house: Database) -> None:
    producer = register(house)

    assert refusal(lambda: change(house, producer, PLAIN)) == "nothing_changed"
    assert refusal(lambda: change(house, producer, replace(PLAIN, representative=None))) == "nothing_changed"
    assert [line.kind for line in lines(house, f"producer/{producer}")] == ["fact_noted"]


def test_a_producer_without_people_can_be_corrected_too(house: Database) -> None:
    producer = register(house, replace(PLAIN, representative=None))
    change(house, producer, replace(PLAIN, name="Tên Mới", representative=None))

    digests = lines(house, f"producer/{producer}")[-1].inputs["digests"]
    assert digests["name"]["after"] == house.read_now(lambda rtx: personal_digest(rtx, producer, "Tên Mới"))


GROUP = replace(PLAIN, type=ProducerType.COOPERATIVE_GROUP)
COMPANY = producer_changes.FormOfTime(
    date(2026, 3, 1), ProducerType.SMALL_MEDIUM_ENTERPRISE, LegalForm.JOINT_STOCK_COMPANY, True, "5/GCN-ĐKKD"
)  # fmt: skip


def becomes(db: Database, producer: str, form: producer_changes.FormOfTime = COMPANY) -> None:
    db.write_now(
        lambda tx: producer_changes.change_legal_form(tx, producer, form, actor=OFFICE, reason="chuyển đổi")
    )


def test_a_legal_form_that_changes_keeps_its_history_and_the_producer_its_id(house: Database) -> None:
    producer = register(house, GROUP)
    becomes(house, producer)
    line = lines(house, f"producer/{producer}")[-1]
    change(
        house, producer,
        replace(GROUP, type=COMPANY.type, legal_form=LegalForm.JOINT_STOCK_COMPANY, community_majority=False),
    )  # fmt: skip

    def on(day: date) -> tuple[str, bool | None, str | None]:
        form = house.read_now(lambda rtx: producer_changes.legal_form_on(rtx, producer, day))
        return form.type.value, form.community_majority, form.document

    assert (line.kind, line.trigger, line.effective_on, line.reason) == (
        "fact_noted", "change_legal_form", date(2026, 3, 1), "chuyển đổi",
    )  # fmt: skip
    assert line.inputs["before"] == {
        "type": "cooperative_group", "legal_form": None, "community_majority": None,
    }  # fmt: skip
    assert on(date(2026, 2, 28)) == ("cooperative_group", None, None)
    assert on(date(2026, 3, 1)) == ("small_medium_enterprise", False, "5/GCN-ĐKKD")
    assert house.read_now(lambda rtx: producers.get_producer(rtx, producer)).type is COMPANY.type


@pytest.mark.parametrize(
    ("form", "code"),
    [
        pytest.param(replace(COMPANY, document=" "), "required", id="no document"),
        pytest.param(replace(COMPANY, since=None), "required", id="no day"),
        pytest.param(replace(COMPANY, since=date(2027, 1, 5)), "day_ahead", id="tomorrow"),
        pytest.param(replace(COMPANY, since=date(2027, 1, 4)), None, id="today"),
        pytest.param(replace(COMPANY, type=ProducerType.FARM), "legal_form_not_expected", id="a farm is no company"),
        pytest.param(
            producer_changes.FormOfTime(date(2026, 3, 1), ProducerType.COOPERATIVE_GROUP, None, None, "5/GCN"),
            "nothing_changed", id="the same",
        ),
    ],
)  # fmt: skip
def test_a_change_of_the_legal_form_needs_day_and_document(
    house: Database, form: producer_changes.FormOfTime, code: str | None
) -> None:
    producer = register(house, GROUP)

    if code is None:
        becomes(house, producer, form)
    else:
        assert refusal(lambda: becomes(house, producer, form)) == code
    assert len(lines(house, f"producer/{producer}")) == (2 if code is None else 1)


def test_legal_forms_follow_one_another_in_time(house: Database) -> None:
    producer = register(house, GROUP)
    becomes(house, producer)
    back = producer_changes.FormOfTime(date(2026, 3, 1), ProducerType.COOPERATIVE, None, None, "6/GCN")

    assert refusal(lambda: becomes(house, producer, back)) == "legal_form_order"
    becomes(house, producer, replace(back, since=date(2026, 3, 2)))
    found = house.read_now(lambda rtx: producer_changes.legal_forms(rtx, producer))
    assert [(each.since, each.type) for each in found] == [
        (None, ProducerType.COOPERATIVE_GROUP), (date(2026, 3, 1), COMPANY.type),
        (date(2026, 3, 2), ProducerType.COOPERATIVE),
    ]  # fmt: skip


def test_an_imported_producer_names_its_source_in_an_imported_line(house: Database) -> None:
    origin = Origin("12/BC-UBND", "chu-the.csv", "a" * 64, 7, "b" * 64, "c" * 64)
    producer = house.write_now(lambda tx: producers.register_producer(tx, PLAIN, actor=OFFICE, origin=origin))

    [line] = lines(house, f"producer/{producer}")
    assert (line.kind, line.inputs["document"], line.inputs["file_line"]) == ("imported", "12/BC-UBND", 7)
    assert house.read_now(producers.imported_producers) == {"b" * 64: producer}


def test_an_imported_producer_without_a_commune_names_its_province(house: Database) -> None:
    producer = register(
        house, ProducerData("Cơ sở Thử", ProducerType.PRODUCTION_HOUSEHOLD, None, "x-bac-kan")
    )

    read = house.read_now(lambda rtx: producers.get_producer(rtx, producer))
    assert (read.commune_code, read.province_code) == (None, "x-bac-kan")


def a_product(db: Database, producer: str, name: str = "Chè Thử", **more: object) -> str:
    return db.write_now(lambda tx: products.register_product(tx, producer, name, actor=OFFICE, **more))


def test_two_products_may_have_one_name(house: Database) -> None:
    first, second = (house.write_now(lambda tx, n=name: a_producer(tx, n)) for name in ("Một", "Hai"))
    one, two = a_product(house, first), a_product(house, second)

    found = house.read_now(lambda rtx: products.products_named(rtx, "che thu", PROVINCE))
    assert [(each.id, each.producer_id) for each in found] == [(one, first), (two, second)]
    assert house.read_now(lambda rtx: products.products_named(rtx, "che thu", OTHER_PROVINCE)) == []
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


def test_a_namesake_is_hinted_at_within_the_producer_and_its_commune_only(house: Database) -> None:
    here, same_commune = (house.write_now(lambda tx, n=name: a_producer(tx, n)) for name in ("Một", "Hai"))
    elsewhere = house.write_now(lambda tx: a_producer(tx, "Ba", WARD))
    mine, neighbour = a_product(house, here, "Chè Thử"), a_product(house, same_commune, "chè thú")
    a_product(house, elsewhere, "Chè Thử")
    a_product(house, here, "Chè Thử Hai")

    found = house.read_now(lambda rtx: products.similar_products(rtx, here, "CHÈ THỬ"))

    assert [each.id for each in found] == [mine, neighbour]


def test_a_product_code_belongs_to_one_product(house: Database) -> None:
    producer = house.write_now(a_producer)
    a_product(house, producer, product_code="19-05500-001-2022")

    assert refusal(lambda: a_product(house, producer, "Khác", product_code="19-05500-001-2022")) == (
        "product_code_taken"
    )
    a_product(house, producer, "Khác", product_code="19-05500-002-2022")


def test_a_mistyped_name_is_corrected_by_an_act(house: Database) -> None:
    product = a_product(
        house, house.write_now(a_producer), "Chè Thủ", group=ProductGroup.DRINKS, set_code="tea"
    )

    def correct(**changes: str | None) -> None:
        house.write_now(
            lambda tx: products.correct_product(
                tx, product, changes, actor=OFFICE, reason="gõ nhầm", document="1/PĐK"
            )
        )

    assert refusal(lambda: correct(name="Chè  Thủ")) == "nothing_changed"
    assert refusal(lambda: correct(group_code="tea")) == "bad_group"
    correct(name="Chè Thử", set_code="11")
    line = lines(house, f"product/{product}")[-1]
    assert (line.kind, line.reason, dict(line.inputs)) == ("repaired", "gõ nhầm", {
        "document": "1/PĐK", "changed": ["name", "set_code"],
        "before": {"name": "Chè Thủ", "set_code": "tea"}, "after": {"name": "Chè Thử", "set_code": "11"},
    })  # fmt: skip
    assert [
        each.id for each in house.read_now(lambda rtx: products.products_named(rtx, "che thu", PROVINCE))
    ] == [product]


def test_what_is_not_there_is_not_found(house: Database) -> None:
    nobody = "00000000-0000-7000-8000-00000000dead"

    assert refusal(lambda: a_product(house, nobody)) == "unknown_producer"
    assert refusal(lambda: change(house, nobody, PLAIN)) == "unknown_producer"
    with pytest.raises(NotFound):
        house.read_now(lambda rtx: products.get_product(rtx, nobody))
    with pytest.raises(BadInput):
        a_product(house, house.write_now(a_producer), " ")
