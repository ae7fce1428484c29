"""When things happen: one timetable, plain steps, and the clock that runs them.

- ``schedule.py``   the one timetable: which step runs when
- ``steps/``        what each job does, as plain functions of a service and an instant
- ``claims.py``     who may run an instant: claims and the record of runs
- ``leading.py``    which of several clocks leads
- ``calls.py``      one step on its way, and what became of it
- ``runner.py``     one claimed run, as a Prefect flow when that is up, else as the plain step
- ``rounds.py``     what is due now, and the claim to it; ``due.py``  when something is due next
- ``ticker.py``     runs the timetable's instants in order and loses none
- ``scheduler.py``  APScheduler pokes the ticker every second
- ``embedded.py``   Prefect's own API on a thread of this process
- ``flows.py``      the Prefect shells; the only module besides ``embedded`` that imports Prefect
- ``worker.py``     a deployed flow's own way to its instants

Pages and API never import this room: they ask for a run through a row (``core/jobs.py``).
"""
