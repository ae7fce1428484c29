"""The council (Hội đồng đánh giá, phân hạng): its sessions, from the agenda to the signed minutes.

- ``states.py``     the states of a session and what each means to people
- ``lifecycle.py``  the table of its moves and the conditions they stand under
- ``forms.py``      what a person sends with a trigger
- ``models.py``     the tables
- ``agenda.py``     the products of a session as the guards and the commands read them
- ``members.py``    who sits in a session, their attendance and conflicts
- ``quorum.py``     the quorum of one product (pure)
- ``facts.py``      where the server gets each fact from
- ``changes.py``    the columns a move writes beside the state
- ``commands.py``   planning a session, and the rows around it that follow a move
- ``duties.py``     the deadlines a session sets, meets and takes back
- ``queries.py``    lists, one session's page, what a member with a conflict may not see

A session never moves a dossier itself: ``states.moves_of_sessions`` does, in the same transaction.
"""
