"""A lifecycle drawn as SVG from its table: the way walked is heavy, the present state stands out, the rest is thin.

Pure: words come from the caller, classes and presentation attributes only, so that a strict content policy holds.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from states.engine.rules import NEW, MachineSpec

WIDTH, MAIN_X, MAIN_WIDTH, SIDE_X, SIDE_WIDTH = 340, 12, 200, 240, 92
GAP, LINE, PAD, LANE_GAP = 14, 17, 12, 10
MAIN_LETTERS, SIDE_LETTERS = 22, 11  # what fits on one line at 13 pixels
Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One move that was made: from where, to where, and the day as it is to be shown."""

    source: str
    dest: str
    day: str


@dataclass(frozen=True, slots=True)
class Words:
    """Every word of the drawing."""

    state: Callable[[str], str]
    phase: Callable[[str], str]
    title: str
    here: str
    many: str  # "{count} lần, gần nhất {day}"
    both: str  # "{first} và {last}"


@dataclass(slots=True)
class _Box:
    """One state with its place; `days` stand inside where the state was visited."""

    state: str
    lines: list[str]
    days: str
    look: str
    side: bool = False
    x: int = MAIN_X
    y: int = 0
    sides: list["_Box"] = field(default_factory=list)

    @property
    def width(self) -> int:
        return SIDE_WIDTH if self.side else MAIN_WIDTH

    @property
    def height(self) -> int:
        return PAD + LINE * (len(self.lines) + bool(self.days))

    @property
    def row_height(self) -> int:
        return max(self.height, sum(box.height + 6 for box in self.sides) - 6 if self.sides else 0)

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


def draw(spec: MachineSpec, steps: Sequence[Step] = (), *, here: str | None = None, words: Words) -> str:
    """The drawing of a lifecycle; without steps the whole table, else the way walked and what may follow."""
    picture = _Picture(spec, steps, here, words)
    top = 0
    for name, states in _lanes(spec).items():
        top = picture.lane(name, states, top)
    return picture.svg(max(top - LANE_GAP, LINE))


def _lanes(spec: MachineSpec) -> dict[str | None, list[str]]:
    """States by phase in the order of the table; those without a phase at the end."""
    found: dict[str | None, list[str]] = {}
    for state, info in spec.states.items():
        if str(state) != NEW:
            found.setdefault(str(info.phase) if info.phase else None, []).append(str(state))
    loose = found.pop(None, None)
    return found if loose is None else {**found, None: loose}


