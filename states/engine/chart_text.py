"""A whole lifecycle as plain text for a terminal: what the sheet shows, with guards and every source spelt out.

Pure: words come from the caller, codes are the table's own.
"""

from collections.abc import Iterator

from registry.roles import Role
from states.engine.chart_pieces import ChartWords, filled, legend, letters
from states.engine.outline import Exit, Outline, Place, ranges
from states.engine.rules import NEW

LINE = 116  # letters of a line


def chart_text(outlined: Outline, words: ChartWords) -> str:
    """The whole table as text, ending in a line break."""
    return "\n".join(line.rstrip() for line in _lines(outlined, words)) + "\n"


def _lines(outlined: Outline, words: ChartWords) -> Iterator[str]:
    yield words.title
    yield ""
    ways = [way for place in outlined.places for way in (*place.exits, *place.notes)]
    for shown, name in legend((*ways, *(one.exit for one in outlined.shared)), words).items():
        yield f"  {shown:<3} {name}"
    for phase, places in outlined.lanes:
        if len(outlined.lanes) > 1:
            heading = words.phase(phase) if phase else words.loose
            yield from ("", heading, "=" * len(heading))
        for place in places:
            yield ""
            yield from _place(place, words)
    if outlined.shared:
        yield from ("", words.shared_head, "=" * len(words.shared_head))
    for number, one in enumerate(outlined.shared, 1):
        yield ""
        yield from _way(one.exit, words.stays if one.dest is None else f"-> {one.dest}", words, f"{number}.")
        yield from (f"        {line}" for line in filled(", ".join(one.sources), LINE - 8))


def _place(place: Place, words: ChartWords) -> Iterator[str]:
    label = words.start if place.state == NEW else words.state(place.state)
    who = ", ".join(words.role(role) for role in Role if role in place.info.waits_for)
    stands = words.final if place.info.final else words.waits(who) if who else ""
    yield f"{place.state} ({label})" + (f": {stands}" if stands else "")
    for way in (*place.exits, *place.notes):
        yield from _way(way, words.stays if way.note else f"-> {way.dest}", words, "")
    if place.shared:
        yield f"    {words.shared(ranges(place.shared))}"
    if place.reached_by:
        yield f"    {words.reached_by(ranges(place.reached_by))}"


def _way(way: Exit, goes: str, words: ChartWords, number: str) -> Iterator[str]:
    """One move: who, its code, where to, its condition and its words; guards below it."""
    condition = f"  [{way.condition}]" if way.condition else ""
    who = " ".join(letters(way.roles))
    yield f"{number:<3} {who:<8} {way.trigger:<28} {goes:<36}{condition}  {words.trigger(way.trigger)}"
    if way.guards:
        yield from (f"{'':<13}{line}" for line in filled(f"({', '.join(way.guards)})", LINE - 13))
