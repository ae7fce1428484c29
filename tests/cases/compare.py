"""Sets an answer of the product against what a case says, key by key; whatever else the product answers is free."""

from datetime import date, datetime
from typing import Any

from tests.cases.case_files import Case

Answer = dict[str, Any]


def differences(case: Case, answer: Answer) -> list[str]:
    """What of `then` the answer does not give, in words; empty where it gives all of it."""
    if case.ask == "notices":
        return _notice_differences(case.then, answer["notices"])
    return [
        f"{key}: expected {expected!r}, got {answer.get(key)!r}"
        for key, expected in case.then.items()
        if not _same(key, expected, answer.get(key))
    ]


def _notice_differences(then: Answer, notices: list[Answer]) -> list[str]:
    lacking = [f"not sent: {each}" for each in then["include"] if each not in notices]
    return lacking + [f"sent: {each}" for each in then.get("exclude", ()) if each in notices]


def _same(key: str, expected: Any, got: Any) -> bool:
    if key == "closes_at":
        return isinstance(got, datetime) and got == datetime.fromisoformat(expected)
    if key == "missing":
        return set(expected) == set(got)
    if key == "notify":
        return set(expected) <= set(got)
    if isinstance(expected, dict):
        return isinstance(got, dict) and all(_same(each, expected[each], got.get(each)) for each in expected)
    if isinstance(expected, (bool, int)) or expected is None:
        return type(expected) is type(got) and bool(expected == got)
    return bool(expected == got) and not (isinstance(expected, date) and isinstance(got, datetime))
