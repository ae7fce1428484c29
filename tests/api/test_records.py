"""Repairs, tables taken over, settings, offices and years of producers through the interface: done, refused, read back."""

from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from api.schemas import records as shapes
from core.sql import Sql
from registry.roles import Role
from states.certificate.models import CERTIFICATE_TABLE
from states.outcomes.import_kinds import KINDS
from states.outcomes.tables import template
from tests.api.people import NOWHERE, V1, House, Walk, code_of

V, C, P = Role.PROVINCE_UNIT, Role.COMMUNE, Role.PRODUCER
WHY = {"reason": "gõ nhầm", "document": "15/TB-VPĐP"}
SETTING = {
    "unit_code": "19",
    "name": "quorum",
    "value": "3/4",
    "document": "5/QĐ-UBND",
    "reason": "quy chế mới",
}


def faults(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(each["path"], each["code"]) for each in answer.json()["fields"]]


def test_a_repair_is_an_act_that_history_and_replay_know(house: House) -> None:
    unit, product = house.role(V), f"{V1}/products/{house.world.product}"

    made = unit.post(
        f"{product}/repairs", json={"changes": {"name": "Chè đã sửa"}, **WHY, "expected_lines": 1}
    )
    read = unit.get(f"{product}/repairs").json()

    assert (made.status_code, made.json()["changed"], made.json()["lines"]) == (201, ["name"], 2)
    shapes.RepairMade.model_validate(made.json())
    shapes.RepairList.model_validate(read)
    assert [(one["reason"], one["document"], one["changes"]) for one in read["items"]] == [
        ("gõ nhầm", "15/TB-VPĐP",
         [{"column": "name", "before": "Chè búp minh hoạ", "after": "Chè đã sửa", "hidden": False}])
    ]  # fmt: skip
    assert [one["column"] for one in read["repairable"]] == ["name", "group_code", "set_code"]
    assert code_of(
        unit.post(f"{product}/repairs", json={"changes": {"name": "x"}, **WHY, "expected_lines": 1})
    ) == (409, "stale_version")


def id_of(house: House, number: str) -> str:
    rows = CERTIFICATE_TABLE.c
    asked = Sql(sa.select(rows.id).where(rows.certificate_no == number))
    return str(house.db.read_now(lambda rtx: rtx.sql.value(asked)))


def test_a_certificate_put_right_says_so_to_everybody(house: House, walk: Walk) -> None:
    walk.to_recognition()
    unit = house.role(V)
    [number] = unit.get(f"{V1}/dossiers/{walk.id}").json()["certificates"]
    address = f"{V1}/certificates/{id_of(house, number)}"

    made = unit.post(
        f"{address}/repairs",
        json={"changes": {"decision_number": "78/QĐ-UBND", "producer_name": "HTX Đúng"}, **WHY},
    )

    shown = house.nobody().get(f"{V1}/public/certificates/{number}").json()
    [correction] = shown["corrections"]
    replayed = unit.get(f"{address}/replay").json()
    assert (made.status_code, made.json()["follows"]) == (201, [f"dossier/{walk.id}"])
    assert (shown["decision_number"], shown["producer_name"]) == ("78/QĐ-UBND", "HTX Đúng")
    assert (correction["document"], correction["on"]) == ("15/TB-VPĐP", "2027-12-20")
    assert correction["changes"] == [
        {"column": "decision_number", "before": "77/QĐ-UBND", "after": "78/QĐ-UBND", "hidden": False},
        {"column": "producer_name", "before": None, "after": None, "hidden": True},
    ]
    assert (replayed["equals_stored"], replayed["problems"]) == (True, [])
    assert unit.get(f"{V1}/dossiers/{walk.id}/replay").json()["equals_stored"] is True


def test_each_repair_is_refused_to_whom_and_where_it_does_not_belong(house: House) -> None:
    product = f"{V1}/products/{house.world.product}/repairs"
    body = {"changes": {"name": "Chè đã sửa"}, **WHY}

    assert code_of(house.nobody().post(product, json=body)) == (401, "not_signed_in")
    assert code_of(house.role(P).post(product, json=body)) == (403, "wrong_actor")
    assert code_of(house.role(C).post(product, json=body)) == (403, "wrong_actor")
    assert code_of(house.role(V).post(f"{V1}/products/{NOWHERE}/repairs", json=body)) == (
        404,
        "subject_not_found",
    )
    assert code_of(house.role(V).get(f"{V1}/dossiers/{NOWHERE}/repairs")) == (404, "subject_not_found")
    assert code_of(house.role(V).post(f"{V1}/batches/{NOWHERE}/repairs", json=body))[0] == 404
    assert faults(house.role(V).post(product, json={**body, "changes": {"state": "x"}})) == [
        ("state", "repair_column_unknown")
    ]
    assert faults(house.role(V).post(product, json={**body, "changes": {}}))[0][0] == "changes"
    assert faults(house.role(V).post(product, json={"changes": {"name": "x"}, "reason": "x"})) == [
        ("document", "required")
    ]
    assert house.role(P).get(product).json()["repairable"] == []
    assert house.role(P).get(product).json()["items"] == []


