"""An appeal against the outcome of an evaluation (kiến nghị): opened by the producer, heard by the province.

- ``states.py``     its states and what each means to people
- ``lifecycle.py``  the table of its moves
- ``models.py``     the tables
- ``commands.py``   opening one, the deadline for an answer
- ``queries.py``    lists and one appeal
"""
