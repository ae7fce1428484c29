"""One product's way through the six phases (hồ sơ tham gia chu trình).

- ``states.py``      the states and what each means to people
- ``lifecycle.py``   the table of moves, assembled from ``rules_*.py``, one per part of the way; ``declare.py`` writes a row
- ``guards.py``      the conditions those moves stand under
- ``forms.py``       what a person sends with a trigger
- ``context.py``     what a move stands in: day, settings, calendar, law
- ``facts.py``       where the server gets each fact from; ``law_facts.py`` those a ruleset settles
- ``models.py``      the tables
- ``changes.py``     the columns a move writes beside the state
- ``machine.py``     the table bound to its rows
- ``opening.py``     how a dossier comes into being
- ``adoption.py``    a cycle that opens takes the dossiers that waited for its year; ``years.py`` says which year that is
- ``batches.py``     which batch a dossier stands in
- ``duties.py``      the deadlines its moves set, meet and take back
- ``papers.py``      its forms and papers
- ``commands.py``    saving forms, keeping texts
- ``queries.py``     lists and one dossier's page
"""
