"""Ends a run of the cases with what is answered and what waits, by number."""

from collections import Counter

import pytest

from tests.cases.answers import COVERED, UNCOVERED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    by_ask = Counter(case.ask for case in UNCOVERED)
    waiting = ", ".join(f"{ask} {count}" for ask, count in sorted(by_ask.items()))
    terminalreporter.write_line(
        f"legal cases: {len(COVERED)} answered, {len(UNCOVERED)} not yet covered ({waiting})"
    )
