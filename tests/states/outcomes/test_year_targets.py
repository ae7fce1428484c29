"""Targets against the record: which dossiers a target speaks of, by kind, by stars, by area. Pure."""

from typing import Any

import pytest

from states.outcomes.year_targets import Taking, measured


def taking(number: int, **more: Any) -> Taking:
    """A recognised first-time product of three stars, of commune 05440."""
    values: dict[str, Any] = {
        "id": str(number), "kind": "first", "state": "recognised.3", "stars": 3, "producer_id": "p", "producer_type": None,
        "commune_code": "05440", "district_code": None, "group": None, "batch_id": None, "filed_on": "2027-03-01",
        "came_from": None,
    }  # fmt: skip
    return Taking(**{**values, **more})


RAISED = {"kind": "upgrade", "state": "promotion.active", "stars": 4, "came_from": 3}
AGAIN = {"kind": "re_evaluation", "came_from": 3}
ALL = [
    taking(1),
    taking(2),
    taking(3, **RAISED),
    taking(4, **AGAIN),
    taking(5, state="evaluation.not_passed"),
]


@pytest.mark.parametrize(
    ("measure", "result"),
    [
        pytest.param({"stars": 3, "at_least": 4}, 4, id="whatever-the-kind"),
        pytest.param({"stars": 3, "of": "first", "at_least": 4}, 2, id="new-products-only"),
        pytest.param({"stars": 3, "of": "upgrade", "at_least": 4}, 1, id="raised-ones-only"),
        pytest.param({"stars": 4, "of": "first", "at_least": 4}, 0, id="new-products-of-four-stars"),
        pytest.param({"at_least": 4}, None, id="products-nobody-counts"),
    ],
)
def test_a_target_counts_the_products_it_speaks_of(measure: dict[str, Any], result: int | None) -> None:
    found = measured("count", "sản phẩm", measure, ALL)

    assert found["result"] == result
    assert found["fulfilment_permille"] == (None if result is None else result * 1000 // 4)


def test_an_area_is_the_district_where_there_was_one_and_else_the_commune() -> None:
    of_district = [taking(number, district_code="x-a", commune_code=f"c{number}") for number in range(3)]
    measure = {"basis": "results", "per_area_from": 2}

    assert measured("per_area", "mỗi huyện", measure, of_district)["result"] == 1
    assert measured("per_area", "mỗi xã", measure, ALL)["result"] == 1
    assert measured("per_area", "mỗi xã", {**measure, "per_area_from": 5}, ALL)["result"] == 0


def test_named_areas_may_be_communes_or_districts_and_of_a_province_nothing_is_known() -> None:
    found = [
        taking(1, district_code="x-a", commune_code="05441"),
        taking(2, district_code="x-a", commune_code="05442"),
    ]
    named = [{"unit": unit, "at_least": 1} for unit in ("x-a", "05441", "x-b", "19")]

    shown = measured("per_area", "nơi", {"basis": "results", "areas": named}, found)

    assert [each["result"] for each in shown["areas"]] == [2, 1, 0, None]


def test_taking_part_counts_from_filing_and_results_from_recognition() -> None:
    found = [
        taking(1),
        taking(2, state="evaluation.not_passed"),
        taking(3, state="idea.draft", filed_on=None),
    ]
    areas = [{"unit": "05440", "exactly": 3}]

    counts = {
        basis: measured("per_area", "xã", {"basis": basis, "areas": areas}, found)["areas"][0]["result"]
        for basis in ("participation", "results")
    }

    assert counts == {"participation": 2, "results": 1}
