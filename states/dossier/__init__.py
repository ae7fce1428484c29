"""One product's way through the six phases (hồ sơ tham gia chu trình).

- ``states.py``     the states and what each means to people
- ``lifecycle.py``  the table of moves under Decision 26/2026/QĐ-TTg
- ``guards.py``     the conditions those moves stand under
- ``forms.py``      what a person sends with a trigger
- ``facts.py``      where the server gets each fact from
- ``models.py``     the tables
- ``changes.py``    the columns a move writes beside the state
- ``commands.py``   what reaches further than one move
- ``queries.py``    lists and one dossier's page
"""
