"""One file per thing people ask about; each route asks the rooms below and answers.

    auth, me        signing in and out, recovery, tokens    inbox      notices
    cycles          preview, open, look                     dossiers   list, open an idea, forms
    moves           the one door, history, replay           deadlines  list, extend
    public          the check of a certificate              registry   producers, products
    admin           accounts, appointments, links           status     jobs, outbox, clock
    health          liveness, readiness, metrics (not under /api/v1)

Routes with fixed addresses stand before those of `moves`, which take any collection.
"""

from api.routes import admin, auth, cycles, deadlines, dossiers, inbox, me, moves, public, registry, status

ROUTERS = tuple(
    module.router
    for module in (auth, me, public, inbox, status, admin, registry, cycles, dossiers, deadlines, moves)
)
