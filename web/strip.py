"""The year drawn as one strip: windows as bars, deadlines as numbered diamonds, days off, the quiet days around Tết.

Pure: x in per cent, y in pixels, no view box, so that text keeps its size from 360 to 1280 pixels. A table with the
same facts stands beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

_TOP, _ROW, _BAR = 26, 34, 9
_LATE = 0.58  # a bar that starts further right has its label at its end
_NEAR = 3.4  # per cent: two diamonds closer than this stand on two levels
_LOOKS = {
    "guidance": "k2",
    "idea": "k1",
    "plan": "k1",
    "production": "k2",
    "evaluation": "k3",
    "promotion": "k4",
    "review": "k5",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One window: first and last day, both included."""

    step: str
    label: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Diamond:
    """One deadline on its last good day, numbered as in the table; `bad` needs a decision."""

    number: int
    day: date
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off that fall on weekdays, and quiet spans (first and last day)."""

    holidays: Sequence[date]
    quiet: Sequence[tuple[date, date]]


def draw(
    year: int,
    bars: Sequence[Bar],
    diamonds: Sequence[Diamond],
    calendar: Calendar,
    *,
    today: date | None,
    title: str,
) -> str:
    """The strip from 1 January of the year to 31 March of the next, because the law's dates run so far."""
    scale = _Scale(year)
    body = _TOP + 36 + _ROW * len(bars) + 76
    parts = [f'<title id="strip-title">{escape(title)}</title>', *_months(scale, body)]
    parts += [_quiet(scale, first, last, body) for first, last in calendar.quiet if scale.covers(first, last)]
    parts += _days_off(scale, calendar.holidays)
    for index, bar in enumerate(bars):
        parts += _bar(scale, bar, _TOP + 55 + _ROW * index)
    parts += _diamonds(scale, diamonds, _TOP + 50 + _ROW * len(bars))
    if today is not None and scale.first <= today <= scale.last:
        parts.append(_today(scale, today, body))
    height = body + 34
    return f'<svg class="chart" height="{height}" role="img" aria-labelledby="strip-title">{"".join(parts)}</svg>'


class _Scale:
    """Days to per cent."""

    def __init__(self, year: int) -> None:
        self.first, self.last = date(year, 1, 1), date(year + 1, 3, 31)
        self.days = (self.last - self.first).days + 1

    def at(self, day: date) -> float:
        return round(100 * min(max((day - self.first).days, 0), self.days) / self.days, 2)

    def width(self, first: date, last: date) -> float:
        return round(max(self.at(last + timedelta(days=1)) - self.at(first), 0.3), 2)

    def covers(self, first: date, last: date) -> bool:
        return first <= self.last and last >= self.first


def _months(scale: _Scale, body: int) -> Iterable[str]:
    for index in range(15):
        year, month = scale.first.year + index // 12, index % 12 + 1
        first = date(year, month, 1)
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        x, width = scale.at(first), scale.width(first, last)
        bold = " b" if month == 1 else ""
        yield f'<rect class="m{index % 2}" x="{x}%" y="{_TOP}" width="{width}%" height="{body - _TOP}"/>'
        yield f'<text class="a{bold}" x="{x + width / 2:.2f}%" y="18" text-anchor="middle">{month}</text>'


def _quiet(scale: _Scale, first: date, last: date, body: int) -> str:
    x, width = scale.at(first), scale.width(max(first, scale.first), min(last, scale.last))
    return f'<rect class="tet" x="{x}%" y="{_TOP}" width="{width}%" height="{body - _TOP}"/>'


def _days_off(scale: _Scale, holidays: Sequence[date]) -> Iterable[str]:
    monday = scale.first + timedelta(days=-scale.first.weekday() % 7)
    week, weekend = 700 / scale.days, 200 / scale.days
    start = scale.at(monday) - weekend
    yield f'<text class="a" x="0" y="{_TOP + 16}" dx="4">Ngày nghỉ</text>'
    yield (
        f'<pattern id="weekends" patternUnits="userSpaceOnUse" x="{start:.2f}%" width="{week:.3f}%" height="10">'
        f'<rect class="off" width="{weekend:.3f}%" height="10"/></pattern>'
        f'<rect x="0" y="{_TOP + 22}" width="100%" height="9" fill="url(#weekends)"/>'
    )
    for day in holidays:
        if scale.first <= day <= scale.last:
            yield f'<rect class="k6" x="{scale.at(day)}%" y="{_TOP + 20}" width="0.3%" height="13"/>'


def _bar(scale: _Scale, bar: Bar, y: int) -> Iterable[str]:
    x, width = scale.at(bar.first), scale.width(bar.first, bar.last)
    ends = x > 100 * _LATE
    place = f'x="{x + width:.2f}%" text-anchor="end"' if ends else f'x="{x}%"'
    yield f'<text {place} y="{y}">{escape(bar.label)}</text>'
    look = _LOOKS.get(bar.step, "k2")
    yield f'<rect class="{look}" x="{x}%" y="{y + 5}" width="{width}%" height="{_BAR}" rx="3"/>'


def _diamonds(scale: _Scale, diamonds: Sequence[Diamond], y: int) -> Iterable[str]:
    yield f'<text class="a" x="0" y="{y + 7}" dx="4">Hạn</text>'
    ends = [-9.0, -9.0, -9.0]
    for each in sorted(diamonds, key=lambda one: (one.day, one.number)):
        if not scale.first <= each.day <= scale.last:
            continue
        x = scale.at(each.day)
        level = next((index for index, end in enumerate(ends) if x - end >= _NEAR), 2)
        ends[level] = x
        look, small = "k6" if each.bad else "k1", " w2" if each.number > 9 else ""
        yield (
            f'<svg x="{x}%" y="{y + 20 * level}" overflow="visible">'
            f'<path class="{look}" d="M0 4l9.5 9.5-9.5 9.5-9.5-9.5z"/>'
            f'<text class="w{small}" y="18" text-anchor="middle">{each.number}</text></svg>'
        )


def _today(scale: _Scale, today: date, body: int) -> str:
    x = scale.at(today)
    anchor = "end" if x > 90 else "start"
    return (
        f'<line class="today" x1="{x}%" x2="{x}%" y1="22" y2="{body + 6}"/>'
        f'<text class="b" x="{x}%" y="{body + 22}" text-anchor="{anchor}">hôm nay</text>'
    )
