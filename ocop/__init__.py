"""The door: command line, assembly of the rooms, migrations, demonstration data.

- ``cli.py``           the command ``ocop``; each command is read only when it is called
- ``commands/``        one module per command
- ``installation.py``  a data folder: its form, its keys, opening and first filling it
- ``service.py``       the running service: pages, clock, sequencer, in one process or apart
- ``schema.py``        migrations under a lock, guard triggers last
- ``migrations/``      the migrations
- ``demo/``            a province in rehearsal with illustrative dossiers beside real recognitions
"""
