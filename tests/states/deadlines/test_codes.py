"""The catalogue of deadlines against those who set them: a code that nobody sets would be a promise without a day."""

import ast
import re
from pathlib import Path

import states
from states.deadlines.codes import CALENDAR_CODES, CODES

ROOM = Path(states.__file__).parent
OF_A_BATCH = re.compile(r"(BATCH|CENTRAL)\d_[A-Z]+")
"""One for each batch and step: set from the plan, whose tests hold every one of them."""


def words() -> set[str]:
    """Every text written out in the room, but for the catalogue itself."""
    found = set()
    for path in ROOM.rglob("*.py"):
        if path.name != "codes.py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found |= {
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    return found


def test_every_code_is_set_by_somebody() -> None:
    written = words()

    nobody = [
        code
        for code in CODES
        if code not in written and code not in CALENDAR_CODES and not OF_A_BATCH.fullmatch(code)
    ]

    assert nobody == []
