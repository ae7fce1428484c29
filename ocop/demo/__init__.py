"""The demonstration: a province in rehearsal. Real recognitions stand as imported facts; everything else is illustrative.

- ``story.py``   what happens on which day, as a table
- ``people.py``  the people, producers and products of the story
- ``build.py``   plays the story in an empty folder
- ``data/``      real past recognitions with their sources
"""
