"""Past facts taken over from documents, never passed off as live.

- ``recognitions.py``      the strict reading of a recognition table (CSV), line by line
- ``take_over.py``         writes what was read as ``imported`` lines with their sources
"""
