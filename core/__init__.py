"""The house under all rooms: it knows databases, clocks and texts, and no word of OCOP.

errors      refusals with a stable code             texts       every sentence by code, Vietnamese and English
config      what the process was told at start      clock       business time and wall time, real or rehearsal
ids         UUIDv7, `kind/uuid` subjects            instants    the one text form of an instant
columns     house column types, subject columns     sql         Core statements compiled once to driver text
db          the two doors, `read` and `write`       tx          what a function gets at a door
db_sqlite   group-commit writer, readers            db_postgresql  pools and retries
sqlite_driver  its connection, and what its errors mean
session_beside  a session on a driver's connection
waiting     jobs that wait for a thread             house       marks of the folder, the rehearsal clock's row
lines       canonical lines and their hashes        history     tables of the record, writing and reading lines
sequencer   a place in the log for every line       guardrails  triggers that keep the record insert-only
positions   line and column of a place in a text
jobs        rows by which the clock is asked and watched
"""
