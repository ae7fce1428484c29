"""Plan files: what is read, and every mistake at its line and column. No database."""

import json
import re
from pathlib import Path

import pytest

from core.errors import BadInput
from core.texts import Catalogue
from states.cycle import plan
from states.cycle.plan import parse, plan_schema
from states.cycle.plan_text import SIZE_LIMIT
from tests.states.cycle.factories import PLANS, REAL, faults, plan_text

NO_CODES = {
    "plan_number",
    "plan_date",
    "plan_batch",
    "plan_number_missing",
    "plan_schema",
    "plan_of",
}  # columns and a trigger, no mistakes
PARAMS = [
    "file",
    "count",
    "line",
    "column",
    "limit",
    "problem",
    "tag",
    "key",
    "allowed",
    "wanted",
    "value",
    "least",
    "most",
    "last",
    "first",
    "step",
    "other",
    "level",
    "number",
    "earlier",
    "source",
    "ruleset",
    "kind",
    "ways",
    "province",
    "name",
    "year",
    "unit",
    "message",
    "base",
    "known",
    "ref",
    "day",
    "wanted_vi",
    "sign",
    "stars",
]
HEAD = """format: ocop-plan/1
province: 19
year: 2027
title: Kế hoạch
documents:
  - {number: minh-hoa-01/2027, date: 2027-01-04}
"""


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_is_read_and_has_a_source(path: Path) -> None:
    found = parse(plan_text(path.name), path.name)

    assert found.title
    assert found.sources


def test_the_real_plan_keeps_its_number_dates_and_source() -> None:
    found = parse(plan_text(REAL), REAL)

    assert (found.province, found.first_year, found.illustrative) == ("x-bac-giang", 2022, False)
    assert (found.documents[0].number, str(found.documents[0].date)) == ("959/KH-UBND", "2022-03-10")
    assert found.sources[0].startswith("https://ttkhuyencong.bacgiang.gov.vn/")


