"""In which language an answer speaks: Vietnamese, or English where it is asked for.

It never guesses from anything but the header.
"""

from typing import Literal

from starlette.requests import HTTPConnection

Language = Literal["vi", "en"]


def language_of(request: HTTPConnection) -> Language:
    """The language of one request."""
    return preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> Language:
    """English if it is wanted more than Vietnamese; anything else, or nothing, is Vietnamese."""
    weights: dict[str, float] = {}
    for part in header.split(","):
        name, _, rest = part.partition(";")
        language = name.strip().lower().partition("-")[0]
        weights[language] = max(weights.get(language, 0.0), _weight(rest))
    return "en" if weights.get("en", 0.0) > weights.get("vi", 0.0) else "vi"


def _weight(rest: str) -> float:
    name, _, value = rest.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
