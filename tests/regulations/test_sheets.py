import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from regulations import convert_sheets, law_files, rulesets, sheet_checks, sheet_files, sheets, wordings
from regulations.errors import RegulationError
from regulations.levels import parts
from regulations.sheet_models import Sheet, Taxonomy

R3 = rulesets.get("qd26-2026")
COFFEE = json.loads(sheet_files.read("qd26-2026", "qd26-13-coffee-cocoa.json"))


def test_77_sheets_in_three_editions_with_their_trees() -> None:
    found = Counter((sheet.ruleset, sheet.status) for sheet in sheets.all_sheets())

    assert found == {
        ("qd26-2026", "verified"): 26,
        ("qd148-2023", "verified"): 22,
        ("qd148-2023", "partial"): 4,
        ("qd1048-2019", "verified"): 22,
        ("qd1048-2019", "partial"): 3,
    }


def test_loading_everything_takes_at_most_150_ms_and_happens_once() -> None:
    caches: list[Any] = [
        rulesets.all_rulesets,
        sheets.edition_sheets,
        sheets.taxonomy,
        sheet_files.index,
    ]
    spent = []
    for _ in range(5):
        for cached in caches:
            cached.cache_clear()
        started = time.process_time()
        rulesets.all_rulesets()
        sheets.all_sheets()
        spent.append(time.process_time() - started)

    assert min(spent) <= 0.150, [round(each * 1000) for each in spent]
    assert sheets.edition_sheets("qd26-2026") is sheets.edition_sheets("qd26-2026")


@pytest.mark.parametrize("ruleset", rulesets.all_rulesets(), ids=lambda each: each.id)
def test_the_parts_of_the_sheets_are_those_of_their_ruleset(ruleset: rulesets.Ruleset) -> None:
    for sheet in sheets.edition_sheets(ruleset.sheet_edition).values():
        assert {part.id: part.max_points for part in sheet.parts} == parts(ruleset)


def test_topics_the_law_names_occur_in_its_sheets() -> None:
    topics = {
        criterion.topic
        for sheet in sheets.edition_sheets("qd26-2026").values()
        for criterion in sheet.criteria()
    }
    guide = R3.data.evidence_guide
    named = {topic for matter in R3.data.commune_matters for topic in matter.topics}
    named |= {topic for item in (guide.items if guide else ()) for topic in item.topics}

    sections = {
        section.topic
        for sheet in sheets.edition_sheets("qd26-2026").values()
        for part in sheet.parts
        for section in part.sections
    }
    assert named <= topics | sections


def test_doubts_are_kept_and_shown() -> None:
    tourism = sheets.sheet_for(R3, "26")
    partial = sheets.sheet_for(rulesets.get("qd1489-2025"), "13")

    assert tourism.caveats[0].startswith("A: heading says 35 points")
    assert partial.caveats == ("C: 35 points stated, 33 found",)
    assert [fix.used for fix in sheets.sheet_for(R3, "11").corrections] == [0, 1]


def test_a_set_without_a_sheet_says_why() -> None:
    with pytest.raises(RegulationError, match="holds no sheet") as refused:
        sheets.sheet_for(rulesets.get("qd781-2020"), "rice-cereals")

    assert refused.value.code == "sheet_unknown"


def test_an_unknown_set_is_refused() -> None:
    with pytest.raises(RegulationError) as refused:
        sheets.sheet_for(R3, "27")

    assert refused.value.code == "sheet_unknown"


def test_agencies_and_samples_of_a_set() -> None:
    assert sheets.set_entry(R3, "05").lead == ("Bộ Công Thương",)
    assert not sheets.set_entry(R3, "26").samples_required


def test_floors_of_a_sheet_and_what_points_miss() -> None:
    coffee = sheets.sheet_for(R3, "13")
    best = {criterion.id: criterion.max_points for criterion in coffee.criteria()}

    assert sheets.Floor("1.5", 4, 2) in sheets.floors(coffee)
    assert sheets.floors_missed(coffee, best) == {}
    assert sheets.floors_missed(coffee, {**best, "1.5": 2}) == {5: ("1.5",)}
    assert sheets.floors_missed(coffee, {**best, "1.5": 1}) == {4: ("1.5",), 5: ("1.5",)}


