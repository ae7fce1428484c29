"""A province's own tables: all rows or none, a second run changes nothing, every fault at its cell, the watch set."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from audit.verify import verify
from core.db import Database
from core.errors import BadInput, NotFound
from core.history import read_lines
from core.lines import parse_line
from core.sql import Sql
from core.tx import ReadTx, Tx
from ocop import schema
from registry import calendar_days, offices, unit_successors
from registry.actors import SYSTEM_ACTOR
from registry.producer_changes import erase_producer_person
from registry.producer_people import person_of
from registry.producers import get_producer, imported_producers
from registry.products import get_product, imported_products
from registry.roles import Role
from registry.units_seed import seed_units
from states.certificate.models import CERTIFICATE_TABLE
from states.deadlines.entries import DEADLINE
from states.engine.permissions import IMPORTER
from states.outcomes import imports
from states.outcomes.import_kinds import KINDS, kind_named
from states.outcomes.imports import Report, Source
from states.outcomes.tables import read_sheet, template
from tests.world import SYSTEM

EXAMPLES = Path(__file__).parents[3] / "examples" / "imports"
SOURCE = Source("19", "12/BC-SNNMT")
TODAY = date(2027, 1, 4)
_LINES = Sql(sa.text("SELECT line FROM history"))
_COUNTS = Sql(
    sa.text(
        "SELECT (SELECT COUNT(*) FROM producer) + (SELECT COUNT(*) FROM product) + (SELECT COUNT(*) FROM certificate)"
    )
)
_CERTIFICATES = Sql(sa.select(*CERTIFICATE_TABLE.c).order_by(CERTIFICATE_TABLE.c.certificate_no))


@pytest.fixture
def house(db: Database) -> Database:
    def ground(tx: Tx) -> None:
        seed_units(tx)
        calendar_days.seed_calendar(tx, actor=SYSTEM_ACTOR.ref(Role.SYSTEM))

    db.write_now(ground, alone=True)
    return db


def table(kind: str, *rows: Mapping[str, str]) -> bytes:
    """The template's row, changed as each of the rows says."""
    spec = kind_named(kind).spec
    lines = [",".join(spec.names)]
    for row in rows or ({},):
        assert set(row) <= set(spec.names)
        cells = (row.get(each.name, each.example) for each in spec.columns)
        lines.append(",".join(f'"{cell}"' for cell in cells))
    return "\n".join(lines).encode()


def take(db: Database, kind: str, *rows: Mapping[str, str], source: Source = SOURCE) -> Report:
    sheet = read_sheet(table(kind, *rows), f"{kind}.csv", kind_named(kind).spec)
    return db.write_now(
        lambda tx: imports.take(tx, kind_named(kind), sheet, source, actor=IMPORTER), alone=True
    )


def check(db: Database, kind: str, *rows: Mapping[str, str]) -> Report:
    sheet = read_sheet(table(kind, *rows), f"{kind}.csv", kind_named(kind).spec)
    return db.read_now(lambda rtx: imports.check(rtx, kind_named(kind), sheet, SOURCE))


