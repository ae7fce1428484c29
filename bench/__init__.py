"""Speed, measured against the raw limits of the same machine in the same run: ``python -m bench`` (``make bench``).

Only ratios count: absolute figures move with the machine and with whatever else runs on it, so every figure of ours
stands beside a raw one taken in turns with it. A row says what it aims at (goal) and what it must reach (slack).
Required rows that miss their slack make the run end with 1; the others are printed. Rows may be named:
``python -m bench 1 7``.

- ``measuring.py``    rounds in turns, medians, percentiles, the table that is printed
- ``place.py``        a real installation in a folder on disk, never in memory: commits must cost what they cost
- ``raw.py``          the same work by hand-written SQL on the bare driver
- ``moving.py``       rows 1a and 1b: one durable transition, alone and from 32 callers
- ``opening.py``      row 3: sixty thousand deadlines with lines and reminders
- ``sweeping.py``     row 4: a hundred thousand due reminders, and nothing due
- ``starting.py``     row 7: imports, memory, the first answer of the command line

Nothing here is imported by the product.
"""
