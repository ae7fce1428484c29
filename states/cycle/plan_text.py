"""Turns the text of a plan file into YAML nodes that keep their line and column.

It never builds Python objects from tags, never follows aliases and never reads more than `SIZE_LIMIT` bytes.
"""

from typing import NamedTuple

import yaml

from core.positions import position_after

SIZE_LIMIT = 256 * 1024  # bytes of UTF-8; the longest real plan typed in whole is under 40 KiB
DEPTH_LIMIT = 12
NODE_LIMIT = 20_000
_PLAIN_TAGS = frozenset(
    {"map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value", "yaml"}
)


class PlanTextError(Exception):
    """The text is no plan file at all; `line` and `column` count from 1."""

    def __init__(self, code: str, line: int = 1, column: int = 1, **params: str | int | None) -> None:
        self.code = code
        self.line = line
        self.column = column
        self.params = params
        super().__init__(code)


class _PlainLoader(yaml.SafeLoader):
    """Composes nodes only: no aliases, no tags of anyone's own, limited depth and number of nodes."""

    depth = 0
    nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # the stub says nothing
        if self.check_event(yaml.AliasEvent):
            raise PlanTextError("plan_alias", mark.line + 1, mark.column + 1)
        self.depth += 1
        self.nodes += 1
        if self.depth > DEPTH_LIMIT or self.nodes > NODE_LIMIT:
            raise PlanTextError("plan_too_deep", mark.line + 1, mark.column + 1, limit=DEPTH_LIMIT)
        node = super().compose_node(parent, index)
        self.depth -= 1
        if node is not None and node.tag.removeprefix("tag:yaml.org,2002:") not in _PLAIN_TAGS:
            raise PlanTextError("plan_tag", mark.line + 1, mark.column + 1, tag=node.tag)
        return node


def compose(text: str) -> yaml.MappingNode:
    """Return the one mapping the file consists of.

    Raises:
        PlanTextError: too large, no YAML, an alias, a foreign tag, several documents, or no mapping.
    """
    if len(text.encode("utf-8", "surrogatepass")) > SIZE_LIMIT:
        raise PlanTextError("plan_too_large", limit=SIZE_LIMIT // 1024)
    try:
        node = _single_node(text)
    except yaml.reader.ReaderError as error:
        raise _not_yaml(text, error) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _slip(error.problem or "", line, column) from error
    if not isinstance(node, yaml.MappingNode):
        raise PlanTextError("plan_not_mapping")
    return node


class _Slip(NamedTuple):
    """A sentence for people who do not know YAML, and the words of the reader's own complaint it stands for."""

    code: str
    words: str


_SLIPS = (
    _Slip("plan_tab", "'\\t'"),
    _Slip("plan_colon", "mapping values are not allowed"),
    _Slip("plan_unclosed", "expected ',' or"),
    _Slip("plan_unclosed", "unexpected end of stream"),
    _Slip("plan_indent", "expected <block end>"),
    _Slip("plan_no_colon", "could not find expected ':'"),
    _Slip("plan_quote", "cannot start any token"),
    _Slip("plan_quote", "unknown escape"),
    _Slip("plan_two_documents", "found another document"),
    _Slip("plan_not_yaml", ""),
)
"""The first whose words are part of the complaint; the last one's are part of any."""


def _slip(problem: str, line: int, column: int) -> PlanTextError:
    """What the reader stumbled over, as far as it is one of the slips people make."""
    return PlanTextError(next(slip.code for slip in _SLIPS if slip.words in problem), line, column)


def _code(character: object) -> int:
    """The reader gives a number for text and a character for bytes."""
    return ord(character) if isinstance(character, str) else int(str(character))


def _single_node(text: str) -> yaml.Node | None:
    loader = _PlainLoader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _not_yaml(text: str, error: yaml.reader.ReaderError) -> PlanTextError:
    line, column = position_after(text[: error.position])
    return PlanTextError("plan_sign", line, column, sign=f"U+{_code(error.character):04X}")