def upload(client: TestClient, kind: str, table: str, *, dry_run: bool = False, **given: str) -> Any:
    fields = {"province": "19", "document": "12/BC", **given}
    files = {"file": (f"{kind}.csv", table.encode(), "text/csv")}
    return client.post(f"{V1}/imports/{kind}?dry_run={str(dry_run).lower()}", data=fields, files=files)


def test_the_tables_of_a_province_are_checked_imported_and_known_the_second_time(house: House) -> None:
    unit = house.role(V)

    for kind in KINDS:
        table = unit.get(f"{V1}/imports/{kind}/template")
        assert table.text == template(KINDS[kind].spec)
        checked, first, second = (upload(unit, kind, table.text, dry_run=dry) for dry in (True, False, False))
        assert [one.status_code for one in (checked, first, second)] == [200, 200, 200], first.text
        shapes.ImportRead.model_validate(first.json())
        assert [(one.json()["new"], one.json()["known"], one.json()["written"]) for one in (checked, first, second)] == [
            (1, 0, False), (1, 0, True), (0, 1, True),
        ]  # fmt: skip
    assert first.json()["file"] == "offices.csv"


def test_a_table_with_a_fault_is_refused_with_its_cell_and_how_to_mend_it(house: House) -> None:
    unit = house.role(V)
    table = template(KINDS["producers"].spec).replace("cooperative", "hợp tác xã")

    answer = upload(unit, "producers", table)

    assert code_of(answer) == (422, "import_rows")
    [fault] = answer.json()["fields"]
    assert (fault["path"], fault["code"]) == ("2.type", "cell_choice")
    assert "cooperative_group" in fault["message"]
    assert house.role(V).get(f"{V1}/producers").json()["items"][-1]["name"] == "Hợp tác xã Chè Minh Hoạ"


def test_only_the_unit_of_the_province_and_the_administrator_import(house: House) -> None:
    table = template(KINDS["offices"].spec)

    assert code_of(upload(house.nobody(), "offices", table)) == (401, "not_signed_in")
    assert code_of(upload(house.role(C), "offices", table)) == (403, "wrong_actor")
    assert code_of(upload(house.role(V), "offices", table, province="24")) == (404, "unknown_unit")
    assert code_of(upload(house.role(V), "people", table)) == (422, "import_kind")
    assert faults(upload(house.role(V), "offices", table, document=" ")) == [("document", "required")]
    assert upload(house.role(Role.ADMIN), "offices", table).json()["new"] == 1


def test_a_choice_is_made_with_reason_and_document_and_stays_with_the_former(house: House) -> None:
    unit = house.role(V)
    before = unit.get(f"{V1}/settings", params={"unit": "19"}).json()

    made = unit.post(f"{V1}/settings", json=SETTING)

    shapes.SettingList.model_validate(made.json())
    values = [
        {one["name"]: one["value"] for one in found["items"]}["quorum"] for found in (before, made.json())
    ]
    [quorum] = [one for one in made.json()["items"] if one["name"] == "quorum"]
    assert (made.status_code, values) == (201, ["2/3", "3/4"])
    assert [(one["value"], one["document"]) for one in quorum["choices"]] == [("3/4", "5/QĐ-UBND")]


@pytest.mark.parametrize(
    ("role", "change", "refused"),
    [
        (C, {}, (403, "wrong_actor")),
        (P, {}, (403, "wrong_actor")),
        (V, {"unit_code": "24"}, (404, "unknown_unit")),
        (V, {"unit_code": "vn"}, (404, "unknown_unit")),
        (V, {"value": "1/2"}, (422, "setting_value")),
        (V, {"name": "nothing"}, (422, "setting_unknown")),
        (V, {"from_at": "2026-01-01T00:00:00+07:00"}, (422, "setting_backdated")),
        (V, {"from_at": "2028-01-01T00:00:00"}, (422, "bad_fields")),
        (V, {"reason": ""}, (422, "bad_fields")),
        (V, {"document": ""}, (422, "bad_fields")),
        (V, {"from_at": "2028-01-01T00:00:00+07:00"}, None),
        (Role.ADMIN, {"unit_code": "vn"}, None),
    ],
)
def test_a_choice_that_may_not_be_made_is_refused(
    house: House, role: Role, change: dict[str, Any], refused: tuple[int, str] | None
) -> None:
    answer = house.role(role).post(f"{V1}/settings", json={**SETTING, **change})

    if refused is None:
        assert answer.status_code == 201, answer.text
    else:
        assert code_of(answer) == refused
        assert house.role(V).get(f"{V1}/settings", params={"unit": "19"}).json()["items"][0]["choices"] == []


