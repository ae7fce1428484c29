"""What recognition leaves behind: the certificate (giấy chứng nhận), its windows, its renewal and its end.

- ``states.py``     the states and what each means
- ``guards.py``     the conditions of the moves
- ``lifecycle.py``  the table of moves; ``forms.py`` what is sent with them, ``changes.py`` the columns they write
- ``models.py``     the table
- ``facts.py``      facts for its guards and for the dossier above which it stands
- ``terms.py``      its stored days and the moves of the clock they call for (pure)
- ``duties.py``     the deadlines it brings and what each move does to them
- ``commands.py``   issuing
- ``queries.py``    the public check on any day, lists, renewals falling due
"""
