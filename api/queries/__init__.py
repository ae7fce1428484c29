"""Reads of the interface: column tuples from driver SQL, filtered in SQL by what the person may see.

    scope         what a person may see, as conditions of a statement
    dossiers      pages of dossiers, and one with all that belongs to it
    cycles        cycles of a person's provinces, and one with its windows, batches and targets
    deadlines     what is due when, for whom
    certificates  the public check, for any day
    records       repairs, settings, offices, forms and years of producers

No function here changes anything.
"""
