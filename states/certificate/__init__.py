"""What recognition leaves behind: the certificate (giấy chứng nhận), its windows and its end.

- ``lifecycle.py``  states, guards and moves
- ``models.py``     the table
- ``facts.py``      facts for its guards and for the dossier above which it stands
- ``commands.py``   issuing, and the deadlines a certificate brings
- ``queries.py``    the public check, on any day
"""
