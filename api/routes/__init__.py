"""One file per thing people ask about; each route asks the rooms below and answers.

    auth, me        signing in and out, recovery, tokens    inbox      notices
    cycles          preview, open, look                     dossiers   list, open an idea, forms
    moves           the one door, history, replay           deadlines  list, extend
    sessions        the council's, plan, look               appeals    file, look
    public          the check of a certificate              registry   producers, products
    admin           accounts, appointments, links           status     jobs, outbox, clock
    repairs         put a mistyped value right              imports    a province's own tables
    province        settings, offices of the communes
    health          liveness, readiness, metrics (not under /api/v1)

Routes with fixed addresses stand before those of `moves`, which take any collection.
"""

from api.routes import (
    admin,
    appeals,
    auth,
    cycles,
    deadlines,
    dossiers,
    imports,
    inbox,
    me,
    moves,
    province,
    public,
    registry,
    repairs,
    sessions,
    status,
)

ROUTERS = tuple(
    module.router
    for module in (
        auth, me, public, inbox, status, admin, province, imports, registry, cycles, dossiers, sessions, appeals,
        deadlines, repairs, moves,
    )
)  # fmt: skip