class _Picture:
    """What is being drawn: lanes first, arrows over them, boxes on top."""

    def __init__(self, spec: MachineSpec, steps: Sequence[Step], here: str | None, words: Words) -> None:
        self.spec, self.words, self.here = spec, words, here
        self.walked: set[Edge] = {(step.source, step.dest) for step in steps}
        self.days: dict[str, list[str]] = {}
        for step in steps:
            self.days.setdefault(step.dest, []).append(step.day)
        self.rules: set[Edge] = {(str(r.source), str(r.dest)) for r in spec.rules if not r.note}
        self.phase_of = {str(s): str(i.phase) if i.phase else None for s, i in spec.states.items()}
        self.ahead = _reachable(self.rules, here) if here else set(self.phase_of)
        self.placed: dict[str, _Box] = {}
        self.under: list[str] = []
        self.last_main: _Box | None = None

    def lane(self, name: str | None, states: list[str], top: int) -> int:
        """Place one lane and return where the next begins."""
        shown = [state for state in states if self._shows(state, name)]
        if not shown and name is None:
            return top
        if not shown:
            return self._closed(str(name), top)
        mains = self._boxes(shown, states)
        y = top + (PAD + LINE + 8 if name else 10)
        for box in mains:
            box.y = y
            self._place_sides(box)
            y += box.row_height + GAP
        self.under.append(_rect("lane", 0, top, WIDTH, y - top))
        if name:
            self.under.append(_text("a", WIDTH - 12, top + LINE + 2, self.words.phase(name), "end"))
        self._arrows(mains)
        return y + LANE_GAP

    def _shows(self, state: str, lane: str | None) -> bool:
        if state in self.days or state == self.here or self.here is None:
            return True
        if lane != self.phase_of.get(self.here):
            return False
        return (self.here, state) in self.rules or (state in self.ahead and not self._is_side(state))

    def _is_side(self, state: str) -> bool:
        """Whether a state stands beside the way: an end, or a detour that only leads back."""
        if self.spec.states[self.spec.state_of[state]].final:
            return True
        order = [name for name in self.phase_of if self.phase_of[name] == self.phase_of[state]]
        onward = [
            dest
            for source, dest in self.rules
            if source == state and not self.spec.states[self.spec.state_of[dest]].final
        ]
        inside = [dest for dest in onward if dest in order and dest != state]
        return (
            bool(inside)
            and len(inside) == len(onward)
            and all(order.index(dest) < order.index(state) for dest in inside)
        )

    def _boxes(self, shown: list[str], order: list[str]) -> list[_Box]:
        mains = [self._box(state, side=False) for state in shown if not self._is_side(state)]
        sides = [state for state in shown if self._is_side(state)]
        if not mains:
            return [self._box(state, side=False) for state in sides]
        for state in sides:
            hosts = [box for box in mains if (box.state, state) in self.walked]
            hosts = hosts or [box for box in mains if (box.state, state) in self.rules] or mains[-1:]
            hosts[-1 if state in self.days else 0].sides.append(self._box(state, side=True))
        return sorted(mains, key=lambda box: order.index(box.state))

    def _box(self, state: str, *, side: bool) -> _Box:
        look = "here" if state == self.here else "walk" if state in self.days else "box"
        lines = _wrap(self.words.state(state), SIDE_LETTERS if side else MAIN_LETTERS)
        box = _Box(state, lines, self._days(state, short=side), look, side, SIDE_X if side else MAIN_X)
        if state == self.here and not side:
            box.days = f"{box.days} · {self.words.here}" if box.days else self.words.here
        self.placed[state] = box
        return box

    def _days(self, state: str, *, short: bool) -> str:
        days = list(dict.fromkeys(self.days.get(state, [])))
        if len(days) > 2 and not short:
            return self.words.many.format(count=len(days), day=days[-1])
        if len(days) == 2 and not short:
            return self.words.both.format(first=days[0], last=days[1])
        return days[-1] if days else ""

    def _place_sides(self, box: _Box) -> None:
        y = box.y
        for side in box.sides:
            side.y = y
            y += side.height + 6

    def _closed(self, name: str, top: int) -> int:
        self.under.append(_rect("lane", 0, top, WIDTH, 34))
        self.under.append(_text("a", WIDTH - 12, top + 22, self.words.phase(name), "end"))
        if self.last_main is not None:
            self._arrow(f"M112 {self.last_main.y + self.last_main.row_height}V{top - 3}", walked=False)
            self.last_main = None
        return top + 34 + LANE_GAP

    def _arrows(self, mains: list[_Box]) -> None:
        above = self.last_main
        for box in mains:
            edge = (above.state, box.state) if above else None
            if above and edge and (edge in self.rules or edge in self.walked):
                start = above.y + above.height
                self._arrow(f"M112 {start}V{box.y - 4}", walked=edge in self.walked)
            for side in box.sides:
                self._beside(box, side)
            above = box
        self.last_main = above

    def _beside(self, box: _Box, side: _Box) -> None:
        there, back = (box.state, side.state), (side.state, box.state)
        middle = min(side.middle, box.y + box.height - 8)
        if there in self.rules or there in self.walked:
            self._arrow(f"M212 {middle - 6}H{SIDE_X - 5}", walked=there in self.walked)
        if back in self.rules or back in self.walked:
            self._arrow(f"M{SIDE_X} {middle + 8}H217", walked=back in self.walked)

    def _arrow(self, path: str, *, walked: bool) -> None:
        look, head = ("arc-w", "aw") if walked else ("arc", "ap")
        self.under.append(f'<path class="{look}" d="{path}" marker-end="url(#{head})"/>')

    def _jumps(self) -> None:
        """Walked moves between boxes that do not touch: a curve to the right of the column."""
        drawn = set(zip(self.placed, list(self.placed)[1:], strict=False))
        for source, dest in sorted(self.walked - drawn):
            one, other = self.placed.get(source), self.placed.get(dest)
            if one is None or other is None or one is other or self._touch(one, other):
                continue
            start, end = one.middle + 4, other.middle - 4
            x = one.x + one.width
            to = other.x + other.width
            if one.side or other.side:
                continue
            self._arrow(f"M{x} {start}C{x + 26} {start} {to + 26} {end} {to + 5} {end}", walked=True)

    def _touch(self, one: _Box, other: _Box) -> bool:
        mains = [box for box in self.placed.values() if not box.side]
        mains.sort(key=lambda box: box.y)
        return (
            other in one.sides
            or one in other.sides
            or (one in mains and other in mains and mains.index(other) - mains.index(one) == 1)
        )

    def svg(self, height: int) -> str:
        """Everything together."""
        self._jumps()
        boxes = "".join(_draw_box(box) for box in self.placed.values())
        return (
            f'<svg class="chart graph" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'aria-label="{escape(self.words.title)}">{_HEADS}{"".join(self.under)}{boxes}</svg>'
        )


_HEADS = (
    '<defs><marker id="aw" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="3.2" markerHeight="3.2" orient="auto">'
    '<path d="M0 0l6 3-6 3z" fill="#17603d"/></marker><marker id="ap" viewBox="0 0 6 6" refX="5" refY="3" '
    'markerWidth="5" markerHeight="5" orient="auto"><path d="M0 0l6 3-6 3z" fill="#8d897c"/></marker></defs>'
)


def _draw_box(box: _Box) -> str:
    parts = [_rect(box.look, box.x, box.y, box.width, box.height)]
    bold = "here-t" if box.look == "here" else "b" if box.look == "walk" else "a"
    x, anchor = (box.x + box.width // 2, "middle") if box.side else (box.x + 10, "start")
    y = box.y + LINE + 2
    for line in box.lines:
        parts.append(_text(bold, x, y, line, anchor))
        y += LINE
    if box.days:
        parts.append(_text("here-t" if box.look == "here" else "a", x, y, box.days, anchor))
    return "".join(parts)


def _rect(look: str, x: int, y: int, width: int, height: int) -> str:
    return f'<rect class="{look}" x="{x}" y="{y}" width="{width}" height="{height}" rx="8"/>'


def _text(look: str, x: int, y: int, text: str, anchor: str = "start") -> str:
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{look}" x="{x}" y="{y}"{place}>{escape(text)}</text>'


def _wrap(text: str, letters: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _reachable(rules: Iterable[Edge], start: str) -> set[str]:
    onward: dict[str, list[str]] = {}
    for source, dest in rules:
        onward.setdefault(source, []).append(dest)
    found, waiting = {start}, [start]
    while waiting:
        for dest in onward.get(waiting.pop(), ()):
            if dest not in found:
                found.add(dest)
                waiting.append(dest)
    return found