def test_a_code_keeps_its_leading_zero_and_text_its_vietnamese_form() -> None:
    found = parse(HEAD.replace("19", "08").replace("Kế hoạch", "Kế hoạch"))

    assert found.province == "08"
    assert found.title == "Kế hoạch"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", ("plan_not_mapping", 1, 1), id="empty"),
        pytest.param("- a\n- b\n", ("plan_not_mapping", 1, 1), id="a-list"),
        pytest.param("format: [a\n", ("plan_unclosed", 2, 1), id="bracket-left-open"),
        pytest.param("a: 'x\nb: 2\n", ("plan_unclosed", 3, 1), id="quotation-left-open"),
        pytest.param("a:\n  - 1\n - 2\n", ("plan_indent", 3, 2), id="out-of-line"),
        pytest.param("a: 1\n  b: 2\n", ("plan_colon", 2, 4), id="too-far-in"),
        pytest.param("a: 1\nb\nc: 2\n", ("plan_no_colon", 3, 1), id="key-without-colon"),
        pytest.param("a: @x\n", ("plan_quote", 1, 4), id="sign-that-begins-nothing"),
        pytest.param('a: "\\q"\n', ("plan_quote", 1, 6), id="unknown-escape"),
        pytest.param("a: 1\n---\nb: 2\n", ("plan_two_documents", 2, 1), id="two-documents"),
        pytest.param("%YAML 3.0\n---\na: 1\n", ("plan_not_yaml", 1, 1), id="yaml-of-another-age"),
        pytest.param("a: \x07\n", ("plan_sign", 1, 4), id="control-character"),
        pytest.param("a: &x 1\nb: *x\n", ("plan_alias", 2, 4), id="an-alias"),
        pytest.param("a: !!python/name:os.system x\n", ("plan_tag", 1, 4), id="a-python-tag-is-no-plan"),
        pytest.param("a: !mine x\n", ("plan_tag", 1, 4), id="a-tag-of-ones-own"),
        pytest.param("a: " + "[" * 40 + "]" * 40, ("plan_too_deep", 1, 15), id="deeply-nested"),
        pytest.param("#" * (SIZE_LIMIT + 1), ("plan_too_large", 1, 1), id="too-large"),
    ],
)
def test_what_is_no_plan_file_is_refused_at_its_place(text: str, found: tuple[str, int, int]) -> None:
    assert faults(text) == [found]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param(("year: 2027", "year: 2027\nyeer: 2027"), ("plan_key_unknown", 4, 1), id="unknown-key"),
        pytest.param(("year: 2027", "year: 2027\nyear: 2028"), ("plan_key_twice", 4, 1), id="key-twice"),
        pytest.param(("title: Kế hoạch\n", ""), ("plan_key_missing", 1, 1), id="key-missing"),
        pytest.param(("title: Kế hoạch", "title:"), ("plan_value_empty", 4, 7), id="empty-value"),
        pytest.param(("title: Kế hoạch", "title: [a]"), ("plan_wrong_type", 4, 8), id="list-for-text"),
        pytest.param(("year: 2027", "year: hai"), ("plan_not_whole", 3, 7), id="year-in-words"),
        pytest.param(("year: 2027", "year: 1999"), ("plan_out_of_range", 3, 7), id="year-before-the-programme"),
        pytest.param(("year: 2027", "years: [2027]"), ("plan_list_length", 3, 8), id="half-a-span"),
        pytest.param(("year: 2027", "years: [2027, 2020]"), ("plan_backwards", 3, 8), id="years-backwards"),
        pytest.param(("year: 2027\n", ""), ("plan_year_or_years", 1, 1), id="no-year"),
        pytest.param(("province: 19", "province: Huế"), ("plan_wrong_form", 2, 11), id="province-by-name"),
        pytest.param(("province: 19", "province: x-ha-tay"), ("plan_key_missing", 2, 11), id="historic-without-name"),
        pytest.param(("2027-01-04", "2027-02-30"), ("plan_not_a_day", 6, 38), id="no-such-day"),
        pytest.param(("2027-01-04", "4/1/2027"), ("plan_not_a_day", 6, 38), id="day-month-year"),
        pytest.param(("ocop-plan/1", "ocop-plan/9"), ("plan_not_one_of", 1, 9), id="another-format"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_by_line_and_column(
    change: tuple[str, str], found: tuple[str, int, int]
) -> None:
    assert faults(HEAD.replace(*change)) == [found]


WINDOW = "windows:\n  - {step: idea, opens: 2027-02-16, closes: 2027-04-29}\n"
BATCH = """batches:
  - level: province
    number: 1
    steps:
      - {step: propose, date: 2027-04-30, bound: before}
      - {step: evaluate, date: 2027-06-30, bound: before}
"""


@pytest.mark.parametrize(
    ("more", "found"),
    [
        pytest.param(
            WINDOW + "  - {step: idea, opens: 2027-04-29, closes: 2027-05-10}\n",
            ("plan_windows_overlap", 9, 5),
            id="windows-of-one-step-overlap-by-a-day",
        ),
        pytest.param(WINDOW.replace("2027-04-29", "2027-02-15"), ("plan_backwards", 8, 45), id="window-backwards"),
        pytest.param(
            WINDOW.replace("2027-04-29}", "2027-02-16, bound: before}"),
            ("plan_backwards", 8, 45),
            id="before-its-own-first-day",
        ),
        pytest.param(BATCH + BATCH[9:], ("plan_batch_twice", 13, 5), id="batch-twice"),
        pytest.param(
            BATCH.replace("2027-06-30", "2027-04-20"), ("plan_steps_disordered", 12, 32), id="evaluated-before-proposed"
        ),
        pytest.param(
            BATCH.replace("      - {step: evaluate, date: 2027-06-30, bound: before}\n", ""),
            ("plan_batch_step_missing", 11, 7),
            id="no-evaluation",
        ),
        pytest.param(
            BATCH.replace("province", "central").replace("propose,", "file,"),
            ("plan_not_one_of", 11, 16),
            id="nobody-files-at-the-centre",
        ),
        pytest.param("targets:\n  - {kind: count, what: sản phẩm}\n", ("plan_target_unmeasured", 8, 5), id="no-measure"),
        pytest.param(
            "targets:\n  - {kind: count, what: sản phẩm, at_least: 3, exactly: 3}\n",
            ("plan_target_measure", 8, 5),
            id="two-measures",
        ),
        pytest.param(
            "targets:\n  - {kind: range, what: sản phẩm, from: 9, to: 3}\n", ("plan_backwards", 8, 48), id="range-backwards"
        ),
        pytest.param("calendar:\n  - {title: Họp}\n", ("plan_entry_date", 8, 5), id="entry-without-a-date"),
        pytest.param("calendar:\n  - {title: Họp, date: 2027-03-01}\n", ("plan_key_missing", 8, 5), id="no-bound"),
        pytest.param(
            "events:\n  - {kind: fair, title: Hội chợ, date: 2027-03-01, month: 2027-03}\n",
            ("plan_entry_date", 8, 5),
            id="event-with-two-dates",
        ),
        pytest.param(
            "events:\n  - {kind: fair, title: a, from: 2027-03-02, to: 2027-03-01}\n",
            ("plan_backwards", 8, 50),
            id="event-backwards",
        ),
        pytest.param(
            "tasks:\n  - {title: a, ref: x}\n  - {title: b, ref: x}\n", ("plan_ref_twice", 9, 21), id="task-name-twice"
        ),
        pytest.param("tasks:\n  - {title: a, after: [x]}\n", ("plan_ref_unknown", 8, 24), id="follows-nothing"),
        pytest.param(
            "tasks:\n  - {title: a, ref: x, due: 2027-05-01}\n  - {title: b, after: [x], due: 2027-04-01}\n",
            ("plan_backwards", 9, 24),
            id="due-before-what-it-follows",
        ),
        pytest.param("themes:\n  - {year: 2028, theme: a}\n", ("plan_year_beyond", 8, 12), id="theme-of-another-year"),
        pytest.param("budgets:\n  - {year: 2026, million_vnd: 5}\n", ("plan_year_beyond", 8, 12), id="money-of-another-year"),
        pytest.param("baseline:\n  - {products: 105}\n", ("plan_key_missing", 8, 5), id="figures-of-no-day"),
        pytest.param("surveys:\n  - {at: 2026-12-31, sample: 0}\n", ("plan_out_of_range", 8, 30), id="nobody-asked"),
        pytest.param("partners:\n  - {name: a, kind: friend}\n", ("plan_not_one_of", 8, 21), id="some-partner"),
        pytest.param(
            "targets:\n  - kind: per_area\n    what: a\n    basis: results\n    areas:\n"
            "      - {unit: '05440', at_least: 1}\n      - {unit: '05440', at_least: 2}\n",
            ("plan_unit_twice", 13, 16),
            id="area-twice",
        ),
    ],
)  # fmt: skip
def test_values_that_contradict_each_other_are_named_by_place(more: str, found: tuple[str, int, int]) -> None:
    assert found in faults(HEAD + more)


@pytest.mark.parametrize(
    "target",
    [
        "{kind: count, what: a, stars: 3, at_least: 36, per_area_from: 4, per_area_to: 5}",
        "{kind: count, what: a, exactly: 10}",
        "{kind: range, what: a, from: 10, to: 20}",
        "{kind: transition, what: a, from_stars: 4, to_stars: 5, at_least: 1}",
        "{kind: per_area, what: a, basis: participation, per_area_from: 3}",
        "{kind: per_area, what: a, basis: results, areas: [{unit: '05440', at_least: 1}]}",
        "{kind: entities, what: a, from: 3, to: 5}",
        "{kind: entities, what: a, percent: 100}",
        "{kind: coverage, what: a, percent: 100, about: 2400}",
        "{kind: facilities, what: a, at_least: 2}",
        "{kind: deliverable, what: a}",
    ],
)
def test_every_kind_of_target_in_the_real_plans_can_be_written(target: str) -> None:
    assert len(parse(HEAD + f"targets:\n  - {target}\n").targets) == 1


PROGRAMME = HEAD.replace("year: 2027", "years: [2027, 2029]")


@pytest.mark.parametrize(
    ("more", "found"),
    [
        pytest.param(WINDOW, ("plan_of_one_year", 8, 3), id="windows"),
        pytest.param(BATCH, ("plan_of_one_year", 8, 3), id="batches"),
        pytest.param("themes:\n  - {year: 2028, theme: a}\n  - {year: 2028, theme: b}\n", ("plan_year_twice", 9, 12), id="theme"),
        pytest.param("tasks:\n  - {title: a, year: 2030}\n", ("plan_year_beyond", 8, 22), id="task-of-another-year"),
    ],
)  # fmt: skip
def test_a_programme_holds_what_belongs_to_all_its_years(more: str, found: tuple[str, int, int]) -> None:
    assert faults(PROGRAMME + more) == [found]


def test_what_the_programme_documents_say_can_be_written_down() -> None:
    """The requirement table of process.md §7, row by row."""
    plan = parse(
        PROGRAMME
        + """
lead: Văn phòng điều phối nông thôn mới
programme: 386/QĐ-UBND
budget_million_vnd: 111877
budgets:
  - {year: 2027, million_vnd: 20000, from: ngân sách tỉnh}
  - {year: 2027, million_vnd: 5000, from: ngân sách xã}
  - {year: 2028, million_vnd: 21000}
themes:
  - {year: 2027, theme: Sản phẩm chủ lực}
baseline:
  - at: 2019-12-31
    products: 105
    three_star: 97
    four_star: 8
    target: 40
    entities: 76
    enterprises: 4
    cooperatives: 57
    groups: 3
    households: 12
    held:
      - {what: VietGAP, count: 3}
      - {what: HACCP, count: 11}
surveys:
  - {at: 2020-12-31, sample: 29, revenue_million_vnd: 18311, revenue_each_million_vnd: 631, profit_each_million_vnd: 61, growth_percent: 14}
events:
  - {kind: training, title: Tập huấn chủ thể mới, from: 2027-03-01, to: 2027-03-03, audience: [producers_new], places: 60}
  - {kind: supply_demand, title: Kết nối cung cầu, month: 2027-10, audience: [partners]}
partners:
  - {name: Hội doanh nhân OCOP, kind: association, members: 89}
  - {name: Chuỗi siêu thị, kind: buyer}
tasks:
  - {title: Bộ tài liệu, ref: handbook, year: 2027, department: Sở Nông nghiệp, output: Sổ tay}
  - {title: Tập huấn trực tuyến, after: [handbook], year: 2028}
"""
    )

    assert plan.baseline[0].fulfilment_permille == 2625
    assert (plan.budget_of(2027), plan.budget_of(2028), plan.budget_of(2029)) == (25000, 21000, None)
    assert [str(event.stated) for event in plan.events] == ["2027-03-03", "2027-10-31"]
    assert (plan.theme_of(2027), plan.theme_of(2028)) == ("Sản phẩm chủ lực", None)
    assert plan.tasks[1].after == ("handbook",)
    events = plan.to_json()["events"]
    assert isinstance(events, list)
    assert [each["places"] for each in events] == [60, None]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    found = faults(HEAD.replace("19", "Huế").replace("2027-01-04", "x") + "more: 1\n")

    assert [line for _, line, _ in found] == [2, 6, 7]


def test_an_unknown_key_is_told_the_nearest_known_one() -> None:
    with pytest.raises(BadInput) as refusal:
        parse(HEAD + "audiense: [commune]\n", "a.yaml")

    assert refusal.value.fields[0].params["allowed"] == "audience"
    assert (refusal.value.params["file"], refusal.value.params["line"]) == ("a.yaml", 7)


def test_every_mistake_has_a_text_in_both_languages_that_says_where() -> None:
    folder = Path(plan.__file__).parent
    texts = Catalogue({"cycle": folder}, strict=True)
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = {code for code in re.findall(r'"(plan_[a-z_]+)"', sources) if code not in NO_CODES}

    for lang in ("vi", "en"):
        assert codes - texts.all_codes("cycle", lang) == set()
        assert all(texts.text(code, lang, **dict.fromkeys(PARAMS, "")) for code in codes)


def test_the_published_schema_is_the_one_of_this_program() -> None:
    published = Path(plan.__file__).parents[2] / "docs" / "plan-file.schema.json"

    assert json.loads(published.read_text(encoding="utf-8")) == plan_schema()


def test_the_schema_closes_every_mapping_and_is_plain_json() -> None:
    schema = plan_schema()

    assert json.loads(json.dumps(schema)) == schema
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {"format", "province", "title", "documents"}  # type: ignore[call-overload]  # a list