def test_a_mark_on_a_heading_asks_for_full_points() -> None:
    sheet = sheets.sheet_for(rulesets.get("qd148-2023"), "01")
    marked = [each for each in sheet.criteria() if each.required_for_star is not None]

    assert marked
    assert all(sheets.Floor(each.id, 4, each.max_points) in sheets.floors(sheet) for each in marked)


def edit(path: list[Any], value: object) -> Callable[[dict[str, Any]], None]:
    def apply(sheet: dict[str, Any]) -> None:
        node: Any = sheet
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = value

    return apply


FIRST = ["parts", 0, "sections", 0, "criteria", 0]
CASES_OF_TWO = [{"id": "a", "vi": "a", "en": "a"}, {"id": "b", "vi": "b", "en": "b"}]


@pytest.mark.parametrize(
    ("break_it", "place"),
    [
        pytest.param(edit([*FIRST, "max_points"], 4), "1.1", id="criterion-sum"),
        pytest.param(edit(["parts", 0, "sections", 0, "max_points"], 17), "1", id="section-sum"),
        pytest.param(edit(["parts", 0, "max_points"], 41), "A", id="part-maximum"),
        pytest.param(edit([*FIRST, "options", 0, "points"], 2), "1.1", id="points-do-not-rise"),
        pytest.param(edit([*FIRST, "options", 2, "required_for_star"], 3), "1.1", id="marks-do-not-rise"),
        pytest.param(edit([*FIRST, "options", 0, "id"], 9), "1.1", id="option-ids"),
        pytest.param(edit([*FIRST, "options", 0, "case"], "x"), "1.1", id="unknown-case"),
        pytest.param(edit([*FIRST, "options", 0, "points"], -1), "1.1", id="points-below-zero"),
        pytest.param(edit([*FIRST, "cases"], CASES_OF_TWO), "1.1", id="case-without-options"),
        pytest.param(edit([*FIRST, "id"], "1.2"), "1.2", id="id-twice"),
        pytest.param(edit([*FIRST, "options"], []), "1.1", id="no-options"),
        pytest.param(edit(["status"], "partial"), "status", id="partial-without-gap"),
        pytest.param(
            edit(["known_gaps"], [{"at": "6", "stated": 9, "found": 8}]), "6", id="gap-that-is-not-there"
        ),
    ],
)
def test_a_sheet_that_does_not_add_up_is_refused(
    break_it: Callable[[dict[str, Any]], None], place: str
) -> None:
    broken = json.loads(json.dumps(COFFEE))
    break_it(broken)
    sheet = law_files.parse(Sheet, law_files.canonical(broken), "broken.json")

    with pytest.raises(RegulationError) as refused:
        sheet_checks.check_sheet(sheet, "broken.json", dict(parts(R3)))

    assert (refused.value.code, refused.value.file, refused.value.place) == (
        "law_file_invalid",
        "broken.json",
        place,
    )


def test_an_unknown_key_in_a_sheet_is_refused() -> None:
    with pytest.raises(RegulationError) as refused:
        law_files.parse(Sheet, law_files.canonical({**COFFEE, "colour": "brown"}), "broken.json")

    assert refused.value.place == "colour"


