"""How a move of a dossier is written down: the letters of ``process.md`` for roles, and a shape per kind of rule.

Must never name a move: the tables beside it do.
"""

from enum import StrEnum

from registry.roles import Role
from regulations.vocabulary import Feature
from states.dossier.states import DossierState
from states.engine.rules import Branch, Guard, TransitionRule, each

S = DossierState
P, C, V, T = Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT, Role.ADVISORY
M, K, B, CLOCK = Role.COUNCIL_MEMBER, Role.PROVINCE_CHAIR, Role.MINISTRY, Role.SYSTEM
H = (Role.CHAIR, Role.SECRETARY)
AT_DISTRICT, AT_PROVINCE, AT_CENTRE = ((("level", level),) for level in ("district", "province", "central"))


def move(
    source: DossierState,
    trigger: str,
    dest: DossierState,
    *roles: Role,
    guards: tuple[Guard, ...] = (),
    when: Branch = (),
    level_to: str | None = None,
    requires: Feature | None = None,
) -> TransitionRule:
    features = frozenset({str(requires)} if requires else ())
    return TransitionRule(trigger, source, dest, frozenset(roles), guards, features, when, level_to)


def note(
    trigger: str, *roles: Role, guards: tuple[Guard, ...] = (), sources: tuple[StrEnum, ...]
) -> tuple[TransitionRule, ...]:
    return each(sources, TransitionRule(trigger, sources[0], sources[0], frozenset(roles), guards, note=True))


def withdraw(*sources: DossierState) -> tuple[TransitionRule, ...]:
    return each(sources, move(sources[0], "withdraw", S.WITHDRAWN, P))
