"""The numbers behind /metrics: counted in this process, written as Prometheus text.

It never carries an id or a name: labels are methods, routes and statuses.
"""

from collections.abc import Iterable, Mapping

Labels = Mapping[str, str]
_BOUNDS = (0.005, 0.025, 0.1, 0.5, 2.5)  # seconds


class Requests:
    """Requests by method, route and status, and how long they took."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int], int] = {}
        self._seconds: dict[tuple[str, str], list[float]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; called from the event loop only."""
        key = (method, route, status)
        self._counts[key] = self._counts.get(key, 0) + 1
        held = self._seconds.setdefault((method, route), [0.0] * (len(_BOUNDS) + 2))
        for place, bound in enumerate(_BOUNDS):
            held[place] += seconds <= bound
        held[-2] += 1
        held[-1] += seconds

    def lines(self) -> list[str]:
        """All of it as text."""
        counted = [
            line(
                "ocop_http_requests_total", number, {"method": method, "route": route, "status": str(status)}
            )
            for (method, route, status), number in sorted(self._counts.items())
        ]
        timed = [each for key, held in sorted(self._seconds.items()) for each in _histogram(*key, held)]
        return [
            *family("ocop_http_requests_total", "counter", "Requests answered.", counted),
            *family("ocop_http_request_seconds", "histogram", "Time until a request was answered.", timed),
        ]


def family(name: str, kind: str, text: str, lines: Iterable[str]) -> list[str]:
    """A metric with its help and its type; nothing where it has no lines."""
    found = list(lines)
    return [f"# HELP {name} {text}", f"# TYPE {name} {kind}", *found] if found else []


def line(name: str, value: float, labels: Labels | None = None) -> str:
    """One sample."""
    inside = ",".join(f'{label}="{_plain(text)}"' for label, text in (labels or {}).items())
    return f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:g}"


def _histogram(method: str, route: str, held: list[float]) -> Iterable[str]:
    name, labels = "ocop_http_request_seconds", {"method": method, "route": route}
    for bound, number in zip(_BOUNDS, held, strict=False):
        yield line(f"{name}_bucket", number, {**labels, "le": f"{bound:g}"})
    yield line(f"{name}_bucket", held[-2], {**labels, "le": "+Inf"})
    yield line(f"{name}_sum", round(held[-1], 6), labels)
    yield line(f"{name}_count", held[-2], labels)


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
