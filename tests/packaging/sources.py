"""The house's own Python files, read and parsed once for every rule that looks at them."""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from core.texts import ROOMS

ROOT = Path(__file__).parents[2]
GENERATED = "ocop/migrations/versions/"


@dataclass(frozen=True)
class Source:
    """One file: where it stands, its text, its tree."""

    path: str
    text: str
    tree: ast.Module

    @cached_property
    def comments(self) -> tuple[tuple[int, str], ...]:
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return tuple((one.start[0], one.string) for one in tokens if one.type == tokenize.COMMENT)

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


def sources(*folders: str) -> tuple[Source, ...]:
    """Every file of these folders (all rooms when none is given), without what is generated."""
    return tuple(source for folder in folders or ROOMS for source in _of(folder))


@cache
def _of(folder: str) -> tuple[Source, ...]:
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(GENERATED):
            text = path.read_text(encoding="utf-8")
            found.append(Source(name, text, ast.parse(text)))
    return tuple(found)


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a name or attribute; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
