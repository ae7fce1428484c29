"""The law as text: list, show, diff, and the generated `docs/law.md`."""

import re
from pathlib import Path

import pytest

from regulations import law_docs, law_files, law_show
from regulations.errors import RegulationError
from regulations.rulesets import all_rulesets, get

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "data"


def test_the_list_has_one_line_per_ruleset_in_order_of_force() -> None:
    lines = law_show.list_text().splitlines()

    assert [line.split()[0] for line in lines[1:]] == [each.id for each in all_rulesets()]
    assert lines[-1].split() == ["qd26-2026", "26/2026/QĐ-TTg", "2026-05-22", "open", "qd26-2026"]


def test_a_ruleset_is_shown_with_unit_source_and_how_sure() -> None:
    text = law_show.show_text("qd26-2026")

    assert get("qd26-2026").pin in text
    assert "samples: 5 [samples]\n    law: QĐ 26/2026/QĐ-TTg Điều 6.2.d" in text
    assert "doubts in its sheets:" in text
    assert "26 Dịch vụ du lịch cộng đồng" in text


@pytest.mark.parametrize("ruleset", all_rulesets(), ids=lambda each: each.id)
def test_every_stated_path_is_shown(ruleset: object) -> None:
    ruleset_id = str(getattr(ruleset, "id", ""))
    text = law_show.show_text(ruleset_id)

    assert all(f"\n{path}: " in text for path, _ in law_show.sourced_paths(get(ruleset_id)))


def test_the_difference_of_two_rulesets_names_what_changed() -> None:
    lines = law_show.diff_text("qd148-2023", "qd1489-2025").splitlines()

    assert "~ deciders.3.level: district -> province" in lines
    assert "- features.district_level: true" in lines
    assert "+ features.commune_report: true" in lines
    assert not any("source" in line or "basis" in line for line in lines)


def test_a_ruleset_does_not_differ_from_itself() -> None:
    assert law_show.diff_data("qd26-2026", "qd26-2026") == []
    assert law_show.diff_text("qd26-2026", "qd26-2026").endswith("no difference\n")


def test_an_unknown_ruleset_is_refused() -> None:
    with pytest.raises(RegulationError) as refused:
        law_show.show_text("qd27-2027")

    assert refused.value.code == "ruleset_unknown"


def test_the_law_page_is_up_to_date() -> None:
    titles = law_docs.case_titles(CASES)

    assert (ROOT / "docs" / "law.md").read_text(encoding="utf-8") == law_docs.law_markdown(titles), (
        "run: python -m regulations.law_docs tests/cases/data docs/law.md"
    )


def test_every_testable_clause_has_a_case_and_every_case_exists() -> None:
    assert law_docs.untested(law_docs.clauses(), law_docs.case_titles(CASES)) == []


def test_a_testable_clause_without_a_case_fails() -> None:
    found = law_docs.clauses()
    bare = found.clauses[4].model_copy(update={"cases": ()})
    changed = found.model_copy(update={"clauses": (bare, *found.clauses[5:])})

    assert law_docs.untested(changed, law_docs.case_titles(CASES)) == ["2.3: testable, but no case"]


def test_a_clause_naming_a_case_that_is_gone_fails() -> None:
    titles = dict(law_docs.case_titles(CASES))
    del titles["LV-01"]

    with pytest.raises(RegulationError, match="no case LV-01"):
        law_docs.law_markdown(titles)


def test_every_article_the_ruleset_cites_is_a_clause_of_the_list() -> None:
    known = {each.cited for each in law_docs.clauses().clauses}
    cited = {
        match.group(1)
        for _, sources in law_show.sourced_paths(get("qd26-2026"))
        for source in sources
        for match in [re.match(r"QĐ 26/2026/QĐ-TTg (Điều [\d.a-zđ]+)", source)]
        if match
    }
    parts_of_known = {
        each for each in cited for clause in known if clause == each or clause.startswith(f"{each}.")
    }

    assert cited - parts_of_known == set()


def test_no_law_file_names_a_path_of_a_machine_or_a_registry() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in law_files.DATA.rglob("*.*"))

    assert not re.search(r"(?<![\w/])/(work|home|root|tmp|usr)/|pypi|registry", texts)
