"""What the service may tell: one row per notice kind, with what follows from it.

It never says who is told (`audience`) nor in which words (`texts.vi.toml`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One notice kind (loại thông báo).

    `lawful`: the law or a decision rests on it, so it is never given up and its proof is kept.
    `urgent`: a login code or link, exempt from quiet hours.
    `daily`: a reminder, merged into one message per person and day.
    `dated`: names a day a person may want in a calendar, so the mail carries an `.ics` part.
    """

    name: str
    lawful: bool = False
    urgent: bool = False
    daily: bool = False
    dated: bool = False


def _kinds(
    *names: str, lawful: bool = False, urgent: bool = False, daily: bool = False, dated: bool = False
) -> list[Kind]:
    return [Kind(name, lawful=lawful, urgent=urgent, daily=daily, dated=dated) for name in names]


_ALL: tuple[Kind, ...] = (
    *_kinds(
        "supplement",
        "apology",
        "result_pass",
        "result_fail",
        "certificate",
        "revoked",
        "refused",
        "back_from_centre",
        lawful=True,
    ),
    *_kinds("annulled", "not_renewed", "not_renewed_ended", "grace", "expiry_notice", lawful=True),
    *_kinds("revocation_proposed", "revocation_declined", lawful=True),
    *_kinds("next_batch", "deferred", "expired", "extended", "received", lawful=True),
    *_kinds("cycle_opened", lawful=True, dated=True),
    *_kinds("invite", "session_adjourned", lawful=True, dated=True),
    *_kinds("session_cancelled", lawful=True),
    *_kinds("session_reminder", daily=True, dated=True),
    *_kinds("scoring_opened", "session_reconciling", "minutes_signed", "appeal_opened"),
    *_kinds("appeal_accepted", "appeal_not_heard", "appeal_upheld", "appeal_dismissed", lawful=True),
    *_kinds("expire_30", lawful=True, daily=True),
    *_kinds("due_14", "due_7", "due_3", "due_1", daily=True, dated=True),
    *_kinds("overdue", daily=True),
    *_kinds("renew_soon", "renew_open", "renew_closing", "renew_last", "renew_today", daily=True, dated=True),
    *_kinds("renew_missed", "expire_90_filed", "expire_90_not_filed", daily=True),
    *_kinds("evidence_expiring", "score_pending", daily=True),
    *_kinds("silent", "weekly", daily=True),
    *_kinds("forwarded", "arrived", "arrived_province", "idea_received", "idea_accepted", "plan_received"),
    *_kinds("from_district", "back_to_district"),
    *_kinds("plan_approved", "under_review", "to_centre", "cycle_closed"),
    *_kinds("login_code", "login_link", "recover_link", urgent=True),
)

OTHER_WORDS = frozenset({
    "due_days", "due_0", "window_due", "window_last", "window_today", "window_over",
    "task_due", "task_last", "task_today", "task_over", "renew_missed_officer", "digest",
    "renew_soon_imported", "renew_open_any_day", "forwarded_district", "arrived_district", "expired_pending", "expire_days",
    "expire_filed_days", "expire_not_filed_days", "expire_failed_days",
})  # fmt: skip
"""Texts a kind is told with where its own would be untrue or meant for somebody else; never a kind of their own."""

AT_DISTRICT = {"forwarded": "forwarded_district", "arrived_province": "arrived_district"}
"""How a kind that speaks of the province is told of a dossier that a district handles (until 30 June 2025)."""

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
