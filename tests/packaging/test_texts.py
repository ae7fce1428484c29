"""Every code a room raises or shows has its Vietnamese and its English sentence, saying the same with the same values."""

import ast
import unicodedata
from collections.abc import Iterator
from string import Formatter

import pytest

from core import texts
from core.texts import LANGUAGES, ROOMS
from registry.roles import Role
from states.deadlines.codes import CODES
from states.engine.rules import NEW, MachineSpec
from states.moves import MACHINES
from tests.packaging.sources import dotted, sources

RAISES = {
    "BadInput",
    "Malformed",
    "NotSignedIn",
    "Forbidden",
    "NotFound",
    "Refused",
    "StaleVersion",
    "TooMany",
    "Unavailable",
}
PAGES = "web/"  # pages speak Vietnamese only
SPECS = [machine.spec for machine in MACHINES.values()]


def raised() -> Iterator[tuple[str, str]]:
    """Every code written out where it is raised, with its place."""
    for source in sources():
        for call in source.calls():
            name = dotted(call.func).rpartition(".")[2]
            where = 0 if name in RAISES else 1 if name == "FieldError" else None
            if where is not None and len(call.args) > where:
                for code in _codes(call.args[where]):
                    yield code, f"{source.path}:{call.lineno}"


def _codes(node: ast.expr) -> Iterator[str]:
    """A literal, or both ends of a choice between literals."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_codes(node.body), *_codes(node.orelse))


def shown(spec: MachineSpec) -> set[str]:
    """What pages show of a lifecycle: its states, its triggers, and why a guard refuses."""
    states = {f"state.{spec.kind}.{state}" for state in spec.states if state != NEW}
    triggers = {f"trigger.{spec.kind}.{trigger}" for trigger in spec.triggers}
    return states | triggers | {f"guard_{guard.code}" for rule in spec.rules for guard in rule.guards}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_refusal_that_is_raised_has_a_sentence(lang: str) -> None:
    found = [one for one in raised() if lang == "vi" or not one[1].startswith(PAGES)]

    missing = sorted({f"{code} ({place})" for code, place in found if not texts.catalogue().has(code, lang)})

    assert len(found) > 100
    assert missing == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.kind)
def test_every_state_trigger_and_guard_has_a_sentence(spec: MachineSpec, lang: str) -> None:
    missing = sorted(code for code in shown(spec) if not texts.catalogue().has(code, lang))

    assert missing == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_role_and_every_kind_of_deadline_has_a_name(lang: str) -> None:
    wanted = {f"role.{role.value}" for role in Role} | {spec.label for spec in CODES.values()}

    assert sorted(code for code in wanted if not texts.catalogue().has(code, lang)) == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_sentence_in_both_languages_uses_the_same_values(room: str) -> None:
    vi, en = (texts.all_codes(room, lang) for lang in LANGUAGES)

    differing = sorted(code for code in vi & en if _values(room, code, "vi") != _values(room, code, "en"))

    assert differing == []


def _values(room: str, code: str, lang: str) -> set[str]:
    """Names of the values; one that is itself in words ends in its language."""
    sentence = texts.catalogue()._rooms[room, lang][code]
    return {name.removesuffix(f"_{lang}") for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_sentence_is_written_in_composed_letters() -> None:
    loose = [
        (lang, code)
        for lang in LANGUAGES
        for code, sentence in texts.catalogue()._texts[lang].items()
        if not unicodedata.is_normalized("NFC", sentence)
    ]

    assert loose == []
