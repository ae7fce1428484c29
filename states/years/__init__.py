"""The turn of the programme year, above every machine: a year opens with its dossiers and closes with a report.

- ``opening.py``  opening a cycle with the dossiers of renewals falling due and those carried over
- ``closing.py``  closing a cycle: every dossier that is not final is carried over or closed, each with a reason
"""
