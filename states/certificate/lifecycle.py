"""The table of a certificate's moves: term, renewal, grace, upgrade, revocation, annulment.

Every other place that names a move reads it from here. Source: ``process.md`` §2.6, §11.7, §11.11; decision records 0110
(annulment, and who acts in the wake of another's move), 0111 (grace) and 0112 (revocation, facts of imported ones).
"""

from collections.abc import Iterable

from registry.roles import Role
from regulations.vocabulary import Feature
from states.certificate import guards as g
from states.certificate.forms import FORMS
from states.certificate.states import BY_TERM, IN_FORCE, NOT_ENDED, STATES, CertificateState
from states.engine.rules import Guard, MachineSpec, TransitionRule, each

S = CertificateState
P, V, K, B, CLOCK = Role.PRODUCER, Role.PROVINCE_UNIT, Role.PROVINCE_CHAIR, Role.MINISTRY, Role.SYSTEM
DECIDER = {3: K, 4: K, 5: B}
"""Who decides on a certificate of so many stars. Source: QĐ 26/2026/QĐ-TTg Điều 8.2."""


def move(
    source: CertificateState,
    trigger: str,
    dest: CertificateState,
    *roles: Role,
    guards: tuple[Guard, ...] = (),
) -> TransitionRule:
    return TransitionRule(trigger, source, dest, frozenset(roles), guards)


def note(
    trigger: str, *roles: Role, guards: tuple[Guard, ...], sources: tuple[CertificateState, ...]
) -> tuple[TransitionRule, ...]:
    return each(sources, TransitionRule(trigger, sources[0], sources[0], frozenset(roles), guards, note=True))


def by_decider(rule: TransitionRule) -> Iterable[TransitionRule]:
    """A rule once per number of stars, each for the authority of those stars."""
    for stars, role in DECIDER.items():
        for source in IN_FORCE:
            dest = source if rule.note else rule.dest
            yield TransitionRule(
                rule.trigger,
                source,
                dest,
                frozenset({role}),
                rule.guards,
                when=(("stars", stars),),
                note=rule.note,
            )


EXTENSION = (g.GRACE_GIVEN, g.TERM_OVER)
TERM = (
    move(S.NEW, "issue", S.VALID, K, B, guards=(g.RECOGNISED,)),
    move(S.VALID, "enter_window", S.RENEWAL_OPEN, CLOCK, guards=(g.WINDOW_OPEN,)),
    move(S.RENEWAL_OPEN, "window_missed", S.RENEWAL_LATE, CLOCK, guards=(g.WINDOW_OVER,)),
    *each(
        (S.VALID, S.RENEWAL_OPEN, S.RENEWAL_LATE),
        move(S.VALID, "expire", S.EXPIRED, CLOCK, guards=(g.TERM_OVER,)),
    ),
    move(S.RENEWAL_IN_PROCESS, "expire", S.EXPIRED_PENDING, CLOCK, guards=(g.TERM_OVER, g.NO_GRACE_DUE)),
    move(S.RENEWAL_IN_PROCESS, "grace_extension", S.EXTENDED, CLOCK, V, guards=EXTENSION),
    move(S.EXPIRED_PENDING, "grace_extension", S.EXTENDED, V, guards=(*EXTENSION, g.GRACE_RUNS)),
    move(S.EXTENDED, "expire", S.EXPIRED, CLOCK, guards=(g.EXTENSION_OVER,)),
)

RENEWAL = (
    move(
        S.VALID,
        "dossier_filed",
        S.RENEWAL_IN_PROCESS,
        P,
        CLOCK,
        guards=(g.RENEWAL_FILED, g.FILING_BEGUN, g.TERM_RUNS),
    ),
    move(
        S.RENEWAL_OPEN,
        "dossier_filed",
        S.RENEWAL_IN_PROCESS,
        P,
        CLOCK,
        guards=(g.RENEWAL_FILED, g.FILED_IN_WINDOW),
    ),
    move(
        S.RENEWAL_LATE,
        "dossier_filed",
        S.RENEWAL_IN_PROCESS,
        P,
        CLOCK,
        guards=(g.RENEWAL_FILED, g.TERM_RUNS),
    ),
    *each(NOT_ENDED, move(S.VALID, "renewed", S.SUPERSEDED, K, B, guards=(g.RENEWED_BY,))),
    move(S.RENEWAL_IN_PROCESS, "not_renewed", S.RENEWAL_LATE, K, CLOCK, guards=(g.RENEWAL_FAILED,)),
    *each(
        (S.EXTENDED, S.EXPIRED_PENDING),
        move(S.EXTENDED, "not_renewed", S.EXPIRED, K, CLOCK, guards=(g.RENEWAL_FAILED,)),
    ),
    *each(
        IN_FORCE,
        move(S.VALID, "upgraded", S.SUPERSEDED, K, B, guards=(g.UPGRADED_BY, g.MORE_STARS)),
    ),
)

GROUNDED = (g.KNOWN_GROUND, g.CONCLUSION, g.CONCLUDED_BY_NOW)
DECIDED = (
    g.KNOWN_GROUND,
    g.CONCLUSION,
    g.REVOCATION_STATED,
    g.REVOKED_BY_NOW,
    g.REVOKED_ON_CONCLUSION,
    g.REVOKED_AFTER_ISSUE,
)
REVOCATION = (
    *note("propose_revocation", V, guards=GROUNDED, sources=IN_FORCE),
    *by_decider(TransitionRule("revoke", S.VALID, S.REVOKED, frozenset({K}), DECIDED)),
    *by_decider(
        TransitionRule(
            "decline_revocation", S.VALID, S.VALID, frozenset({K}), (g.PROPOSED, g.REASON), note=True
        )
    ),
    *each(NOT_ENDED, move(S.VALID, "annul", S.REVOKED, K, B, guards=(g.ANNULLED, g.ORDERED))),
)

NOTIFIED = each(
    BY_TERM,
    TransitionRule(
        "notify_expiry",
        S.VALID,
        S.VALID,
        frozenset({V, B}),
        (g.DOCUMENT,),
        requires=frozenset({str(Feature.EXPIRY_NOTICE)}),
        note=True,
    ),
)
"""The written notice that Decision 148 asks of the authority before the end; decision record 0125."""

FROM_SOURCES = (
    *note(
        "record_stars",
        V,
        guards=(g.STARS_UNKNOWN, g.FROM_A_SOURCE, g.STARS_STATED, g.DOCUMENT),
        sources=NOT_ENDED,
    ),
    *note(
        "record_term",
        V,
        guards=(
            g.TERM_UNKNOWN,
            g.FROM_A_SOURCE,
            g.TERM_STATED,
            g.ISSUED_BY_NOW,
            g.TERM_IN_ORDER,
            g.DOCUMENT,
        ),
        sources=(S.VALID, S.RENEWAL_IN_PROCESS),
    ),
)

CERTIFICATE = MachineSpec(
    kind="certificate",
    edition="certificate/3",
    states=STATES,
    rules=(*TERM, *RENEWAL, *NOTIFIED, *REVOCATION, *FROM_SOURCES),
    forms=FORMS,
)

__all__ = ["BY_TERM", "CERTIFICATE", "IN_FORCE", "CertificateState"]
