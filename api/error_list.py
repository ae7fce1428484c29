"""The list of every code the service can answer, from the sources themselves: `python -m api.error_list`.

It never holds a code of its own: what is raised nowhere is not listed.
"""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

from api.errors import STATUS
from api.field_errors import CODES
from core import texts
from states.engine.forms import FieldKind
from states.moves import MACHINES

_BY_NAME = {kind.__name__: status for kind, status in STATUS.items()}
_FIELD = "FieldError"
_is_code = re.compile(r"[a-z][a-z0-9_]+").fullmatch
_HELPERS = {
    "bad_field": 1, "misfit": 1, "cell_fault": 2, "fault": 0, "refuse": 0, "PlanTextError": 0, "_Slip": 0,
}  # fmt: skip
"""Functions and methods that make an error of a code, with the place of the code among their arguments."""
_HEAD = (
    "# Refusals\n\nEvery code the service answers with, by status. Written by `python -m api.error_list`; change the "
    "texts in each room's `texts.vi.toml` and `texts.en.toml`.\n"
)
_TABLE = "\n| status | code | Tiếng Việt | English |\n|---|---|---|---|\n"


def codes() -> dict[str, int]:
    """Code to status; a code of a field stands under 422."""
    found: dict[str, int] = {}
    for room in texts.ROOMS:
        spec = find_spec(room)
        if spec is not None and spec.origin:
            for path in sorted(Path(spec.origin).parent.rglob("*.py")):
                found |= dict(_raised(ast.parse(path.read_text(encoding="utf-8"))))
    found |= dict.fromkeys((*CODES.values(), *(f"bad_{kind}" for kind in get_args(FieldKind))), 422)
    for machine in MACHINES.values():
        found |= {f"guard_{guard.code}": 409 for rule in machine.spec.rules for guard in rule.guards}
    return dict(sorted(found.items(), key=lambda entry: (entry[1], entry[0])))


def missing() -> list[str]:
    """Codes without a text in one of the languages."""
    known = texts.catalogue()
    return [f"{lang}:{code}" for code in codes() for lang in texts.LANGUAGES if not known.has(code, lang)]


def document() -> str:
    """The list as Markdown."""
    rows = (
        f"| {status} | `{code}` | {_cell(code, 'vi')} | {_cell(code, 'en')} |"
        for code, status in codes().items()
    )
    return _HEAD + _TABLE + "\n".join(rows) + "\n"


def _cell(code: str, lang: str) -> str:
    try:
        text = texts.catalogue().text(code, lang)
    except KeyError:
        return "–"
    return text.replace("|", "\\|").replace("\n", " ")


def _raised(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name | ast.Attribute):
            continue
        name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
        place = 1 if name == _FIELD else _HELPERS.get(name, 0)
        status = _BY_NAME.get(name) or (422 if name == _FIELD or name in _HELPERS else None)
        if status is not None and len(call.args) > place:
            for code in _words(call.args[place]):
                yield code, status


def _words(node: ast.expr) -> Iterator[str]:
    """The codes an argument may be: written out, or one of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_code(node.value):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _words(node.body)
        yield from _words(node.orelse)


if __name__ == "__main__":
    sys.stdout.write(document())
