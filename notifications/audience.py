"""Whom to tell what, as one table: a line of history on the left, notices and roles on the right.

It never sends and never looks anything up; imported facts stand in no row, so they tell nobody.
"""

from dataclasses import dataclass

from registry.roles import Role

PRODUCER, COMMUNE, PROVINCE = Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT
COUNCIL, HEAD = Role.COUNCIL_MEMBER, Role.PROVINCE_CHAIR
TELLING_LINES = frozenset({"transition", "fact_noted", "deadline_extended"})


@dataclass(frozen=True, slots=True)
class Tell:
    """One notice that follows from a line.

    `kind` may be `result`, settled by the state and the points (`result_kind`). `deadlines`: the codes whose day is
    the one to act by, first found wins. `dest`: only where the line leads there.
    """

    kind: str
    roles: frozenset[Role]
    deadlines: tuple[str, ...] = ()
    dest: str | None = None


def _tell(kind: str, *roles: Role, deadlines: tuple[str, ...] = (), dest: str | None = None) -> Tell:
    return Tell(kind, frozenset(roles), deadlines, dest)


_NEW_IDEA = (_tell("idea_received", PRODUCER), _tell("arrived", COMMUNE))
_NEW_PLAN = (_tell("plan_received", PRODUCER), _tell("arrived_province", PROVINCE))
_REFUSED = (_tell("refused", PRODUCER, COMMUNE),)
_AT_COMMUNE = _tell("arrived", COMMUNE, deadlines=("COMMUNE_CHECK",), dest="commune.received")
_AT_PROVINCE = _tell("arrived_province", PROVINCE, deadlines=("RENEW_TOTAL",), dest="province.received")
_AT_DISTRICT = _tell("arrived_province", PROVINCE, dest="advisory.review")

_DOSSIER: dict[str, tuple[Tell, ...]] = {
    "submit_idea": _NEW_IDEA,
    "resubmit_idea": _NEW_IDEA,
    "commune_screen_ok": (_tell("forwarded", PRODUCER), _tell("arrived_province", PROVINCE)),
    "return_idea": (_tell("supplement", PRODUCER, deadlines=("IDEA_SUPPLEMENT",)),),
    "accept_idea": (_tell("idea_accepted", PRODUCER, deadlines=("PLAN_WINDOW",)),),
    "reject_idea": _REFUSED,
    "due_passed": (_tell("deferred", PRODUCER, COMMUNE),),
    "submit_plan": _NEW_PLAN,
    "resubmit_plan": _NEW_PLAN,
    "return_plan": (_tell("supplement", PRODUCER, deadlines=("PLAN_SUPPLEMENT",)),),
    "approve_plan": (_tell("plan_approved", PRODUCER),),
    "reject_plan": _REFUSED,
    "submit_dossier": (_tell("received", PRODUCER, deadlines=("COMMUNE_CHECK",)), _AT_COMMUNE, _AT_DISTRICT),
    "request_supplement": (_tell("supplement", PRODUCER, deadlines=("DOSSIER_SUPPLEMENT",)),),
    "request_completion": (_tell("supplement", PRODUCER, COMMUNE, deadlines=("DOSSIER_SUPPLEMENT",)),),
    "resubmit": (_AT_COMMUNE, _AT_PROVINCE),
    "decline_to_propose": _REFUSED,
    "propose_to_province": (_tell("forwarded", PRODUCER), _AT_PROVINCE),
    "accept_for_review": (_tell("under_review", PRODUCER, COMMUNE),),
    "miss_cut_off": (_tell("next_batch", PRODUCER, COMMUNE, deadlines=("BATCH_PROPOSE",)),),
    "disqualify": (_tell("result_fail", PRODUCER, COMMUNE),),
    "below_3_star": (_tell("result_fail", PRODUCER, COMMUNE),),
    "refuse": (_tell("result_fail", PRODUCER, COMMUNE),),
    "propose_recognition": (_tell("result_pass", PRODUCER, COMMUNE),),
    "forward_to_province": (_tell("from_district", PRODUCER, COMMUNE), _AT_PROVINCE),
    "return_to_district": (_tell("back_to_district", PROVINCE),),
    "approve_and_forward": (_tell("to_centre", PRODUCER, COMMUNE),),
    "below_90": (_tell("back_from_centre", PROVINCE),),
    "notify_result": (_tell("result", PRODUCER, COMMUNE),),
}

