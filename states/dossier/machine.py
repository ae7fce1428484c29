"""The dossier's table of moves bound to its rows, its facts and what a move writes beside the state.

Made once at import; nothing here says which move leads where.
"""

from states.dossier.changes import CHANGES
from states.dossier.facts import FACTS
from states.dossier.lifecycle import DOSSIER
from states.dossier.models import DOSSIER_TABLE, STATED
from states.engine.machine import Machine

MACHINE = Machine(DOSSIER, DOSSIER_TABLE, facts=FACTS, changes=CHANGES, stated=STATED)
