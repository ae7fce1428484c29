"""The canonical form is RFC 8785, and refuses what could be written in two ways."""

import unicodedata
from datetime import UTC, date, datetime

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from core.lines import SYSTEM, ActorRef, Line, canonical, leaf_hash, parse_line

KEYS = st.from_regex(r"[a-z0-9_]{1,12}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(
    lambda one: unicodedata.normalize("NFC", one)
)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5)
)


@given(VALUES)
def test_the_canonical_form_is_that_of_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_text_is_brought_to_nfc_but_not_across_an_escape() -> None:
    assert canonical({"a": "e\u0323\u0302"}) == canonical({"a": "ệ"})
    assert canonical("\n\u0301") == rfc8785.dumps("\n\u0301")


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        {"a": 0.5},
        [float("nan")],
        2**53,
        -(2**53),
        {"A": 1},
        {"": 1},
        {"á": 1},
        {1: 1},
        "\ud800",
        ["a\udfff"],
    ],
    ids=repr,
)
def test_what_could_be_written_in_two_ways_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical(value)


@pytest.mark.parametrize("value", [b"x", datetime.now, {"a": {1, 2}}], ids=["bytes", "function", "set"])
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def line(**changes: object) -> Line:
    fields: dict[str, object] = {
        "subject": "dossier/1",
        "version": 7,
        "kind": "transition",
        "actor": ActorRef("account/1", "producer", "web"),
        "at": datetime(2026, 3, 2, 2, 10, 11, 123456, tzinfo=UTC),
        "trigger": "submit_idea",
        "source": "idea.draft",
        "dest": "idea.submitted",
        "level": "commune",
        "rules": "dossier/1",
        "ruleset": "qd26-2026@sha256:0",
        "prev": "f" * 64,
    }
    return Line(**(fields | changes))  # type: ignore[arg-type]


def test_a_line_is_written_as_the_design_says() -> None:
    assert line().to_bytes().decode() == (
        '{"actor":{"for":null,"id":"account/1","role":"producer","via":"web"},"at":"2026-03-02T02:10:11.123456Z",'
        '"dest":"idea.submitted","effective_on":null,"inputs":{},"kind":"transition","level":"commune",'
        '"prev":"' + "f" * 64 + '","reason":null,"rehearsal":false,"rules":"dossier/1",'
        '"ruleset":"qd26-2026@sha256:0","source":"idea.draft","subject":"dossier/1","trigger":"submit_idea",'
        '"v":1,"version":7}'
    )


@given(
    reason=st.none() | TEXTS,
    inputs=st.dictionaries(KEYS, VALUES, max_size=3),
    effective_on=st.none() | st.dates(),
)
def test_a_line_read_back_is_the_line(
    reason: str | None, inputs: dict[str, object], effective_on: date | None
) -> None:
    made = line(reason=reason, inputs=inputs, effective_on=effective_on, actor=SYSTEM)

    assert parse_line(made.to_text()) == made
    assert canonical(__import__("json").loads(made.to_text())) == made.to_bytes()


def test_a_line_with_a_float_in_its_inputs_is_refused() -> None:
    with pytest.raises(ValueError, match="a float"):
        line(inputs={"points": 89.5}).to_bytes()


@pytest.mark.parametrize("text", ["{}", '{"v":2}', "[]", "no json"])
def test_what_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_line(text)


def test_the_leaf_hash_is_that_of_rfc_9162() -> None:
    assert leaf_hash(b"") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
