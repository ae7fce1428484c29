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
        lawful=True,
    ),
    *_kinds("next_batch", "deferred", "expired", "extended", "received", lawful=True),
    *_kinds("cycle_opened", lawful=True, dated=True),
    *_kinds("invite", lawful=True, dated=True),
    *_kinds("expire_30", lawful=True, daily=True),
    *_kinds("due_14", "due_7", "due_3", "due_1", daily=True, dated=True),
    *_kinds("overdue", daily=True),
    *_kinds("renew_soon", "renew_open", "renew_closing", "renew_last", "renew_today", daily=True, dated=True),
    *_kinds("renew_missed", "expire_90_filed", "expire_90_not_filed", daily=True),
    *_kinds("evidence_expiring", "score_pending", daily=True),
    *_kinds("silent", "weekly", daily=True),
    *_kinds("forwarded", "arrived", "arrived_province", "idea_received", "idea_accepted", "plan_received"),
    *_kinds("plan_approved", "under_review", "to_centre", "cycle_closed"),
    *_kinds("login_code", "login_link", "recover_link", urgent=True),
)

OTHER_WORDS = frozenset({
    "due_days", "due_0", "window_due", "window_last", "window_today", "window_over",
    "task_due", "task_last", "task_today", "task_over", "renew_missed_officer", "digest",
})  # fmt: skip
"""Texts a kind is told with where its own would be untrue or meant for somebody else; never a kind of their own."""

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
