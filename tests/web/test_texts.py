"""Every code a page may have to say has its Vietnamese and its English text, once."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from core import texts
from registry.roles import Role
from states import moves
from states.certificate.queries import Verdict
from states.cycle.calendar_marks import PlanMark
from states.deadlines.codes import CODES
from states.dossier import papers
from states.dossier.states import STATES
from states.engine.rules import Phase
from web import wording
from web.fields import CHOICES

ROOT = Path(__file__).parents[2]
LANGUAGES = ("vi", "en")
SPECS = [machine.spec for machine in moves.MACHINES.values()]
REFUSALS = (
    "wrong_state", "wrong_actor", "unknown_trigger", "unknown_kind", "not_in_ruleset", "branch_unknown",
    "subject_not_found", "bad_fields", "unknown_field", "bad_text", "bad_whole", "bad_day", "bad_instant", "bad_yes_no",
    "bad_choice", "bad_codes", "bad_answers", "form_unknown", "form_closed", "other_product", "other_province",
    "stale_version", "csrf_bad", "sign_in_first", "plan_missing", "passwords_differ",
)  # fmt: skip


def _codes() -> Iterator[str]:
    for spec in SPECS:
        yield f"subject_kind.{spec.kind}"
        yield from (f"state.{spec.kind}.{state}" for state in spec.states)
        yield from (f"trigger.{spec.kind}.{trigger}" for trigger in spec.triggers)
        yield from (f"guard_{guard.code}" for rule in spec.rules for guard in rule.guards)
        yield from (f"field.{field.name}" for form in spec.forms.values() for field in form.fields)
    yield from (f"todo.dossier.{state}" for state in STATES)
    yield from (f"role.{role}" for role in Role)
    yield from (f"{group}.{phase}" for group in ("phase", "phase_short") for phase in Phase)
    yield from (f"form.{name}" for name in papers.REQUIRED)
    for form in (papers.REQUIRED, papers.OPTIONAL):
        yield from (f"field.{name}" for names in form.values() for name in names)
    yield from (f"choice.{name}.{code}" for (_, name), codes in CHOICES.items() for code in codes)
    yield from (f"deadline.{code}" for code in CODES)
    yield from (f"mark.{mark}" for mark in PlanMark)
    yield from (f"verdict.{verdict}" for verdict in Verdict)
    yield from REFUSALS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_its_text(lang: str) -> None:
    missing = sorted({code for code in _codes() if not texts.catalogue().has(code, lang)})

    assert missing == []


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_code_of_pages_or_states_is_written_twice(lang: str) -> None:
    count: Counter[str] = Counter()
    ours: set[str] = set()
    for room in texts.ROOMS:
        for path in (ROOT / room).rglob(f"texts.{lang}.toml"):
            codes = set(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))
            count.update(codes)
            if path.parent in (ROOT / "web", ROOT / "states"):
                ours |= codes

    assert sorted(code for code in ours if count[code] > 1) == []


@pytest.mark.parametrize("room", ["states", "web"])
def test_both_languages_know_the_same_codes(room: str) -> None:
    files = {
        lang: set(_flat(tomllib.loads((ROOT / room / f"texts.{lang}.toml").read_text(encoding="utf-8"))))
        for lang in LANGUAGES
    }

    assert files["vi"] ^ files["en"] == set()


def test_a_refusal_names_the_state_in_words() -> None:
    said = wording.refusal(
        "wrong_state", {"kind": "dossier", "state": "idea.draft", "trigger": "submit_plan"}
    )

    assert said == "Đang ở bước “Bản nháp ý tưởng”, chưa làm được việc này."


def test_a_button_that_is_closed_says_why() -> None:
    assert wording.why_not("idea_incomplete") == "Phiếu ý tưởng còn mục bắt buộc chưa nhập."


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("law:BATCH1_PROPOSE", "Ngày do luật định, không dời"),
        (
            "receipt 2027-09-01 + 15 working days",
            "15 ngày làm việc kể từ ngày nhận 01/09/2027, trừ thời gian chờ bổ sung",
        ),
        ("plan:window:idea", "Theo kế hoạch của tỉnh"),
        ("return + supplement days", "Tính từ ngày trả lại, theo số ngày bổ sung"),
        ("start + 3 months", "Ba tháng một lần báo cáo"),
        ("expiry - 180 days", "180 ngày trước khi giấy chứng nhận hết hạn"),
        ("issue + 36 months", "36 tháng kể từ ngày quyết định"),
    ],
)
def test_how_a_date_was_computed_is_said_in_words(rule: str, said: str) -> None:
    assert wording.rule_words(rule) == said
