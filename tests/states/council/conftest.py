"""The settled province of the moves: shared by the tests of one file, or a copy of one's own."""

from tests.states.every_move.conftest import (
    copies,
    counted,
    own_stage,
    pytest_generate_tests,
    shared,
    stage,
)

__all__ = ["copies", "counted", "own_stage", "pytest_generate_tests", "shared", "stage"]
