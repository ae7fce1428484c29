"""The yearly cycle of a province (chu trình OCOP thường niên) and its batches (đợt đánh giá).

- ``plan_text.py``, ``shapes.py``, ``plan_format.py``, ``plan_checks.py``, ``plan.py``  a plan file, read with line and column
- ``calendar_marks.py``  what a person should know of a day before fixing something on it (pure)
- ``schedule.py``   from plan, law, settings and calendar to dates (pure)
- ``preview.py``    everything opening would do, with its digest; writes nothing
- ``states.py``, ``facts.py``  what states mean; where guards get their facts
- ``audience.py``   who is told, counted
- ``models.py``     tables ``cycle``, ``cycle_window``, ``target``, ``batch``
- ``lifecycle.py``  the two machines: cycle and batch
- ``open_cycle.py`` opening in one transaction what was previewed
- ``commands.py``   extension of a window or batch, with what follows
"""