def faults(db: Database, kind: str, *rows: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a check refuses; an import must refuse the same."""
    found = []
    for run in (check, take):
        with pytest.raises(BadInput) as refused:
            run(db, kind, *rows)
        found.append([(field.path, field.code) for field in refused.value.fields])
    assert found[0] == found[1]
    return found[0]


def history(db: Database) -> str:
    return "\n".join(row[0] for row in db.read_now(lambda rtx: rtx.sql.all(_LINES)))


def certificates(db: Database) -> list[dict[str, Any]]:
    found = db.read_now(lambda rtx: rtx.sql.all(_CERTIFICATES))
    return [dict(zip(CERTIFICATE_TABLE.c.keys(), row, strict=True)) for row in found]


def basics(db: Database) -> None:
    take(db, "producers")
    take(db, "products", {"product_code": ""}, {"ref": "SP-002", "name": "Chè hai", "product_code": ""})


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_examples_are_the_templates_and_import_twice_with_the_second_changing_nothing(
    house: Database, kind: str
) -> None:
    assert (EXAMPLES / f"{kind}.csv").read_text(encoding="utf-8") == template(KINDS[kind].spec).replace(
        "\r\n", "\n"
    )
    for earlier in list(KINDS)[: list(KINDS).index(kind)]:
        take(house, earlier)

    checked, counted = check(house, kind), house.read_now(lambda rtx: rtx.sql.value(_COUNTS))
    first, before = take(house, kind), history(house)
    second = take(house, kind)

    assert (checked.new, checked.known, checked.written) == (1, 0, False)
    assert (first.new, first.known, first.written) == (1, 0, True)
    assert (second.new, second.known) == (0, 1)
    assert history(house) == before
    assert house.read_now(lambda rtx: rtx.sql.value(_COUNTS)) == counted + (kind != "offices")


def test_a_producer_is_an_imported_line_with_its_source_and_no_personal_data(house: Database) -> None:
    take(
        house,
        "producers",
        {"representative_name": "Nguyễn Văn Thử", "phone": "0900 000 009", "email": "thu@vidu.vn"},
    )

    [(key, producer)] = house.read_now(imported_producers).items()
    [line] = [
        parse_line(text) for text, _ in house.read_now(lambda rtx: read_lines(rtx, f"producer/{producer}"))
    ]
    read = house.read_now(lambda rtx: get_producer(rtx, producer))
    person = house.read_now(lambda rtx: person_of(rtx, producer)).representative
    assert (line.kind, line.inputs["document"], line.inputs["file"], line.inputs["file_line"]) == (
        "imported", "12/BC-SNNMT", "producers.csv", 2,
    )  # fmt: skip
    assert (line.inputs["import_key"], len(line.inputs["file_digest"])) == (key, 64)
    assert (read.name, read.commune_code, read.province_code) == ("Hợp tác xã Chè Minh Hoạ", "05503", "19")
    assert (person.name, person.phone) == ("Nguyễn Văn Thử", "+84900000009")
    assert not any(word in history(house) for word in ("Nguyễn", "900000009", "vidu"))


PRODUCERS = [
    pytest.param([{"commune": "Xã Tân Cưong"}], [("2.commune", "similar_communes")], id="without-accents"),
    pytest.param([{"commune": "Xã Không Có"}], [("2.commune", "unknown_commune")], id="no-such-commune"),
    pytest.param([{"commune": "05503"}], None, id="by-code"),
    pytest.param([{"type": "hợp tác xã"}], [("2.type", "cell_choice")], id="another-word"),
    pytest.param([{"tax_code": "0100233489"}], [("2.tax_code", "bad_mst")], id="wrong-check-digit"),
    pytest.param([{"tax_code": "100233488"}], [("2.tax_code", "lost_zero")], id="zero-lost"),
    pytest.param([{"tax_code": "0100233488"}], None, id="right-tax-code"),
    pytest.param(
        [{"tax_code": "0100233488"}, {"ref": "2", "tax_code": "0100233488"}], [("3.tax_code", "cell_tax_code_taken")],
        id="tax-code-twice",
    ),
    pytest.param([{"phone": "12"}], [("2.phone", "bad_phone")], id="phone"),
    pytest.param([{"phone": "900000009"}], None, id="phone-without-its-zero"),
    pytest.param([{"email": "12"}], [("2.email", "bad_email")], id="email"),
    pytest.param([{"legal_form": "limited_company"}], [("2.legal_form", "legal_form_not_expected")], id="form"),
    pytest.param(
        [{"phone": "12"}, {"ref": "2"}, {"ref": "3", "commune": "?"}],
        [("2.phone", "bad_phone"), ("4.commune", "unknown_commune")], id="one-good-row-between-two-bad",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "found"), PRODUCERS)
def test_a_table_of_producers_is_taken_whole_or_not_at_all(
    house: Database, rows: list[dict[str, str]], found: list[tuple[str, str]] | None
) -> None:
    if found is None:
        assert take(house, "producers", *rows).new == len(rows)
    else:
        assert faults(house, "producers", *rows) == found
        assert house.read_now(lambda rtx: rtx.sql.value(_COUNTS)) == 0


def test_a_row_that_says_something_else_the_second_time_is_refused(house: Database) -> None:
    take(house, "producers")

    assert faults(house, "producers", {"address": "Xóm khác"}) == [("2.ref", "row_differs")]
    take(house, "producers", {}, {"ref": "CT-002", "name": "Tổ hợp tác khác", "type": "cooperative_group"})
    assert len(house.read_now(imported_producers)) == 2


def test_a_producer_whose_people_are_erased_is_known_and_stays_erased(house: Database) -> None:
    take(house, "producers")
    [producer] = house.read_now(imported_producers).values()
    house.write_now(lambda tx: erase_producer_person(tx, producer, actor=SYSTEM, reason="theo đơn"))

    assert take(house, "producers").known == 1
    assert house.read_now(lambda rtx: person_of(rtx, producer)) is None


def test_the_same_ref_in_another_province_is_another_producer(house: Database) -> None:
    take(house, "producers")
    take(house, "producers", {"commune": "Xã Tân Chi"}, source=Source("24", "9/BC"))

    assert len(house.read_now(imported_producers)) == 2


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (Source("19", " "), "required"),
        (Source("05503", "1/BC"), "wrong_unit"),
        (Source("99", "1/BC"), "unknown_unit"),
    ],
)
def test_a_table_needs_its_document_and_a_province(house: Database, source: Source, code: str) -> None:
    with pytest.raises((BadInput, NotFound)) as refused:
        take(house, "producers", source=source)

    assert refused.value.code == code
    assert house.read_now(lambda rtx: rtx.sql.value(_COUNTS)) == 0


PRODUCTS = [
    pytest.param([{"producer_ref": "CT-009"}], [("2.producer_ref", "cell_unknown_producer")], id="no-such-producer"),
    pytest.param([{"set_code": "99"}], [("2.set_code", "cell_set")], id="no-such-set"),
    pytest.param([{"set_code": "26"}], None, id="the-last-set"),
    pytest.param([{"group": "tea"}], [("2.group", "cell_choice")], id="no-such-group"),
    pytest.param([{}, {"ref": "2"}], [("3.product_code", "cell_product_code_taken")], id="code-twice"),
    pytest.param([{}, {"ref": "2", "product_code": ""}], None, id="a-name-is-no-key"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "found"), PRODUCTS)
def test_a_table_of_products_is_taken_whole_or_not_at_all(
    house: Database, rows: list[dict[str, str]], found: list[tuple[str, str]] | None
) -> None:
    take(house, "producers")

    if found is None:
        assert take(house, "products", *rows).new == len(rows)
        for product in house.read_now(imported_products).values():
            assert (
                house.read_now(lambda rtx, product=product: get_product(rtx, product)).commune_code == "05503"
            )
    else:
        assert faults(house, "products", *rows) == found
        assert house.read_now(imported_products) == {}


CERTIFICATES = [
    pytest.param([{"product_ref": "SP-009"}], [("2.product_ref", "cell_unknown_product")], id="no-such-product"),
    pytest.param([{"stars": "5"}], [("2.level", "cell_level")], id="five-stars-of-a-province"),
    pytest.param([{"stars": "5", "level": "central"}], None, id="five-stars-of-the-centre"),
    pytest.param([{"level": "central"}], [("2.level", "cell_level")], id="four-stars-of-the-centre"),
    pytest.param([{"issued_on": "2027-01-05"}], [("2.issued_on", "cell_day_ahead")], id="issued-tomorrow"),
    pytest.param([{"issued_on": "2027-01-04"}], None, id="issued-today"),
    pytest.param([{"expires_on": "2028-03-14"}], None, id="the-end-the-law-gives"),
    pytest.param([{"expires_on": "2028-03-15"}], [("2.expires_on", "cell_expiry")], id="another-end"),
    pytest.param([{"expires_on": "2028-03-15", "note": "theo giấy"}], None, id="another-end-with-its-reason"),
    pytest.param(
        [{"expires_on": "2025-03-14", "note": "theo giấy"}], [("2.expires_on", "term_reversed")], id="ends-on-its-first-day"
    ),
    pytest.param([{"decision_number": ""}], [("2.decision_number", "cell_required")], id="no-decision"),
    pytest.param([{}, {"product_ref": "SP-002"}], [("3.certificate_no", "row_twice")], id="number-twice"),
    pytest.param([{}, {"certificate_no": "X", "product_ref": "SP-002"}], None, id="two-products"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "found"), CERTIFICATES)
def test_a_table_of_certificates_is_taken_whole_or_not_at_all(
    house: Database, rows: list[dict[str, str]], found: list[tuple[str, str]] | None
) -> None:
    basics(house)

    if found is None:
        assert take(house, "certificates", *rows).new == len(rows)
        schema.import_tables()
        assert house.read_now(verify).intact
    else:
        assert faults(house, "certificates", *rows) == found
        assert certificates(house) == []


@pytest.mark.parametrize(
    ("issued_on", "state", "watched"),
    [
        pytest.param("2024-01-03", "expired", [], id="over-since-yesterday"),
        pytest.param("2024-01-04", "valid", ["EXPIRY", "RENEW_CLOSE", "RENEW_OPEN"], id="last-valid-day"),
        pytest.param(
            "2024-06-15",
            "valid",
            ["EXPIRY", "EXPIRY_NOTICE", "RENEW_CLOSE", "RENEW_OPEN"],
            id="window-open-already",
        ),
        pytest.param(
            "2025-03-14", "valid", ["EXPIRY", "EXPIRY_NOTICE", "RENEW_CLOSE", "RENEW_OPEN"], id="window-ahead"
        ),
    ],
)
def test_the_watch_is_set_from_the_day_of_the_import(
    house: Database, issued_on: str, state: str, watched: list[str]
) -> None:
    basics(house)

    report = take(house, "certificates", {"issued_on": issued_on})

    [found] = certificates(house)
    due = Sql(
        sa.select(DEADLINE.c.code).where(DEADLINE.c.certificate_id == found["id"]).order_by(DEADLINE.c.code)
    )
    assert (found["state"], found["origin"], found["source"]) == (state, "imported", "12/BC-SNNMT")
    assert [row[0] for row in house.read_now(lambda rtx: rtx.sql.all(due))] == watched
    assert (report.facts["in_force"], report.facts["expired"]) == (
        int(state == "valid"),
        int(state == "expired"),
    )


def test_a_later_certificate_of_the_product_takes_the_place_of_the_earlier(house: Database) -> None:
    basics(house)
    take(house, "certificates", {"issued_on": "2024-06-15"})

    later = {"certificate_no": "B", "issued_on": "2026-12-20", "decision_number": "9/QĐ"}
    report = take(house, "certificates", {"issued_on": "2024-06-15"}, later)

    second, first = certificates(house)
    waiting = Sql(sa.select(DEADLINE.c.certificate_id).where(DEADLINE.c.cancelled_at.is_(None)).distinct())
    assert (report.new, report.known) == (1, 1)
    assert (first["state"], first["successor_id"], second["state"]) == ("superseded", second["id"], "valid")
    assert house.read_now(lambda rtx: rtx.sql.all(waiting)) == [(second["id"],)]
    assert faults(house, "certificates", {"certificate_no": "C", "issued_on": "2026-12-20"}) == [
        ("2.product_ref", "cell_has_certificate")
    ]
    schema.import_tables()
    assert house.read_now(verify).intact


def test_a_table_of_offices_enters_and_changes_whom_to_call(house: Database) -> None:
    communes = house.read_now(lambda rtx: len(offices.missing(rtx, "19", TODAY)))

    assert take(house, "offices").new == 1
    assert take(house, "offices", {"phone": "02083855000"}).known == 1
    assert take(house, "offices", {"hours": "Sáng thứ Ba"}).new == 1
    assert house.read_now(lambda rtx: offices.office(rtx, "05503")).hours == "Sáng thứ Ba"
    assert house.read_now(lambda rtx: len(offices.missing(rtx, "19", TODAY))) == communes - 1
    assert faults(house, "offices", {"commune": "Xã Tân Chi"}, {"phone": "1"}) == [
        ("2.commune", "unknown_commune"), ("3.phone", "bad_phone")
    ]  # fmt: skip


def test_progress_is_told_row_by_row(house: Database) -> None:
    told: list[tuple[int, int]] = []
    rows = [{"ref": str(number)} for number in range(3)]
    sheet = read_sheet(table("producers", *rows), "p.csv", kind_named("producers").spec)

    house.write_now(
        lambda tx: imports.take(
            tx, kind_named("producers"), sheet, SOURCE, actor=IMPORTER, progress=lambda *one: told.append(one)
        )
    )

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadInput) as refused:
        kind_named("people")

    assert refused.value.params["known"] == "producers, products, certificates, offices"


def test_old_units_are_not_offered_to_a_table_of_today(house: Database) -> None:
    def old(rtx: ReadTx) -> tuple[str, ...]:
        return unit_successors.predecessors(rtx, "02185", TODAY - timedelta(days=1))

    assert house.read_now(old) == ("x-bac-kan-huyen-na-ri-xa-con-minh",)
    assert take(house, "producers", {"commune": "Xã Côn Minh"}).new == 1
    [producer] = house.read_now(imported_producers).values()
    assert house.read_now(lambda rtx: get_producer(rtx, producer)).commune_code == "02185"
