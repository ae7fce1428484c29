"""What is due when, for whom, and how that was computed.

- ``codes.py``      the catalogue: every kind of deadline with owner, basis, what fires on its day, which reminders
- ``ladders.py``    reminder days and instants; moved earlier off closed days (pure)
- ``models.py``     tables ``deadline``, ``deadline_extension``, ``reminder``
- ``entries.py``    set-based writing of rows with their history lines
- ``commands.py``   set, meet, cancel, extend
- ``sweep.py``      what is due now: deadlines and reminders, found and marked in bulk
"""
