"""What the demonstration prints at its end: how it stands, and a way in for every role.

It changes nothing but the login links it makes.
"""

from collections import Counter

import sqlalchemy as sa

from core.sql import Sql
from core.tx import ReadTx
from ocop.demo.people import Cast
from ocop.installation import Installation
from registry.sign_in import Purpose, make_link
from states.cycle.models import CYCLE_TABLE
from states.dossier.models import DOSSIER_TABLE
from states.dossier.states import STATES, DossierState

_D, _C = DOSSIER_TABLE.c, CYCLE_TABLE.c
_STATES = Sql(
    sa.select(_D.province_code, _D.state, sa.func.count())
    .group_by(_D.province_code, _D.state)
    .order_by(_D.province_code.desc(), _D.state)
)
_CYCLES = Sql(sa.select(_C.title, _C.state).order_by(_C.year))
ENDED = "ended"


def _counted(table: str) -> Sql:
    return Sql(sa.select(sa.func.count()).select_from(sa.table(table)))


COUNTED = {
    "Deadlines": _counted("deadline"), "notices": _counted("inbox_entry"), "letters kept": _counted("outbox"),
    "certificates": _counted("certificate"), "sessions": _counted("session"),
}  # fmt: skip


def links(opened: Installation, cast: Cast) -> list[str]:
    """One login link per role that has pages."""
    secrets = opened.db.write_now(
        lambda tx: {role: make_link(tx, account, Purpose.SIGN_IN) for role, account in cast.accounts.items()}
    )
    return [
        f"  {role.value:<15} {opened.config.base_url}/dang-nhap/{secret}" for role, secret in secrets.items()
    ]


def summary(opened: Installation) -> list[str]:
    """Cycles, products per phase and state, deadlines, notices, certificates."""
    return opened.db.read_now(_read)


def _read(tx: ReadTx) -> list[str]:
    found: dict[str, Counter[str]] = {}
    phases: Counter[str] = Counter()
    for province, state, count in tx.sql.all(_STATES):
        found.setdefault(province, Counter())[state] += count
        phases[str(STATES[DossierState(state)].phase or ENDED)] += count
    lines = [f"{title}: {state}" for title, state in tx.sql.all(_CYCLES)]
    lines.append(f"Products by phase: {_listed(phases)}")
    lines += [f"Products by state, {province}: {_listed(states)}" for province, states in found.items()]
    counted = [f"{name}: {tx.sql.value(statement)}" for name, statement in COUNTED.items()]
    return [*lines, " · ".join(counted)]


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
