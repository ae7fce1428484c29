"""Where something stands in a text, as people count: lines and columns from 1."""


def position_after(before: str) -> tuple[int, int]:
    """Line and column of what comes right behind this much of a text."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")
