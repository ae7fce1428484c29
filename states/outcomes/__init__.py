"""What stands above the lifecycles: past facts taken over from documents, repairs, and what one move does to another subject.

- ``tables.py``, ``cells.py``      a spreadsheet read strictly: every fault with its line, its column, how to mend it
- ``imports.py``                   a province's own tables, checked and written as a whole; ``import_kinds.py`` lists them
- ``imported_*.py``                producers, products, certificates, offices: columns, checks, writing
- ``recognitions.py``, ``take_over.py``   published lists of past recognitions, with their places and sources
- ``past_certificates.py``         where a past certificate stands, which gave way to which, and its watch
- ``repairable.py``, ``repairs.py``       what may be put right, by whom; ``repaired_terms.py`` what follows from a day
- ``registered_repairs.py``, ``repairs_read.py``   repairs of producers and products; what a story shows of them
- ``renewals.py``, ``revocations.py``, ``wake.py``   what a dossier's fate does to a certificate
"""
