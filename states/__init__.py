"""What moves: the six lifecycles of the programme, as tables that code interprets.

Map of the room, lowest first (imports point down):

- ``engine/``       conditions, rules, the pure decision, ``fire`` (the only writer of a state), replay, editions
- ``deadlines/``    what is due when, for whom, and how that was computed
- ``cycle/``        the yearly cycle and its batches: plan file, preview, opening
- ``dossier/``      one product's way through the six phases
- ``council/``      sessions of a council: members, agenda, quorum, rounds, minutes
- ``certificate/``  what recognition leaves behind: valid, renewed, expired, revoked
- ``appeal/``       appeals about the outcome of an evaluation
- ``outcomes/``     what one lifecycle leaves in another: renewals, revocations, repairs, imports, the year report
- ``moves_of_sessions.py``  which move of a session makes which move of its dossiers
- ``moves_ready.py``  moves of the system that recorded facts call for, found by state
- ``moves.py``      the one door: (kind, trigger) to the command that does it with all its effects
- ``years/``        a whole year opened and closed through that door

Nothing here sends a message, reads a clock or knows a web framework.
"""
