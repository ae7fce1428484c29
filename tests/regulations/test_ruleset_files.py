"""A broken law file does not load, and says where and how to mend it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from regulations import law_files, ruleset_checks, rulesets
from regulations.errors import RegulationError

FOLDER = law_files.DATA / "rulesets"
NEWEST = (FOLDER / "qd26-2026.yaml").read_text(encoding="utf-8")


def swap(old: str, new: str) -> Callable[[str], str]:
    assert old in NEWEST
    return lambda text: text.replace(old, new, 1)


BROKEN = [
    pytest.param(swap("max_points: 40", "max_points: 41"), "parts", "sum to 101", id="wrong-sum"),
    pytest.param(swap("label: R3", "label: R3\nlabell: R3"), "labell", "Extra inputs", id="unknown-key"),
    pytest.param(swap("label: R3", "label: R3\nlabel: R4"), "line 6", "stands twice", id="doubled-key"),
    pytest.param(
        swap(
            "{amount: 15, unit: working_days, counts_from: received_by_commune, actor: commune, "
            "source: [QĐ 26/2026/QĐ-TTg Điều 7.2], basis: law}",
            "{amount: 15, unit: working_days, counts_from: received_by_commune, actor: commune, basis: law}",
        ),
        "terms.COMMUNE_CHECK.source",
        "Field required",
        id="no-source",
    ),
    pytest.param(
        swap(
            "samples: {value: 5, unit: samples, source: [QĐ 26/2026/QĐ-TTg Điều 6.2.d]",
            "samples: {value: 5, unit: samples, source: []",
        ),
        "samples.source",
        "at least 1",
        id="empty-source",
    ),
    pytest.param(
        swap("samples: {value: 5, unit: samples,", "samples: {value: 5,"),
        "samples.unit",
        "required",
        id="no-unit",
    ),
    pytest.param(
        swap("samples: {value: 5,", "samples: {value: '5',"), "samples.value", "integer", id="text-for-number"
    ),
    pytest.param(
        swap("samples: {value: 5,", "samples: {value: 5.5,"), None, "no canonical form|integer", id="float"
    ),
    pytest.param(
        swap("at_least: 70, below: 90", "at_least: 70, below: 89"),
        "bands.1.below",
        "end below 89",
        id="band-gap",
    ),
    pytest.param(
        swap("star: 5, at_least: 90", "star: 4, at_least: 90"), "bands", "for stars", id="band-twice"
    ),
    pytest.param(
        swap("star: 5, level: central", "star: 5, level: district"),
        "deciders.0.level",
        "no level",
        id="decider",
    ),
    pytest.param(
        swap("level: province, to: central", "level: central, to: province"),
        "forward.0",
        "forwarded",
        id="forward",
    ),
    pytest.param(
        swap("code: BATCH2_PROVINCE", "code: BATCH1_PROVINCE"),
        "batches.limits",
        "twice",
        id="batch-code-twice",
    ),
    pytest.param(
        swap("month: 4, day: 30", "month: 2, day: 30"),
        "batches.limits.0.day",
        "no such day",
        id="no-such-day",
    ),
    pytest.param(
        swap("  GRACE_END:", "  COUNCIL_MATERIAL:"), "terms.GRACE_END", "needs this term", id="missing-term"
    ),
    pytest.param(
        swap("{amount: 45,", "{amount: 0,"), "terms.RENEW_TOTAL.amount", "nothing", id="empty-period"
    ),
    pytest.param(
        swap("includes: {value: product,", "includes: {value: parcel,"),
        "dossiers.to_province.includes.value",
        "parcel",
        id="dossier",
    ),
    pytest.param(
        swap("sheets: {value: qd26-2026", "sheets: {value: qd27-2027"),
        "sheets.value",
        "no sheets",
        id="edition",
    ),
    pytest.param(
        swap("valid_from: {value: 2026-05-22,", "valid_from: {value: null,"),
        "valid_from.value",
        "first day",
        id="no-start",
    ),
    pytest.param(swap("basis: law", "basis: guess"), None, "law", id="unknown-basis"),
    pytest.param(lambda text: text + "\n  - broken: [", None, "no YAML", id="syntax"),
    pytest.param(lambda text: text.replace("Quy", "Qu\u0065\u0301", 1), None, "NFC", id="not-nfc"),
    pytest.param(lambda _: "- a\n- b\n", None, "no mapping", id="list-at-top"),
]


@pytest.mark.parametrize(("break_it", "place", "message"), BROKEN)
def test_a_broken_file_refuses_to_load_and_says_where(
    break_it: Callable[[str], str], place: str | None, message: str
) -> None:
    with pytest.raises(RegulationError, match=message) as refused:
        rulesets.load(break_it(NEWEST), "qd26-2026.yaml")

    fault = refused.value
    assert fault.code == "law_file_invalid"
    assert place is None or fault.place == place
    assert fault.mend
    assert fault.place is None or str(fault.place) in str(fault)


def test_the_file_is_named() -> None:
    with pytest.raises(RegulationError) as refused:
        rulesets.load(NEWEST.replace("label: R3", "lable: R3"), "mine.yaml")

    assert refused.value.file == "mine.yaml"
    assert str(refused.value).startswith("mine.yaml, ")


def test_the_unbroken_file_loads() -> None:
    assert rulesets.load(NEWEST, "qd26-2026.yaml") == rulesets.get("qd26-2026")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("value: 2025-07-06", "value: 2025-07-05", "starts on 2025-07-06", id="gap"),
        pytest.param("value: 2025-07-06", "value: 2025-07-07", "starts on 2025-07-06", id="overlap"),
    ],
)
def test_a_gap_or_an_overlap_in_time_is_refused(old: str, new: str, message: str) -> None:
    text = (FOLDER / "qd148-2023.yaml").read_text(encoding="utf-8")
    moved = rulesets.load(text.replace(f"valid_to: {{{old}", f"valid_to: {{{new}"), "qd148-2023.yaml")
    timeline = [moved.data if each.id == moved.id else each.data for each in rulesets.all_rulesets()]

    with pytest.raises(RegulationError, match=message) as refused:
        ruleset_checks.check_timeline(timeline)

    assert (refused.value.file, refused.value.place) == ("qd148-2023.yaml", "valid_to.value")


def test_a_timeline_that_ends_is_refused() -> None:
    with pytest.raises(RegulationError, match="none follows"):
        ruleset_checks.check_timeline([each.data for each in rulesets.all_rulesets()][:-1])


def test_a_run_off_into_an_unknown_ruleset_is_refused() -> None:
    changed = rulesets.load(
        NEWEST.replace("ruleset: {value: qd1489-2025", "ruleset: {value: qd1490-2025"), "f.yaml"
    )
    timeline = [*(each.data for each in rulesets.all_rulesets()[:-1]), changed.data]

    with pytest.raises(RegulationError, match="no ruleset qd1490-2025"):
        ruleset_checks.check_timeline(timeline)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_packaged_file_is_named_after_its_ruleset(path: Path) -> None:
    assert rulesets.load(path.read_text(encoding="utf-8"), path.name).id == path.stem
