"""The demonstration: two provinces in rehearsal. What sources tell stands as imported facts; the rest is illustrative.

- ``script.py``       what a part is told in: stories, steps, sittings, acts
- ``bac_kan.py``      Bắc Kạn in 2020      ``real.py``  what documents tell of it, each fact on its day
- ``thai_nguyen.py``, ``thai_nguyen_paths.py``  Thái Nguyên in 2027      ``paper.py``  its recognitions of earlier years
- ``people.py``       who takes part      ``player.py``  plays a part, day by day
- ``build.py``        fills an empty folder      ``ending.py``  how it stands, and a way in for every role
- ``files.py``, ``data/``  recognitions with their sources, assumed days; plans come from ``examples/plans``
"""
