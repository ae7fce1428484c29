"""Importing a command with all it needs, without the garbage collector going over it again and again.

It must never leave the collector switched off.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """What is made here stays as long as the process: it is counted as no garbage, then or later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
