"""The yearly cycle of a province (chu trình OCOP thường niên) and its batches (đợt đánh giá).

- ``plan_text.py``, ``shapes.py``, ``plan_format.py``, ``plan_values.py``, ``plan_checks.py``, ``plan.py``  a plan file, read
  with line and column
- ``plan_dates.py``  the dates of a plan: which hang on which, and moving one
- ``plan_writing.py``, ``clone.py``, ``cloning.py``  a plan written down again; next year's plan from this year's
- ``calendar_marks.py``  what a person should know of a day before fixing something on it (pure)
- ``schedule.py``, ``dating.py``, ``dues.py``  from plan, law, settings and calendar to dates (pure)
- ``council_load.py``  products per council and day (pure)
- ``preview.py``, ``moves_shown.py``  everything opening would do, with its digest; writes nothing
- ``states.py``, ``facts.py``  what states mean; where guards get their facts
- ``audience.py``   who is told, counted      ``expected.py``  renewals falling due and dossiers carried over
- ``models.py``     tables ``cycle``, ``cycle_window``, ``target``, ``batch``, ``cycle_task``, ``cycle_product``, ``cycle_report``
- ``lifecycle.py``  the two machines: cycle and batch
- ``open_cycle.py``, ``opened_rows.py``  opening in one transaction what was previewed
- ``tasks.py``      what the plan asks people to do, and what came of it
- ``commands.py``   extension of a window or batch, with what follows
"""
