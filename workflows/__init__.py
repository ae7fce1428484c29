"""When things happen: one timetable, plain steps, and the clock that runs them.

- ``schedule.py``   the one timetable: which step runs when
- ``steps/``        what each job does, as plain functions of a service and an instant
- ``claims.py``     who may run an instant: claims, leases and the record of runs
- ``runner.py``     one claimed run, as a Prefect flow when that is up, else as the plain step
- ``ticker.py``     runs the timetable's instants in order and loses none
- ``scheduler.py``  APScheduler pokes the ticker every second
- ``embedded.py``   Prefect's own API on a thread of this process
- ``flows.py``      the Prefect shells; the only module besides ``embedded`` that imports Prefect

Pages and API never import this room: they ask for a run through a row (``core/jobs.py``).
"""
