"""A whole lifecycle on one sheet: phases from top to bottom, one card per state, a line from every move to where it leads.

Pure: words come from the caller. For the way one subject walked see ``diagram.py``; this sheet shows what is possible.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from registry.roles import Role
from states.engine.chart_pieces import (
    BOLD,
    CODE,
    ROW,
    SMALL,
    ChartWords,
    box,
    document,
    down,
    filled,
    legend,
    letter,
    letters,
    line,
    row,
    text,
)
from states.engine.outline import Exit, Outline, Place, Shared, noted, ranges
from states.engine.rules import NEW

CARD_X, CARD_WIDTH = 24, 700
EDGE = CARD_X + CARD_WIDTH
TRACK_X, TRACK_GAP, MARGIN = EDGE + 24, 12, 8
HEAD, FOOT, GAP, LANE_HEAD, LANE_GAP = 30, 20, 16, 34, 14
NOTE_LETTERS = 104  # of a note's line inside a card


@dataclass(frozen=True, slots=True)
class _Card:
    """One state with its place on the sheet."""

    place: Place
    y: int
    aside: str
    footers: tuple[str, ...]
    below: str | None

    @property
    def height(self) -> int:
        rows = len(self.place.exits) + len(self.footers)
        return HEAD + ROW * len(self.place.exits) + FOOT * len(self.footers) + (6 if rows else 0)

    @property
    def entry(self) -> int:
        """The height at which lines come in."""
        return self.y + HEAD // 2

    def port(self, index: int) -> int:
        """The height at which the line of an exit goes out."""
        return self.y + HEAD + ROW * index + ROW // 2

    def goes_down(self, way: Exit) -> bool:
        return way.dest == self.below


@dataclass(frozen=True, slots=True)
class _Rail:
    """Every line that leads into one state: from these heights to its entry, on one track."""

    dest: str
    entry: int
    starts: tuple[int, ...]

    @property
    def span(self) -> tuple[int, int]:
        return min(*self.starts, self.entry), max(*self.starts, self.entry)


def chart(outlined: Outline, words: ChartWords) -> str:
    """The sheet as a stand-alone SVG document."""
    return _Sheet(outlined, words).svg()


class _Sheet:
    """Places lanes and cards from top to bottom; the lines beside them and the shared moves below follow."""

    def __init__(self, outlined: Outline, words: ChartWords) -> None:
        self.outlined, self.words = outlined, words
        self.cards: dict[str, _Card] = {}
        self.lanes: list[tuple[int, int]] = []
        self.over = [text("t", CARD_X, 34, words.title)]
        y = self._legend(52)
        for name, places in outlined.lanes:
            y = self._lane(name, places, y)
        self.bottom = self._shared_moves(y)

    def svg(self) -> str:
        tracks = self._tracks()
        width = TRACK_X + TRACK_GAP * len({track for _, track in tracks}) + 2 * MARGIN
        lanes = [box("lane", MARGIN, y, width - 2 * MARGIN, height, round_by=10) for y, height in self.lanes]
        lines = [piece for rail, track in tracks for piece in self._lines(rail, TRACK_X + TRACK_GAP * track)]
        cards = [piece for card in self.cards.values() for piece in self._card(card)]
        return document(width, self.bottom, self.words.title, [*lanes, *lines, *cards, *self.over])

    def _legend(self, y: int) -> int:
        """Who the letters are."""
        ways = [way for place in self.outlined.places for way in (*place.exits, *place.notes)]
        x = CARD_X
        for shown, name in legend((*ways, *(one.exit for one in self.outlined.shared)), self.words).items():
            wide = int(48 + len(name) * SMALL)
            if x + wide > EDGE:
                x, y = CARD_X, y + 24
            self.over += [letter(x, y, shown), text("s", x + 30, y + 13, name)]
            x += wide
        return y + 34

    def _lane(self, name: str | None, places: tuple[Place, ...], top: int) -> int:
        headed = len(self.outlined.lanes) > 1
        y = top + (LANE_HEAD if headed else 12)
        for index, place in enumerate(places):
            below = places[index + 1].state if index + 1 < len(places) else None
            aside, footers = self._asides(place)
            card = self.cards[place.state] = _Card(place, y, aside, footers, below)
            y += card.height + GAP
        if headed:
            heading = self.words.phase(name) if name else self.words.loose
            self.over.append(text("lane-t", CARD_X, top + 23, heading))
        self.lanes.append((top, y - top))
        return y + LANE_GAP

    def _asides(self, place: Place) -> tuple[str, tuple[str, ...]]:
        """What stands at the right of a card's head, and the lines at its foot: notes, shared moves for want of room."""
        both = " · ".join(filter(None, (self._stands(place), *self._numbers(place))))
        room = CARD_WIDTH - 50 - len(self._label(place)) * BOLD - len(place.state) * CODE
        told = [f"{self.words.trigger(one)} ({', '.join(letters(who))})" for one, who in noted(place).items()]
        notes = tuple(filled(f"{self.words.notes} {'; '.join(told)}", NOTE_LETTERS)) if told else ()
        if len(both) * SMALL <= room:
            return both, notes
        return self._stands(place), (*notes, " · ".join(self._numbers(place)))

    def _stands(self, place: Place) -> str:
        """That it is an end, or whom it waits for."""
        who = ", ".join(self.words.role(role) for role in Role if role in place.info.waits_for)
        return self.words.final if place.info.final else self.words.waits(who) if who else ""

    def _numbers(self, place: Place) -> Iterator[str]:
        """The shared moves open here, and those that lead here."""
        if place.shared:
            yield self.words.shared(ranges(place.shared))
        if place.reached_by:
            yield self.words.reached_by(ranges(place.reached_by))

    def _label(self, place: Place) -> str:
        return self.words.start if place.state == NEW else self.words.state(place.state)

    def _card(self, card: _Card) -> Iterator[str]:
        place = card.place
        look = "start" if place.state == NEW else "final" if place.info.final else "card"
        label = self._label(place)
        yield box(look, CARD_X, card.y, CARD_WIDTH, card.height)
        yield text("b", CARD_X + 12, card.y + 20, label)
        yield text("c", int(CARD_X + 26 + len(label) * BOLD), card.y + 20, place.state)
        if card.aside:
            yield text("f", EDGE - 12, card.y + 20, card.aside, "end")
        y = card.y + HEAD
        for way in place.exits:
            goes = f"{'↓' if card.goes_down(way) else '→'} {way.dest}"
            yield from row(CARD_X + 12, y, way, self.words, CARD_WIDTH - 24, goes)
            y += ROW
        for footer in card.footers:
            yield text("f", CARD_X + 12, y + 14, footer)
            y += FOOT
        if any(card.goes_down(way) for way in place.exits):
            yield down(CARD_X + 30, card.y + card.height, GAP - 3)

    def _rails(self) -> Iterator[_Rail]:
        """Lines to draw: every exit but those straight down into the next card."""
        starts: dict[str, list[int]] = {}
        for card in self.cards.values():
            for index, way in enumerate(card.place.exits):
                if not card.goes_down(way):
                    starts.setdefault(way.dest, []).append(card.port(index))
        for dest, found in starts.items():
            yield _Rail(dest, self.cards[dest].entry, tuple(found))

    def _tracks(self) -> list[tuple[_Rail, int]]:
        """Short lines stay near the cards; two lines share a track where they do not meet."""
        taken: list[list[tuple[int, int]]] = []
        placed: list[tuple[_Rail, int]] = []
        for rail in sorted(self._rails(), key=lambda rail: rail.span[1] - rail.span[0]):
            low, high = rail.span
            free = (n for n, spans in enumerate(taken) if all(high + 8 < a or low - 8 > b for a, b in spans))
            track = next(free, len(taken))
            if track == len(taken):
                taken.append([])
            taken[track].append(rail.span)
            placed.append((rail, track))
        return placed

    def _lines(self, rail: _Rail, x: int) -> Iterator[str]:
        """Ends are one colour, ways back another, ways on a third."""
        final = self.cards[rail.dest].place.info.final
        for start in rail.starts:
            look = "end" if final else "on" if rail.entry > start else "back"
            yield line(look, EDGE, start, x, rail.entry)

    def _shared_moves(self, top: int) -> int:
        """The moves that are open in many states, each once; the cards carry their numbers."""
        if not self.outlined.shared:
            return top
        self.over.append(text("lane-t", CARD_X, top + 23, self.words.shared_head))
        y = top + LANE_HEAD
        for number, one in enumerate(self.outlined.shared, 1):
            y = self._shared_move(number, one, y)
        self.lanes.append((top, y - top))
        return y + LANE_GAP

    def _shared_move(self, number: int, one: Shared, y: int) -> int:
        goes = self.words.stays if one.dest is None else f"→ {one.dest}"
        self.over.append(text("n", CARD_X, y + 15, f"{number}."))
        self.over += row(CARD_X + 26, y, one.exit, self.words, CARD_WIDTH - 26, goes)
        self.over.append(text("f", CARD_X + 82, y + ROW + 13, self.words.sources(len(one.sources))))
        return y + ROW + FOOT + 6