# The end of a renewal window and of a certificate is told by the ladder of its deadlines (`reminders`).
_CERTIFICATE: dict[str, tuple[Tell, ...]] = {
    "issue": (_tell("certificate", PRODUCER, COMMUNE),),
    "notify_expiry": (_tell("expiry_notice", PRODUCER, COMMUNE),),
    "propose_revocation": (
        _tell("revocation_proposed", PRODUCER, COMMUNE, HEAD, deadlines=("REVOKE_DECISION",)),
    ),
    "decline_revocation": (_tell("revocation_declined", PRODUCER, COMMUNE, PROVINCE),),
    "revoke": (_tell("revoked", PRODUCER, COMMUNE, PROVINCE),),
    "annul": (_tell("annulled", PRODUCER, COMMUNE, PROVINCE),),
    "grace_extension": (_tell("grace", PRODUCER, COMMUNE),),
    "not_renewed": (
        _tell("not_renewed", PRODUCER, COMMUNE, dest="renewal_late"),
        _tell("not_renewed_ended", PRODUCER, COMMUNE, dest="expired"),
    ),
}

_EVERYBODY = (PRODUCER, COMMUNE, PROVINCE, COUNCIL, HEAD)  # as far as the plan's audience names them
_CYCLE: dict[str, tuple[Tell, ...]] = {
    "open": (_tell("cycle_opened", *_EVERYBODY, deadlines=("IDEA_WINDOW",)),),
    "close": (_tell("cycle_closed", *_EVERYBODY),),
}

_SITTING = (Role.CHAIR, Role.SECRETARY, COUNCIL)  # the members of the session itself
_SESSION: dict[str, tuple[Tell, ...]] = {
    "convene": (_tell("invite", *_SITTING, deadlines=("SESSION",)),),
    "convene_meeting": (_tell("invite", *_SITTING, deadlines=("SESSION",)),),
    "adjourn": (_tell("session_adjourned", *_SITTING, PROVINCE, deadlines=("SESSION",)),),
    "cancel": (_tell("session_cancelled", *_SITTING, deadlines=("SESSION",)),),
    "open_scoring": (_tell("scoring_opened", COUNCIL),),
    "reconcile": (_tell("session_reconciling", Role.CHAIR, Role.SECRETARY),),
    "sign_minutes": (_tell("minutes_signed", PROVINCE, dest="minutes_signed"),),
}
_APPEAL: dict[str, tuple[Tell, ...]] = {
    "open_appeal": (_tell("appeal_opened", PROVINCE, HEAD),),
    "accept_appeal": (_tell("appeal_accepted", PRODUCER, COMMUNE, deadlines=("APPEAL_DUE",)),),
    "refuse_to_hear": (_tell("appeal_not_heard", PRODUCER, COMMUNE),),
    "uphold": (_tell("appeal_upheld", PRODUCER, COMMUNE, PROVINCE),),
    "dismiss": (_tell("appeal_dismissed", PRODUCER, COMMUNE),),
}

_DEADLINE: dict[str, tuple[Tell, ...]] = {
    "deadline_extended": (_tell("extended", PRODUCER, COMMUNE, PROVINCE),)
}

AUDIENCE: dict[tuple[str, str], tuple[Tell, ...]] = {
    (subject, trigger): tells
    for subject, table in (
        ("dossier", _DOSSIER),
        ("certificate", _CERTIFICATE),
        ("cycle", _CYCLE),
        ("session", _SESSION),
        ("appeal", _APPEAL),
        ("deadline", _DEADLINE),
    )
    for trigger, tells in table.items()
}

_NOT_PASSED = ("evaluation.not_passed", "evaluation.disqualified")
_TURNED_DOWN = ("commune.not_proposed", "idea.rejected", "plan.rejected")


def tells(subject_kind: str, line_kind: str, trigger: str | None, dest: str | None) -> tuple[Tell, ...]:
    """Return the notices one line asks for."""
    if line_kind not in TELLING_LINES:
        return ()
    found = AUDIENCE.get((subject_kind, trigger or line_kind), ())
    return tuple(tell for tell in found if tell.dest is None or tell.dest == dest)


def result_kind(state: str | None, stars: int | None) -> str | None:
    """Return what a written result says: failed, turned down, or the stars reached; None while there is no result."""
    if state in _NOT_PASSED:
        return "result_fail"
    if state in _TURNED_DOWN:
        return "refused"
    return "result_pass" if stars else None
