"""The files of the demonstration: plans and tables, in the package or in the checkout.

Plans are kept once, in ``examples/plans``; the wheel takes them from there.
"""

from importlib import resources


def packaged(name: str) -> str:
    """The text of a file of the package; from a checkout the plans stand in ``examples/plans``."""
    room = resources.files("ocop.demo")
    places = (room.joinpath("data", name), room.joinpath("plans", name))
    found = next((place for place in places if place.is_file()), None)
    found = found or resources.files("ocop").joinpath("..", "examples", "plans", name)
    return found.read_text(encoding="utf-8")