def test_settings_of_a_province_are_seen_by_those_who_work_there_only(house: House) -> None:
    assert house.role(C).get(f"{V1}/settings", params={"unit": "19"}).status_code == 200
    assert code_of(house.role(C).get(f"{V1}/settings", params={"unit": "24"})) == (404, "unknown_unit")
    assert code_of(house.role(C).get(f"{V1}/offices", params={"province": "24"})) == (404, "unknown_unit")


def test_an_office_is_entered_by_its_own_commune_or_the_province(house: House) -> None:
    mine, other = (f"{V1}/offices/{code}" for code in (house.world.commune, house.world.other_commune))
    office = {"phone": "0208 3855 000", "hours": "7:30-17:00"}
    before = house.role(V).get(f"{V1}/offices", params={"province": "19"}).json()

    assert house.role(C).put(mine, json=office).status_code == 204
    assert code_of(house.role(C).put(other, json=office)) == (403, "wrong_actor")
    assert house.role(V).put(other, json=office).status_code == 204
    assert faults(house.role(V).put(other, json={**office, "phone": "1"})) == [("phone", "bad_phone")]
    assert code_of(house.role(V).put(f"{V1}/offices/99999", json=office)) == (404, "unknown_unit")

    after = house.role(V).get(f"{V1}/offices", params={"province": "19"}).json()
    shapes.OfficeList.model_validate(after)
    assert (len(after["items"]), before["missing"] - after["missing"]) == (92, 2)


def test_a_legal_form_changes_with_its_day_and_the_old_one_stays(house: House) -> None:
    forms = f"{V1}/producers/{house.world.producer}/legal-forms"
    body = {
        "since": "2026-03-01", "type": "small_medium_enterprise", "legal_form": "joint_stock_company",
        "community_majority": True, "document": "5/GCN", "reason": "chuyển đổi",
    }  # fmt: skip

    assert code_of(house.role(P).post(forms, json=body)) == (403, "wrong_actor")
    assert house.role(C).post(forms, json=body).status_code == 204
    assert faults(house.role(C).post(forms, json=body)) == [("type", "nothing_changed")]

    found = house.role(P).get(forms).json()
    shapes.LegalFormList.model_validate(found)
    assert [(one["since"], one["type"]) for one in found["items"]] == [
        (None, "cooperative"), ("2026-03-01", "small_medium_enterprise"),
    ]  # fmt: skip


def test_a_producer_states_its_years_and_sees_what_the_ballot_asks(house: House) -> None:
    years = f"{V1}/producers/{house.world.producer}/years"
    year = {"year": 2026, "workers": 40, "local_workers": 31, "cooperative_grade": "fair"}

    assert house.role(P).post(years, json=year).status_code == 204
    assert faults(house.role(P).post(years, json={**year, "local_workers": 41})) == [
        ("local_workers", "part_of_more")
    ]
    assert code_of(house.role(Role.CHAIR).post(years, json={**year, "year": 2025})) == (403, "wrong_actor")

    found = house.role(C).get(years).json()
    shapes.YearList.model_validate(found)
    assert (found["ballot"]["local_labour_percent"], found["ballot"]["cooperative_grade"]) == (77, "fair")
    assert code_of(house.role(P).get(f"{V1}/producers/{NOWHERE}/years")) == (404, "unknown_producer")


def test_a_namesake_is_hinted_at_before_a_product_is_registered(house: House) -> None:
    asked = {"producer_id": house.world.producer, "name": "CHÈ BÚP minh hoạ"}

    found = house.role(P).get(f"{V1}/products/similar", params=asked).json()
    other = house.role(P).get(f"{V1}/products/similar", params={**asked, "name": "Mật ong"}).json()

    shapes.SimilarList.model_validate(found)
    assert [one["id"] for one in found["items"]] == [house.world.product]
    assert other["items"] == []