def test_a_sheet_file_that_is_not_the_indexed_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "qd26-13-coffee-cocoa.json").write_bytes(b"{}")
    digests = sheet_files.index()
    monkeypatch.setattr(sheet_files, "FOLDER", tmp_path)
    monkeypatch.setattr(sheet_files, "index", lambda: digests)

    with pytest.raises(RegulationError, match="not the file of the index"):
        sheet_files.read("qd26-2026", "qd26-13-coffee-cocoa.json")
    with pytest.raises(RegulationError, match="missing"):
        sheet_files.read("qd26-2026", "qd26-11-tea.json")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        pytest.param({"set_count": 25}, "set_count", id="count"),
        pytest.param({"sectors": []}, "set_count", id="empty"),
    ],
)
def test_a_tree_that_forgets_a_set_is_refused(change: dict[str, object], place: str) -> None:
    tree = json.loads(sheet_files.read("qd26-2026", "taxonomy-qd26-2026.json"))
    broken = law_files.parse(Taxonomy, law_files.canonical({**tree, **change}), "tree.json")

    with pytest.raises(RegulationError) as refused:
        sheet_checks.check_taxonomy(broken, {}, "tree.json")

    assert refused.value.place == place


def test_the_converter_keeps_every_field_and_no_path(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    tree = {
        "schema": "ocop-taxonomy/1",
        "rulesets": {
            "qd26-2026": {
                "set_count": 1,
                "source": "s",
                "sectors": [{"groups": [{"sets": [{"set": "13", "file": "qd26-13-coffee-cocoa.yaml"}]}]}],
            }
        },
    }
    (source / "taxonomy.yaml").write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    (source / "qd26-13-coffee-cocoa.yaml").write_text(
        yaml.safe_dump(COFFEE, allow_unicode=True), encoding="utf-8"
    )
    target = tmp_path / "target"
    target.mkdir()

    assert convert_sheets.convert(source, target) == 1

    written = (target / "qd26-13-coffee-cocoa.json").read_bytes()
    assert written == sheet_files.read("qd26-2026", "qd26-13-coffee-cocoa.json")
    assert str(tmp_path) not in "".join(path.read_text(encoding="utf-8") for path in target.iterdir())


def test_the_converter_refuses_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(RegulationError, match="no sheets"):
        convert_sheets.convert(tmp_path, tmp_path)


def wording(tmp_path: Path, **change: object) -> Path:
    data = {
        "schema": "ocop-wording/1",
        "ruleset": "qd26-2026",
        "set": "13",
        "source": "QĐ 26/2026/QĐ-TTg Phụ lục II",
        "labels": {"1.3": {"4": "Chế biến sâu, nguyên văn"}},
    }
    path = tmp_path / "wording.yaml"
    path.write_text(yaml.safe_dump({**data, **change}, allow_unicode=True), encoding="utf-8")
    return path


def test_a_province_lays_its_full_wording_over_abridged_labels(tmp_path: Path) -> None:
    coffee = sheets.sheet_for(R3, "13")

    worded = wordings.with_wording(coffee, wording(tmp_path))

    option = next(each for each in worded.criteria() if each.id == "1.3").options[3]
    assert (option.vi, option.abridged, option.points) == ("Chế biến sâu, nguyên văn", False, 3)
    assert set(wordings.still_abridged(coffee)) - set(wordings.still_abridged(worded)) == {("1.3", 4)}
    assert sheets.floors(worded) == sheets.floors(coffee)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        pytest.param({"set": "12"}, "set", id="another-sheet"),
        pytest.param({"labels": {"1.3": {"9": "x"}}}, "labels.1.3.9", id="unknown-option"),
        pytest.param({"labels": {"9.9": {"1": "x"}}}, "labels.9.9.1", id="unknown-criterion"),
        pytest.param({"labels": {"1.3": {"1": "x"}}}, "labels.1.3.1", id="official-label"),
    ],
)
def test_a_wording_that_does_not_fit_the_sheet_is_refused(
    tmp_path: Path, change: dict[str, object], place: str
) -> None:
    with pytest.raises(RegulationError) as refused:
        wordings.with_wording(sheets.sheet_for(R3, "13"), wording(tmp_path, **change))

    assert (refused.value.code, refused.value.place) == ("wording_invalid", place)


def test_a_wording_without_its_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegulationError) as refused:
        wordings.with_wording(sheets.sheet_for(R3, "13"), wording(tmp_path, source=""))

    assert refused.value.place == "source"
