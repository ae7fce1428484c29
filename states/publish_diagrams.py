"""Draws every lifecycle from its table into ``docs/machines``: ``python -m states.publish_diagrams [FOLDER]``.

The same two forms, the sheet and the text, serve ``ocop law machine``; no drawing is ever edited by hand.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from core import texts
from states.engine.chart import chart
from states.engine.chart_pieces import ChartWords
from states.engine.chart_text import chart_text
from states.engine.outline import outline
from states.engine.rules import MachineSpec
from states.moves import MACHINES, machine_of

FOLDER = Path("docs") / "machines"


def sheet(kind: str, lang: str = "vi") -> str:
    """The whole lifecycle of a kind of subject as a stand-alone SVG; codes stand beside the words.

    Raises:
        BadInput: there is no such kind.
    """
    spec = machine_of(kind).spec
    return chart(outline(spec), words_of(spec, lang))


def written(kind: str, lang: str = "en") -> str:
    """The same as text for a terminal, with every guard.

    Raises:
        BadInput: there is no such kind.
    """
    spec = machine_of(kind).spec
    return chart_text(outline(spec), words_of(spec, lang))


def files() -> Iterator[tuple[str, str]]:
    """Every file of the folder with its content."""
    for kind in MACHINES:
        yield f"{kind}.svg", sheet(kind)
        yield f"{kind}.txt", written(kind)


def words_of(spec: MachineSpec, lang: str) -> ChartWords:
    """The catalogue's words for one lifecycle."""
    kind = spec.kind
    return ChartWords(
        state=lambda state: texts.text(f"state.{kind}.{state}", lang),
        trigger=lambda trigger: texts.text(f"trigger.{kind}.{trigger}", lang),
        phase=lambda phase: texts.text(f"phase.{phase}", lang),
        role=lambda role: texts.text(f"role.{role}", lang),
        title=texts.text(
            "chart.title", lang, kind=texts.text(f"subject_kind.{kind}", lang), edition=spec.edition
        ),
        waits=lambda who: texts.text("chart.waits", lang, who=who),
        sources=lambda count: texts.text("chart.sources", lang, count=count),
        shared=lambda numbers: texts.text("chart.shared", lang, numbers=numbers),
        reached_by=lambda numbers: texts.text("chart.reached_by", lang, numbers=numbers),
        final=texts.text("chart.final", lang),
        start=texts.text("chart.start", lang),
        notes=texts.text("chart.notes", lang),
        shared_head=texts.text("chart.shared_head", lang),
        loose=texts.text("chart.loose", lang),
        stays=texts.text("chart.stays", lang),
    )


def main(arguments: list[str]) -> int:
    """Write every drawing into the folder named, ``docs/machines`` where none is."""
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files():
        (folder / name).write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
