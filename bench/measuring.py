"""Rounds in turns, medians, and the table that is printed."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["goal met", "within slack", "MISSED", "shown"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One ratio with what it should reach; `at_most` where small is good. Without a goal it is only shown."""

    row: str
    name: str
    ratio: float
    goal: float | None = None
    slack: float | None = None
    at_most: bool = False
    required: bool = False
    unit: str = "x"

    @property
    def verdict(self) -> Verdict:
        if self.goal is None or self.slack is None:
            return "shown"
        if self._reaches(self.goal):
            return "goal met"
        return "within slack" if self._reaches(self.slack) else "MISSED"

    @property
    def fails(self) -> bool:
        return self.required and self.verdict == "MISSED"

    def _reaches(self, aim: float) -> bool:
        return self.ratio <= aim if self.at_most else self.ratio >= aim

    def line(self) -> str:
        sign = "<=" if self.at_most else ">="
        aims = "" if self.goal is None else f"goal {sign} {self.goal:g}, slack {self.slack:g}"
        return f"{self.row:<4}{self.name:<66}{self.ratio:>9.2f}{self.unit:<3} {aims:<28}{self.verdict}"


@dataclass(slots=True)
class Report:
    """What was measured: ratios that are judged, and the absolute figures behind them."""

    figures: list[Figure] = field(default_factory=list)

    def say(self, text: str) -> None:
        print(f"      {text}", flush=True)

    def add(self, figure: Figure) -> None:
        self.figures.append(figure)
        print(f"    {figure.line()}", flush=True)

    def summary(self) -> str:
        lines = [figure.line() for figure in self.figures if figure.verdict != "shown"]
        return "\n".join(lines)

    @property
    def failed(self) -> list[Figure]:
        return [figure for figure in self.figures if figure.fails]


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call, with the garbage of the one before out of the way."""
    gc.collect()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turns(rounds: int, works: Sequence[Callable[[], float]]) -> list[list[float]]:
    """Each work once per round, so that a busy minute falls on all of them; the figures of each work."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for place, work in enumerate(works):
            gc.collect()
            found[place].append(work())
    return found


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of each round: a round shares its minute."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
