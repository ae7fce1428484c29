"""Ends a run of the cases with how many there are and how many of each question."""

from collections import Counter

import pytest

from tests.cases.case_files import all_cases


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    by_ask = Counter(case.ask for case in all_cases())
    asked = ", ".join(f"{ask} {count}" for ask, count in sorted(by_ask.items()))
    terminalreporter.write_line(f"legal cases: {len(all_cases())} ({asked})")
