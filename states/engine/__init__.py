"""The engine under every lifecycle: rules as data, a pure decision, one writer of states.

- ``facts.py``        conditions over named facts, readable by a file-only verifier
- ``rules.py``        ``TransitionRule``, ``Guard``, ``StateInfo``, ``MachineSpec`` and their static checks
- ``forms.py``        what a person may send along with a trigger
- ``decide.py``       ``decide``: pure, from facts to ``Move`` or ``Refusal``
- ``machine.py``      a spec bound to its table and to the `transitions` library
- ``fire.py``         gathers facts, decides, writes row and history line
- ``actions.py``      what one actor could do with a subject now, and why not the rest
- ``permissions.py``  who may see and touch which subject
- ``replay.py``       the fold over a history
- ``editions/``       every published edition of the rules as JSON, with its hash
- ``diagram.py``      the way one subject walked, drawn small for a page
- ``outline.py``      a whole table arranged for reading: phases, states, ways out
- ``chart.py``        the whole table as one SVG sheet, from the pieces of ``chart_pieces.py``; ``chart_text.py`` as text
"""
