"""The pieces a sheet is drawn with: letters of roles, rows, lines, texts, colours.

Places nothing: where a piece stands is the business of ``chart.py``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape

from registry.roles import Role
from states.engine.outline import Exit

ROW = 21
LETTER, BOLD, SMALL, CODE = 7.3, 7.9, 6.6, 6.7  # widths of a letter: 13 px, 13 px bold, 12 px, 11 px code
LETTERS = {
    Role.PRODUCER: "P", Role.COMMUNE: "C", Role.PROVINCE_UNIT: "V", Role.ADVISORY: "T", Role.COUNCIL_MEMBER: "M",
    Role.PROVINCE_CHAIR: "K", Role.MINISTRY: "B", Role.SYSTEM: "S", Role.CHAIR: "Hc", Role.SECRETARY: "Ht",
    Role.AUDITOR: "A", Role.ADMIN: "Q",
}  # fmt: skip
HEADS = frozenset({Role.CHAIR, Role.SECRETARY})
"""Both together are the head of the council, H, as in the table of the process document."""
MEANT: dict[str, frozenset[Role]] = {shown: frozenset({role}) for role, shown in LETTERS.items()} | {
    "H": HEADS
}


@dataclass(frozen=True, slots=True)
class ChartWords:
    """Every word of a drawn or written lifecycle; codes stand beside the words so that either can be searched."""

    state: Callable[[str], str]
    trigger: Callable[[str], str]
    phase: Callable[[str], str]
    role: Callable[[Role], str]
    waits: Callable[[str], str]
    sources: Callable[[int], str]
    shared: Callable[[str], str]
    reached_by: Callable[[str], str]
    title: str
    final: str
    start: str
    notes: str
    shared_head: str
    loose: str
    stays: str


def letters(roles: Iterable[Role]) -> tuple[str, ...]:
    """The letters of the process document; chair and secretary together are H."""
    found = set(roles)
    head = ("H",) if found >= HEADS else ()
    return (*(LETTERS[role] for role in Role if role in (found - HEADS if head else found)), *head)


def legend(ways: Iterable[Exit], words: ChartWords) -> dict[str, str]:
    """Every letter these moves use, with the name of whom it means."""
    used = {shown for way in ways for shown in letters(way.roles)}
    return {
        shown: ", ".join(words.role(role) for role in Role if role in meant)
        for shown, meant in MEANT.items()
        if shown in used
    }


def row(x: int, y: int, way: Exit, words: ChartWords, width: int, goes: str) -> Iterator[str]:
    """One move: who, what, its code and condition, where to; the code gives way where the line is too short."""
    left = x
    for one in letters(way.roles):
        yield letter(left, y + 2, one)
        left += 24
    left = max(left + 6, x + 56)
    label = words.trigger(way.trigger)
    condition = f"[{way.condition}]" if way.condition else ""
    yield text("m", left, y + 15, label)
    after = int(left + len(label) * LETTER + 10)
    code = f"{way.trigger} {condition}".strip()
    fits = after + (len(code) + len(goes) + 3) * CODE <= x + width
    if shown := code if fits else condition:
        yield text("c", after, y + 15, shown)
    yield text("g", x + width, y + 15, goes, "end")


def line(look: str, edge: int, start: int, x: int, entry: int) -> str:
    """From a card's edge out to a track, along it, and back into the entry of another card."""
    turn = 6 if entry > start else -6
    return (
        f'<path class="{look}" d="M{edge} {start}H{x - 6}q6 0 6 {turn}V{entry - turn}q0 {turn} -6 {turn}H{edge + 7}" '
        f'marker-end="url(#{look})"/>'
    )


def down(x: int, y: int, length: int) -> str:
    """The short way into the card below."""
    return f'<path class="on" d="M{x} {y}v{length}" marker-end="url(#on)"/>'


def box(look: str, x: int, y: int, width: int, height: int, *, round_by: int = 7) -> str:
    return f'<rect class="{look}" x="{x}" y="{y}" width="{width}" height="{height}" rx="{round_by}"/>'


def letter(x: int, y: int, shown: str) -> str:
    return box("who", x, y, 22, 16, round_by=4) + text("w", x + 11, y + 12, shown, "middle")


def text(look: str, x: int, y: int, shown: str, anchor: str = "start") -> str:
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{look}" x="{x}" y="{y}"{place}>{escape(shown)}</text>'


def filled(words: str, letters_of_line: int) -> Iterator[str]:
    """Words in lines of so many letters."""
    built = ""
    for word in words.split():
        if built and len(built) + 1 + len(word) > letters_of_line:
            yield built
            built = word
        else:
            built = f"{built} {word}" if built else word
    if built:
        yield built


def document(width: int, height: int, title: str, pieces: Iterable[str]) -> str:
    """Everything as a stand-alone SVG document on white paper."""
    inside = "\n".join(pieces)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(title)}">\n{_STYLE}\n{box("paper", 0, 0, width, height)}\n{inside}\n</svg>\n'
    )


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto" '
        f'markerUnits="userSpaceOnUse"><path d="M0 0l8 4-8 4z" fill="{colour}"/></marker>'
    )


_ON, _BACK, _END = "#1f6b46", "#3b4a8c", "#a4473a"
_MONO = '"Noto Sans Mono","DejaVu Sans Mono",Consolas,monospace'
_STYLE = f"""<style>
text{{font-family:"Noto Sans","Segoe UI",Roboto,Arial,sans-serif;fill:#23211c;font-size:13px}}
.paper{{fill:#fff}}.lane{{fill:#f4f1e8}}.card{{fill:#fff;stroke:#8d897c}}.who{{fill:#2f3a5f}}
.start{{fill:#e7efe9;stroke:{_ON};stroke-dasharray:4 3}}.final{{fill:#f3e9e6;stroke:{_END};stroke-width:2}}
.t{{font-size:20px;font-weight:700}}.lane-t{{font-size:16px;font-weight:700;fill:{_ON}}}.b,.n{{font-weight:700}}
.w{{fill:#fff;font-size:11px;font-weight:700}}.s{{font-size:12px}}.f{{font-size:12px;fill:#5f5b50}}
.c,.g{{font-family:{_MONO};font-size:11px}}.c{{fill:#77736a}}
path.on,path.back,path.end{{fill:none;stroke-width:1.5}}path.on{{stroke:{_ON}}}path.back{{stroke:{_BACK}}}path.end{{stroke:{_END}}}
</style>
<defs>{_head("on", _ON)}{_head("back", _BACK)}{_head("end", _END)}</defs>"""
